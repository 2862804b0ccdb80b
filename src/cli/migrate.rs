//! `custodian migrate`: brings the schema up to date and stops.

use crate::base::clock::Clock;
use crate::config::Config;
use crate::db::Database;

pub async fn run(config: Config) -> anyhow::Result<()> {
    std::fs::create_dir_all(&config.data_dir)?;
    let database = Database::open(&config).await?;
    let gate = crate::access::Gate::new(database.app(), Clock::system());
    gate.ping().await?;
    database.close().await;
    println!("The schema is up to date.");
    Ok(())
}
