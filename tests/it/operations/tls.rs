//! The server's own TLS, slow senders, and the orderly stop: real sockets.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use custodian::app::listener::serve;
use custodian::app::tls::{Tls, TlsError};
use custodian::config::TlsFiles;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::Folder;
use crate::support::app::App;

fn pem(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/operations/tls").join(name)
}

fn files() -> TlsFiles {
    TlsFiles { cert: pem("cert.pem"), key: pem("key.pem") }
}

struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

async fn start(router: axum::Router, tls: Option<Tls>, finish: Duration) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    Server { address, stop, serving: tokio::spawn(serve(listener, router, tls, stopped, finish)) }
}

fn connector(trusted: &str, versions: &[&'static rustls::SupportedProtocolVersion]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(pem(trusted)).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn ask_securely(address: SocketAddr, connector: &TlsConnector, path: &str) -> std::io::Result<String> {
    let stream = TcpStream::connect(address).await?;
    Ok(ask(connector.connect(ServerName::try_from("localhost").unwrap(), stream).await?, path).await)
}

#[tokio::test]
async fn tls_1_2_and_1_3_are_spoken_with_hsts_and_plain_http_is_not() {
    let app = App::new().await;
    let server = start(app.router.clone(), Some(Tls::open(&files()).unwrap()), Duration::from_secs(5)).await;
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let answer = ask_securely(server.address, &connector("cert.pem", &[version]), "/sign-in").await.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.contains("strict-transport-security: max-age="),
            "{answer}"
        );
    }
    let plain = ask(TcpStream::connect(server.address).await.unwrap(), "/sign-in").await;
    assert!(!plain.contains("HTTP/1.1 200"), "{plain}");
    server.stop.send_replace(true);
    server.serving.await.unwrap();
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_up_and_a_bad_one_is_not() {
    let (app, folder) = (App::new().await, Folder::new());
    let own = TlsFiles { cert: folder.path("cert.pem"), key: folder.path("key.pem") };
    let put = |cert: &str, key: &str| {
        std::fs::copy(pem(cert), &own.cert).unwrap();
        std::fs::copy(pem(key), &own.key).unwrap();
    };
    put("cert.pem", "key.pem");
    let tls = Tls::open(&own).unwrap();
    let server = start(app.router.clone(), Some(tls.clone()), Duration::from_secs(5)).await;
    let old = connector("cert.pem", rustls::ALL_VERSIONS);
    let new = connector("other-cert.pem", rustls::ALL_VERSIONS);
    assert!(ask_securely(server.address, &new, "/health/live").await.is_err());
    put("other-cert.pem", "key.pem");
    assert!(matches!(tls.reload().unwrap_err(), TlsError::Pair(_)));
    assert!(ask_securely(server.address, &old, "/health/live").await.unwrap().contains("live"));
    put("other-cert.pem", "other-key.pem");
    tls.reload().unwrap();
    assert!(ask_securely(server.address, &new, "/health/live").await.unwrap().contains("live"));
    assert!(ask_securely(server.address, &old, "/health/live").await.is_err());
    let missing = TlsFiles { cert: folder.path("none.pem"), ..own };
    assert!(Tls::open(&missing).is_err());
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way_and_cuts_off_what_never_ends() {
    let begun = Arc::new(tokio::sync::Notify::new());
    let (go, wait) = (Arc::new(tokio::sync::Notify::new()), Arc::clone(&begun));
    let (gone, late) = (Arc::clone(&go), Arc::clone(&begun));
    let router = axum::Router::new()
        .route(
            "/slow",
            axum::routing::get(async move || {
                wait.notify_one();
                gone.notified().await;
                "finished"
            }),
        )
        .route(
            "/never",
            axum::routing::get(async move || {
                late.notify_one();
                std::future::pending::<()>().await;
            }),
        );
    let server = start(router.clone(), None, Duration::from_secs(60)).await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let asking = tokio::spawn(ask(stream, "/slow"));
    begun.notified().await;
    server.stop.send_replace(true);
    go.notify_one();
    assert!(asking.await.unwrap().ends_with("finished"));
    server.serving.await.unwrap();
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody new is let in");

    let server = start(router, None, Duration::from_millis(50)).await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let asking = tokio::spawn(ask(stream, "/never"));
    begun.notified().await;
    server.stop.send_replace(true);
    server.serving.await.unwrap();
    assert_eq!(asking.await.unwrap(), "");
}
