//! What the chart page adds of its own: who looked, and the grant it was opened under.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::base::id::GrantId;

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

/// The break-the-glass grant that keeps this chart open.
pub struct OpenGlass {
    pub grant: GrantId,
    pub expires_at: DateTime<Utc>,
}

/// Where a page of "who looked" ends.
pub type LookKey = (DateTime<Utc>, Uuid);
