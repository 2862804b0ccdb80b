//! `custodian serve`: the server.

use crate::access::{Act, Gate, Remarks};
use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::config::Config;
use crate::people::store;

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
    let mut running = Running::open(config, Clock::system()).await?;
    running.app.demo = demo_accounts_open(&running.app.gate).await?;
    if running.app.demo && !arguments.allow_demo {
        running.close().await?;
        anyhow::bail!(
            "demonstration accounts can sign in here, and everybody knows their password: disable them, or say --allow-demo"
        );
    }
    running.serve(|address| println!("Custodian is at http://{address}")).await?;
    Ok(())
}

async fn demo_accounts_open(gate: &Gate) -> anyhow::Result<bool> {
    let operator = super::operator(None);
    let open = gate
        .desk(&operator, Act::ViewStaff, Remarks::none(), async |desk| store::staff::demo_accounts_open(desk).await)
        .await?;
    Ok(open)
}
