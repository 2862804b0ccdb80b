//! From stored bytes to something a person can read: text, or a picture of one page.
//!
//! The browser never gets a stored file to interpret. PDF and scans become PNG pictures made here, markup becomes plain structured text, and
//! what can't be shown says why. Stored files come from outside and may be broken or hostile, so each is read on a thread of its own with a
//! deep stack, a few at a time, with caps on pixels, pages and patience; a panic of a decoder is caught and answered like any damage.
//! Nothing is kept afterwards: caches of patient data do not exist.

mod inspect;
mod kind;
mod markup;
mod pdf;
mod picture;
mod text;
mod tiff;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

pub use inspect::{Defect, Inspected, Unfit};
pub use kind::Kind;
pub use text::{Block, BlockKind};

/// A page picture has at most this many pixels, whatever the zoom: 24 million are an A3 sheet at 300 dots an inch.
const MOST_PIXELS: u64 = 24_000_000;
/// A scan is read only if it has at most this many: an A2 sheet at 300 dots an inch.
const MOST_SCANNED_PIXELS: u64 = 110_000_000;
/// Documents with more pages are handed on as files, not paged through.
const MOST_PAGES: u32 = 10_000;
/// Decoders recurse over nested objects; the usual two megabytes overflow on hostile nesting, which would end the whole program.
const STACK: usize = 64 << 20;
/// How wide a page is at 100 %, in CSS pixels: a letter sheet at 96 dots an inch.
const PAGE_WIDTH: f32 = 816.0;

/// Why something can't be shown. The words are for the reader; they say what is safe and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("This kind of file cannot be shown here. It is stored unchanged.")]
    Unsupported,
    #[error(
        "This file is locked with a password, so it cannot be shown. It is stored unchanged; ask its sender for an open copy."
    )]
    Locked,
    #[error("This file is damaged and cannot be shown. It is stored as it was received.")]
    Damaged,
    #[error("This page is damaged and cannot be shown. The other pages may be readable.")]
    PageDamaged,
    #[error("This page is larger than can be shown here. The file is stored unchanged.")]
    TooLarge,
    #[error("This file has more pages than can be shown here. It is stored unchanged.")]
    TooManyPages,
    #[error("This document has no such page.")]
    NoSuchPage,
    #[error("This page took too long to draw. Try again, or a smaller zoom.")]
    TooSlow,
    #[error("Many pages are being drawn right now. Try again in a moment.")]
    Busy,
}

/// What one page of a document looks like before it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    Text { blocks: Vec<Block>, pages: u32 },
    Picture { pages: u32, width: u32, height: u32 },
}

/// A drawn page.
#[derive(Clone)]
pub struct PagePicture {
    pub png: Bytes,
    pub width: u32,
    pub height: u32,
}

/// Per cent of the natural size; only these, so that addresses stay few.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zoom(u16);

impl Zoom {
    pub const STEPS: [u16; 7] = [50, 75, 100, 125, 150, 200, 300];

    /// The nearest step.
    pub fn near(percent: u32) -> Self {
        Self(Self::STEPS.into_iter().min_by_key(|step| u32::from(*step).abs_diff(percent)).unwrap_or(100))
    }

    pub fn percent(self) -> u16 {
        self.0
    }

    pub fn larger(self) -> Option<Self> {
        Self::STEPS.into_iter().find(|step| *step > self.0).map(Self)
    }

    pub fn smaller(self) -> Option<Self> {
        Self::STEPS.into_iter().rev().find(|step| *step < self.0).map(Self)
    }

    fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }
}

impl Default for Zoom {
    fn default() -> Self {
        Self(100)
    }
}

/// Draws pages, a few at a time. Cheap to clone.
#[derive(Clone)]
pub struct Studio {
    desks: Arc<Semaphore>,
    patience: Duration,
}

impl Default for Studio {
    fn default() -> Self {
        let desks = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        Self::new(desks, Duration::from_secs(20))
    }
}

impl Studio {
    /// The one of this program: the machine's cores are what is shared out, however many parts of the house draw.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Studio> = LazyLock::new(Studio::default);
        &SHARED
    }

    /// `desks` pages are drawn at once; nobody waits longer than `patience`.
    pub fn new(desks: usize, patience: Duration) -> Self {
        Self { desks: Arc::new(Semaphore::new(desks)), patience }
    }

    /// What there is to see: the words of a text, or the number and size of the pages.
    ///
    /// # Errors
    /// [`Why`], to be told to the reader.
    pub async fn look(&self, kind: Kind, content: Bytes, page: u32, zoom: Zoom) -> Result<Sight, Why> {
        self.at_a_desk(move || look(kind, &content, page, zoom)).await
    }

    /// Draws one page, counted from 1.
    ///
    /// # Errors
    /// [`Why`], to be told to the reader.
    pub async fn draw(&self, kind: Kind, content: Bytes, page: u32, zoom: Zoom) -> Result<PagePicture, Why> {
        self.at_a_desk(move || draw(kind, &content, page, zoom)).await
    }

    /// How many pages a document has: asked once, when it is filed. `None` for text and for what can't be shown.
    pub async fn count(&self, kind: Kind, content: Bytes) -> Option<i32> {
        let pages = self.at_a_desk(move || pages(kind, &content)).await.ok()?;
        i32::try_from(pages).ok().filter(|pages| *pages > 0)
    }

    /// Whether an uploaded file may come in, and what it is.
    ///
    /// # Errors
    /// [`Unfit`], to be told to who sent it.
    pub async fn inspect(&self, content: Bytes) -> Result<Inspected, Unfit> {
        match self.at_a_desk(move || Ok(inspect::inspect(&content))).await {
            Ok(answer) => answer,
            Err(Why::TooSlow | Why::Busy) => Err(Unfit::TooSlow),
            Err(_) => Err(Unfit::Damaged),
        }
    }

    /// The words of a document, for searching in it; `None` where there are none to be had.
    pub async fn words(&self, kind: Kind, content: Bytes) -> Option<String> {
        self.at_a_desk(move || Ok(inspect::words(kind, &content))).await.ok().flatten()
    }

    async fn at_a_desk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Why> + Send + 'static,
    ) -> Result<T, Why> {
        let waiting = tokio::time::timeout(self.patience, self.desks.clone().acquire_owned());
        let Ok(Ok(desk)) = waiting.await else { return Err(Why::Busy) };
        let (answer, done) = oneshot::channel();
        spawn(desk, move || {
            // The receiver is gone when the reader lost patience; there is nobody left to tell.
            let _ = answer.send(caught(work));
        })?;
        match tokio::time::timeout(self.patience, done).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Why::Damaged),
            Err(_) => Err(Why::TooSlow),
        }
    }
}

/// A text as it may be written on: its characters, whatever the encoding it came in.
pub fn plain(content: &[u8]) -> String {
    text::decode(content)
}

/// A decoder can't be stopped from outside, so its desk stays taken until it ends by itself.
fn spawn(desk: OwnedSemaphorePermit, work: impl FnOnce() + Send + 'static) -> Result<(), Why> {
    let thread = std::thread::Builder::new().name("page".into()).stack_size(STACK);
    thread
        .spawn(move || {
            work();
            drop(desk);
        })
        .map(drop)
        .map_err(|_| Why::Busy)
}

fn caught<T>(work: impl FnOnce() -> Result<T, Why>) -> Result<T, Why> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Why::Damaged))
}

fn look(kind: Kind, content: &Bytes, page: u32, zoom: Zoom) -> Result<Sight, Why> {
    match kind {
        Kind::PlainText => text::page(&text::decode(content), page),
        Kind::Html => text::page(&markup::html(content)?, page),
        Kind::Xml => text::page(&markup::xml(&text::decode(content))?, page),
        Kind::Pdf => pdf::look(content, page, zoom),
        Kind::Png | Kind::Jpeg => {
            single(page).and_then(|()| picture::look(kind, content, zoom)).map(|size| shape(1, size))
        }
        Kind::Tiff => {
            let (pages, one) = tiff::page(content, page)?;
            picture::look(kind, &one, zoom).map(|size| shape(pages, size))
        }
        Kind::Other => Err(Why::Unsupported),
    }
}

fn draw(kind: Kind, content: &Bytes, page: u32, zoom: Zoom) -> Result<PagePicture, Why> {
    match kind {
        Kind::Pdf => pdf::draw(content, page, zoom),
        Kind::Png | Kind::Jpeg => single(page).and_then(|()| picture::draw(kind, content, zoom)),
        Kind::Tiff => picture::draw(kind, &tiff::page(content, page)?.1, zoom),
        Kind::PlainText | Kind::Html | Kind::Xml | Kind::Other => Err(Why::Unsupported),
    }
}

fn pages(kind: Kind, content: &Bytes) -> Result<u32, Why> {
    match kind {
        Kind::Pdf => pdf::pages(content),
        Kind::Png | Kind::Jpeg => Ok(1),
        Kind::Tiff => tiff::pages(content),
        Kind::PlainText | Kind::Html | Kind::Xml | Kind::Other => Err(Why::Unsupported),
    }
}

fn single(page: u32) -> Result<(), Why> {
    if page == 1 { Ok(()) } else { Err(Why::NoSuchPage) }
}

fn shape(pages: u32, (width, height): (u32, u32)) -> Sight {
    Sight::Picture { pages, width, height }
}

#[cfg(test)]
mod tests;
