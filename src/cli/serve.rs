//! `custodian serve`: the server.

use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::config::Config;

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  custodian serve\n  custodian serve --listen 0.0.0.0:8080\n  DATABASE_URL=postgres://custodian@db/him custodian serve"
)]
pub struct Arguments {
    /// Serve even though demonstration accounts can sign in
    #[arg(long)]
    allow_demo: bool,
}

pub async fn run(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let running = Running::open(config, Clock::system()).await?;
    let _ = arguments.allow_demo;
    running.serve(|address| println!("Custodian is at http://{address}")).await?;
    Ok(())
}
