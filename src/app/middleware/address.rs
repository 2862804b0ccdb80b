//! Whose address the ledger keeps. Behind a proxy every connection comes from the proxy, so a trusted one's `X-Forwarded-For` is believed,
//! and nobody else's: whoever could write it freely could hide behind a colleague's desk.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use sqlx::types::ipnetwork::IpNetwork;

use crate::web::state::App;

/// Puts the caller's own address where every reader of the connection's address looks.
pub async fn find(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let trusted = &app.config.trusted_proxies;
    if !trusted.is_empty()
        && let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied()
    {
        let caller = caller(peer.ip(), request.headers(), trusted);
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(caller, peer.port())));
    }
    next.run(request).await
}

/// The last address of the chain that no trusted proxy has; each proxy adds the one it saw at the end.
fn caller(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNetwork]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut nearest = peer.to_canonical();
    if !is_trusted(nearest) {
        return nearest;
    }
    let said: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|v| v.split(','))
        .collect();
    for text in said.into_iter().rev() {
        // What can't be read was not written by a proxy of ours: stop at the last one that vouches for itself.
        let Some(address) = parse(text.trim()) else { break };
        nearest = address;
        if !is_trusted(address) {
            break;
        }
    }
    nearest
}

/// An address, with a port where the proxy adds one.
fn parse(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted: Vec<IpNetwork> = ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"].map(|n| n.parse().unwrap()).into();
        for (peer, said, expected) in [
            // Nobody in between, and somebody who only claims it.
            ("192.0.2.7", &[][..], "192.0.2.7"),
            ("192.0.2.7", &["198.51.100.9"], "192.0.2.7"),
            ("127.0.0.1", &["198.51.100.9"], "198.51.100.9"),
            // What the caller wrote itself stands before what the proxy saw.
            ("127.0.0.1", &["203.0.113.1, 198.51.100.9"], "198.51.100.9"),
            ("10.1.1.1", &["203.0.113.1", "198.51.100.9, 10.2.2.2"], "198.51.100.9"),
            ("127.0.0.1", &["10.3.3.3"], "10.3.3.3"),
            ("127.0.0.1", &["198.51.100.9:4711"], "198.51.100.9"),
            ("fd00::1", &["2001:db8::5"], "2001:db8::5"),
            ("::ffff:127.0.0.1", &["198.51.100.9"], "198.51.100.9"),
            ("127.0.0.1", &["unknown"], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.9, _hidden, 10.2.2.2"], "10.2.2.2"),
            ("127.0.0.1", &[], "127.0.0.1"),
        ] {
            let mut headers = HeaderMap::new();
            for value in said {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            let found = caller(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer} {said:?}");
        }
    }
}
