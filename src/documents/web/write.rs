//! Writing: notes, addenda and amendments, corrections. Each is saved unsigned and then shown whole, to be signed there.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::super::filing;
use super::super::model::{Content, NewDocument, NewVersion, RelationKind, Status};
use super::super::pages::{
    AddendumForm, AddendumPage, CorrectionForm, CorrectionPage, LONGEST, NoteForm, NotePage, TypedNote, banner,
};
use super::super::render::{Kind, plain};
use super::super::rules;
use super::super::standing::Entry;
use super::super::store::note::{Marks, Provider, TypeLine};
use super::super::store::{self, Opened, change, note};
use super::super::urls;
use super::doer;
use super::view::{bytes, content_type, remarks};
use crate::access::policy::Refusal;
use crate::access::{Act, Chart, Error, Remarks, Result};
use crate::base::id::{DocumentId, EncounterId, PatientId, PractitionerId};
use crate::encounters::model::Visit;
use crate::encounters::store::visits;
use crate::patients::header::Header;
use crate::patients::store::header::header;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::format;
use crate::web::page;
use crate::web::state::App;
use crate::web::ui::Banner;
use crate::web::upload::{Sent, Upload};
use crate::web::viewer::Viewer;

const VISITS: i64 = 100;

/// What a note form chooses from.
struct Choices {
    header: Header,
    types: Vec<TypeLine>,
    visits: Vec<Visit>,
    providers: Vec<Provider>,
    now: DateTime<Utc>,
}

async fn choices(chart: &mut Chart<'_>) -> Result<Choices> {
    Ok(Choices {
        header: header(chart).await?,
        types: note::types(chart).await?,
        visits: visits(chart, None, VISITS).await?,
        providers: note::providers(chart).await?,
        now: chart.at(),
    })
}

fn note_page(app: &App, viewer: &Viewer, key: Uuid, typed: &TypedNote, choices: &Choices) -> NotePage {
    NotePage {
        layout: viewer.layout(app, "/patients"),
        banner: banner(&choices.header, choices.now, app.zone()),
        patient: choices.header.patient,
        key,
        form: NoteForm::new(typed, &choices.types, &choices.visits, &choices.providers, app.zone()),
    }
}

pub async fn ask_note(State(app): State<App>, viewer: Viewer, Path(id): Path<PatientId>) -> WebResult<Response> {
    let choices =
        app.gate.form(&viewer, Act::ViewChart, Act::WriteNote, id, remarks(None, None, "form"), choices).await?;
    let now = app.clock.now().with_timezone(&app.zone());
    let typed = TypedNote {
        date: format::date(now.date_naive()),
        time: now.format("%H:%M").to_string(),
        ..TypedNote::default()
    };
    Ok(page::render(&note_page(&app, &viewer, Uuid::now_v7(), &typed, &choices)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Noted {
    key: String,
    r#type: String,
    title: String,
    encounter: String,
    author: String,
    cosigner: String,
    date: String,
    time: String,
    late: String,
    delay: String,
    text: String,
    r#do: String,
}

/// A note that can be filed: what was typed, read.
struct Read {
    type_code: String,
    title: String,
    encounter: Option<EncounterId>,
    author: PractitionerId,
    author_name: String,
    cosigner: Option<PractitionerId>,
    at: DateTime<Utc>,
    day: NaiveDate,
    late: bool,
}

pub async fn note(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Form(noted): Form<Noted>,
) -> WebResult<Response> {
    let typed = TypedNote {
        type_code: noted.r#type,
        title: noted.title.trim().to_owned(),
        encounter: noted.encounter,
        author: noted.author,
        cosigner: noted.cosigner,
        date: noted.date,
        time: noted.time,
        late: !noted.late.is_empty(),
        delay: noted.delay.trim().to_owned(),
        text: noted.text.replace("\r\n", "\n"),
    };
    let key = noted.key.parse().unwrap_or_else(|_| Uuid::now_v7());
    let document = DocumentId(key);
    let entry = if typed.late { Entry::LateEntry } else { Entry::Original };
    let said = Remarks { detail: Some(json!({ "document": key, "entry": entry.word() })), ..Remarks::none() };
    let written = app
        .gate
        .chart_with(&viewer, Act::WriteNote, id, said, async |chart| {
            let choices = choices(chart).await?;
            let mut shown = note_page(&app, &viewer, key, &typed, &choices);
            // What is wrong is said on the form, which is a look of its own.
            let Some(read) = read(&mut shown.form, &typed, &choices, app.zone()) else {
                return Err(Error::Fields(Vec::new()));
            };
            let filed = filing::store(&app.blobs, text_content(&typed.text)).await?;
            let new = NewDocument {
                document,
                encounter: read.encounter,
                type_code: read.type_code,
                title: read.title,
                status: Status::Draft,
                sensitivity: None,
                author: Some(read.author),
                author_name: Some(read.author_name),
                authored_at: Some(if read.late { choices.now } else { read.at }),
                service_date: Some(read.day),
                source: "local".into(),
                versions: vec![version(&viewer, filed, None, choices.now)],
                relations: Vec::new(),
            };
            let marks = Marks {
                entry,
                event_at: read.late.then_some(read.at),
                delay_reason: read.late.then_some(typed.delay.as_str()),
                cosigner: read.cosigner,
            };
            store::file_in_chart(chart, &[new]).await?;
            note::mark(chart, document, &marks).await
        })
        .await;
    if matches!(written, Err(Error::Fields(_))) {
        let choices =
            app.gate.form(&viewer, Act::ViewChart, Act::WriteNote, id, remarks(None, None, "form"), choices).await?;
        let mut shown = note_page(&app, &viewer, key, &typed, &choices);
        read(&mut shown.form, &typed, &choices, app.zone());
        return Ok(page::invalid(&shown));
    }
    if !is_repeat(&written) {
        written?;
    }
    let next = if noted.r#do == "draft" { urls::show(document) } else { urls::signature(document, 1) };
    Ok(Redirect::to(&next).into_response())
}

/// Written, or sent twice and there already.
fn is_repeat(written: &Result<()>) -> bool {
    matches!(written, Ok(())) || matches!(written, Err(Error::Constraint(name)) if name == "documents_pkey")
}

fn text_content(text: &str) -> Content {
    Content { content_type: "text/plain".into(), bytes: text.to_owned().into() }
}

fn version(
    viewer: &Viewer,
    filed: super::super::model::Filed,
    reason: Option<String>,
    at: DateTime<Utc>,
) -> NewVersion {
    NewVersion {
        filed,
        reason,
        created_by: Some(viewer.staff.0),
        created_by_name: viewer.name().to_owned(),
        created_at: at,
    }
}

/// Reads the form, or says field by field what is to mend.
fn read(form: &mut NoteForm, typed: &TypedNote, choices: &Choices, zone: chrono_tz::Tz) -> Option<Read> {
    let now = choices.now.with_timezone(&zone);
    let kind = choices.types.iter().find(|line| line.code == typed.type_code && line.needs_signature);
    if kind.is_none() {
        form.type_code.error = Some("Choose a type".into());
    }
    let named = |id: &str| choices.providers.iter().find(|provider| provider.practitioner.to_string() == id);
    let author = named(&typed.author);
    if author.is_none() {
        form.author.error = Some("Choose the author; only a provider can be one".into());
    }
    let cosigner = named(&typed.cosigner);
    if !typed.cosigner.is_empty() && (cosigner.is_none() || typed.cosigner == typed.author) {
        form.cosigner.error = Some("Choose somebody other than the author".into());
    }
    let encounter: Option<EncounterId> = typed.encounter.parse().ok();
    let known = choices.visits.iter().any(|visit| Some(visit.encounter) == encounter && !visit.hidden);
    if !typed.encounter.is_empty() && !known {
        form.encounter.error = Some("Choose an encounter of this patient".into());
    }
    let day = match rules::service_day(&typed.date, choices.header.birth_date, now.date_naive()) {
        Ok(day) => Some(day),
        Err(words) => {
            form.date.error = Some(words);
            None
        }
    };
    let time = match typed.time.trim() {
        "" => Some(NaiveTime::MIN),
        text => NaiveTime::parse_from_str(text, "%H:%M").ok(),
    };
    if time.is_none() {
        form.time.error = Some("Write the time like 14:30".into());
    }
    let at = day.zip(time).and_then(|(day, time)| zone.from_local_datetime(&day.and_time(time)).earliest());
    if day.is_some() && time.is_some() && at.is_none_or(|at| at > now) {
        form.time.error = Some("This moment has not come yet".into());
    }
    if typed.late && typed.delay.chars().count() < 3 {
        form.delay.error = Some("Say why the entry is late".into());
    }
    if let Some(words) = text_problem(&typed.text) {
        form.text.error = Some(words);
    }
    if form.has_problems() {
        return None;
    }
    let (kind, author) = (kind?, author?);
    Some(Read {
        type_code: kind.code.clone(),
        title: if typed.title.is_empty() { kind.label.clone() } else { typed.title.clone() },
        encounter,
        author: author.practitioner,
        author_name: author.name.clone(),
        cosigner: cosigner.map(|cosigner| cosigner.practitioner),
        at: at?.with_timezone(&Utc),
        day: day?,
        late: typed.late,
    })
}

fn text_problem(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        Some("Write the text".into())
    } else if text.chars().count() > LONGEST as usize {
        Some("The text is too long; write it in parts".into())
    } else {
        None
    }
}

pub async fn ask_addendum(State(app): State<App>, viewer: Viewer, Path(id): Path<DocumentId>) -> WebResult<Response> {
    let (banner, opened) = parent(&app, &viewer, id).await?;
    let may_amend = rules::may_amend(opened.document.status, &opened.standing, doer(&viewer));
    let (layout, key) = (viewer.layout(&app, "/patients"), Uuid::now_v7());
    Ok(page::render(&AddendumPage { layout, banner, opened, key, form: AddendumForm::new(may_amend, "", "") }))
}

async fn parent(app: &App, viewer: &Viewer, id: DocumentId) -> WebResult<(Banner, Opened)> {
    let found = app
        .gate
        .form(viewer, Act::OpenDocument, Act::AppendDocument, id, remarks(None, None, "form"), async |chart| {
            let opened = store::describe(chart, id).await?;
            if !rules::may_append(opened.document.status, doer(viewer)) {
                return Err(Error::Forbidden(Refusal::NotYours));
            }
            Ok((banner(&header(chart).await?, chart.at(), app.zone()), opened))
        })
        .await?;
    Ok(found)
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Added {
    key: String,
    entry: String,
    text: String,
}

pub async fn addendum(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Form(added): Form<Added>,
) -> WebResult<Response> {
    let key = added.key.parse().unwrap_or_else(|_| Uuid::now_v7());
    let text = added.text.replace("\r\n", "\n");
    let entry = Entry::parse(&added.entry).filter(|entry| matches!(entry, Entry::Addendum | Entry::Amendment));
    let (Some(entry), None) = (entry, text_problem(&text)) else {
        let (banner, opened) = parent(&app, &viewer, id).await?;
        let may_amend = rules::may_amend(opened.document.status, &opened.standing, doer(&viewer));
        let mut form = AddendumForm::new(may_amend, &added.entry, &text);
        form.text.error = text_problem(&text);
        if entry.is_none() {
            form.entry.error = Some("Choose what it is".into());
        }
        return Ok(page::invalid(&AddendumPage {
            layout: viewer.layout(&app, "/patients"),
            banner,
            opened,
            key,
            form,
        }));
    };
    let filed = filing::store(&app.blobs, text_content(&text)).await?;
    let document = DocumentId(key);
    let remarks = Remarks { detail: Some(json!({ "document": key, "entry": entry.word() })), ..Remarks::none() };
    let written = app
        .gate
        .chart_with(&viewer, Act::AppendDocument, id, remarks, async |chart| {
            let opened = store::describe(chart, id).await?;
            let (standing, status) = (&opened.standing, opened.document.status);
            let may = match entry {
                Entry::Amendment => rules::may_amend(status, standing, doer(&viewer)),
                _ => rules::may_append(status, doer(&viewer)),
            };
            let own = note::providers(chart).await?.into_iter().find(|provider| provider.own);
            let (true, Some(author)) = (may, own) else { return Err(Error::Forbidden(Refusal::NotYours)) };
            let at = chart.at();
            let new = NewDocument {
                document,
                encounter: opened.document.encounter,
                type_code: standing.type_code.clone(),
                title: format!("{}: {}", entry.label(), opened.document.title).chars().take(200).collect(),
                status: Status::Draft,
                sensitivity: opened.document.sensitivity.clone(),
                author: Some(author.practitioner),
                author_name: Some(author.name),
                authored_at: Some(at),
                service_date: opened.document.service_date,
                source: "local".into(),
                versions: vec![version(&viewer, filed, None, at)],
                relations: vec![(RelationKind::Appends, id)],
            };
            store::file_in_chart(chart, &[new]).await?;
            let marks = Marks { entry, event_at: None, delay_reason: None, cosigner: None };
            note::mark(chart, document, &marks).await
        })
        .await;
    if !is_repeat(&written) {
        written?;
    }
    Ok(Redirect::to(&urls::signature(document, 1)).into_response())
}

/// The document to be corrected, with the text of its newest version where it is one.
struct Correctable {
    banner: Banner,
    opened: Opened,
    text: Option<String>,
}

async fn correctable(app: &App, viewer: &Viewer, id: DocumentId) -> WebResult<Correctable> {
    let (banner, opened, ticket) = app
        .gate
        .form(viewer, Act::OpenDocument, Act::CorrectDocument, id, remarks(None, None, "form"), async |chart| {
            let newest = store::describe(chart, id).await?.standing.newest;
            let (opened, ticket) = store::open(chart, id, Some(newest)).await?;
            if !rules::may_correct(opened.document.status, &opened.standing, is_text(&opened), doer(viewer)) {
                return Err(Error::Forbidden(Refusal::NotYours));
            }
            Ok((banner(&header(chart).await?, chart.at(), app.zone()), opened, ticket))
        })
        .await?;
    let text = match is_text(&opened) {
        true => bytes(app, id, ticket).await?.ok().map(|content| plain(&content)),
        false => None,
    };
    Ok(Correctable { banner, opened, text })
}

fn is_text(opened: &Opened) -> bool {
    Kind::of(&content_type(opened), &[]) == Kind::PlainText
}

fn correction_page(app: &App, viewer: &Viewer, found: Correctable, form: CorrectionForm) -> CorrectionPage {
    CorrectionPage {
        layout: viewer.layout(app, "/patients"),
        banner: found.banner,
        is_text: is_text(&found.opened),
        seen: found.opened.standing.newest,
        opened: found.opened,
        form,
        theirs: None,
    }
}

pub async fn ask_correction(State(app): State<App>, viewer: Viewer, Path(id): Path<DocumentId>) -> WebResult<Response> {
    let found = correctable(&app, &viewer, id).await?;
    let form = CorrectionForm::new(found.text.as_deref().unwrap_or_default(), "", app.config.largest_upload);
    Ok(page::render(&correction_page(&app, &viewer, found, form)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Corrected {
    seen: String,
    text: String,
    reason: String,
}

/// A corrected text: a draft is simply written on; what is signed keeps its version in force until the new one is signed too.
pub async fn correct(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Form(given): Form<Corrected>,
) -> WebResult<Response> {
    let (text, reason) = (given.text.replace("\r\n", "\n"), given.reason.trim().to_owned());
    let seen = given.seen.parse().unwrap_or(0);
    if text_problem(&text).is_some() || reason.chars().count() < 3 {
        let found = correctable(&app, &viewer, id).await?;
        let mut form = CorrectionForm::new(&text, &reason, app.config.largest_upload);
        form.text.error = text_problem(&text);
        if reason.chars().count() < 3 {
            form.reason.error = Some("Say why".into());
        }
        return Ok(page::invalid(&CorrectionPage { seen, ..correction_page(&app, &viewer, found, form) }));
    }
    let filed = filing::store(&app.blobs, text_content(&text)).await?;
    let added = add(&app, &viewer, id, seen, filed, &reason, true).await;
    match added {
        Ok(number) => Ok(Redirect::to(&urls::signature(id, number)).into_response()),
        Err(Error::Conflict) => {
            let found = correctable(&app, &viewer, id).await?;
            let theirs = found.text.clone();
            let form = CorrectionForm::new(&text, &reason, app.config.largest_upload);
            let shown = CorrectionPage { theirs, ..correction_page(&app, &viewer, found, form) };
            Ok((StatusCode::CONFLICT, page::render(&shown)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn add(
    app: &App,
    viewer: &Viewer,
    id: DocumentId,
    seen: i32,
    filed: super::super::model::Filed,
    reason: &str,
    text: bool,
) -> Result<i32> {
    let remarks = Remarks { detail: Some(json!({ "version": seen + 1 })), ..Remarks::none() };
    app.gate
        .chart_with(viewer, Act::CorrectDocument, id, remarks, async |chart| {
            let opened = store::describe(chart, id).await?;
            let (status, standing) = (opened.document.status, &opened.standing);
            if !rules::may_correct(status, standing, text, doer(viewer)) {
                return Err(Error::Forbidden(Refusal::NotYours));
            }
            let new = version(viewer, filed, Some(reason.to_owned()), chart.at());
            let in_force = match status {
                Status::Draft | Status::Preliminary => Some(status),
                // A text speaks for its author, who signs it; so does whatever was signed here before.
                _ if text || rules::is_signed(&opened.signatures, opened.document.current_version) => None,
                _ => Some(Status::Corrected),
            };
            change::add_version(chart, id, seen, &new, in_force).await
        })
        .await
}

/// Another file as the new version of a filed one.
pub async fn replace(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    upload: Upload,
) -> WebResult<Response> {
    let reason = upload.field("reason").trim().to_owned();
    let seen = upload.field("seen").parse().unwrap_or(0);
    let mut form = CorrectionForm::new("", &reason, app.config.largest_upload);
    match upload.file {
        _ if reason.chars().count() < 3 => form.reason.error = Some("Say why the file is replaced".into()),
        Sent::Nothing => form.file.error = Some("Choose a file".into()),
        Sent::TooLarge(words) => form.file.error = Some(words),
        Sent::File { content, .. } => {
            match filing::receive(&app.blobs, app.config.scan_command.as_deref(), content).await {
                Ok(filed) => match add(&app, &viewer, id, seen, filed, &reason, false).await {
                    Ok(_) => return Ok(Redirect::to(&urls::show(id)).into_response()),
                    Err(Error::Conflict) => return Err(WebError::Conflict),
                    Err(error) => return Err(error.into()),
                },
                Err(Error::Invalid(words)) => form.file.error = Some(words),
                Err(error) => return Err(error.into()),
            }
        }
    }
    let found = correctable(&app, &viewer, id).await?;
    Ok(page::invalid(&correction_page(&app, &viewer, found, form)))
}
