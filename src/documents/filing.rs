//! Putting content away before a row speaks of it: the bytes into the store, the pages counted once.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::model::{Content, Filed};
use super::render::{Defect, Kind, Studio};
use crate::access::{Error, Result};
use crate::blobs::Blobs;

/// Stores content and counts its pages. Call it before the transaction that files the document: a crash in between leaves an object nobody
/// names, never a row without its bytes.
///
/// # Errors
/// [`crate::access::Error::Unavailable`] when the store is away, `Invalid` when the content is too large.
pub async fn store(blobs: &Blobs, content: Content) -> Result<Filed> {
    let stored = blobs.put(content.bytes.clone()).await?;
    let kind = Kind::of(&content.content_type, &content.bytes);
    let text = match kind {
        // Most PDFs of a scanner hold no words, and looking costs a desk; uploads are asked, imports are not.
        Kind::Pdf => None,
        kind => words(kind, content.bytes.clone()).await,
    };
    let pages = match kind {
        Kind::Pdf | Kind::Tiff => Studio::shared().count(kind, content.bytes).await,
        Kind::Png | Kind::Jpeg => Some(1),
        Kind::PlainText | Kind::Html | Kind::Xml | Kind::Other => None,
    };
    Ok(Filed { content_type: content.content_type, stored, pages, text, defects: Vec::new() })
}

/// Takes in a file somebody sent: looked into (DOC-19), scanned by the site's own program where one is set, and stored as it came.
///
/// # Errors
/// [`crate::access::Error::Invalid`] with words for the sender when it is not fit or the store is full; `Unavailable` when the store is away.
pub async fn receive(blobs: &Blobs, scanner: Option<&Path>, content: Bytes) -> Result<Filed> {
    let inspected =
        Studio::shared().inspect(content.clone()).await.map_err(|unfit| Error::Invalid(unfit.to_string()))?;
    scan(scanner, &content).await?;
    let text = words(inspected.kind, content.clone()).await;
    let stored = blobs.put(content).await?;
    let defects = inspected.defects.iter().map(Defect::word).collect();
    Ok(Filed::kept(stored, inspected.content_type.into(), inspected.pages, text, defects))
}

/// How long a scanner may take for one file.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks the site's malware scanner: the file on its input, 0 for clean, anything else for not. No program set, no scan, and `custodian config`
/// says so.
async fn scan(scanner: Option<&Path>, content: &Bytes) -> Result<()> {
    let Some(scanner) = scanner else { return Ok(()) };
    let away = |what: &'static str| {
        tracing::error!(scanner = %scanner.display(), what, "malware scanner");
        Error::Invalid(
            "The malware scanner does not answer, so nothing was taken in. Tell the system administrator.".into(),
        )
    };
    let mut child = Command::new(scanner)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|_| away("can't be started"))?;
    let answer = async {
        if let Some(mut input) = child.stdin.take() {
            // A scanner that has seen enough closes its input early; its answer counts.
            let _ = input.write_all(content).await;
            drop(input);
        }
        child.wait().await
    };
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(_)) => Err(Error::Invalid("The malware scanner found this file dangerous. It was not taken in.".into())),
        Ok(Err(_)) => Err(away("failed")),
        Err(_) => Err(away("took too long")),
    }
}

/// The words of a document, for searching in the chart.
pub async fn words(kind: Kind, content: Bytes) -> Option<String> {
    match kind {
        Kind::PlainText | Kind::Html | Kind::Xml | Kind::Pdf => Studio::shared().words(kind, content).await,
        Kind::Png | Kind::Jpeg | Kind::Tiff | Kind::Other => None,
    }
}
