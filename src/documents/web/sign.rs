//! Signing one document, or those of the list that were shown whole in this session.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::pages::{Sheet, SignForm, SignPage, SignaturesPage, banner, code_field};
use super::super::render::{Kind, Sight, Studio, Zoom};
use super::super::rules;
use super::super::standing::Meaning;
use super::super::store::sign::{Signing, Waiting};
use super::super::store::{self, Opened};
use super::super::urls::{self, SIGNATURES};
use super::doer;
use super::view::{bytes, content_type, remarks};
use crate::access::{Act, Error, Remarks};
use crate::base::id::DocumentId;
use crate::patients::store::header::header;
use crate::people::rules::lock_out::again_in;
use crate::people::store::door::{Verdict, WRONG_CODE, check_own, settle};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::ui::{Field, Pager};
use crate::web::viewer::Viewer;

/// A longer document is not signed on a page that shows it whole.
const MOST_SHEETS: u32 = 500;
const SHEET: u32 = 150;
const PAGE: usize = 50;

#[derive(Deserialize)]
pub struct Asked {
    version: Option<i32>,
}

pub async fn ask(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Query(asked): Query<Asked>,
) -> WebResult<Response> {
    let Some(version) = asked.version else {
        let newest = app
            .gate
            .chart_with(&viewer, Act::OpenDocument, id, remarks(None, None, "signature"), async |chart| {
                Ok(store::describe(chart, id).await?.standing.newest)
            })
            .await?;
        return Ok(Redirect::to(&urls::signature(id, newest)).into_response());
    };
    Ok(page::render(&sign_page(&app, &viewer, id, version, "", "").await?))
}

/// Shows the version whole, which the event says in so many words (DOC-8).
async fn sign_page(
    app: &App,
    viewer: &Viewer,
    id: DocumentId,
    version: i32,
    meaning: &str,
    statement: &str,
) -> WebResult<SignPage> {
    let (header, opened, ticket) = app
        .gate
        .chart_with(viewer, Act::OpenDocument, id, remarks(Some(version), None, "whole"), async |chart| {
            let (opened, ticket) = store::open(chart, id, Some(version)).await?;
            Ok((header(chart).await?, opened, ticket))
        })
        .await?;
    let (sheets, whole) = match bytes(app, id, ticket).await? {
        Ok(content) => whole(&opened, content).await,
        Err(words) => (vec![Sheet::Problem { words }], false),
    };
    let standing = &opened.standing;
    let may = rules::meanings(opened.document.status, standing, &opened.signatures, doer(viewer));
    let newest = version == standing.newest;
    let form =
        (whole && newest && !may.is_empty()).then(|| SignForm::new(may, meaning, statement, viewer.has_second_factor));
    Ok(SignPage {
        layout: viewer.layout(app, "/patients"),
        banner: banner(&header, app.clock.now(), app.zone()),
        opened,
        sheets,
        form,
        changed: false,
        problem: None,
        zone: app.zone(),
    })
}

/// Every page of a version, and whether that is all of it.
async fn whole(opened: &Opened, content: Bytes) -> (Vec<Sheet>, bool) {
    let kind = Kind::of(&content_type(opened), &content);
    let zoom = Zoom::near(SHEET);
    let mut sheets = Vec::new();
    match Studio::shared().look(kind, content.clone(), 1, zoom).await {
        Ok(Sight::Picture { pages, .. }) => {
            for number in 1..=pages.min(MOST_SHEETS) {
                let address = urls::picture(opened.document.document, opened.shown, number, zoom);
                sheets.push(Sheet::Picture { address, words: format!("Page {number} of {pages}, as a picture") });
            }
            (sheets, pages <= MOST_SHEETS)
        }
        Ok(Sight::Text { blocks, pages }) => {
            sheets.push(Sheet::Text(blocks));
            for number in 2..=pages.min(MOST_SHEETS) {
                match Studio::shared().look(kind, content.clone(), number, zoom).await {
                    Ok(Sight::Text { blocks, .. }) => sheets.push(Sheet::Text(blocks)),
                    _ => return (sheets, false),
                }
            }
            (sheets, pages <= MOST_SHEETS)
        }
        Err(why) => (vec![Sheet::Problem { words: why.to_string() }], false),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Given {
    version: String,
    sha256: String,
    meaning: String,
    statement: String,
    password: String,
    one_time_code: String,
}

pub async fn sign(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Form(given): Form<Given>,
) -> WebResult<Response> {
    let (version, sha256) = (given.version.parse().unwrap_or(0), unhex(&given.sha256));
    let statement = Some(given.statement.trim()).filter(|words| !words.is_empty());
    // What was not asked for properly is not worth a password; the gate says whether it may be asked for at all.
    let Some(meaning) = Meaning::parse(&given.meaning) else {
        let nothing: Result<(), Error> = app
            .gate
            .chart(&viewer, Act::SignDocument, id, async |_| {
                Err(Error::Invalid("Say what your signature means.".into()))
            })
            .await;
        nothing?;
        return Err(WebError::NotFound);
    };
    if meaning == Meaning::AdministrativeClosure && statement.is_none_or(|words| words.chars().count() < 10) {
        let mut shown = sign_page(&app, &viewer, id, version, meaning.word(), &given.statement).await?;
        if let Some(form) = &mut shown.form {
            form.statement.error = Some("Write at least 10 characters".into());
        }
        return Ok(page::invalid(&shown));
    }
    let proof = match check_own(&app, &viewer, &given.password, &given.one_time_code).await? {
        Verdict::Right(proof) => proof,
        Verdict::Wrong => {
            let mut shown = sign_page(&app, &viewer, id, version, meaning.word(), &given.statement).await?;
            if let Some(form) = &mut shown.form {
                form.password.error = Some("That is not your password".into());
            }
            return Ok(page::invalid(&shown));
        }
        Verdict::WrongCode => {
            let mut shown = sign_page(&app, &viewer, id, version, meaning.word(), &given.statement).await?;
            if let Some(form) = &mut shown.form {
                form.one_time_code = form.one_time_code.take().map(|field| field.error(Some(WRONG_CODE.into())));
            }
            return Ok(page::invalid(&shown));
        }
        Verdict::Wait(wait) => return Err(WebError::TooMany(again_in(wait))),
    };
    // Before the signature: a code proves one thing once.
    settle(&app, &viewer, &proof).await?;
    match put(&app, &viewer, id, version, &sha256, meaning, statement).await {
        Ok(()) => Ok(Redirect::to(&urls::show(id)).into_response()),
        Err(Error::Conflict) => {
            let newest = newest(&app, &viewer, id).await?;
            let shown = SignPage { changed: true, ..sign_page(&app, &viewer, id, newest, meaning.word(), "").await? };
            Ok((StatusCode::CONFLICT, page::render(&shown)).into_response())
        }
        Err(Error::Invalid(words)) => {
            let shown = sign_page(&app, &viewer, id, version, meaning.word(), &given.statement).await?;
            Ok(page::invalid(&SignPage { problem: Some(words), ..shown }))
        }
        Err(error) => Err(error.into()),
    }
}

async fn newest(app: &App, viewer: &Viewer, id: DocumentId) -> WebResult<i32> {
    let found = app
        .gate
        .chart_with(viewer, Act::OpenDocument, id, remarks(None, None, "signature"), async |chart| {
            Ok(store::describe(chart, id).await?.standing.newest)
        })
        .await?;
    Ok(found)
}

async fn put(
    app: &App,
    viewer: &Viewer,
    id: DocumentId,
    version: i32,
    sha256: &[u8],
    meaning: Meaning,
    statement: Option<&str>,
) -> Result<(), Error> {
    let method = if viewer.has_second_factor { "password-and-code" } else { "password" };
    let zone = app.zone();
    let signing = Signing {
        version,
        sha256,
        meaning,
        statement,
        session: viewer.session,
        roles: viewer.roles(),
        zone: zone.name(),
        method,
    };
    let detail = json!({ "version": version, "meaning": meaning.word(), "method": method });
    let remarks = Remarks { detail: Some(detail), ..Remarks::none() };
    app.gate
        .chart_with(viewer, Act::SignDocument, id, remarks, async |chart| store::sign::sign(chart, id, &signing).await)
        .await
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map_while(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[derive(Deserialize)]
pub struct After {
    after: Option<DateTime<Utc>>,
    id: Option<Uuid>,
}

pub async fn list(State(app): State<App>, viewer: Viewer, Query(after): Query<After>) -> WebResult<Response> {
    Ok(page::render(&list_page(&app, &viewer, after.after.zip(after.id), Vec::new(), None).await?))
}

async fn list_page(
    app: &App,
    viewer: &Viewer,
    after: Option<(DateTime<Utc>, Uuid)>,
    told: Vec<String>,
    problem: Option<Verdict>,
) -> WebResult<SignaturesPage> {
    let mut waiting = app
        .gate
        .roster(viewer, Act::ListSignatures, Remarks::none(), async |roster| {
            store::sign::waiting(roster, viewer.session, after, PAGE as i64 + 1).await
        })
        .await?;
    let more = waiting.len() > PAGE;
    waiting.truncate(PAGE);
    let key = |waiting: &Waiting| {
        let at = waiting.written_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        format!("{SIGNATURES}?after={at}&id={}", waiting.document)
    };
    let pager = Pager {
        count: crate::web::format::counted(waiting.len() as u64, "document"),
        newer: after.map(|_| SIGNATURES.into()),
        older: waiting.last().filter(|_| more).map(key),
        previous_label: "Oldest",
        next_label: "Next",
    };
    let wrong_password = matches!(problem, Some(Verdict::Wrong)).then(|| "That is not your password".into());
    let wrong_code = matches!(problem, Some(Verdict::WrongCode)).then(|| WRONG_CODE.into());
    Ok(SignaturesPage {
        layout: viewer.layout(app, SIGNATURES),
        waiting,
        password: Field::password("password", "Your password").required().error(wrong_password),
        one_time_code: code_field(viewer.has_second_factor).map(|field| field.error(wrong_code)),
        told,
        pager,
        zone: app.zone(),
    })
}

/// Signs the ticked lines, each for itself: every one must have been shown whole in this session (DOC-8), and is signed as what the reader is
/// to it, author or cosigner.
pub async fn sign_ticked(
    State(app): State<App>,
    viewer: Viewer,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let items: Vec<(DocumentId, i32, Vec<u8>)> =
        fields.iter().filter(|(name, _)| name == "item").filter_map(|(_, value)| item(value)).take(PAGE).collect();
    let password = fields.iter().find(|(name, _)| name == "password").map_or("", |(_, value)| value);
    if items.is_empty() {
        let shown =
            list_page(&app, &viewer, None, vec!["Nothing was ticked, so nothing was signed.".into()], None).await?;
        return Ok(page::invalid(&shown));
    }
    let code = fields.iter().find(|(name, _)| name == "one_time_code").map_or("", |(_, value)| value);
    let proof = match check_own(&app, &viewer, password, code).await? {
        Verdict::Right(proof) => proof,
        wrong @ (Verdict::Wrong | Verdict::WrongCode) => {
            return Ok(page::invalid(&list_page(&app, &viewer, None, Vec::new(), Some(wrong)).await?));
        }
        Verdict::Wait(wait) => return Err(WebError::TooMany(again_in(wait))),
    };
    settle(&app, &viewer, &proof).await?;
    let (mut signed, mut told) = (0_u64, Vec::new());
    for (document, version, sha256) in items {
        let mut outcome = put(&app, &viewer, document, version, &sha256, Meaning::Author, None).await;
        if matches!(outcome, Err(Error::Forbidden(_))) {
            outcome = put(&app, &viewer, document, version, &sha256, Meaning::Cosigner, None).await;
        }
        match outcome {
            Ok(()) => signed += 1,
            Err(Error::Conflict) => told.push("One document changed meanwhile and was not signed.".into()),
            Err(Error::Invalid(words)) => told.push(format!("One document was not signed. {words}")),
            Err(Error::Unavailable) => return Err(WebError::Unavailable),
            Err(_) => told.push("One document is not yours to sign and was not signed.".into()),
        }
    }
    if told.is_empty() {
        return Ok(Redirect::to(SIGNATURES).into_response());
    }
    told.insert(0, format!("{} signed.", crate::web::format::counted(signed, "document")));
    Ok((StatusCode::CONFLICT, page::render(&list_page(&app, &viewer, None, told, None).await?)).into_response())
}

fn item(value: &str) -> Option<(DocumentId, i32, Vec<u8>)> {
    let mut parts = value.split(':');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, unhex(parts.next()?)))
}
