//! My day, the page every shift begins with, against one row by its primary key through the same HTTP, session, gate and event.

use std::sync::Arc;

use super::drive::{Load, drive};
use super::error::Result;
use super::place::{Place, Settings};
use super::report::{Measure, Ratio, Report};
use super::served::{Served, What, looked_up};

/// Those with a queue of their own.
const ROLES: [&str; 4] = ["manager", "clerk", "coder", "privacy"];
const PATIENTS: i64 = 1000;

pub async fn run(place: &Place, settings: &Settings) -> Result<Report> {
    let load = Load { clients: settings.clients.unwrap_or(1), lasts: settings.lasts };
    let people = place.sample(PATIENTS).await?;
    let served = Served::start(&place.config, What::Application).await?;
    let mut report = Report {
        bench: "day",
        setting: format!(
            "{} patients, {} client(s), {} s each",
            place.people().await?,
            load.clients,
            load.lasts.as_secs_f64()
        ),
        measures: Vec::new(),
        ratios: Vec::new(),
        notes: Vec::new(),
    };
    let manager = [place.sign_in("manager").await?.cookie];
    let by_key: Arc<[String]> = people.iter().map(|person| looked_up(person.patient)).collect();
    drive(served.address, &manager, &by_key, load.warm_up()).await?;
    let baseline = drive(served.address, &manager, &by_key, load).await?;
    report.measures.push(Measure::times("one patient by primary key", &baseline));
    let my_day: Arc<[String]> = Arc::from(["/".to_owned()]);
    for role in ROLES {
        let cookies = [place.sign_in(role).await?.cookie];
        drive(served.address, &cookies, &my_day, load.warm_up()).await?;
        let figures = drive(served.address, &cookies, &my_day, load).await?;
        report.measures.push(Measure::times(format!("my day: {role}"), &figures));
        let over = figures.over(&baseline);
        report.ratios.push(Ratio::new(format!("my day of {role}, median, over by primary key"), over, None));
    }
    served.stop().await?;
    Ok(report)
}
