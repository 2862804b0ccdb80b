//! The ledger at size: sealing events, verifying all of it, and the viewer's first and last page.
//!
//! The events are looks that were none, written under the name "Bench Mark" straight through the ledger's only door.

use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::drive::{Load, drive};
use super::error::{Error, Result};
use super::place::{Place, Settings};
use super::report::{Measure, Ratio, Report};
use super::served::{Served, What};
use super::store;
use crate::access::ledger::seal::Turn;
use crate::access::{Act, Remarks};
use crate::audit::verification;

/// Events of one transaction: their ordinal is a small number.
const AT_ONCE: u64 = 20_000;

pub async fn run(place: &Place, settings: &Settings) -> Result<Report> {
    let app = &place.running.app;
    let patients: Vec<Uuid> = place.sample(1000).await?.into_iter().map(|sampled| sampled.patient.0).collect();
    app.notary.seal(&app.gate, Turn::Wait).await?;

    let begun = Instant::now();
    write(place, &patients, settings.events).await?;
    let written = begun.elapsed();

    let begun = Instant::now();
    let sealed = app.notary.seal(&app.gate, Turn::Wait).await?;
    let sealing = begun.elapsed();
    let idle = Instant::now();
    app.notary.seal(&app.gate, Turn::Wait).await?;
    let idle = idle.elapsed();

    let begun = Instant::now();
    let turn = app.notary.take_turn().ok_or_else(|| Error::Refused("a verification is under way".into()))?;
    let verified = verification::run(&app.gate, &app.notary, &place.operator, turn, |_| {}).await?;
    let verifying = begun.elapsed();
    if !verified.whole {
        return Err(Error::Refused("the access log is not whole: run `custodian audit verify`".into()));
    }
    let mut report = Report {
        bench: "seal",
        setting: format!("{} events on the log, {} of them new", verified.leaves, sealed.added),
        measures: vec![
            Measure::rate("events written, many a statement", rate(settings.events, written)),
            Measure::rate("events sealed", rate(sealed.added, sealing)),
            Measure::rate("events verified", rate(verified.leaves, verifying)),
        ],
        ratios: vec![Ratio::new(
            "events sealed for each written",
            rate(sealed.added, sealing) / rate(settings.events, written),
            None,
        )],
        notes: vec![format!("A seal with nothing to seal takes {:.1} ms.", idle.as_secs_f64() * 1000.0)],
    };
    pages(place, settings, &mut report).await?;
    Ok(report)
}

fn rate(count: u64, lasted: Duration) -> f64 {
    count as f64 / lasted.as_secs_f64()
}

async fn write(place: &Place, patients: &[Uuid], count: u64) -> Result<()> {
    let staff = place.sign_in("manager").await?.staff;
    let mut left = count;
    while left > 0 {
        let now = left.min(AT_ONCE);
        left -= now;
        let batch = i16::try_from(now).unwrap_or(i16::MAX);
        place
            .running
            .app
            .gate
            .roster(&place.operator, Act::PrepareDemo, Remarks::none(), async |roster| {
                store::events(roster, staff, patients, batch).await
            })
            .await?;
    }
    Ok(())
}

/// The viewer's newest and oldest page, one client.
async fn pages(place: &Place, settings: &Settings, report: &mut Report) -> Result<()> {
    let privacy = place.sign_in("privacy").await?;
    let served = Served::start(&place.config, What::Application).await?;
    let load = Load { clients: settings.clients.unwrap_or(1), lasts: settings.lasts };
    let oldest = format!("/audit?after=1970-01-01T00:00:00.000000Z~{}", Uuid::nil());
    for (what, page) in [("first page of the viewer", "/audit".to_owned()), ("last page of the viewer", oldest)] {
        let paths: Arc<[String]> = Arc::from([page]);
        let cookies = [privacy.cookie.clone()];
        drive(served.address, &cookies, &paths, load.warm_up()).await?;
        let figures = drive(served.address, &cookies, &paths, load).await?;
        report.measures.push(Measure::times(what, &figures));
    }
    served.stop().await
}
