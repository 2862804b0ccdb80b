//! Takes connections and answers them: with TLS or without, with an end to slow senders, and with an orderly stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, HeaderValue, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::tls::Tls;

/// Whoever sends a request's head, or shakes hands, more slowly than this is no browser.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
/// Open connections; further ones wait in the kernel's queue.
const CONNECTIONS: usize = 4096;

/// Serves until `stopped` changes, then lets requests under way finish for as long as `finish`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tls: Option<Tls>,
    mut stopped: watch::Receiver<bool>,
    finish: Duration,
) {
    let (graceful, room) = (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS)));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            Some(_) = connections.join_next() => continue,
            _ = stopped.wait_for(|stopped| *stopped) => break,
        };
        let Some((stream, peer, place)) = accepted else { continue };
        let (router, tls, watcher) = (router.clone(), tls.clone(), graceful.watcher());
        connections.spawn(async move {
            answer(stream, peer, router, tls, watcher).await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(finish, graceful.shutdown()).await.is_err() {
        tracing::warn!(seconds = finish.as_secs(), "requests were still under way at the deadline, and are cut off");
    }
    connections.shutdown().await;
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            // Out of file handles, mostly: it passes, and trying at once only heats the machine.
            tracing::warn!(%error, "a connection could not be taken");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, tls: Option<Tls>, watcher: Watcher) {
    stream.set_nodelay(true).ok();
    match tls {
        None => talk(stream, peer, router, false, watcher).await,
        Some(tls) => match tokio::time::timeout(HANDSHAKE_PATIENCE, tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => talk(stream, peer, router, true, watcher).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        },
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: SocketAddr,
    router: Router,
    secure: bool,
    watcher: Watcher,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        if secure {
            // What a proxy in front would say; cookies and HSTS go by it.
            request
                .headers_mut()
                .insert(HeaderName::from_static("x-forwarded-proto"), HeaderValue::from_static("https"));
        }
        router.clone().oneshot(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE).max_headers(64);
    let connection = http.serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
