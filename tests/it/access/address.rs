//! Behind a proxy the ledger keeps the browser's address, and believes nobody else about it (AUD-1).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use custodian::access::Role;
use custodian::app::router;
use custodian::config::Config;
use sqlx::Row;

use crate::support::app::App;
use crate::support::who::Visitor;

/// The address the ledger kept of a request that came over this connection with this header.
async fn kept(app: &App, visitor: &Visitor, peer: &str, forwarded: &str) -> String {
    let request = visitor.request("GET", "/account").header("x-forwarded-for", forwarded);
    let peer: SocketAddr = format!("{peer}:50000").parse().unwrap();
    visitor.send(request.extension(ConnectInfo(peer)).body(Body::empty()).unwrap()).await.ok();
    sqlx::query(
        "select host(address) as address from audit_events where act = 'account.view' order by txid desc limit 1",
    )
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap()
    .get("address")
}

#[tokio::test]
async fn a_trusted_proxy_speaks_for_the_browser_and_a_stranger_does_not() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    assert_eq!(kept(&app, &coder, "127.0.0.1", "198.51.100.9").await, "127.0.0.1", "nobody is trusted unasked");

    let mut state = app.state.clone();
    let config = Config { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..(*state.config).clone() };
    state.config = Arc::new(config);
    let behind = coder.at(router::build(state));
    assert_eq!(kept(&app, &behind, "127.0.0.1", "203.0.113.1, 198.51.100.9").await, "198.51.100.9");
    assert_eq!(kept(&app, &behind, "192.0.2.7", "198.51.100.9").await, "192.0.2.7");
}
