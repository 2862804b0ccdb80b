//! `custodian doctor`: what is wrong with this installation, and what to do about it.

use anyhow::bail;
use serde_json::json;

use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::config::Config;
use crate::operations::doctor::{self, Finding, State};
use crate::web::format;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  custodian doctor\n  custodian doctor --json | jq '.checks[] | select(.state != \"good\")'\n\n\
    Exit status 1 when something must be fixed."
)]
pub struct Arguments {
    /// Print the findings as one JSON object
    #[arg(long)]
    json: bool,
    /// Act under this name [default: the operating system's user]
    #[arg(long = "as", value_name = "NAME")]
    operator: Option<String>,
}

pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let actor = super::operator(arguments.operator);
    // Before the program opens anything: opening refuses a key that others may read, and makes what is missing.
    let machine = doctor::examine_machine(&config);
    let findings = match Running::open(config, Clock::system()).await {
        Ok(running) => {
            let found = doctor::examine(running.site(), &actor).await;
            let closed = running.close().await;
            let mut findings = found?;
            if let Err(error) = closed {
                findings.push(refused("seal", error.to_string(), "run custodian audit verify"));
            }
            findings
        }
        Err(error) => {
            let remedy = "docs/deployment.md; the other checks need it";
            let mut findings = machine;
            findings.push(refused("start", error.to_string(), remedy));
            findings
        }
    };
    let wrong = findings.iter().filter(|finding| finding.state == State::Fix).count();
    if arguments.json {
        println!("{}", json!({ "well": wrong == 0, "checks": findings }));
    } else {
        findings.iter().for_each(print);
    }
    if wrong > 0 {
        bail!("{} must be fixed", format::counted(wrong as u64, "thing"));
    }
    Ok(())
}

fn refused(check: &'static str, found: String, remedy: &str) -> Finding {
    Finding { check, state: State::Fix, found, remedy: Some(remedy.into()) }
}

fn print(finding: &Finding) {
    let mark = match finding.state {
        State::Good => "good",
        State::Look => "look",
        State::Fix => "FIX ",
    };
    println!("{mark}  {:<19} {}", finding.check, finding.found);
    if let Some(remedy) = &finding.remedy {
        println!("      {:<19} {remedy}", "");
    }
}
