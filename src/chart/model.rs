//! What the chart page adds of its own: who looked.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// One entry of "who looked".
pub struct Look {
    pub event: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub actor: String,
    pub role: Option<String>,
    pub act: String,
    pub outcome: String,
    pub purpose: String,
    pub by_glass: bool,
}

/// Where a page of "who looked" ends.
pub type LookKey = (DateTime<Utc>, Uuid);
