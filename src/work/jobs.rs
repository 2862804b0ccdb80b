//! What the house does by itself.

use serde_json::json;

use super::store;
use crate::access::{Act, Actor, Gate, Remarks, Result};

/// Ends the rights that requests gave and whose time is over.
pub async fn end_rights(gate: &Gate) -> Result<u64> {
    let remarks = Remarks { detail: Some(json!({ "rights": "over" })), ..Remarks::none() };
    gate.roster(&Actor::job("rights"), Act::EndRights, remarks, async |roster| store::task::end_rights(roster).await)
        .await
}
