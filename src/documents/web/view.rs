//! Looking at one document. Each request is one read and one event; a page's picture is a request of its own and says which page it was.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;

use super::super::model::{Listed, Version};
use super::super::pages::{Action, Middle, PrintPage, Sheet, ViewerPage};
use super::super::render::{Kind, Sight, Studio, Why, Zoom};
use super::super::rules;
use super::super::store::{self, Opened};
use super::super::urls::{self, View};
use super::doer;
use crate::access::policy::{DataClass, matrix};
use crate::access::{Act, Chart, Remarks, Result, Ticket};
use crate::base::id::DocumentId;
use crate::blobs::BlobError;
use crate::patients::header::Header;
use crate::patients::store::header::header as patient_header;
use crate::web::error::{WebError, WebResult};
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

/// Documents named beside the open one; the chart's own list has them all.
const NEIGHBOURS: i64 = 200;
/// Pages of pictures one print holds. Each is a request, and an event, of its own.
const PRINTED_PAGES: u32 = 40;

/// What an address may say of how the page is looked at. Anything else than numbers is refused by the router.
#[derive(Clone, Copy, Deserialize)]
pub struct Looking {
    page: Option<u32>,
    zoom: Option<u32>,
    turn: Option<u32>,
    version: Option<i32>,
}

impl Looking {
    fn view(self) -> View {
        View {
            page: self.page.unwrap_or(1).max(1),
            zoom: self.zoom.map(Zoom::near),
            turn: (self.turn.unwrap_or(0) / 90 % 4 * 90) as u16,
        }
    }
}

/// What a document's event says beside who and what.
pub(super) fn remarks(version: Option<i32>, page: Option<u32>, form: &str) -> Remarks {
    let mut detail = json!({ "form": form });
    if let Some(version) = version {
        detail["version"] = version.into();
    }
    if let Some(page) = page {
        detail["page"] = page.into();
    }
    Remarks { detail: Some(detail), ..Remarks::none() }
}

pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Query(looking): Query<Looking>,
) -> WebResult<Response> {
    view(&app, &viewer, id, None, looking.view()).await
}

pub async fn version(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, number)): Path<(DocumentId, i32)>,
    Query(looking): Query<Looking>,
) -> WebResult<Response> {
    view(&app, &viewer, id, Some(number), looking.view()).await
}

/// What one look at a document takes out of the chart.
struct Read {
    header: Header,
    opened: Opened,
    ticket: Ticket,
    list: Vec<Listed>,
    sees_amendments: bool,
}

async fn read(chart: &mut Chart<'_>, id: DocumentId, version: Option<i32>) -> Result<Read> {
    let header = patient_header(chart).await?;
    let (opened, ticket) = store::open(chart, id, version).await?;
    let list = store::list(chart, &store::Page::first(NEIGHBOURS)).await?;
    Ok(Read { header, opened, ticket, list, sees_amendments: chart.sight().amendments })
}

async fn view(app: &App, viewer: &Viewer, id: DocumentId, version: Option<i32>, view: View) -> WebResult<Response> {
    let remarks = remarks(version, Some(view.page), "view");
    let read = app
        .gate
        .chart_with(viewer, Act::OpenDocument, id, remarks, async |chart| read(chart, id, version).await)
        .await?;
    let label = content_type(&read.opened);
    let (file, middle) = match bytes(app, id, read.ticket).await? {
        Ok(content) => {
            let kind = Kind::of(&label, &content);
            let zoom = view.zoom.unwrap_or_default();
            (kind, middle(Studio::shared().look(kind, content, view.page, zoom).await))
        }
        Err(words) => (Kind::of(&label, &[]), Middle::Problem(words)),
    };
    let doer = doer(viewer);
    let is_text = file == Kind::PlainText;
    Ok(page::render(&ViewerPage {
        actions: Action::all(&read.opened, is_text, doer),
        sees_amendments: read.sees_amendments,
        may_check: rules::may_check(&read.opened.standing, doer),
        layout: viewer.layout_about(app, "/patients", read.header.patient, &read.header.name()),
        header: read.header,
        opened: read.opened,
        list: read.list,
        middle,
        file,
        view,
        may_export: viewer.roles().iter().any(|role| matrix(*role, DataClass::Documents).allows('X')),
        now: app.clock.now(),
        zone: app.zone(),
    }))
}

fn middle(seen: std::result::Result<Sight, Why>) -> Middle {
    match seen {
        Ok(Sight::Text { blocks, pages }) => Middle::Text { blocks, pages },
        Ok(Sight::Picture { pages, width, height }) => Middle::Picture { pages, width, height },
        Err(why) => Middle::Problem(why.to_string()),
    }
}

pub(super) fn content_type(opened: &Opened) -> String {
    opened.version().map(|version: &Version| version.content_type.clone()).unwrap_or_default()
}

/// The document's bytes, or words for the reader when they are damaged or gone. That is an incident, and the log names the document.
pub(super) async fn bytes(app: &App, id: DocumentId, ticket: Ticket) -> WebResult<std::result::Result<Bytes, String>> {
    match app.blobs.open(ticket).await {
        Ok(content) => Ok(Ok(content)),
        Err(BlobError::Away) => Err(WebError::Unavailable),
        Err(error) => {
            tracing::error!(document = %id, %error, "a document can't be read");
            let words = match error {
                BlobError::Missing => {
                    "The stored file is missing. Its description is whole; the file may be in a backup."
                }
                _ => {
                    "The stored file does not match its fingerprint, so it is not shown. An unchanged copy may be in a backup."
                }
            };
            Ok(Err(format!("{words} Tell the system administrator.")))
        }
    }
}

pub async fn picture(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, file)): Path<(DocumentId, String)>,
    Query(looking): Query<Looking>,
) -> WebResult<Response> {
    let number = file.trim_end_matches(".png").parse::<u32>().map_err(|_| WebError::NotFound)?;
    let remarks = remarks(looking.version, Some(number), "picture");
    let (opened, ticket) = app
        .gate
        .chart_with(&viewer, Act::OpenDocument, id, remarks, async |chart| {
            store::open(chart, id, looking.version).await
        })
        .await?;
    let content = match bytes(&app, id, ticket).await? {
        Ok(content) => content,
        Err(words) => return Ok(notice(&words)),
    };
    let kind = Kind::of(&content_type(&opened), &content);
    let zoom = looking.zoom.map(Zoom::near).unwrap_or_default();
    match Studio::shared().draw(kind, content, number, zoom).await {
        Ok(picture) => Ok(([(header::CONTENT_TYPE, "image/png")], Body::from(picture.png)).into_response()),
        Err(why) => Ok(notice(&why.to_string())),
    }
}

/// A picture that says why there is none: it stands where the page would, and the reader can't take the gap for an empty page.
fn notice(words: &str) -> Response {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let full = lines.last().is_some_and(|line| line.len() + word.len() > 52);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
            line.push(' ');
        }
    }
    let text: String = lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            format!(r#"<text x="48" y="{}" font-family="sans-serif" font-size="24">{line}</text>"#, 96 + at * 36)
        })
        .collect();
    let drawing = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="816" height="400" viewBox="0 0 816 400"><rect width="816" height="400" fill="#fff"/>{text}</svg>"##
    );
    let headers =
        [(header::CONTENT_TYPE, "image/svg+xml"), (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")];
    (StatusCode::UNPROCESSABLE_ENTITY, headers, drawing).into_response()
}

pub async fn print(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Query(looking): Query<Looking>,
) -> WebResult<Response> {
    let remarks = remarks(looking.version, None, "print");
    let (header, opened, ticket) = app
        .gate
        .chart_with(&viewer, Act::PrintDocument, id, remarks, async |chart| {
            let (opened, ticket) = store::open(chart, id, looking.version).await?;
            Ok((patient_header(chart).await?, opened, ticket))
        })
        .await?;
    let (sheets, left_out) = match bytes(&app, id, ticket).await? {
        Ok(content) => sheets(&opened, content).await,
        Err(words) => (vec![Sheet::Problem { words }], 0),
    };
    let layout = viewer.layout_about(&app, "/patients", header.patient, &header.name());
    Ok(page::render(&PrintPage { layout, header, opened, sheets, left_out, zone: app.zone() }))
}

/// The pages to print, and how many are beyond one print.
async fn sheets(opened: &Opened, content: Bytes) -> (Vec<Sheet>, u32) {
    let kind = Kind::of(&content_type(opened), &content);
    let (mut sheets, mut number, mut pages) = (Vec::new(), 1, 1);
    while number <= pages && number <= PRINTED_PAGES {
        match Studio::shared().look(kind, content.clone(), number, Zoom::near(200)).await {
            Ok(Sight::Text { blocks, pages: all }) => {
                pages = all;
                sheets.push(Sheet::Text(blocks));
            }
            Ok(Sight::Picture { pages: all, .. }) => {
                pages = all;
                let address = urls::picture(opened.document.document, opened.shown, number, Zoom::near(200));
                sheets.push(Sheet::Picture { address, words: format!("Page {number} of {all}, as a picture") });
            }
            Err(why) => {
                let counted = opened.version().and_then(|version| version.pages).unwrap_or(1);
                pages = pages.max(u32::try_from(counted).unwrap_or(1));
                sheets.push(Sheet::Problem { words: format!("Page {number}: {why}") });
            }
        }
        number += 1;
    }
    (sheets, pages.saturating_sub(PRINTED_PAGES))
}

/// The file itself, for those who may take it away: always as a download, never opened here, and in a box of its own if somebody tries.
pub async fn content(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Query(looking): Query<Looking>,
) -> WebResult<Response> {
    let remarks = remarks(looking.version, None, "download");
    let (opened, ticket) = app
        .gate
        .chart_with(&viewer, Act::DownloadDocument, id, remarks, async |chart| {
            store::open(chart, id, looking.version).await
        })
        .await?;
    let content = match bytes(&app, id, ticket).await? {
        Ok(content) => content,
        Err(words) => return Err(WebError::Invalid(vec![words])),
    };
    let kind = Kind::of(&content_type(&opened), &content);
    // The name says nothing of the patient: files are mailed, synced and indexed.
    let name = format!("attachment; filename=\"document-{id}-v{}.{}\"", opened.shown, ending(kind));
    let mut response = Body::from(content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn ending(kind: Kind) -> &'static str {
    match kind {
        Kind::PlainText => "txt",
        Kind::Html => "html",
        Kind::Xml => "xml",
        Kind::Pdf => "pdf",
        Kind::Png => "png",
        Kind::Jpeg => "jpg",
        Kind::Tiff => "tif",
        Kind::Other => "bin",
    }
}
