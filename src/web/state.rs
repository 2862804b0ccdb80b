//! What every handler has at hand.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::access::Gate;
use crate::access::ledger::Notary;
use crate::base::clock::Clock;
use crate::blobs::Blobs;
use crate::config::Config;
use crate::vault::Vault;
use crate::web::traffic::Traffic;

/// The application as a value: tests start it like production does. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub gate: Gate,
    pub notary: Notary,
    pub vault: Vault,
    pub blobs: Blobs,
    pub config: Arc<Config>,
    pub clock: Clock,
    pub traffic: Traffic,
    /// Demonstration accounts are in use, and every page says so.
    pub demo: bool,
    /// The name shown in the footer.
    pub site: Arc<str>,
}

impl App {
    /// The facility's local time zone.
    pub fn zone(&self) -> Tz {
        self.config.timezone
    }

    pub fn limits(&self) -> crate::access::session::Limits {
        crate::access::session::Limits {
            idle: self.config.sessions.idle,
            absolute: self.config.sessions.absolute,
            step_up: chrono::Duration::minutes(10),
        }
    }
}
