//! Changing a record: one part at a time, with its history.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono_tz::Tz;
use serde_json::json;
use uuid::Uuid;

use crate::access::policy::{DataClass, matrix};
use crate::access::{Act, Error, Remarks};
use crate::base::id::PatientId;
use crate::patients::header::Header;
use crate::patients::model::ContactKind;
use crate::patients::pages::edit::{EditPage, HistoryPage};
use crate::patients::pages::forms;
use crate::patients::registration::Reader;
use crate::patients::sections::{Section, merge};
use crate::patients::store::change::{self, Addition, Kind, Stored};
use crate::patients::store::header;
use crate::patients::{ssn, urls};
use crate::web::error::{WebError, WebResult};
use crate::web::errors_pages::{Difference, Hidden};
use crate::web::form::Form;
use crate::web::form_page::{FormPage, Group, Problems, mark};
use crate::web::posted::Posted;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::ui::{Choice, Field};
use crate::web::viewer::Viewer;
use crate::web::{format, local, page};

pub fn routes() -> Routes {
    Routes::new()
        .form("/patients/{id}/edit", Act::ViewChart, Act::EditDemographics, overview)
        .form("/patients/{id}/edit/{section}", Act::ViewChart, Act::EditDemographics, ask)
        .post("/patients/{id}/edit/{section}", Act::EditDemographics, save)
        .post("/patients/{id}/edit/{kind}/{row}/end", Act::EditDemographics, end)
        .get("/patients/{id}/history", Act::ViewDemographicHistory, history)
}

/// Whether somebody of these roles changes demographics at all.
pub fn may_edit(viewer: &Viewer) -> bool {
    viewer.roles().iter().any(|role| matrix(*role, DataClass::Demographics).allows('E'))
}

/// Whose record it is, and how it stands.
pub(super) struct Now {
    pub header: Header,
    pub stored: Stored,
    last4: Option<String>,
}

/// What the page of a form shows, for whoever may send it.
pub(super) async fn now(app: &App, viewer: &Viewer, patient: PatientId, look: Act, send: Act) -> WebResult<Now> {
    let now = app
        .gate
        .form(viewer, look, send, patient, Remarks::none(), async |chart| {
            let stored = change::stored(chart).await?;
            let sealed = stored.ssn_sealed.as_deref();
            let last4 = sealed.and_then(|sealed| ssn::last4(&app.vault, chart.patient(), sealed));
            Ok(Now { header: header::header(chart).await?, stored, last4 })
        })
        .await?;
    Ok(now)
}

fn zone_of(app: &App, stored: &Stored) -> Tz {
    stored.time_zone.parse().unwrap_or(app.zone())
}

async fn overview(State(app): State<App>, viewer: Viewer, Path(id): Path<PatientId>) -> WebResult<Response> {
    let page = app
        .gate
        .form(&viewer, Act::ViewChart, Act::EditDemographics, id, Remarks::none(), async |chart| {
            let header = header::header(chart).await?;
            let stored = change::stored(chart).await?;
            let restricts = viewer
                .roles()
                .iter()
                .any(|role| matches!(role, crate::access::Role::Manager | crate::access::Role::Privacy));
            let undoes = stored.deceased && viewer.has_role(crate::access::Role::Manager);
            Ok(EditPage {
                layout: viewer.layout(&app, urls::SEARCH),
                banner: header.banner(chart.at(), app.zone(), Some(urls::chart(id)), Vec::new()),
                patient: id,
                lines: change::lines(chart).await?,
                restricts,
                undoes,
                deceased: stored.deceased,
            })
        })
        .await?;
    Ok(page::render(&page))
}

async fn ask(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, section)): Path<(PatientId, String)>,
) -> WebResult<Response> {
    let section = Section::parse(&section).ok_or(WebError::NotFound)?;
    let now = now(&app, &viewer, id, Act::ViewChart, Act::EditDemographics).await?;
    let posted = match section {
        Section::Person => forms::of_stored(&now.stored),
        Section::Death => death_of(&app, &now.stored),
        _ => Posted::default(),
    };
    Ok(page::render(&section_page(&app, &viewer, &now, section, &posted, Uuid::now_v7(), Problems::new())))
}

fn death_of(app: &App, stored: &Stored) -> Posted {
    let written = stored.deceased_at.map(|at| local::written(at, zone_of(app, stored)));
    let (day, time) = written.unwrap_or_default();
    Posted::of([("died_on", day), ("died_at", time), ("source", stored.deceased_source.clone().unwrap_or_default())])
}

const SOURCES: [(&str, &str); 5] = [
    ("hospital", "Died here"),
    ("family", "Told by the family"),
    ("certificate", "Death certificate"),
    ("registry", "Registry or payer"),
    ("other", "Another source"),
];

fn section_page(
    app: &App,
    viewer: &Viewer,
    now: &Now,
    section: Section,
    posted: &Posted,
    row: Uuid,
    problems: Problems,
) -> FormPage {
    let patient = now.header.patient;
    let replaces = |label: &'static str| Field::tick("replaces", label, posted.ticked("replaces"));
    let reason = |label: &'static str| Field::text("reason", label).value(posted.text("reason")).longest(300);
    let mut groups = match section {
        Section::Person => {
            vec![
                Group::new("Sex and birth", forms::born(posted)),
                Group::new("As the person tells it", forms::told(posted)),
            ]
        }
        Section::Name => {
            let mut fields = forms::name(posted, true);
            fields.push(replaces("Ends the current name of this use"));
            fields.push(reason("Why"));
            vec![Group::new("Name", fields)]
        }
        Section::Address => {
            let mut fields = forms::address(posted, true);
            fields.push(replaces("Ends the current address of this use"));
            vec![Group::new("Address", fields)]
        }
        Section::Telecom => {
            let mut fields = forms::telecom(posted);
            fields.push(replaces("Ends the current one of this kind and use"));
            vec![Group::new("Phone or e-mail", fields)]
        }
        Section::Contact => vec![Group::new("Person to contact", forms::contact(posted))],
        Section::Coverage => {
            let mut fields = forms::coverage(posted);
            fields.push(Field::date("coverage_from", "Since").value(posted.text("coverage_from")));
            vec![Group::new("Coverage", fields)]
        }
        Section::Identifier => vec![Group::new("Number", forms::identifier(posted))],
        Section::Ssn => vec![Group::new(
            "SSN",
            vec![
                forms::ssn(now.last4.as_deref()),
                Field::tick("clear", "Clear the stored number", posted.ticked("clear")),
                reason("Why").required(),
            ],
        )],
        Section::Death => {
            let mut sources = vec![Choice::new("", "Choose")];
            sources.extend(SOURCES.map(|(word, label)| Choice::new(word, label)));
            vec![Group::new(
                "Death",
                vec![
                    Field::date("died_on", "Date of death")
                        .value(posted.text("died_on"))
                        .hint("Empty when only the fact is known"),
                    Field::text("died_at", "Time").value(posted.text("died_at")).longest(12),
                    Field::select("source", "Who says so", sources).value(posted.text("source")).required(),
                ],
            )]
        }
    };
    mark(&mut groups, &problems);
    let mut hidden = vec![
        Hidden { name: "version".into(), value: now.stored.version.to_string() },
        Hidden { name: "row".into(), value: row.to_string() },
    ];
    if section == Section::Person {
        let was = forms::of_stored(&now.stored);
        hidden.extend(was.0.into_iter().map(|(name, value)| Hidden { name: format!("was_{name}"), value }));
    }
    FormPage {
        layout: viewer.layout(app, urls::SEARCH),
        banner: Some(now.header.banner(app.clock.now(), app.zone(), Some(urls::chart(patient)), Vec::new())),
        title: section.title(),
        lead: section.lead().into(),
        back: urls::edit(patient),
        back_words: "Change demographics",
        groups,
        action: urls::edit_section(patient, section.word()),
        hidden,
        button: "Save",
        danger: section == Section::Ssn || section == Section::Death,
        problems,
        overtaken: None,
        differences: Vec::new(),
    }
}

/// What a section's form asks for, once it is sound.
enum Wanted {
    Person(Box<crate::patients::registration::Person>),
    Add(Box<Addition>, bool, String),
    Ssn(Option<crate::patients::rules::Ssn>, String),
    Death(Option<chrono::DateTime<chrono::Utc>>, String),
}

async fn save(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, section)): Path<(PatientId, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let section = Section::parse(&section).ok_or(WebError::NotFound)?;
    let posted = Posted(fields);
    let row: Uuid = posted.text("row").parse().unwrap_or_else(|_| Uuid::now_v7());
    let version: i32 = posted.text("version").parse().unwrap_or(0);
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let shown: Vec<_> = posted
        .0
        .iter()
        .filter(|(name, value)| {
            !value.is_empty() && !name.starts_with("was_") && !matches!(name.as_str(), "csrf" | "ssn" | "row")
        })
        .collect();
    let remarks = Remarks {
        detail: Some(json!({ "section": section.word() })),
        protected: Some(json!({ "values": shown })),
        ..Remarks::none()
    };
    let change = (posted.mark(id.0), version);
    let saved = app
        .gate
        .chart_with(&viewer, Act::EditDemographics, id, remarks, async |chart| {
            let stored = change::stored(chart).await?;
            match read(&app, section, &posted, &stored)? {
                Wanted::Person(person) => change::save_person(chart, &app.vault, change, &person).await,
                Wanted::Add(addition, replaces, reason) => {
                    change::add(chart, row, &addition, replaces.then_some(today), &reason).await
                }
                Wanted::Ssn(number, reason) => {
                    change::save_ssn(chart, &app.vault, change, number.as_ref(), &reason).await
                }
                Wanted::Death(at, source) => change::record_death(chart, change, at, &source).await,
            }
        })
        .await;
    let problems = match saved {
        Ok(()) => return Ok(Redirect::to(&urls::edit(id)).into_response()),
        // The same form sent twice.
        Err(Error::Constraint(name)) if name.ends_with("_pkey") => {
            return Ok(Redirect::to(&urls::edit(id)).into_response());
        }
        Err(Error::Constraint(name)) if name == "patient_identifiers_issued_once" => {
            vec![("identifier", "That issuer has given this number to another record".to_owned())]
        }
        Err(Error::Fields(problems)) => problems,
        Err(Error::Conflict) => return conflict(&app, &viewer, id, section, &posted, row).await,
        Err(error) => return Err(error.into()),
    };
    let now = now(&app, &viewer, id, Act::ViewChart, Act::EditDemographics).await?;
    Ok(page::invalid(&section_page(&app, &viewer, &now, section, &posted, row, problems)))
}

/// What was typed, over what is stored.
fn read(app: &App, section: Section, posted: &Posted, stored: &Stored) -> Result<Wanted, Error> {
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let mut reader = Reader::new(posted, today).over(stored.codes());
    match wanted(app, section, &mut reader, posted, stored) {
        Some(wanted) if reader.problems.is_empty() => Ok(wanted),
        _ => Err(Error::Fields(reader.problems)),
    }
}

fn wanted(app: &App, section: Section, reader: &mut Reader<'_>, posted: &Posted, stored: &Stored) -> Option<Wanted> {
    let replaces = posted.ticked("replaces");
    let add = |addition: Addition, reason: String| Some(Wanted::Add(Box::new(addition), replaces, reason));
    match section {
        Section::Person => Some(Wanted::Person(Box::new(reader.person()))),
        Section::Name => {
            if posted.text("name_use").is_empty() {
                reader.problem("name_use", "Choose what name this is");
            }
            let reason = reader.text("reason").unwrap_or_default();
            add(Addition::Name(reader.name()?), reason)
        }
        Section::Address => match reader.address() {
            Some(address) => add(Addition::Address(address), String::new()),
            None => {
                reader.problem("lines", "Write a street or a town");
                None
            }
        },
        Section::Telecom => {
            let kind = ContactKind::parse(posted.text("kind")).unwrap_or(ContactKind::Phone);
            match reader.telecom(kind, "value", "telecom_use") {
                Some(telecom) => add(Addition::Telecom(telecom), String::new()),
                None => {
                    reader.problem("value", "Write the number or address");
                    None
                }
            }
        }
        Section::Contact => match reader.contact() {
            Some(contact) => add(Addition::Contact(contact), String::new()),
            None => {
                reader.problem("contact_name", "Write who this is");
                None
            }
        },
        Section::Coverage => match reader.coverage() {
            Some(coverage) => add(Addition::Coverage(coverage), String::new()),
            None => {
                reader.problem("payer", "Write who pays");
                None
            }
        },
        Section::Identifier => match reader.identifier(&stored.authority) {
            Some(identifier) => add(Addition::Identifier(identifier), String::new()),
            None => {
                if reader.problems.is_empty() {
                    reader.problem("identifier", "Write the number");
                }
                None
            }
        },
        Section::Ssn => {
            let number = reader.ssn();
            match (&number, posted.ticked("clear")) {
                (Some(_), true) => reader.problem("clear", "Type a number or clear it, not both"),
                (None, false) if posted.text("ssn").is_empty() => {
                    reader.problem("ssn", "Type the number, or tick Clear");
                }
                _ => {}
            }
            Some(Wanted::Ssn(number, reader.reason("reason")))
        }
        Section::Death => {
            let source = posted.text("source").to_owned();
            if !SOURCES.iter().any(|(word, _)| *word == source) {
                reader.problem("source", "Choose who says so");
            }
            let day = reader.day("died_on");
            let at = match (day, posted.text("died_at")) {
                (None, "") => None,
                (None, _) => {
                    if posted.text("died_on").is_empty() {
                        reader.problem("died_on", "Write the date of death too");
                    }
                    None
                }
                (Some(_), "") => {
                    reader.problem("died_at", "Write the time of death too");
                    None
                }
                (Some(day), time) => match local::instant(day, time, zone_of(app, stored)) {
                    Ok(at) => Some(at),
                    Err(words) => {
                        reader.problem("died_at", words);
                        None
                    }
                },
            };
            if at.is_some_and(|at| at > app.clock.now()) {
                reader.problem("died_at", "That is in the future");
            }
            if day.zip(stored.birth_date).is_some_and(|(died, born)| died < born) {
                reader.problem("died_on", "That is before the birth");
            }
            Some(Wanted::Death(at, source))
        }
    }
}

/// 409: what they stored beside what was typed; nothing of either is lost.
async fn conflict(
    app: &App,
    viewer: &Viewer,
    id: PatientId,
    section: Section,
    posted: &Posted,
    row: Uuid,
) -> WebResult<Response> {
    let now = now(app, viewer, id, Act::ViewChart, Act::EditDemographics).await?;
    let (mut merged, mut differences) = (posted.clone(), Vec::new());
    if section == Section::Person {
        let was = Posted(
            posted
                .0
                .iter()
                .filter_map(|(name, value)| Some((name.strip_prefix("was_")?.to_owned(), value.clone())))
                .collect(),
        );
        let mut names: Vec<&'static str> = forms::PERSON.iter().map(|(name, _)| *name).collect();
        names.push("race");
        let (put_together, clashes) = merge(&names, &was, posted, &forms::of_stored(&now.stored));
        merged = put_together;
        merged.0.extend(posted.0.iter().filter(|(name, _)| name == "born_reason").cloned());
        differences = clashes
            .into_iter()
            .map(|clash| Difference {
                label: forms::PERSON
                    .iter()
                    .find(|(name, _)| *name == clash.field)
                    .map_or("Race", |(_, label)| label)
                    .into(),
                yours: forms::words_of(clash.field, &clash.yours),
                theirs: forms::words_of(clash.field, &clash.theirs),
            })
            .collect();
    }
    let who = now.stored.last_by.clone().unwrap_or_else(|| "Somebody".into());
    let when = now.stored.last_at.map_or_else(String::new, |at| format!(" at {}", format::time(at, app.zone())));
    let overtaken = Some(format!("{who} changed this record{when}."));
    let page =
        FormPage { overtaken, differences, ..section_page(app, viewer, &now, section, &merged, row, Problems::new()) };
    Ok((StatusCode::CONFLICT, page::render(&page)).into_response())
}

async fn end(
    State(app): State<App>,
    viewer: Viewer,
    Path((id, kind, row)): Path<(PatientId, String, Uuid)>,
    _: Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let kind = Kind::parse(&kind).ok_or(WebError::NotFound)?;
    let remarks = Remarks { detail: Some(json!({ "ended": kind.word(), "row": row })), ..Remarks::none() };
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    app.gate
        .chart_with(&viewer, Act::EditDemographics, id, remarks, async |chart| {
            change::end(chart, kind, row, today).await
        })
        .await?;
    Ok(Redirect::to(&urls::edit(id)).into_response())
}

/// The most entries a page of history shows; a record with more is a case of its own.
const ENTRIES: i64 = 500;

async fn history(State(app): State<App>, viewer: Viewer, Path(id): Path<PatientId>) -> WebResult<Response> {
    let page = app
        .gate
        .chart(&viewer, Act::ViewDemographicHistory, id, async |chart| {
            let header = header::header(chart).await?;
            let changes = change::history(chart, ENTRIES).await?;
            let banner = header.banner(chart.at(), app.zone(), Some(urls::chart(id)), Vec::new());
            Ok(HistoryPage::new(viewer.layout(&app, urls::SEARCH), banner, id, changes, app.zone()))
        })
        .await?;
    Ok(page::render(&page))
}
