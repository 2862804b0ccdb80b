//! PRV-4: an account that nobody has used for 45 days is disabled; an administrator enables it again.

use serde_json::json;

use super::store::staff;
use crate::access::{Act, Actor, Remarks, Result};
use crate::web::state::App;

/// Disables what has gone dormant, each with an event of its own; answers how many.
pub async fn disable_dormant(app: &App) -> Result<usize> {
    let Some(after) = app.config.dormant else { return Ok(0) };
    let actor = Actor::job("dormant accounts");
    let since = app.clock.now() - after;
    let dormant =
        app.gate.desk(&actor, Act::KeepHouse, Remarks::none(), async |desk| staff::dormant(desk, since).await).await?;
    for &person in &dormant {
        let remarks = Remarks { detail: Some(json!({ "staff": person, "disabled": true })), ..Remarks::none() };
        app.gate
            .desk(&actor, Act::KeepHouse, remarks, async |desk| {
                staff::disable_dormant(desk, person, after.num_days()).await
            })
            .await?;
    }
    Ok(dormant.len())
}
