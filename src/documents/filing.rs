//! Putting content away before a row speaks of it: the bytes into the store, the pages counted once.

use super::model::{Content, Filed};
use super::render::{Kind, Studio};
use crate::access::Result;
use crate::blobs::Blobs;

/// Stores content and counts its pages. Call it before the transaction that files the document: a crash in between leaves an object nobody
/// names, never a row without its bytes.
///
/// # Errors
/// [`crate::access::Error::Unavailable`] when the store is away, `Invalid` when the content is too large.
pub async fn store(blobs: &Blobs, content: Content) -> Result<Filed> {
    let stored = blobs.put(content.bytes.clone()).await?;
    let kind = Kind::of(&content.content_type, &content.bytes);
    let pages = match kind {
        Kind::Pdf | Kind::Tiff => Studio::shared().count(kind, content.bytes).await,
        Kind::Png | Kind::Jpeg => Some(1),
        Kind::PlainText | Kind::Html | Kind::Xml | Kind::Other => None,
    };
    Ok(Filed { content_type: content.content_type, stored, pages })
}
