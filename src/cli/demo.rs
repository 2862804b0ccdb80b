//! `custodian demo`: a made-up health system to try everything in, prepared once and then served.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};
use rustix::fs::{FlockOperation, flock};

use crate::access::Actor;
use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::config::{Config, Database, Documents};
use crate::demo::{self, Ground, Plan, Prepared};
use crate::interop::fhir::import::{Import, Report, facilities, import};
use crate::web::state::App;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  custodian demo\n  custodian demo --count 20000\n  custodian demo --patients export/\n  custodian demo --fresh\n\n\
    Everybody in it is made up. One member of staff a role signs in; the names and the password are printed.\n\
    Safe to repeat: a demonstration that is there is opened, and a higher --count adds to it.\n\
    The first 2,000 patients have whole charts; those beyond have encounters and codes, and no documents."
)]
pub struct Arguments {
    /// Also import FHIR R4 from here, and give those charts work too; may be given more than once
    #[arg(long, value_name = "DIR|FILE")]
    patients: Vec<PathBuf>,
    /// Throw the demonstration in the data folder away and begin anew
    #[arg(long)]
    fresh: bool,
    /// How many made-up patients
    #[arg(long, value_name = "N", default_value_t = Plan::default().people, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    count: u64,
    /// Another number tells of other people
    #[arg(long, value_name = "N", default_value_t = Plan::default().seed)]
    seed: u64,
    /// Prepare, and stop
    #[arg(long)]
    prepare_only: bool,
    /// Act under this name [default: the operating system's user]
    #[arg(long = "as", value_name = "NAME")]
    operator: Option<String>,
}

pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    if arguments.fresh {
        clear(&config)?;
    }
    let private = matches!(config.database, Database::Embedded { .. });
    let data_dir = config.data_dir.clone();
    let mut running = Running::open(config, Clock::system()).await?;
    let operator = super::operator(arguments.operator.clone());
    let prepared = prepare(&running.app, &operator, &arguments).await;
    if prepared.is_err() {
        running.close().await?;
        return prepared;
    }
    if private {
        let mark = data_dir.join(demo::MARK);
        fs::write(&mark, "This folder holds made-up patients. `custodian demo --fresh` empties it.\n")
            .with_context(|| format!("{} can't be written", mark.display()))?;
    }
    if arguments.prepare_only {
        running.close().await?;
        return Ok(());
    }
    running.app.demo = true;
    running.app.site = demo::world::SYSTEM_NAME.into();
    running.serve(welcome).await?;
    Ok(())
}

async fn prepare(app: &App, operator: &Actor, arguments: &Arguments) -> anyhow::Result<()> {
    let ground = Ground { gate: &app.gate, vault: &app.vault, blobs: &app.blobs };
    let bar = bar(arguments.count);
    let plan = Plan { people: arguments.count, seed: arguments.seed };
    let Prepared { before, people } = demo::prepare(ground, operator, plan, |done| bar.set_position(done)).await?;
    bar.finish_and_clear();
    match people - before {
        0 => println!("The demonstration is there, with {people} made-up patients."),
        added if before > 0 => println!("{added} made-up patients added; now {people}."),
        added => println!("{added} made-up patients prepared."),
    }
    if !arguments.patients.is_empty() {
        let report = bring_in(app, operator, arguments.patients.clone()).await?;
        let created: u64 = report.created.values().sum();
        let charts = demo::hand_out_imported(&app.gate, operator).await?;
        println!("{created} records imported; {charts} imported charts were given work.");
    }
    Ok(())
}

/// Imported charts are filed under the first hospital.
async fn bring_in(app: &App, operator: &Actor, paths: Vec<PathBuf>) -> anyhow::Result<Report> {
    let code = demo::world::FACILITIES[0].code;
    let known = facilities(&app.gate, operator, app.config.timezone).await?;
    let facility = known.into_iter().find(|facility| facility.code == code).context("the first hospital is missing")?;
    let import = import(Import {
        paths,
        source: "demonstration".into(),
        facility,
        operator: operator.clone(),
        gate: app.gate.clone(),
        vault: app.vault.clone(),
        blobs: app.blobs.clone(),
    });
    Ok(import.await?)
}

fn welcome(address: std::net::SocketAddr) {
    println!("\n{} is open at http://{address}\n", demo::world::SYSTEM_NAME);
    println!("Sign in as one of these; the password is the same for all: {}\n", demo::PASSWORD);
    for staff in demo::world::STAFF {
        let credential = staff.credential.map(|credential| format!(", {credential}")).unwrap_or_default();
        println!("  {:<11} {}{credential}", staff.role, staff.full_name);
    }
    println!("\nEverybody in it is made up. Stop with Ctrl-C; what you do is kept for the next time.");
}

/// Empties a data folder that holds a demonstration, and only such a one.
fn clear(config: &Config) -> anyhow::Result<()> {
    let folder = &config.data_dir;
    if matches!(config.database, Database::External { .. }) {
        bail!("--fresh works on a data folder only: with DATABASE_URL, give the demonstration an empty database");
    }
    let cluster = folder.join("postgres/data");
    if cluster.exists() && !folder.join(demo::MARK).exists() {
        bail!("{} holds no demonstration: --fresh leaves it alone", folder.display());
    }
    if in_use(&folder.join("postgres/users.lock")) {
        bail!("custodian is running on {}: stop it first", folder.display());
    }
    let documents = match &config.documents {
        Documents::Folder(documents) => documents.clone(),
        Documents::S3 { .. } => bail!("--fresh does not empty a bucket: take the document store's settings away"),
    };
    for part in [cluster, documents, config.checkpoints.clone()] {
        if !part.starts_with(folder) {
            bail!("{} lies outside of the data folder: --fresh leaves it alone", part.display());
        }
        if part.exists() {
            fs::remove_dir_all(&part).with_context(|| format!("{} can't be removed", part.display()))?;
        }
    }
    Ok(())
}

/// Whether another process uses the private database: each holds a lock on this file while it does.
fn in_use(lock: &Path) -> bool {
    File::open(lock).is_ok_and(|file| flock(&file, FlockOperation::NonBlockingLockExclusive).is_err())
}

fn bar(people: u64) -> ProgressBar {
    let bar = ProgressBar::new(people);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} patients, {per_sec}, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}
