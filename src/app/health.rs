//! For load balancers: is the process up, and can it serve?

use axum::extract::State;
use axum::http::StatusCode;

use crate::web::routes::Routes;
use crate::web::state::App;

pub fn routes() -> Routes {
    Routes::new().open("/health/live", live).open("/health/ready", ready).open("/metrics", super::metrics::show)
}

async fn live() -> &'static str {
    "live\n"
}

async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.traffic.is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "about to stop\n");
    }
    match app.gate.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
