//! The chart page: a manager with many charts, one after the other, in many browsers at once.
//!
//! Compared with an axum page that asks one `select 1` through the same kind of pool, and with the page's own statements run bare by pgbench.
//!
//! The audit event's share is told by processor time. What the page costs is measured while it is driven: the server's threads and all of
//! PostgreSQL, sealing included. What the event costs is measured by pgbench: a transaction that writes one event, less the same transaction
//! without it, so that its insert, its indexes, its place in the seal's queue and the commit that makes it permanent all count. The row-level
//! security that leans on the event is not in that share: it is access control, and there without an audit log too.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

use super::cpu;
use super::drive::{Load, drive};
use super::error::Result;
use super::figures::Figures;
use super::pgbench::{self, Pace, Pgbench, Values};
use super::place::{Place, Settings, SignedIn};
use super::report::{Aim, Measure, Ratio, Report};
use super::served::{Served, What};
use crate::access::act::Act;
use crate::access::purpose::Purpose;
use crate::access::role::Role;
use crate::chart::urls;

/// Different charts, so that no page is measured that lies in the processor's cache.
const PATIENTS: i64 = 2000;
/// pgbench chooses among these; a longer list would itself cost.
const PATIENTS_OF_PGBENCH: usize = 200;

/// The person who looks: may open every chart that is not restricted, and sees every section of it.
const ROLE: Role = Role::Manager;

/// One run under load, with what it cost.
struct Driven {
    figures: Figures,
    /// Milliseconds a page, of the server and of PostgreSQL.
    server_ms: Option<f64>,
    database_ms: Option<f64>,
}

impl Driven {
    fn cpu_ms(&self) -> Option<f64> {
        Some(self.server_ms? + self.database_ms?)
    }
}

pub async fn run(place: &Place, settings: &Settings) -> Result<Report> {
    let load = Load { clients: settings.clients.unwrap_or(32), lasts: settings.lasts };
    let patients: Vec<Uuid> = place.sample(PATIENTS).await?.into_iter().map(|sampled| sampled.patient.0).collect();
    let mut sessions = Vec::new();
    for _ in 0..load.clients {
        sessions.push(place.sign_in(ROLE.word()).await?);
    }
    let cookies: Vec<String> = sessions.iter().map(|session| session.cookie.clone()).collect();
    let pages: Arc<[String]> = patients.iter().map(|id| urls::overview(crate::base::id::PatientId(*id))).collect();
    let one = driven(place, What::SelectOne, &[], &Arc::from(["/".to_owned()]), load).await?;
    let chart = driven(place, What::Application, &cookies, &pages, load).await?;

    let mut report = Report {
        bench: "chart",
        setting: format!(
            "{} patients ({} charts looked at), {} clients, {} s each, {} database connections",
            place.people().await?,
            patients.len(),
            load.clients,
            load.lasts.as_secs_f64(),
            place.config.database_connections,
        ),
        measures: vec![
            Measure::of("axum page with one select 1", &one.figures).costing(one.cpu_ms()),
            Measure::of("chart page", &chart.figures).costing(chart.cpu_ms()),
        ],
        ratios: vec![Ratio::new(
            "chart pages for each select 1 page",
            chart.figures.per_second() / one.figures.per_second(),
            Some(Aim::AtLeast(0.25)),
        )],
        notes: Vec::new(),
    };
    if let (Some(server), Some(database)) = (chart.server_ms, chart.database_ms) {
        report.notes.push(format!(
            "Of a chart page's processor time, {server:.2} ms are the server's and {database:.2} ms PostgreSQL's."
        ));
    } else {
        report.notes.push("SKIPPED: processor time is told on Linux only.".into());
    }
    let values = values(&sessions[0], &patients, place.running.app.clock.now());
    match Pgbench::find(&place.running.database) {
        Some(pgbench) => bare(place, &pgbench, &values, load, &chart, &mut report).await?,
        None => report.notes.push(pgbench::MISSING.into()),
    }
    Ok(report)
}

/// Serves, warms up, and measures.
async fn driven(place: &Place, what: What, cookies: &[String], paths: &Arc<[String]>, load: Load) -> Result<Driven> {
    let served = Served::start(&place.config, what).await?;
    drive(served.address, cookies, paths, load.warm_up()).await?;
    let before = (Served::cpu(), place.postgres().and_then(cpu::of_family));
    let figures = drive(served.address, cookies, paths, load).await?;
    let after = (Served::cpu(), place.postgres().and_then(cpu::of_family));
    served.stop().await?;
    let answers = figures.answers();
    Ok(Driven {
        server_ms: each(before.0, after.0, answers as f64),
        database_ms: each(before.1, after.1, answers as f64),
        figures,
    })
}

/// Milliseconds spent a piece.
fn each(before: Option<Duration>, after: Option<Duration>, pieces: f64) -> Option<f64> {
    Some(after?.saturating_sub(before?).as_secs_f64() * 1000.0 / pieces.max(1.0))
}

/// The page's statements bare, and what one event of them costs.
async fn bare(
    place: &Place,
    pgbench: &Pgbench,
    values: &Values,
    load: Load,
    chart: &Driven,
    report: &mut Report,
) -> Result<()> {
    let (pace, _) = costing(place, pgbench, pgbench::CHART, values, load).await?;
    report.measures.push(Measure {
        what: "the same statements, bare, by pgbench".into(),
        per_second: Some(pace.per_second),
        ..Measure::default()
    });
    report.ratios.push(Ratio::new(
        "chart pages for each round of the same statements by pgbench",
        chart.figures.per_second() / pace.per_second,
        None,
    ));
    let (_, with) = costing(place, pgbench, pgbench::EVENT, values, load).await?;
    let (_, without) = costing(place, pgbench, pgbench::NOTHING, values, load).await?;
    if let (Some(with), Some(without), Some(page)) = (with, without, chart.cpu_ms()) {
        let event = (with - without).max(0.0);
        report.notes.push(format!(
            "One event costs PostgreSQL {event:.3} ms of processor time: a transaction with it {with:.3} ms, without {without:.3} ms, by pgbench."
        ));
        report.ratios.push(Ratio::new(
            "the audit event's share of a chart page's processor time",
            event / page,
            Some(Aim::Under(0.25)),
        ));
    }
    Ok(())
}

/// The pace of a script, and PostgreSQL's processor time a round.
async fn costing(
    place: &Place,
    pgbench: &Pgbench,
    script: &str,
    values: &Values,
    load: Load,
) -> Result<(Pace, Option<f64>)> {
    let connections = place.config.database_connections as usize;
    let before = place.postgres().and_then(cpu::of_family);
    let pace = pgbench.run(script, values, connections, load.lasts).await?;
    let after = place.postgres().and_then(cpu::of_family);
    Ok((pace, each(before, after, pace.rounds)))
}

/// What the page's statements are asked with.
pub fn values(session: &SignedIn, patients: &[Uuid], now: DateTime<Utc>) -> Values {
    let spec = Act::ViewChart.spec();
    let hash = session.hash.iter().fold(String::from("\\x"), |text, byte| text + &format!("{byte:02x}"));
    let word = ROLE.word().to_owned();
    Values::new(
        patients.iter().copied().take(PATIENTS_OF_PGBENCH).collect(),
        vec![
            ("hash", hash),
            ("staff", session.staff.to_string()),
            ("now", now.to_rfc3339_opts(SecondsFormat::Micros, true)),
            ("roles", format!("{{{word}}}")),
            ("kind", "patient".into()),
            ("ordinal", "0".into()),
            ("scope", "chart".into()),
            ("act", spec.word.into()),
            ("action", spec.action.into()),
            ("outcome", "success".into()),
            ("actor_kind", "person".into()),
            ("name", "Bench Mark".into()),
            ("role", word),
            ("session", Uuid::now_v7().to_string()),
            ("address", "127.0.0.1".into()),
            ("application", "custodian bench".into()),
            ("purpose", Purpose::of(ROLE).code().into()),
            ("basis", "role".into()),
            ("arrival", "link".into()),
            ("mrn", "0-000".into()),
            ("version", "1".into()),
            ("detail", "{}".into()),
            ("sensitive", "false".into()),
            ("sight", "true".into()),
            ("today", now.date_naive().to_string()),
            ("all", "true".into()),
            ("few", "12".into()),
            ("page", "50".into()),
            ("none", "0".into()),
        ],
    )
}
