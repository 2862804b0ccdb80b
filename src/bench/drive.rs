//! Many clients at once, each asking for the next page as soon as the last one is there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::client::Client;
use super::error::Result;
use super::figures::{Figures, micros};

/// How hard, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub clients: usize,
    pub lasts: Duration,
}

impl Load {
    /// What goes before, uncounted: connections open, statements are prepared, pages are in memory.
    #[must_use]
    pub fn warm_up(self) -> Self {
        Self { lasts: (self.lasts / 4).min(Duration::from_secs(3)), ..self }
    }
}

/// Asks `address` for `paths`, in turn, each client from a place of its own; `cookies` are shared out among the clients.
pub async fn drive(address: SocketAddr, cookies: &[String], paths: &Arc<[String]>, load: Load) -> Result<Figures> {
    let begun = Instant::now();
    let until = begun + load.lasts;
    let clients: Vec<_> = (0..load.clients)
        .map(|number| {
            let cookie = cookies.get(number % cookies.len().max(1)).cloned().unwrap_or_default();
            let first = number * paths.len() / load.clients;
            tokio::spawn(ask(address, cookie, Arc::clone(paths), first, until))
        })
        .collect();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    Ok(Figures::of(times, begun.elapsed()))
}

async fn ask(
    address: SocketAddr,
    cookie: String,
    paths: Arc<[String]>,
    first: usize,
    until: Instant,
) -> Result<Vec<u32>> {
    let mut client = Client::open(address, &cookie).await?;
    let mut times = Vec::new();
    for path in paths.iter().cycle().skip(first) {
        let begun = Instant::now();
        if begun >= until {
            break;
        }
        client.page(path).await?;
        times.push(micros(begun.elapsed()));
    }
    Ok(times)
}
