//! Too many requests, a server about to stop, and the figures for whoever watches.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use custodian::access::Role;
use custodian::app::router;
use custodian::config::TrafficLimits;
use custodian::web::traffic::Traffic;

use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

async fn from(visitor: &Visitor, address: &str, path: &str, headers: &[(&str, &str)]) -> Page {
    let mut request = visitor.request("GET", path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address.parse().unwrap(), 4711)));
    visitor.send(request).await
}

#[tokio::test]
async fn one_session_can_t_take_the_whole_server() {
    let mut app = App::new().await;
    let limits = TrafficLimits { at_once: 8, address_per_second: 100, session_per_second: 1 };
    app.state.traffic = Traffic::new(limits);
    app.router = router::build(app.state.clone());
    let (one, other) = (app.person(Role::Clerk).await, app.person(Role::Clerk).await);
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(from(&one, "192.0.2.7", "/account", &[]).await.status.as_u16());
    }
    assert_eq!(statuses[..5], [200; 5], "a burst is no flood");
    let page = from(&one, "192.0.2.7", "/account", &[]).await;
    assert_eq!((page.status, page.headers["retry-after"].to_str().unwrap()), (StatusCode::TOO_MANY_REQUESTS, "5"));
    page.shows("in a few seconds");
    assert_eq!(from(&other, "192.0.2.7", "/account", &[]).await.status, StatusCode::OK);
    assert_eq!(from(&one, "127.0.0.1", "/account", &[]).await.status, StatusCode::OK, "this machine is not counted");
    assert_eq!(from(&one, "192.0.2.7", "/health/live", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn more_than_can_be_worked_on_is_told_to_come_again() {
    let mut app = App::new().await;
    app.state.traffic = Traffic::new(TrafficLimits { at_once: 1, address_per_second: 0, session_per_second: 0 });
    app.router = router::build(app.state.clone());
    let clerk = app.person(Role::Clerk).await;
    let turn = app.state.traffic.turn().await;
    let page = clerk.get("/account").await;
    assert_eq!((page.status, page.headers["retry-after"].to_str().unwrap()), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    drop(turn);
    clerk.get("/account").await.ok();
}

#[tokio::test]
async fn a_server_about_to_stop_is_alive_and_not_ready() {
    let app = App::new().await;
    let nobody = app.anonymous();
    assert_eq!(nobody.get("/health/ready").await.status, StatusCode::OK);
    app.state.traffic.drain();
    assert_eq!(nobody.get("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(nobody.get("/health/live").await.status, StatusCode::OK);
    nobody.get("/sign-in").await.ok();
}

#[tokio::test]
async fn figures_are_for_this_machine_or_a_token_and_name_nobody() {
    let mut app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let clerk = app.person(Role::Clerk).await;
    app.made().task(patient, "retrieval", clerk.staff.unwrap()).await;
    clerk.get(&format!("/patients/{patient}")).await;
    let nobody = app.anonymous();
    assert_eq!(from(&nobody, "192.0.2.7", "/metrics", &[]).await.status, StatusCode::NOT_FOUND);
    let through_a_proxy = [("x-forwarded-for", "198.51.100.9")];
    assert_eq!(from(&nobody, "127.0.0.1", "/metrics", &through_a_proxy).await.status, StatusCode::NOT_FOUND);
    assert_eq!(nobody.get("/metrics").await.status, StatusCode::NOT_FOUND, "an unknown address is no address of ours");

    let (page, rows) = app.ledger_of(from(&nobody, "127.0.0.1", "/metrics", &[])).await;
    assert!(rows.is_empty(), "a scrape leaves no event");
    let figures = page.ok().body;
    for line in [
        "custodian_database_up 1",
        "custodian_tasks_waiting{kind=\"retrieval\"} 1",
        "custodian_sessions ",
        "route=\"/patients/{id}\"",
        "custodian_seal_backlog ",
        "custodian_ledger_events 0",
        "custodian_database_connections_limit 5",
        "custodian_request_seconds_bucket{",
        "# EOF",
    ] {
        assert!(figures.contains(line), "{line}: {figures}");
    }
    assert!(!figures.to_lowercase().contains("quillfeather") && !figures.contains(&patient.to_string()));

    let mut config = (*app.state.config).clone();
    let arguments = ["test", "--metrics-token", "s3cret", "--data-dir", "/nowhere", "--database-url", ""];
    config.metrics_token = crate::support::app::config(&arguments).metrics_token;
    app.state.config = std::sync::Arc::new(config);
    app.router = router::build(app.state.clone());
    let nobody = app.anonymous();
    for (token, status) in [("Bearer s3cret", 200), ("Bearer s3cre", 404), ("s3cret", 404)] {
        let page = from(&nobody, "192.0.2.7", "/metrics", &[("authorization", token)]).await;
        assert_eq!(page.status.as_u16(), status, "{token}");
    }
}

#[tokio::test]
async fn hsts_is_said_through_tls_only() {
    let app = App::new().await;
    let nobody = app.anonymous();
    assert!(!nobody.get("/sign-in").await.headers.contains_key("strict-transport-security"));
    let page = from(&nobody, "192.0.2.7", "/sign-in", &[("x-forwarded-proto", "https")]).await;
    assert!(page.headers.contains_key("strict-transport-security"));
}
