//! `custodian bench`: what it costs, as ratios against bare baselines of the same run.

use std::time::Duration;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use crate::bench::place::{Place, Settings};
use crate::bench::report::{Aim, Measure, Report};
use crate::bench::{self, chart, day, registrations, seal, search};
use crate::config::Config;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  custodian bench\n  custodian bench chart --clients 64 --seconds 20\n  custodian bench search --count 100000\n  \
    custodian bench seal --events 1000000 --json\n  custodian demo --prepare-only --count 1000000 && custodian bench --demo\n\n\
    It works on a throwaway database with made-up patients, in a temporary folder that is removed afterwards. With --demo it works on the\n\
    demonstration in the data folder and leaves its looks on that log. It refuses any other data folder: nobody's records are benched.\n\
    Ratios are worth more than figures: run it on a machine that does nothing else."
)]
pub struct Arguments {
    /// Which benchmarks; all without one
    names: Vec<Name>,
    /// How long each thing is measured, in seconds
    #[arg(long, value_name = "N", default_value_t = 10.0, value_parser = seconds)]
    seconds: f64,
    /// How many at once [default: 32 for chart and registrations, 1 for the others]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    clients: Option<u16>,
    /// How many made-up patients the throwaway database gets
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    count: u64,
    /// How many events `seal` writes and seals
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    events: u64,
    /// Work on the demonstration in the data folder instead
    #[arg(long, conflicts_with = "count")]
    demo: bool,
    /// One JSON object a benchmark
    #[arg(long)]
    json: bool,
    /// Act under this name [default: the operating system's user]
    #[arg(long = "as", value_name = "NAME")]
    operator: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Name {
    /// The chart page against a bare page and bare SQL; the audit event's share of it
    Chart,
    /// Searches against a primary-key lookup
    Search,
    /// Registering people, against commits of one plain row
    Registrations,
    /// My day against a primary-key lookup
    Day,
    /// Sealing, verifying and reading the access log
    Seal,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.05..=3600.0).contains(&seconds) => Ok(seconds),
        _ => Err("expected seconds, from 0.05 to 3600".into()),
    }
}

pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    tokio::select! {
        done = measure(config, &arguments) => done,
        // A throwaway folder is removed on the way out.
        _ = tokio::signal::ctrl_c() => anyhow::bail!("stopped"),
    }
}

async fn measure(config: Config, arguments: &Arguments) -> anyhow::Result<()> {
    let operator = super::operator(arguments.operator.clone());
    let place = match arguments.demo {
        true => Place::demonstration(config, operator).await?,
        false => {
            let bar = bar(arguments.count);
            let place = Place::throwaway(config, operator, arguments.count, |done| bar.set_position(done)).await?;
            bar.finish_and_clear();
            place
        }
    };
    let settings = Settings {
        clients: arguments.clients.map(usize::from),
        lasts: Duration::from_secs_f64(arguments.seconds),
        events: arguments.events,
    };
    let names = if arguments.names.is_empty() { Name::value_variants() } else { &arguments.names };
    let mut measured = Ok(());
    for name in names {
        measured = one(&place, &settings, *name).await.map(|report| print(&report, arguments.json));
        if measured.is_err() {
            break;
        }
    }
    let closed = place.close().await;
    measured?;
    closed?;
    Ok(())
}

async fn one(place: &Place, settings: &Settings, name: Name) -> bench::Result<Report> {
    match name {
        Name::Chart => chart::run(place, settings).await,
        Name::Search => search::run(place, settings).await,
        Name::Registrations => registrations::run(place, settings).await,
        Name::Day => day::run(place, settings).await,
        Name::Seal => seal::run(place, settings).await,
    }
}

fn print(report: &Report, json: bool) {
    if json {
        match serde_json::to_string(report) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("custodian: {error}"),
        }
        return;
    }
    println!("\n{}: {}", report.bench, report.setting);
    println!("  {:<44} {:>10} {:>10} {:>10} {:>10}", "", "a second", "median ms", "99 % ms", "CPU ms");
    for measure in &report.measures {
        let Measure { what, per_second, median_ms, p99_ms, cpu_ms } = measure;
        println!(
            "  {what:<44} {:>10} {:>10} {:>10} {:>10}",
            cell(*per_second, 0),
            cell(*median_ms, 2),
            cell(*p99_ms, 2),
            cell(*cpu_ms, 2)
        );
    }
    for ratio in &report.ratios {
        let aim = match ratio.aim {
            Some(Aim::AtLeast(least)) => format!("aim: at least {least}, "),
            Some(Aim::Under(most)) => format!("aim: under {most}, "),
            None => String::new(),
        };
        let met = match ratio.met() {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        };
        let verdict = if aim.is_empty() { String::new() } else { format!("  ({aim}{met})") };
        println!("  {:<64} {:>6.2}{verdict}", ratio.what, ratio.value);
    }
    for note in &report.notes {
        println!("  {note}");
    }
}

fn cell(figure: Option<f64>, places: usize) -> String {
    figure.map(|figure| format!("{figure:.places$}")).unwrap_or_default()
}

fn bar(people: u64) -> ProgressBar {
    let bar = ProgressBar::new(people);
    if let Ok(style) = ProgressStyle::with_template("preparing {bar:40} {human_pos} of {human_len} patients") {
        bar.set_style(style);
    }
    bar
}
