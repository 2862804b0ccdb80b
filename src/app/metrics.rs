//! `/metrics`: figures for the monitoring system, in Prometheus' text format. Counts and times only; route patterns, never addresses.

use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;

use axum::Extension;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use subtle::ConstantTimeEq as _;

use crate::access::gate::{Figure, PoolUse};
use crate::web::state::App;

type Value = Gauge<f64, AtomicU64>;

const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub async fn show(
    State(app): State<App>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Response {
    let address = from.map(|Extension(ConnectInfo(peer))| peer.ip());
    // A proxy on this machine brings callers from anywhere; one that was named as trusted has been looked behind already.
    let here = address.is_some_and(|address| address.to_canonical().is_loopback())
        && (!headers.contains_key("x-forwarded-for") || !app.config.trusted_proxies.is_empty());
    if !here && !has_token(&app, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let figures = app.gate.figures().await.ok();
    let registry = now(&app, app.gate.pool_use(), figures);
    let mut text = String::new();
    let encoded = encode_registry(&mut text, app.traffic.registry())
        .and_then(|()| encode_registry(&mut text, &registry))
        .and_then(|()| encode_eof(&mut text));
    match encoded {
        Ok(()) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn has_token(app: &App, headers: &HeaderMap) -> bool {
    let Some(token) = &app.config.metrics_token else { return false };
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    given.is_some_and(|given| given.as_bytes().ct_eq(token.reveal().as_bytes()).into())
}

/// What is asked anew at each scrape.
fn now(app: &App, pool: PoolUse, figures: Option<Vec<Figure>>) -> Registry {
    let mut registry = Registry::with_prefix("custodian");
    let mut gauge = |name: &str, help: &str, value: f64| {
        let gauge = Value::default();
        gauge.set(value);
        registry.register(name, help, gauge);
    };
    gauge("database_up", "Whether the database answered this scrape", f64::from(u8::from(figures.is_some())));
    gauge("database_connections", "Connections of this server to the database", f64::from(pool.open));
    gauge("database_connections_idle", "Connections that nobody uses", f64::from(pool.idle));
    gauge("database_connections_limit", "Connections this server may open", f64::from(pool.most));
    gauge("turned_away", "Requests sent away because there were too many", app.traffic.turned_away() as f64);
    gauge("draining", "Whether the server is about to stop", f64::from(u8::from(app.traffic.is_draining())));
    let tasks = Family::<[(&'static str, String); 1], Value>::default();
    for Figure { name, label, figure } in figures.unwrap_or_default() {
        match (name.as_str(), label) {
            ("ledger_leaves", _) => gauge("ledger_events", "Sealed events of the access log", figure),
            ("seal_backlog", _) => gauge("seal_backlog", "Events that await their seal", figure),
            ("seal_lag", _) => gauge("seal_lag_seconds", "How long the oldest of them has waited", figure),
            ("sessions", _) => gauge("sessions", "Open sessions", figure),
            ("backup_age", _) => gauge("backup_age_seconds", "Time since the last backup", figure),
            ("tasks", Some(kind)) => {
                tasks.get_or_create(&[("kind", kind)]).set(figure);
            }
            _ => {}
        }
    }
    registry.register("tasks_waiting", "Open tasks, by kind", tasks);
    registry
}
