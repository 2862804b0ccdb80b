//! TLS of the server's own: TLS 1.2 and 1.3, certificate and key from files that are read again on SIGHUP.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::TlsFiles;

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{path}: {problem}")]
    File { path: PathBuf, problem: String },
    #[error("the certificate and its key do not go together: {0}")]
    Pair(String),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Tls {
    files: Arc<TlsFiles>,
    current: Arc<RwLock<Arc<ServerConfig>>>,
}

impl Tls {
    pub fn open(files: &TlsFiles) -> Result<Self, TlsError> {
        let current = Arc::new(RwLock::new(Arc::new(read(files)?)));
        Ok(Self { files: Arc::new(files.clone()), current })
    }

    /// Reads the files again; connections that are open keep what they have.
    ///
    /// # Errors
    /// [`TlsError`]; the old certificate then stays in use.
    pub fn reload(&self) -> Result<(), TlsError> {
        let fresh = Arc::new(read(&self.files)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let wrong = |path: &PathBuf, problem: String| TlsError::File { path: path.clone(), problem };
    let chain = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(&files.cert, error.to_string()))?;
    if chain.is_empty() {
        return Err(wrong(&files.cert, "it holds no certificate".into()));
    }
    // The parser's own words could quote the file.
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|_| wrong(&files.key, "it holds no private key".into()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| TlsError::Pair(error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
