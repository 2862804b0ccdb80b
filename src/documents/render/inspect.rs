//! What an uploaded file is, by its own bytes, and whether it may come in (DOC-19). Names and labels are not believed.
//!
//! Refused: kinds the record doesn't hold, locked and unreadable files, pictures beyond what can be shown, and PDFs that would do something
//! when opened. Kept and marked: readable files with a fault, such as a page that can't be drawn; they don't go into a release.

use bytes::Bytes;
use lopdf::{Dictionary, Document, Object};

use super::{Kind, Why, Zoom, pdf, picture, tiff};

/// Pages looked at one by one; a longer file is judged by these.
const PAGES_LOOKED_AT: u32 = 500;
/// How deep objects may lie in each other before the search for active content ends there.
const DEEPEST: u8 = 40;
const LARGEST_STREAM: usize = 64 << 20;
/// Enough for a very long note; PostgreSQL's index of words ends at a megabyte.
const MOST_WORDS: usize = 250_000;

/// Why a file is not taken in, in words for who sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("The file is empty.")]
    Empty,
    #[error("This kind of file is not kept here. Send a PDF, PNG, JPEG, TIFF or plain text file.")]
    Kind,
    #[error("The PDF is locked with a password. Ask its sender for an open copy.")]
    Locked,
    #[error("The file is damaged and cannot be read. Scan it again, or ask its sender for a new copy.")]
    Damaged,
    #[error("The PDF holds {0}, which could act when it is opened. Print it to a new PDF and send that.")]
    Active(&'static str),
    #[error("The picture is too large to be shown (more than 110 million pixels). Scan at 300 dots an inch or less.")]
    TooLarge,
    #[error("The file has more than 10,000 pages. Send it in parts.")]
    TooManyPages,
    #[error("The file took too long to read. Send it in smaller parts, or try again in a moment.")]
    TooSlow,
}

/// A fault of a file that is kept all the same; it keeps the version out of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The end is missing, or parts had to be found by searching.
    Damaged,
    MissingFont(u32),
    BadPage(u32),
}

impl Defect {
    /// The word stored in the database.
    pub fn word(&self) -> String {
        match self {
            Defect::Damaged => "damaged".into(),
            Defect::MissingFont(page) => format!("missing-font:{page}"),
            Defect::BadPage(page) => format!("bad-page:{page}"),
        }
    }

    /// What people read for a stored word.
    pub fn words(word: &str) -> String {
        match word.split_once(':') {
            Some(("missing-font", page)) => format!("Page {page} names a typeface the file does not hold"),
            Some(("bad-page", page)) => format!("Page {page} cannot be drawn"),
            _ => "Parts of the file are missing or damaged".into(),
        }
    }
}

/// A file that may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    pub kind: Kind,
    pub content_type: &'static str,
    pub pages: Option<i32>,
    pub defects: Vec<Defect>,
}

pub(super) fn inspect(content: &Bytes) -> Result<Inspected, Unfit> {
    let kind = sniff(content)?;
    let (content_type, pages, defects) = match kind {
        Kind::Pdf => {
            let (pages, defects) = portable(content)?;
            ("application/pdf", Some(pages), defects)
        }
        Kind::Tiff => {
            let (pages, defects) = scan(content)?;
            ("image/tiff", Some(pages), defects)
        }
        Kind::Png | Kind::Jpeg => {
            picture::draw(kind, content, Zoom::near(50)).map_err(unfit)?;
            (if kind == Kind::Png { "image/png" } else { "image/jpeg" }, Some(1), Vec::new())
        }
        _ => ("text/plain", None, Vec::new()),
    };
    Ok(Inspected { kind, content_type, pages: pages.and_then(|pages| i32::try_from(pages).ok()), defects })
}

/// What the bytes are; plain text is what has no control characters and no better name.
fn sniff(content: &[u8]) -> Result<Kind, Unfit> {
    if content.is_empty() {
        return Err(Unfit::Empty);
    }
    if let kind @ (Kind::Pdf | Kind::Png | Kind::Jpeg | Kind::Tiff) = Kind::of("", content) {
        return Ok(kind);
    }
    // A sender's system may put a line or two before the PDF itself (PDF 32000-1, annex H.3.4.1).
    if find(&content[..content.len().min(1024)], b"%PDF-").is_some() {
        return Ok(Kind::Pdf);
    }
    let wide = matches!(content, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let control = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1f | 0x7f);
    let plain = if wide { content.len() > 3 } else { !content.iter().any(control) };
    if plain && !content.starts_with(b"{\\rtf") { Ok(Kind::PlainText) } else { Err(Unfit::Kind) }
}

fn find(content: &[u8], wanted: &[u8]) -> Option<usize> {
    content.windows(wanted.len()).position(|window| window == wanted)
}

fn unfit(why: Why) -> Unfit {
    match why {
        Why::Locked => Unfit::Locked,
        Why::TooLarge => Unfit::TooLarge,
        Why::TooManyPages => Unfit::TooManyPages,
        Why::TooSlow | Why::Busy => Unfit::TooSlow,
        Why::Unsupported | Why::Damaged | Why::PageDamaged | Why::NoSuchPage => Unfit::Damaged,
    }
}

/// A TIFF of many pages: one bad page is marked, none readable is refused.
fn scan(content: &Bytes) -> Result<(u32, Vec<Defect>), Unfit> {
    let pages = tiff::pages(content).map_err(unfit)?;
    let mut defects = Vec::new();
    for number in 1..=pages.min(PAGES_LOOKED_AT) {
        let drawn = tiff::page(content, number).and_then(|(_, one)| picture::draw(Kind::Tiff, &one, Zoom::near(50)));
        match drawn {
            Ok(_) => {}
            Err(Why::TooLarge) => return Err(Unfit::TooLarge),
            Err(_) => defects.push(Defect::BadPage(number)),
        }
    }
    if defects.len() as u32 == pages.min(PAGES_LOOKED_AT) { Err(Unfit::Damaged) } else { Ok((pages, defects)) }
}

/// A PDF must be readable by two readers, hold nothing that acts, and is marked where they disagree or had to repair.
fn portable(content: &Bytes) -> Result<(u32, Vec<Defect>), Unfit> {
    let pages = pdf::pages(content).map_err(unfit)?;
    let document = load(content)?;
    if let Some(what) = document.objects.values().find_map(|object| active(object, 0)) {
        return Err(Unfit::Active(what));
    }
    let found = document.get_pages();
    let mut defects = Vec::new();
    if document.xref_recovery.is_some()
        || !has_end(content)
        || found.len() as u32 != pages
        || count(&document) != Some(pages)
    {
        defects.push(Defect::Damaged);
    }
    for (number, page) in found.into_iter().take(PAGES_LOOKED_AT as usize) {
        if !contents_resolve(&document, page) {
            defects.push(Defect::BadPage(number));
        } else if !fonts_resolve(&document, page) {
            defects.push(Defect::MissingFont(number));
        }
    }
    Ok((pages, defects))
}

fn load(content: &[u8]) -> Result<Document, Unfit> {
    let options = lopdf::LoadOptions { max_decompressed_size: Some(LARGEST_STREAM), ..lopdf::LoadOptions::default() };
    match Document::load_mem_with_options(content, options) {
        Ok(document) if document.is_encrypted() => Err(Unfit::Locked),
        Ok(document) => Ok(document),
        Err(_) => Err(Unfit::Damaged),
    }
}

/// The end of a whole file: `startxref`, a place that holds a cross-reference, `%%EOF`.
fn has_end(content: &[u8]) -> bool {
    let tail = &content[content.len().saturating_sub(2048)..];
    let (Some(end), Some(start)) = (last(tail, b"%%EOF"), last(tail, b"startxref")) else { return false };
    let number: String = tail[start + 9..]
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take_while(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    let shift = find(&content[..content.len().min(1024)], b"%PDF-").unwrap_or(0);
    let Some(place) =
        number.parse::<usize>().ok().and_then(|at| at.checked_add(shift)).and_then(|at| content.get(at..))
    else {
        return false;
    };
    end > start && (place.starts_with(b"xref") || place.first().is_some_and(u8::is_ascii_digit))
}

fn last(content: &[u8], wanted: &[u8]) -> Option<usize> {
    content.windows(wanted.len()).rposition(|window| window == wanted)
}

/// How many pages the root of the page tree says there are.
fn count(document: &Document) -> Option<u32> {
    let pages = document.catalog().ok()?.get(b"Pages").ok()?;
    let pages = resolve(document, pages)?.as_dict().ok()?;
    u32::try_from(resolve(document, pages.get(b"Count").ok()?)?.as_i64().ok()?).ok()
}

fn resolve<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

fn contents_resolve(document: &Document, page: lopdf::ObjectId) -> bool {
    let Ok(page) = document.get_dictionary(page) else { return false };
    let Ok(contents) = page.get(b"Contents") else { return true };
    match resolve(document, contents) {
        Some(Object::Array(parts)) => {
            parts.iter().all(|part| matches!(resolve(document, part), Some(Object::Stream(_))))
        }
        Some(Object::Stream(_)) => true,
        _ => false,
    }
}

fn fonts_resolve(document: &Document, page: lopdf::ObjectId) -> bool {
    let Ok((direct, inherited)) = document.get_page_resources(page) else { return false };
    let inherited = inherited.into_iter().filter_map(|id| document.get_dictionary(id).ok());
    direct.into_iter().chain(inherited).all(|resources| match resources.get(b"Font") {
        Err(_) => true,
        Ok(fonts) => resolve(document, fonts).and_then(|fonts| fonts.as_dict().ok()).is_some_and(|fonts| {
            fonts.iter().all(|(_, font)| {
                resolve(document, font).and_then(|font| font.as_dict().ok()).is_some_and(|font| font.has(b"Subtype"))
            })
        }),
    })
}

/// What in an object would do something, in the reader's words.
fn active(object: &Object, depth: u8) -> Option<&'static str> {
    if depth > DEEPEST {
        return None;
    }
    match object {
        Object::Dictionary(dictionary) => active_in(dictionary, depth),
        Object::Stream(stream) => active_in(&stream.dict, depth),
        Object::Array(parts) => parts.iter().find_map(|part| active(part, depth + 1)),
        _ => None,
    }
}

fn active_in(dictionary: &Dictionary, depth: u8) -> Option<&'static str> {
    for (key, value) in dictionary {
        let name = value.as_name().unwrap_or_default();
        let what = match (key.as_slice(), name) {
            (b"JS", _) | (b"S", b"JavaScript") => Some("a script"),
            (b"S", b"Launch") => Some("a command to start another program"),
            (b"S", b"SubmitForm" | b"ImportData") => Some("a form that sends or fetches data"),
            (b"S", b"GoToE" | b"RichMediaExecute" | b"Rendition" | b"Movie" | b"Sound") => {
                Some("a film, sound or hidden document")
            }
            (b"Subtype", b"RichMedia" | b"3D" | b"Screen" | b"Movie" | b"Sound") => Some("a film, sound or model"),
            (b"Subtype", b"FileAttachment") | (b"EmbeddedFiles" | b"EF", _) => Some("another file inside"),
            (b"XFA", _) => Some("an XFA form"),
            _ => None,
        };
        if what.is_some() {
            return what;
        }
    }
    dictionary.iter().find_map(|(_, value)| active(value, depth + 1))
}

/// The words of a document, for searching in it; none where there are none to be had (scans).
pub(super) fn words(kind: Kind, content: &Bytes) -> Option<String> {
    let text = match kind {
        Kind::PlainText => super::text::decode(content),
        Kind::Html => super::markup::html(content).ok()?,
        Kind::Xml => super::markup::xml(&super::text::decode(content)).ok()?,
        Kind::Pdf => {
            let document = load(content).ok()?;
            let pages: Vec<u32> = document.get_pages().into_keys().take(PAGES_LOOKED_AT as usize).collect();
            // Pages one by one, so that one that can't be read doesn't take the others with it.
            let pages = document.extract_text_chunks_with_limit(&pages, LARGEST_STREAM);
            pages.into_iter().filter_map(Result::ok).collect::<Vec<_>>().join("\n")
        }
        Kind::Png | Kind::Jpeg | Kind::Tiff | Kind::Other => return None,
    };
    let text: String = text
        .chars()
        .filter(|character| !character.is_control() || matches!(character, '\n' | '\t'))
        .take(MOST_WORDS)
        .collect();
    (!text.trim().is_empty()).then_some(text)
}
