//! Handlers: the quarantine, one file of it, and its place in a chart.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::model::Received;
use super::pages::{AtHand, FilePage, IndexForm, IndexPage, MatchForm, Preview, QueuePage, Sending, TypedIndex};
use super::rules::{self, Typed};
use super::{store, urls};
use crate::access::policy::role_may;
use crate::access::{Act, Chart, Error, Remarks, Result, Ticket};
use crate::base::id::{DocumentId, EncounterId, IntakeId, PatientId, PractitionerId};
use crate::blobs::BlobError;
use crate::documents;
use crate::documents::model::{NewDocument, NewVersion, Status};
use crate::documents::pages::encounter_field;
use crate::documents::render::{Kind, Sight, Studio, Zoom};
use crate::documents::rules::{Sampling, needs_check, service_day};
use crate::documents::store::note::{self, Provider, TypeLine};
use crate::documents::{filing, store as shelf};
use crate::encounters::model::Visit;
use crate::encounters::store::visits;
use crate::patients::header::Header;
use crate::patients::store::header::header;
use crate::patients::store::identify::{self, identify};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::format;
use crate::web::page;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::ui::{Field, Pager};
use crate::web::upload::{Sent, Upload};
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .get(urls::QUEUE, Act::ListIntake, queue)
        .upload(urls::FILES, Act::ReceiveFile, receive)
        .get("/indexing/{file}", Act::OpenIntake, show)
        .get("/indexing/{file}/pages/{n}", Act::OpenIntake, picture)
        .post("/indexing/{file}/match", Act::MatchIntake, find_chart)
        .post("/indexing/{file}/outcome", Act::SetAsideIntake, set_aside)
        .get("/patients/{id}/documents/new", Act::FileDocument, ask)
        .post("/patients/{id}/documents", Act::FileDocument, file)
}

const PAGE: usize = 50;
const VISITS: i64 = 100;
/// Pages shown beside a form; the rest are in the viewer once the file is filed.
const SHEETS: u32 = 60;
const ZOOM: u32 = 125;

fn may(viewer: &Viewer, act: Act) -> bool {
    viewer.roles().iter().any(|role| role_may(*role, act))
}

#[derive(Deserialize)]
struct After {
    after: Option<DateTime<Utc>>,
    id: Option<Uuid>,
}

async fn queue(State(app): State<App>, viewer: Viewer, Query(after): Query<After>) -> WebResult<Response> {
    Ok(page::render(&queue_page(&app, &viewer, after.after.zip(after.id), None).await?))
}

async fn queue_page(
    app: &App,
    viewer: &Viewer,
    after: Option<(DateTime<Utc>, Uuid)>,
    problem: Option<String>,
) -> WebResult<QueuePage> {
    let (mut waiting, quality, now) = app
        .gate
        .roster(viewer, Act::ListIntake, Remarks::none(), async |roster| {
            let waiting = store::waiting(roster, after, PAGE as i64 + 1).await?;
            Ok((waiting, store::quality(roster).await?, roster.at()))
        })
        .await?;
    let more = waiting.len() > PAGE;
    waiting.truncate(PAGE);
    let key = |file: &Received| {
        let at = file.received_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        format!("{}?after={at}&id={}", urls::QUEUE, file.file)
    };
    let pager = Pager {
        count: format::counted(waiting.len() as u64, "file"),
        newer: after.map(|_| urls::QUEUE.into()),
        older: waiting.last().filter(|_| more).map(key),
        previous_label: "Oldest",
        next_label: "Next",
    };
    Ok(QueuePage {
        layout: viewer.layout(app, urls::QUEUE),
        waiting,
        sending: sending(app, None, problem),
        may_send: may(viewer, Act::ReceiveFile),
        quality,
        pager,
        now,
        zone: app.zone(),
    })
}

fn sending(app: &App, chart: Option<PatientId>, problem: Option<String>) -> Sending {
    Sending::new(app.config.largest_upload, chart, problem)
}

/// Takes a file in: looked into and stored first, then the row; whatever fails leaves nothing half-done.
async fn receive(State(app): State<App>, viewer: Viewer, upload: Upload) -> WebResult<Response> {
    if !may(&viewer, Act::ReceiveFile) {
        // Refused by the gate, before anything is stored.
        app.gate.roster(&viewer, Act::ReceiveFile, Remarks::none(), async |_| Ok(())).await?;
    }
    let chart = upload.field("chart").parse::<PatientId>().ok();
    let problem = match upload.file {
        Sent::Nothing => "Choose a file".to_owned(),
        Sent::TooLarge(words) => words,
        Sent::File { name, content } => {
            match filing::receive(&app.blobs, app.config.scan_command.as_deref(), content).await {
                Ok(filed) => {
                    let file = IntakeId::new();
                    let remarks = Remarks {
                        detail: Some(json!({ "file": file, "kind": filed.content_type(), "defects": filed.defects() })),
                        ..Remarks::none()
                    };
                    app.gate
                        .roster(&viewer, Act::ReceiveFile, remarks, async |roster| {
                            store::receive(roster, file, &name, &filed).await
                        })
                        .await?;
                    return Ok(Redirect::to(&urls::file(file, chart)).into_response());
                }
                Err(Error::Invalid(words)) => words,
                Err(error) => return Err(error.into()),
            }
        }
    };
    let remarks = Remarks { detail: Some(json!({ "refused": true })), ..Remarks::none() };
    if let Some(chart) = chart {
        let shown = upload_page(&app, &viewer, chart, Some(problem)).await?;
        return Ok(page::invalid(&shown));
    }
    if may(&viewer, Act::ListIntake) {
        return Ok(page::invalid(&queue_page(&app, &viewer, None, Some(problem)).await?));
    }
    app.gate.roster(&viewer, Act::ReceiveFile, remarks, async |_| Ok(())).await?;
    Err(WebError::Invalid(vec![problem]))
}

/// One file that waits, and the right to its bytes.
async fn open(app: &App, viewer: &Viewer, file: IntakeId, detail: serde_json::Value) -> Result<(Received, Ticket)> {
    let own_only = !may(viewer, Act::ListIntake);
    let remarks = Remarks { detail: Some(detail), ..Remarks::none() };
    app.gate
        .roster(viewer, Act::OpenIntake, remarks, async |roster| {
            let received = store::one(roster, file, own_only).await?;
            Ok((received, roster.intake_ticket(file).await?))
        })
        .await
}

async fn content(app: &App, file: IntakeId, ticket: Ticket) -> WebResult<std::result::Result<Bytes, String>> {
    match app.blobs.open(ticket).await {
        Ok(content) => Ok(Ok(content)),
        Err(BlobError::Away) => Err(WebError::Unavailable),
        Err(error) => {
            tracing::error!(%file, %error, "a file can't be read");
            Ok(Err("The stored file is missing or damaged. Tell the system administrator, and send it again.".into()))
        }
    }
}

async fn preview(app: &App, received: &Received, ticket: Ticket) -> WebResult<Preview> {
    if let Some(pages) = received.pages.and_then(|pages| u32::try_from(pages).ok()) {
        let pictures = (1..=pages.min(SHEETS)).map(|number| urls::picture(received.file, number));
        return Ok(Preview::Pictures(pictures.collect()));
    }
    let bytes = match content(app, received.file, ticket).await? {
        Ok(bytes) => bytes,
        Err(words) => return Ok(Preview::Problem(words)),
    };
    let kind = Kind::of(&received.content_type, &bytes);
    Ok(match Studio::shared().look(kind, bytes, 1, Zoom::default()).await {
        Ok(Sight::Text { blocks, .. }) => Preview::Text(blocks),
        Ok(Sight::Picture { .. }) => Preview::Pictures(vec![urls::picture(received.file, 1)]),
        Err(why) => Preview::Problem(why.to_string()),
    })
}

#[derive(Deserialize)]
struct Origin {
    chart: Option<PatientId>,
}

async fn show(
    State(app): State<App>,
    viewer: Viewer,
    Path(file): Path<IntakeId>,
    Query(from): Query<Origin>,
) -> WebResult<Response> {
    let shown = file_page(&app, &viewer, file, from.chart, MatchForm::new(Typed::default())).await?;
    Ok(page::render(&shown))
}

async fn file_page(
    app: &App,
    viewer: &Viewer,
    file: IntakeId,
    chart: Option<PatientId>,
    form: MatchForm,
) -> WebResult<FilePage> {
    let (received, ticket) = open(app, viewer, file, json!({ "file": file })).await?;
    Ok(FilePage {
        layout: viewer.layout(app, urls::QUEUE),
        preview: preview(app, &received, ticket).await?,
        file: received,
        form,
        chart,
        reason: Field::text("reason", "Reason").longest(300),
        may_set_aside: may(viewer, Act::SetAsideIntake),
        zone: app.zone(),
    })
}

async fn picture(
    State(app): State<App>,
    viewer: Viewer,
    Path((file, name)): Path<(IntakeId, String)>,
) -> WebResult<Response> {
    let number = name.trim_end_matches(".png").parse::<u32>().map_err(|_| WebError::NotFound)?;
    let (received, ticket) = open(&app, &viewer, file, json!({ "file": file, "page": number })).await?;
    let Ok(bytes) = content(&app, file, ticket).await? else { return Err(WebError::NotFound) };
    let kind = Kind::of(&received.content_type, &bytes);
    match Studio::shared().draw(kind, bytes, number, Zoom::near(ZOOM)).await {
        Ok(picture) => Ok(([(header::CONTENT_TYPE, "image/png")], Body::from(picture.png)).into_response()),
        Err(why) => Ok((StatusCode::UNPROCESSABLE_ENTITY, why.to_string()).into_response()),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Identified {
    mrn: String,
    family: String,
    given: String,
    birth_date: String,
    chart: String,
}

/// Two identifiers typed from the paper, and exactly one chart that bears both (DOC-14); anything less leaves the file where it is (DOC-18).
async fn find_chart(
    State(app): State<App>,
    viewer: Viewer,
    Path(file): Path<IntakeId>,
    Form(given): Form<Identified>,
) -> WebResult<Response> {
    let typed = Typed { mrn: &given.mrn, family: &given.family, given: &given.given, birth_date: &given.birth_date };
    let from = given.chart.parse::<PatientId>().ok();
    let mut form = MatchForm::new(typed);
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let (which, birth_date) = match rules::two_identifiers(typed, today) {
        Ok(read) => read,
        Err(problems) => {
            for (name, words) in problems {
                form.mark(name, words);
            }
            return Ok(page::invalid(&file_page(&app, &viewer, file, from, form).await?));
        }
    };
    let remarks = Remarks {
        detail: Some(json!({ "file": file, "identifiers": which.word() })),
        protected: Some(json!({
            "mrn": given.mrn, "family": given.family, "given": given.given, "birth_date": birth_date
        })),
        ..Remarks::none()
    };
    let own_only = !may(&viewer, Act::ListIntake);
    let wanted = identify::Typed { mrn: &given.mrn, family: &given.family, given: &given.given, birth_date };
    let found = app
        .gate
        .roster(&viewer, Act::MatchIntake, remarks, async |roster| {
            store::one(roster, file, own_only).await?;
            let found = identify(roster, &wanted).await?;
            let one = match found.as_slice() {
                [one] => Some(one.patient),
                _ => None,
            };
            // From a chart, the paper must agree with the chart: that is the guard against the wrong patient.
            if let Some(patient) = one.filter(|patient| from.is_none_or(|from| from == *patient)) {
                store::matched(roster, file, patient, which).await?;
            }
            Ok((one, found.len()))
        })
        .await?;
    match found {
        (Some(patient), _) if from.is_none_or(|from| from == patient) => {
            return Ok(Redirect::to(&urls::index(patient, file)).into_response());
        }
        (Some(_), _) => form.mark(
            "mrn",
            "These identifiers are another patient's than the chart you came from. Compare the paper; to file it there, open it from Indexing".into(),
        ),
        (None, 0) => form.mark("mrn", "No chart bears these two identifiers. The file stays here".into()),
        (None, _) => form.mark("mrn", "More than one chart bears these. Enter the MRN".into()),
    }
    Ok(page::invalid(&file_page(&app, &viewer, file, from, form).await?))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Aside {
    reason: String,
}

async fn set_aside(
    State(app): State<App>,
    viewer: Viewer,
    Path(file): Path<IntakeId>,
    Form(given): Form<Aside>,
) -> WebResult<Response> {
    let reason = given.reason.trim();
    if reason.chars().count() < 3 {
        let mut shown = file_page(&app, &viewer, file, None, MatchForm::new(Typed::default())).await?;
        shown.reason.error = Some("Say why it is nobody's".into());
        return Ok(page::invalid(&shown));
    }
    let remarks = Remarks {
        detail: Some(json!({ "file": file })),
        protected: Some(json!({ "reason": reason })),
        ..Remarks::none()
    };
    app.gate
        .roster(&viewer, Act::SetAsideIntake, remarks, async |roster| store::set_aside(roster, file, reason).await)
        .await?;
    Ok(Redirect::to(urls::QUEUE).into_response())
}

#[derive(Deserialize)]
struct Asked {
    file: Option<IntakeId>,
}

/// What an index form chooses from.
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

fn index_page(app: &App, viewer: &Viewer, header: &Header, now: DateTime<Utc>, at_hand: AtHand) -> IndexPage {
    // A file of the quarantine is indexing, also when its chart is found; for whoever has no such area it is that chart's.
    let indexing = matches!(at_hand, AtHand::Index { .. }) && may(viewer, Act::ListIntake);
    IndexPage {
        layout: viewer.layout(app, if indexing { urls::QUEUE } else { "/patients" }),
        banner: documents::pages::banner(header, now, app.zone()),
        patient: header.patient,
        at_hand,
    }
}

async fn ask(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Query(asked): Query<Asked>,
) -> WebResult<Response> {
    let Some(file) = asked.file else {
        return Ok(page::render(&upload_page(&app, &viewer, id, None).await?));
    };
    let choices = app
        .gate
        .chart(&viewer, Act::FileDocument, id, async |chart| {
            if store::is_matched(chart, file).await? { choices(chart).await } else { Err(Error::NotFound) }
        })
        .await?;
    let form = form(&TypedIndex::default(), &choices, app.zone());
    Ok(page::render(&with_file(&app, &viewer, file, &choices, form).await?))
}

async fn upload_page(app: &App, viewer: &Viewer, id: PatientId, problem: Option<String>) -> WebResult<IndexPage> {
    let (header, now) =
        app.gate.chart(viewer, Act::FileDocument, id, async |chart| Ok((header(chart).await?, chart.at()))).await?;
    let sending = AtHand::Sending(Box::new(sending(app, Some(header.patient), problem)));
    Ok(index_page(app, viewer, &header, now, sending))
}

fn form(typed: &TypedIndex, choices: &Choices, zone: chrono_tz::Tz) -> IndexForm {
    let encounter = encounter_field(&choices.visits, &typed.encounter, zone);
    IndexForm::new(typed, &choices.types, encounter, &choices.providers)
}

async fn with_file(
    app: &App,
    viewer: &Viewer,
    file: IntakeId,
    choices: &Choices,
    form: IndexForm,
) -> WebResult<IndexPage> {
    let (received, ticket) = open(app, viewer, file, json!({ "file": file })).await?;
    let preview = preview(app, &received, ticket).await?;
    let at_hand = AtHand::Index { file, preview, form: Box::new(form) };
    Ok(index_page(app, viewer, &choices.header, choices.now, at_hand))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Indexed {
    file: String,
    r#type: String,
    title: String,
    date: String,
    encounter: String,
    signature: String,
    author_name: String,
}

async fn file(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Form(given): Form<Indexed>,
) -> WebResult<Response> {
    let file: IntakeId = given.file.parse().unwrap_or(IntakeId(Uuid::nil()));
    let typed = TypedIndex {
        type_code: given.r#type,
        title: given.title.trim().to_owned(),
        date: given.date,
        encounter: given.encounter,
        signature: given.signature,
        author_name: given.author_name.trim().to_owned(),
    };
    let (choices, before) = app
        .gate
        .chart(&viewer, Act::FileDocument, id, async |chart| {
            let before = store::filed_as(chart, file).await?;
            if before.is_none() && !store::is_matched(chart, file).await? {
                return Err(Error::NotFound);
            }
            Ok((choices(chart).await?, before))
        })
        .await?;
    if let Some(document) = before {
        // Sent twice: it is there.
        return Ok(Redirect::to(&documents::urls::show(document)).into_response());
    }
    let mut shown = form(&typed, &choices, app.zone());
    let today = choices.now.with_timezone(&app.zone()).date_naive();
    let kind = choices.types.iter().find(|line| line.code == typed.type_code);
    if kind.is_none() {
        shown.type_code.error = Some("Choose a type".into());
    }
    let day = match service_day(&typed.date, choices.header.birth_date, today) {
        Ok(day) => Some(day),
        Err(words) => {
            shown.date.error = Some(words);
            None
        }
    };
    let encounter: Option<EncounterId> = typed.encounter.parse().ok();
    let known = choices.visits.iter().any(|visit| Some(visit.encounter) == encounter && !visit.hidden);
    if !typed.encounter.is_empty() && !known {
        shown.encounter.error = Some("Choose an encounter of this patient".into());
    }
    let waits_for: Option<PractitionerId> = typed.signature.parse().ok();
    let author = choices.providers.iter().find(|provider| Some(provider.practitioner) == waits_for);
    if waits_for.is_some() && author.is_none() {
        shown.signature.error = Some("Choose who signs it".into());
    }
    let (Some(kind), Some(day), false) = (kind, day, shown.has_problems()) else {
        return Ok(page::invalid(&with_file(&app, &viewer, file, &choices, shown).await?));
    };
    let (_, ticket) = open(&app, &viewer, file, json!({ "file": file })).await?;
    let Ok(bytes) = content(&app, file, ticket).await? else { return Err(WebError::Unavailable) };
    let words = filing::words(Kind::of("text/plain", &bytes), bytes).await;
    let document = DocumentId::new();
    let sensitive = kind.sensitivity.is_some();
    let new = |version: NewVersion| NewDocument {
        document,
        encounter,
        type_code: kind.code.clone(),
        title: if typed.title.is_empty() { kind.label.clone() } else { typed.title.clone() },
        // On paper it is authenticated by the ink on it; else it waits for its author.
        status: if author.is_some() { Status::Preliminary } else { Status::Final },
        sensitivity: None,
        author: author.map(|author| author.practitioner),
        author_name: author
            .map(|author| author.name.clone())
            .or_else(|| Some(typed.author_name.clone()).filter(|name| !name.is_empty())),
        authored_at: None,
        service_date: Some(day),
        source: "local".into(),
        versions: vec![version],
        relations: Vec::new(),
    };
    let remarks =
        Remarks { detail: Some(json!({ "file": file, "document": document, "type": kind.code })), ..Remarks::none() };
    let config = &app.config;
    let sampling = Sampling {
        percent: config.scan_check_percent,
        new_days: config.scan_check_new_days,
        first: config.scan_check_first,
    };
    let filed = app
        .gate
        .chart_with(&viewer, Act::FileDocument, id, remarks, async |chart| {
            let filed = store::matched_file(chart, file, words).await?;
            let indexer = store::indexer(chart, sampling.first).await?;
            store::filed(chart, file, document).await?;
            let version = NewVersion {
                filed,
                reason: None,
                created_by: Some(viewer.staff.0),
                created_by_name: viewer.name().to_owned(),
                created_at: chart.at(),
            };
            shelf::file_in_chart(chart, &[new(version)]).await?;
            if needs_check(&kind.code, document, sampling, indexer) {
                shelf::check::ask(chart, document, sensitive).await?;
            }
            Ok(())
        })
        .await;
    match filed {
        // Who may file a protected paper may not always read it afterwards.
        Ok(()) if sensitive => Ok(Redirect::to(&documents::urls::list(id)).into_response()),
        Ok(()) => Ok(Redirect::to(&documents::urls::show(document)).into_response()),
        Err(error) => Err(error.into()),
    }
}
