//! `custodian config`: the settings in force.

use crate::config::Config;

pub fn run(config: &Config) -> anyhow::Result<()> {
    print!("{config}");
    Ok(())
}
