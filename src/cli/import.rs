//! `custodian import`: records from other systems.

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use chrono_tz::Tz;

use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::config::Config;
use crate::interop::fhir::import::{Facility, Import, Report, facilities, import};
use crate::web::state::App;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// FHIR R4: patients, encounters, conditions, procedures, documents and what else belongs to a chart
    Fhir(FhirArguments),
}

pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let What::Fhir(arguments) = arguments.what;
    let zone = config.timezone;
    let running = Running::open(config, Clock::system()).await?;
    let done = fhir(arguments, &running.app, zone).await;
    running.close().await?;
    done
}

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  custodian import fhir export/ --report import.json\n  custodian import fhir hospital.tar.zst --source mercy --facility MAIN\n\n\
    Reads FHIR R4: NDJSON, single resources and bundles, in files, folders, .tar, .tar.gz and .tar.zst.\n\
    Safe to repeat: what is here already and has not changed stays as it is."
)]
struct FhirArguments {
    /// Files, folders or archives
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write the full report, with every refusal and warning, as JSON
    #[arg(long, value_name = "FILE.json")]
    report: Option<PathBuf>,
    /// The system these records come from: its ids mean something only within it
    #[arg(long, value_name = "NAME", default_value = "fhir")]
    source: String,
    /// The facility to file under, by its code [default: the first]
    #[arg(long, value_name = "CODE")]
    facility: Option<String>,
    /// Act under this name [default: the operating system's user]
    #[arg(long = "as", value_name = "NAME")]
    operator: Option<String>,
}

/// Ends well whatever it refused; the refusals are in the report.
async fn fhir(arguments: FhirArguments, app: &App, zone: Tz) -> anyhow::Result<()> {
    let operator = super::operator(arguments.operator);
    let facility = chosen(facilities(&app.gate, &operator, zone).await?, arguments.facility.as_deref())?;
    let source = arguments.source.trim().to_owned();
    if source.is_empty() || source.len() > 64 || source.chars().any(char::is_control) {
        bail!("--source must be a short name");
    }
    let report = import(Import {
        paths: arguments.paths,
        source,
        facility,
        operator,
        gate: app.gate.clone(),
        vault: app.vault.clone(),
        blobs: app.blobs.clone(),
    })
    .await?;
    if let Some(path) = &arguments.report {
        let text = serde_json::to_vec_pretty(&report)?;
        std::fs::write(path, text).with_context(|| format!("the report can't be written to {}", path.display()))?;
    }
    print(&report, arguments.report.is_some());
    Ok(())
}

fn chosen(mut facilities: Vec<Facility>, code: Option<&str>) -> anyhow::Result<Facility> {
    let codes = facilities.iter().map(|facility| facility.code.as_str()).collect::<Vec<_>>().join(", ");
    match code {
        Some(code) => match facilities.iter().position(|facility| facility.code == code) {
            Some(at) => Ok(facilities.swap_remove(at)),
            None => bail!("there is no facility {code}; there are: {codes}"),
        },
        None if facilities.len() > 1 => {
            println!("There are several facilities ({codes}); filing under the first. --facility names another.");
            facilities.into_iter().next().context("there is no facility")
        }
        None => facilities.pop().context("there is no facility"),
    }
}

fn print(report: &Report, written: bool) {
    println!(
        "{:<26}{:>9}{:>9}{:>9}{:>11}{:>9}{:>9}",
        "type", "read", "created", "updated", "unchanged", "ignored", "refused"
    );
    let mut totals = [0; 6];
    for (kind, read) in &report.read {
        let of = |column: &std::collections::BTreeMap<String, u64>| column.get(kind).copied().unwrap_or(0);
        let row = [
            *read,
            of(&report.created),
            of(&report.updated),
            of(&report.unchanged),
            of(&report.ignored),
            report.refused_of(kind),
        ];
        print_row(kind, row);
        for (total, figure) in totals.iter_mut().zip(row) {
            *total += figure;
        }
    }
    print_row("total", totals);
    let warnings = report.warnings.len() as u64 + report.warnings_not_listed;
    println!("{warnings} kept in part or with a warning, {:.1} seconds", report.seconds);
    if !written && (warnings > 0 || !report.refused.is_empty()) {
        println!("For each refusal and warning with its reason, add --report FILE.json");
    }
}

fn print_row(name: &str, row: [u64; 6]) {
    let [read, created, updated, unchanged, ignored, refused] = row;
    println!("{name:<26}{read:>9}{created:>9}{updated:>9}{unchanged:>11}{ignored:>9}{refused:>9}");
}
