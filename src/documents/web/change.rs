//! Taking back, moving, checking, searching.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::super::pages::{
    MoveForm, MovePage, RetractionForm, RetractionPage, SearchPage, TypedMove, banner, encounter_field,
};
use super::super::rules;
use super::super::standing::{ScanError, Why};
use super::super::store::change::Taking;
use super::super::store::{self, Opened, change};
use super::super::urls;
use super::doer;
use super::view::remarks;
use crate::access::policy::Refusal;
use crate::access::{Act, Chart, Entry, Error, Remarks, Result, Role};
use crate::base::id::{DocumentId, EncounterId, PatientId};
use crate::encounters::model::Visit;
use crate::encounters::store::visits;
use crate::patients::query::dates;
use crate::patients::store::header::header;
use crate::patients::store::identify::{self, Typed};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::ui::{Banner, Field};
use crate::web::viewer::Viewer;

/// The shortest reason that says something; the database asks for as much.
const SHORTEST: usize = 10;
const VISITS: i64 = 100;
const HITS: i64 = 50;

/// What the forms about a document stand under. Refused to whom the rules refuse the change itself.
async fn about(app: &App, viewer: &Viewer, id: DocumentId, send: Act) -> WebResult<(Banner, Opened, Vec<Visit>)> {
    let found = app
        .gate
        .form(viewer, Act::OpenDocument, send, id, remarks(None, None, "form"), async |chart| {
            let opened = store::describe(chart, id).await?;
            allowed(viewer, &opened)?;
            let header = header(chart).await?;
            Ok((banner(&header, chart.at(), app.zone()), opened, visits(chart, None, VISITS).await?))
        })
        .await?;
    Ok(found)
}

fn allowed(viewer: &Viewer, opened: &Opened) -> Result<()> {
    if rules::may_retract(opened.document.status, &opened.standing, &opened.signatures, doer(viewer)) {
        Ok(())
    } else {
        Err(Error::Forbidden(Refusal::NotYours))
    }
}

pub async fn ask_retraction(State(app): State<App>, viewer: Viewer, Path(id): Path<DocumentId>) -> WebResult<Response> {
    let (banner, opened, _) = about(&app, &viewer, id, Act::RetractDocument).await?;
    let layout = viewer.layout(&app, "/patients");
    Ok(page::render(&RetractionPage { layout, banner, opened, form: RetractionForm::new("", "") }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Reasoned {
    why: String,
    explanation: String,
}

pub async fn retract(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Form(given): Form<Reasoned>,
) -> WebResult<Response> {
    let (why, reason) = (Why::parse(&given.why), given.explanation.trim());
    let (Some(why), true) = (why, reason.chars().count() >= SHORTEST) else {
        let (banner, opened, _) = about(&app, &viewer, id, Act::RetractDocument).await?;
        let mut form = RetractionForm::new(&given.why, reason);
        if why.is_none() {
            form.why.error = Some("Choose what is wrong".into());
        }
        if reason.chars().count() < SHORTEST {
            form.reason.error = Some("Write at least 10 characters".into());
        }
        return Ok(page::invalid(&RetractionPage { layout: viewer.layout(&app, "/patients"), banner, opened, form }));
    };
    let remarks = Remarks {
        detail: Some(json!({ "why": why.word() })),
        protected: Some(json!({ "reason": reason })),
        ..Remarks::none()
    };
    let patient = app
        .gate
        .chart_with(&viewer, Act::RetractDocument, id, remarks, async |chart| {
            allowed(&viewer, &store::describe(chart, id).await?)?;
            change::retract(chart, id, &taking(&viewer, why, reason, None)).await?;
            Ok(chart.patient())
        })
        .await?;
    Ok(Redirect::to(&after(&viewer, id, patient)).into_response())
}

fn taking<'a>(viewer: &'a Viewer, why: Why, reason: &'a str, successor: Option<DocumentId>) -> Taking<'a> {
    Taking { why, reason, by: viewer.staff, by_name: viewer.name(), successor }
}

/// Whoever answers for the record sees the tombstone; others see the list it left.
fn after(viewer: &Viewer, id: DocumentId, patient: PatientId) -> String {
    if viewer.has_role(Role::Manager) { urls::show(id) } else { urls::list(patient) }
}

pub async fn ask_relocation(State(app): State<App>, viewer: Viewer, Path(id): Path<DocumentId>) -> WebResult<Response> {
    let (banner, opened, visits) = about(&app, &viewer, id, Act::MoveDocument).await?;
    let form = MoveForm::new(&TypedMove::default(), encounter_field(&visits, "", app.zone()));
    Ok(page::render(&MovePage { layout: viewer.layout(&app, "/patients"), banner, opened, form }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Moved {
    encounter: String,
    mrn: String,
    birth_date: String,
    explanation: String,
}

/// Where a document goes.
enum Place {
    Encounter(EncounterId),
    Patient(PatientId),
}

/// Retracted here and filed there, in one piece (DOC-13).
pub async fn relocate(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Form(given): Form<Moved>,
) -> WebResult<Response> {
    let reason = given.explanation.trim().to_owned();
    let place = match place(&app, &viewer, &given).await? {
        Ok(place) if reason.chars().count() >= SHORTEST => place,
        found => {
            let (banner, opened, visits) = about(&app, &viewer, id, Act::MoveDocument).await?;
            let typed = TypedMove {
                encounter: given.encounter.clone(),
                mrn: given.mrn.clone(),
                birth_date: given.birth_date.clone(),
                reason: reason.clone(),
            };
            let mut form = MoveForm::new(&typed, encounter_field(&visits, &given.encounter, app.zone()));
            if let Err((name, words)) = found {
                let field = match name {
                    "mrn" => &mut form.mrn,
                    "birth_date" => &mut form.birth_date,
                    _ => &mut form.encounter,
                };
                field.error = Some(words);
            }
            if reason.chars().count() < SHORTEST {
                form.reason.error = Some("Write at least 10 characters".into());
            }
            return Ok(page::invalid(&MovePage { layout: viewer.layout(&app, "/patients"), banner, opened, form }));
        }
    };
    let new = DocumentId::new();
    let told = |direction: &str| Remarks {
        detail: Some(json!({ "move": direction, "other": if direction == "out" { new } else { id } })),
        protected: Some(json!({ "reason": reason })),
        ..Remarks::none()
    };
    let here = Entry::new(Act::MoveDocument, id, told("out"));
    let (there, encounter, why) = match place {
        Place::Encounter(encounter) => {
            (Entry::new(Act::MoveDocument, encounter, told("in")), Some(encounter), Why::WrongEncounter)
        }
        Place::Patient(patient) => (Entry::new(Act::MoveDocument, patient, told("in")), None, Why::WrongPatient),
    };
    let patient = app
        .gate
        .chart_pair(
            &viewer,
            here,
            there,
            async |chart: &mut Chart<'_>| {
                allowed(&viewer, &store::describe(chart, id).await?)?;
                let moving = change::pack(chart, id).await?;
                change::retract(chart, id, &taking(&viewer, why, &reason, Some(new))).await?;
                Ok((moving, chart.patient()))
            },
            async |chart: &mut Chart<'_>, (moving, from)| {
                let same = chart.patient() == from;
                if same != (why == Why::WrongEncounter) {
                    return Err(Error::Invalid(match why {
                        Why::WrongPatient => "These identifiers lead to the chart the document is in already.".into(),
                        _ => "That encounter is not of this patient.".into(),
                    }));
                }
                let words =
                    if same { "Moved from another encounter" } else { "Filed where it belongs after a retraction" };
                change::unpack(chart, moving, new, encounter, same, words).await?;
                if same {
                    change::relate_move(chart, new, id).await?;
                }
                Ok(from)
            },
        )
        .await?;
    Ok(Redirect::to(&after(&viewer, id, patient)).into_response())
}

/// The encounter chosen, or the one chart that bears both identifiers typed from the paper.
async fn place(
    app: &App,
    viewer: &Viewer,
    given: &Moved,
) -> WebResult<std::result::Result<Place, (&'static str, String)>> {
    let (mrn, born) = (given.mrn.trim(), given.birth_date.trim());
    if mrn.is_empty() && born.is_empty() {
        return Ok(match given.encounter.parse() {
            Ok(encounter) => Ok(Place::Encounter(encounter)),
            Err(_) => Err(("encounter", "Choose an encounter, or give another patient's MRN and birth date".into())),
        });
    }
    if mrn.is_empty() {
        return Ok(Err(("mrn", "Enter the MRN on the paper".into())));
    }
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let day = match dates::read_field(born, today).map(|born| born.day()) {
        Ok(Some(day)) => day,
        Ok(None) => return Ok(Err(("birth_date", "Enter the whole birth date".into()))),
        Err(words) => return Ok(Err(("birth_date", words))),
    };
    let remarks = Remarks {
        detail: Some(json!({ "identifiers": "mrn-and-birth-date" })),
        protected: Some(json!({ "mrn": mrn, "birth_date": day })),
        ..Remarks::none()
    };
    let found = app
        .gate
        .roster(viewer, Act::MatchIntake, remarks, async |roster| {
            identify::identify(roster, &Typed { mrn, family: "", given: "", birth_date: day }).await
        })
        .await?;
    Ok(match found.as_slice() {
        [one] => Ok(Place::Patient(one.patient)),
        _ => Err(("mrn", "No chart has this MRN and this birth date".into())),
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Checked {
    finding: String,
    note: String,
}

pub async fn check(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<DocumentId>,
    Form(given): Form<Checked>,
) -> WebResult<Response> {
    let found = ScanError::parse(&given.finding);
    if found.is_none() && given.finding != "pass" {
        let nothing: Result<()> = app
            .gate
            .chart(&viewer, Act::CheckScan, id, async |_| Err(Error::Invalid("Choose what the check found.".into())))
            .await;
        nothing?;
        return Err(WebError::NotFound);
    }
    let note = Some(given.note.trim()).filter(|note| !note.is_empty());
    let remarks = Remarks { detail: Some(json!({ "finding": given.finding })), ..Remarks::none() };
    app.gate
        .chart_with(&viewer, Act::CheckScan, id, remarks, async |chart| {
            let opened = store::describe(chart, id).await?;
            let Some(indexer) = opened.standing.filed_by else { return Err(Error::Conflict) };
            if Some(indexer) == chart.staff() {
                return Err(Error::Forbidden(Refusal::OwnWork));
            }
            if !rules::may_check(&opened.standing, doer(&viewer)) {
                return Err(Error::Conflict);
            }
            store::check::answer(chart, id, indexer, found, note).await
        })
        .await?;
    Ok(Redirect::to("/").into_response())
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Words {
    words: String,
}

/// Answers on the spot: the words looked for are the patient's business, and stand in no address.
pub async fn search(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<PatientId>,
    Form(given): Form<Words>,
) -> WebResult<Response> {
    let words: String = given.words.trim().chars().take(200).collect();
    let remarks = Remarks { protected: Some(json!({ "words": words })), ..Remarks::none() };
    let (banner, hits) = app
        .gate
        .chart_with(&viewer, Act::SearchDocuments, id, remarks, async |chart| {
            let header = header(chart).await?;
            let hits = store::search::search(chart, &words, HITS).await?;
            Ok((banner(&header, chart.at(), app.zone()), hits))
        })
        .await?;
    let layout = viewer.layout(&app, "/patients");
    let empty = words.is_empty();
    let field = Field::search("words", "Words").value(words).longest(200).required();
    let field = field.error(empty.then(|| "Enter at least one word".into()));
    let shown = SearchPage { layout, banner, patient: id, words: field, hits, zone: app.zone() };
    Ok(if empty { page::invalid(&shown) } else { page::render(&shown) })
}
