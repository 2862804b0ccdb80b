//! How busy the server is, how much it takes on, and what it counts: kept in memory, by each server for itself.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::config::TrafficLimits;

/// How long a request waits for its turn before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(2);
/// How many seconds' worth of requests may come in one go: a page with its pictures, a screen full of tabs reopened.
const BURST_SECONDS: f64 = 5.0;

type Labels = [(&'static str, String); 3];
type Place = [(&'static str, String); 2];

/// Cheap to clone.
#[derive(Clone)]
pub struct Traffic(Arc<State>);

struct State {
    draining: AtomicBool,
    turns: Semaphore,
    addresses: Limiter,
    sessions: Limiter,
    turned_away: AtomicU64,
    requests: Family<Labels, Counter>,
    seconds: Family<Place, Histogram, fn() -> Histogram>,
    registry: Registry,
}

impl Traffic {
    pub fn new(limits: TrafficLimits) -> Self {
        let requests = Family::<Labels, Counter>::default();
        let seconds = Family::<Place, Histogram, fn() -> Histogram>::new_with_constructor(buckets);
        let mut registry = Registry::with_prefix("custodian");
        registry.register("requests", "Requests answered, by route pattern", requests.clone());
        registry.register("request_seconds", "Time until the answer began", seconds.clone());
        Self(Arc::new(State {
            draining: AtomicBool::new(false),
            turns: Semaphore::new(limits.at_once as usize),
            addresses: Limiter::new(limits.address_per_second),
            sessions: Limiter::new(limits.session_per_second),
            turned_away: AtomicU64::new(0),
            requests,
            seconds,
            registry,
        }))
    }

    /// From now on not ready: the server is about to stop.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::SeqCst);
    }

    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::SeqCst)
    }

    /// Whether one more request of this address and this session is not too many. Whoever is on this very machine is not counted: behind a
    /// proxy that nobody named as trusted, that would be everybody at once.
    pub fn admits(&self, address: Option<IpAddr>, session: Option<&str>) -> bool {
        let Some(address) = address.filter(|address| !address.to_canonical().is_loopback()) else { return true };
        let now = Instant::now();
        let admitted = self.0.addresses.take(hash(&address), now)
            && session.is_none_or(|token| self.0.sessions.take(hash(&token), now));
        if !admitted {
            self.0.turned_away.fetch_add(1, Ordering::Relaxed);
        }
        admitted
    }

    /// The turn to be worked on; none when too many are before.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let turn = tokio::time::timeout(PATIENCE, self.0.turns.acquire()).await.ok()?.ok();
        if turn.is_none() {
            self.0.turned_away.fetch_add(1, Ordering::Relaxed);
        }
        turn
    }

    /// Counts an answer. `route` is the pattern, never an address.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
        self.0.requests.get_or_create(&labels).inc();
        let [method, route, _] = labels;
        self.0.seconds.get_or_create(&[method, route]).observe(took.as_secs_f64());
    }

    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// Requests sent away because there were too many.
    pub fn turned_away(&self) -> u64 {
        self.0.turned_away.load(Ordering::Relaxed)
    }
}

fn buckets() -> Histogram {
    Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A bucket of tokens for each caller, refilled as time goes by.
struct Limiter {
    per_second: f64,
    buckets: Mutex<HashMap<u64, (f64, Instant)>>,
}

impl Limiter {
    /// More callers than this are looked through for those that have been quiet.
    const MANY: usize = 10_000;

    fn new(per_second: u32) -> Self {
        Self { per_second: per_second.into(), buckets: Mutex::default() }
    }

    fn take(&self, caller: u64, now: Instant) -> bool {
        if self.per_second == 0.0 {
            return true;
        }
        let full = self.per_second * BURST_SECONDS;
        let filled = |left: f64, since: Instant| {
            (left + now.saturating_duration_since(since).as_secs_f64() * self.per_second).min(full)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() > Self::MANY {
            buckets.retain(|_, (left, since)| filled(*left, *since) < full);
        }
        let (left, since) = buckets.entry(caller).or_insert((full, now));
        let tokens = filled(*left, *since);
        let enough = tokens >= 1.0;
        (*left, *since) = (if enough { tokens - 1.0 } else { tokens }, now);
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_may_burst_and_then_waits_for_the_refill() {
        let (limiter, start) = (Limiter::new(10), Instant::now());
        let taken = (0..100).filter(|_| limiter.take(1, start)).count();
        assert_eq!(taken, 50, "five seconds' worth at once");
        assert!(limiter.take(2, start), "another caller has a bucket of its own");
        assert!(!limiter.take(1, start + Duration::from_millis(50)));
        let later = start + Duration::from_secs(1);
        assert_eq!((0..100).filter(|_| limiter.take(1, later)).count(), 10);
        assert!((0..1000).all(|_| Limiter::new(0).take(1, start)), "nought is no limit");
    }

    #[test]
    fn quiet_callers_are_forgotten() {
        let (limiter, start) = (Limiter::new(10), Instant::now());
        for caller in 0..=Limiter::MANY as u64 {
            limiter.take(caller, start);
        }
        limiter.take(0, start + Duration::from_secs(60));
        assert_eq!(limiter.buckets.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn this_machine_is_not_limited_and_others_are() {
        let limits = TrafficLimits { at_once: 1, address_per_second: 100, session_per_second: 1 };
        let traffic = Traffic::new(limits);
        let (here, there) = (Some("127.0.0.1".parse().unwrap()), Some("192.0.2.7".parse().unwrap()));
        assert!((0..1000).all(|_| traffic.admits(here, Some("token"))));
        assert_eq!((0..20).filter(|_| traffic.admits(there, Some("token"))).count(), 5);
        assert!(traffic.admits(there, Some("another")));
        assert_eq!(traffic.turned_away(), 15);
    }

    #[tokio::test]
    async fn more_than_can_be_worked_on_wait_and_are_then_sent_away() {
        let limits = TrafficLimits { at_once: 1, address_per_second: 0, session_per_second: 0 };
        let traffic = Traffic::new(limits);
        let first = traffic.turn().await;
        assert!(first.is_some());
        assert!(traffic.turn().await.is_none());
        drop(first);
        assert!(traffic.turn().await.is_some());
    }
}
