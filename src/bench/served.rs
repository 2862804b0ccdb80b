//! Servers under measurement: real HTTP on the loopback, in threads of their own, so that their processor time is told apart from the clients'.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::cpu;
use super::error::Result;
use crate::access::Act;
use crate::app::router;
use crate::app::server::{Running, ServerError};
use crate::base::clock::Clock;
use crate::base::id::PatientId;
use crate::config::Config;
use crate::patients::store::header::header;
use crate::web::error::WebResult;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

/// The name of the servers' threads.
const THREADS: &str = "bench-served";

/// What answers.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// The application, with one page more: [`looked_up`].
    Application,
    /// A bare page that asks the database for nothing: one `select 1` through a pool like the application's.
    SelectOne,
}

/// One row by its primary key, through the whole of the application: HTTP, session, gate, event. As text, so that it is the least such a look can cost.
pub fn looked_up(patient: PatientId) -> String {
    format!("/bench/lookup/{patient}")
}

async fn look_up(State(app): State<App>, viewer: Viewer, Path(id): Path<PatientId>) -> WebResult<Response> {
    let found = app.gate.chart(&viewer, Act::ViewChart, id, async |chart| header(chart).await).await?;
    Ok(found.name().into_response())
}

async fn select_one(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.gate.ping().await {
        Ok(()) => (StatusCode::OK, "1\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "0\n"),
    }
}

pub struct Served {
    pub address: SocketAddr,
    runtime: Runtime,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServerError>>,
}

impl Served {
    /// Opens the house of `config` once more, with a pool of its own, and serves it.
    pub async fn start(config: &Config, what: What) -> Result<Self> {
        let runtime = Builder::new_multi_thread().enable_all().thread_name(THREADS).build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let (announce, announced) = oneshot::channel();
        let config = config.clone();
        let served = runtime.spawn(async move {
            let mut running = Running::open(config, Clock::system()).await?;
            running.app.demo = true;
            let app = running.app.clone();
            let router = match what {
                What::Application => {
                    router::with(app, Routes::new().get("/bench/lookup/{id}", Act::ViewChart, look_up))
                }
                What::SelectOne => Router::new().route("/", get(select_one)).with_state(app),
            };
            let tell = |address| {
                let _ = announce.send(address);
            };
            running
                .serve_until(router, tell, async {
                    stopped.await.ok();
                })
                .await
        });
        match announced.await {
            Ok(address) => Ok(Self { address, runtime, stop, served }),
            Err(_) => {
                let failed = served.await?;
                runtime.shutdown_background();
                failed?;
                Err(super::Error::Speech("the server ended before it began"))
            }
        }
    }

    /// Processor time of all servers so far.
    pub fn cpu() -> Option<Duration> {
        cpu::of_threads(THREADS)
    }

    /// Stops it in order: requests under way are finished, events sealed.
    pub async fn stop(self) -> Result<()> {
        let _ = self.stop.send(());
        let served = self.served.await;
        self.runtime.shutdown_background();
        Ok(served??)
    }
}
