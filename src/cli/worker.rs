//! `custodian worker`: the background jobs without the server.

use crate::app::server::Running;
use crate::base::clock::Clock;
use crate::config::Config;

pub async fn run(config: Config) -> anyhow::Result<()> {
    let running = Running::open(config, Clock::system()).await?;
    println!("Sealing the access log and keeping the house; stop with Ctrl-C.");
    running.work().await?;
    Ok(())
}
