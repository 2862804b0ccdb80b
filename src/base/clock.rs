//! Where time comes from. Production asks the machine; tests freeze it and move it by hand.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Duration, Utc};

/// A source of the current instant, cheap to clone and carried in the application's state.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<DateTime<Utc>>>>);

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still at `instant` until [`Clock::advance`] moves it.
    pub fn frozen(instant: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(Mutex::new(instant))))
    }

    /// The current instant, in UTC.
    #[expect(clippy::disallowed_methods, reason = "the one place that may ask the machine for the time")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            None => Utc::now(),
            Some(frozen) => *frozen.lock().unwrap_or_else(|poisoned| poisoned.into_inner()),
        }
    }

    /// Moves a frozen clock forward; the system clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Some(frozen) = &self.0 {
            let mut instant = frozen.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            *instant += by;
        }
    }
}
