//! Registering somebody: new after a search, nobody can name, or just born.

use axum::extract::{Path, Query as Parameters, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;

use crate::access::policy::role_may;
use crate::access::{Act, Error, Remarks, Roster, Subject};
use crate::base::id::{PatientId, SearchId};
use crate::patients::model::{BirthPrecision, Identity, NameUse, PatientRecord, PersonName};
use crate::patients::pages::candidates::CandidatesPage;
use crate::patients::pages::forms;
use crate::patients::query::Query;
use crate::patients::registration::{self, Reader, SHORTEST_REASON};
use crate::patients::rules::Ssn;
use crate::patients::store::change::{self, Mother};
use crate::patients::store::register::{self, Likely, NoneOfThese, Site};
use crate::patients::store::{header, kept};
use crate::patients::{likeness, ssn, urls};
use crate::vault::Use;
use crate::web::error::{WebError, WebResult};
use crate::web::errors_pages::Hidden;
use crate::web::form::Form;
use crate::web::form_page::{FormPage, Group, Problems, mark};
use crate::web::page;
use crate::web::posted::Posted;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::ui::Field;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .get(urls::NEW, Act::OpenRegistration, ask)
        .post(urls::NEW, Act::RegisterPatient, start)
        .get(urls::UNKNOWN, Act::OpenRegistration, ask_unknown)
        .post(urls::UNKNOWN, Act::RegisterPatient, start_unknown)
        .form("/patients/{id}/newborn", Act::ViewChart, Act::RegisterNewborn, ask_newborn)
        .post("/patients/{id}/newborn", Act::RegisterNewborn, start_newborn)
}

/// Whether somebody of these roles registers people at all.
pub fn may_register(viewer: &Viewer) -> bool {
    viewer.roles().iter().any(|role| role_may(*role, Act::RegisterPatient))
}

/// Whoever may not is refused before anything is said about what they typed.
async fn insist(app: &App, viewer: &Viewer) -> WebResult<()> {
    if !may_register(viewer) {
        app.gate.roster(viewer, Act::RegisterPatient, Remarks::none(), async |_| Ok(())).await?;
    }
    Ok(())
}

fn hidden(pairs: &[(&str, String)]) -> Vec<Hidden> {
    pairs.iter().map(|(name, value)| Hidden { name: (*name).to_owned(), value: value.clone() }).collect()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    search: String,
}

fn search_of(text: &str) -> SearchId {
    text.parse().unwrap_or(SearchId(uuid::Uuid::nil()))
}

async fn ask(State(app): State<App>, viewer: Viewer, Parameters(asked): Parameters<Asked>) -> WebResult<Response> {
    let search = search_of(&asked.search);
    let remarks = Remarks { detail: Some(json!({ "search": search })), ..Remarks::none() };
    let (typed, sites) = app
        .gate
        .roster(&viewer, Act::OpenRegistration, remarks, async |roster| {
            Ok((kept::fresh(roster, &app.vault, search).await?, register::sites(roster).await?))
        })
        .await?;
    // MPI-S1: no search, no form.
    let Some(typed) = typed else { return Ok(Redirect::to(urls::SEARCH).into_response()) };
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let form = registration::prefilled(&typed, today);
    Ok(page::render(&new_page(&app, &viewer, &form, &sites, search, PatientId::new(), Problems::new())))
}

fn new_page(
    app: &App,
    viewer: &Viewer,
    posted: &Posted,
    sites: &[Site],
    search: SearchId,
    patient: PatientId,
    problems: Problems,
) -> FormPage {
    let number = typed_ssn(app, posted, patient);
    let mut groups = forms::new_person(posted, sites, number.as_ref().map(Ssn::last4));
    mark(&mut groups, &problems);
    let mut carried = vec![("search", search.to_string()), ("patient", patient.to_string())];
    carried.extend(sealed_ssn(app, number.as_ref(), patient).map(|sealed| ("sealed", sealed)));
    FormPage {
        layout: viewer.layout(app, urls::SEARCH),
        banner: None,
        title: "New patient",
        lead: "The record number is issued when you save. Whoever is like this person is shown first.".into(),
        back: urls::results(search),
        back_words: "Search results",
        groups,
        action: urls::NEW.into(),
        hidden: hidden(&carried),
        button: "Register",
        danger: false,
        problems,
        overtaken: None,
        differences: Vec::new(),
    }
}

/// The number as typed now, or as it was typed before the form came back: then it travels sealed, never in clear.
fn typed_ssn(app: &App, posted: &Posted, patient: PatientId) -> Option<Ssn> {
    if let Some(typed) = posted.filled("ssn") {
        return Ssn::parse(&typed);
    }
    let sealed = STANDARD.decode(posted.text("sealed")).ok()?;
    let digits = app.vault.open(Use::SocialSecurityNumber, patient.0.as_bytes(), &sealed).ok()?;
    Ssn::parse(std::str::from_utf8(&digits).ok()?)
}

fn sealed_ssn(app: &App, number: Option<&Ssn>, patient: PatientId) -> Option<String> {
    let sealed = ssn::seal(&app.vault, patient, number?, None).ok()?;
    Some(STANDARD.encode(sealed.sealed))
}

async fn start(
    State(app): State<App>,
    viewer: Viewer,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let posted = Posted(fields);
    let search = search_of(posted.text("search"));
    let patient: PatientId = posted.text("patient").parse().unwrap_or_default();
    let none = NoneOfThese {
        candidates: posted.all("known").iter().filter_map(|known| known.parse().ok()).collect(),
        reason: crate::patients::names::tidy(posted.text("none_reason")).unwrap_or_default(),
    };
    // A second round only when whoever was in the way is there no more.
    for _ in 0..3 {
        match save(&app, &viewer, &posted, search, patient, &none).await {
            Ok(()) => return Ok(Redirect::to(&urls::chart_from(patient, search)).into_response()),
            // Sent twice: the first one did it.
            Err(Error::Constraint(name)) if name == "patients_pkey" => {
                return Ok(Redirect::to(&urls::chart_from(patient, search)).into_response());
            }
            Err(Error::Fields(_) | Error::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
        match compare(&app, &viewer, &posted, search, patient, &none).await? {
            Compared::Invalid(sites, problems) => {
                return Ok(page::invalid(&new_page(&app, &viewer, &posted, &sites, search, patient, problems)));
            }
            Compared::Likely(record, likely, too_short) => {
                let shown = candidates_page(&app, &viewer, &posted, search, &record, &likely, &none, too_short);
                return Ok(page::invalid(&shown));
            }
            Compared::Clear => {}
        }
    }
    Err(WebError::Conflict)
}

/// The form, read against the search it came from.
enum Read {
    Problems(Vec<Site>, Problems),
    Sound(Site, Box<PatientRecord>),
}

async fn read(
    app: &App,
    roster: &mut Roster<'_>,
    posted: &Posted,
    search: SearchId,
    patient: PatientId,
) -> Result<Read, Error> {
    let Some(typed) = kept::fresh(roster, &app.vault, search).await? else {
        return Err(Error::Invalid(
            "Search for this person first. A search is good for an hour; then search again and choose New patient."
                .into(),
        ));
    };
    let sites = register::sites(roster).await?;
    let chosen = sites.iter().find(|site| site.facility.to_string() == posted.text("facility")).or(sites.first());
    let Some(site) = chosen.cloned() else {
        return Err(Error::Invalid("You work at no facility: an administrator assigns one.".into()));
    };
    let today = roster.at().with_timezone(&app.zone()).date_naive();
    let mut reader = Reader::new(posted, today);
    let mut record = reader.record(patient, site.facility, &site.authority);
    if record.ssn.is_none() && posted.text("ssn").is_empty() {
        record.ssn = typed_ssn(app, posted, patient);
    }
    let same = Query::read(&typed, today).is_ok_and(|query| registration::was_searched_for(&query, &record));
    if !same && reader.problems.is_empty() {
        reader.problem("family", "You searched for somebody else. Go back and search for this person first.");
    }
    Ok(match reader.problems {
        problems if problems.is_empty() => Read::Sound(site, Box::new(record)),
        problems => Read::Problems(sites, problems),
    })
}

/// Whoever is like them, and whether somebody among those was not shown yet, or a reason is missing.
struct InTheWay {
    likely: Vec<(PatientId, likeness::Likeness)>,
    unknown: bool,
    too_short: bool,
}

async fn in_the_way(
    app: &App,
    roster: &mut Roster<'_>,
    record: &PatientRecord,
    none: &NoneOfThese,
) -> Result<InTheWay, Error> {
    let likely = register::likely(roster, &app.vault, record).await?;
    Ok(InTheWay {
        unknown: likely.iter().any(|(patient, _)| !none.candidates.contains(patient)),
        too_short: !likely.is_empty() && none.reason.chars().count() < SHORTEST_REASON,
        likely,
    })
}

/// Registers them, unless the form is unsound or somebody like them stands in the way.
async fn save(
    app: &App,
    viewer: &Viewer,
    posted: &Posted,
    search: SearchId,
    patient: PatientId,
    none: &NoneOfThese,
) -> Result<(), Error> {
    let remarks = Remarks {
        detail: Some(json!({ "search": search, "identity": Identity::Known.word(), "not": none.candidates.len() })),
        protected: Some(json!({ "none of these": none.candidates, "reason": none.reason })),
        object: Some(Subject::Patient(patient)),
    };
    app.gate
        .roster(viewer, Act::RegisterPatient, remarks, async |roster| {
            let (site, record) = match read(app, roster, posted, search, patient).await? {
                Read::Problems(_, problems) => return Err(Error::Fields(problems)),
                Read::Sound(site, record) => (site, record),
            };
            register::wait_for_others(roster, &app.vault, &record).await?;
            let found = in_the_way(app, roster, &record, none).await?;
            if found.unknown || found.too_short {
                return Err(Error::Conflict);
            }
            register::register(roster, &app.vault, &record, &site.authority, none).await
        })
        .await
}

/// What comparing the form with the index came to.
enum Compared {
    Invalid(Vec<Site>, Problems),
    /// And whether only the reason is missing.
    Likely(Box<PatientRecord>, Vec<Likely>, bool),
    Clear,
}

/// What stood in the way of a registration, to be shown: a look of its own.
async fn compare(
    app: &App,
    viewer: &Viewer,
    posted: &Posted,
    search: SearchId,
    patient: PatientId,
    none: &NoneOfThese,
) -> WebResult<Compared> {
    let remarks = Remarks { detail: Some(json!({ "search": search })), ..Remarks::none() };
    let compared = app
        .gate
        .roster(viewer, Act::CompareRegistration, remarks, async |roster| {
            let record = match read(app, roster, posted, search, patient).await? {
                Read::Problems(sites, problems) => return Ok(Compared::Invalid(sites, problems)),
                Read::Sound(_, record) => record,
            };
            let found = in_the_way(app, roster, &record, none).await?;
            if !found.unknown && !found.too_short {
                return Ok(Compared::Clear);
            }
            let likely = register::compared(roster, &app.vault, found.likely).await?;
            Ok(Compared::Likely(record, likely, !found.unknown))
        })
        .await?;
    Ok(compared)
}

#[expect(clippy::too_many_arguments, reason = "one page of one handler")]
fn candidates_page(
    app: &App,
    viewer: &Viewer,
    posted: &Posted,
    search: SearchId,
    record: &PatientRecord,
    likely: &[Likely],
    none: &NoneOfThese,
    too_short: bool,
) -> CandidatesPage {
    let carried = |name: &str| !matches!(name, "csrf" | "ssn" | "sealed" | "known" | "none_reason");
    let mut hidden: Vec<Hidden> = posted
        .0
        .iter()
        .filter(|(name, value)| carried(name) && !value.trim().is_empty())
        .map(|(name, value)| Hidden { name: name.clone(), value: value.clone() })
        .collect();
    let number = record.ssn.as_ref();
    hidden.extend(sealed_ssn(app, number, record.patient).map(|value| Hidden { name: "sealed".into(), value }));
    hidden.extend(
        likely.iter().map(|likely| Hidden { name: "known".into(), value: likely.person.patient_id.to_string() }),
    );
    let last4 = |patient: PatientId, sealed: &[u8]| ssn::last4(&app.vault, patient, sealed);
    CandidatesPage::new(
        viewer.layout(app, urls::SEARCH),
        record,
        likely,
        &last4,
        search,
        hidden,
        &none.reason,
        too_short,
        app.zone(),
    )
}

// --- somebody nobody can name ---

async fn ask_unknown(State(app): State<App>, viewer: Viewer) -> WebResult<Response> {
    let remarks = Remarks { detail: Some(json!({ "identity": "unknown" })), ..Remarks::none() };
    app.gate.roster(&viewer, Act::OpenRegistration, remarks, async |_| Ok(())).await?;
    let form = Posted::of([("born_estimated", "yes".to_owned())]);
    Ok(page::render(&unknown_page(&app, &viewer, &form, PatientId::new(), Problems::new())))
}

fn unknown_page(app: &App, viewer: &Viewer, posted: &Posted, patient: PatientId, problems: Problems) -> FormPage {
    let mut groups = vec![Group::new(
        "As far as it can be seen",
        forms::born(posted)
            .into_iter()
            .filter(|field| matches!(field.name, "sex" | "born" | "born_estimated" | "born_unknown" | "born_reason"))
            .chain([Field::text("found", "Found where, brought by whom").value(posted.text("found")).longest(200)])
            .collect(),
    )];
    mark(&mut groups, &problems);
    FormPage {
        layout: viewer.layout(app, urls::SEARCH),
        banner: None,
        title: "Unknown person",
        lead: "An alias nobody else has is issued, with a record number. When the person is known, add the name to the record.".into(),
        back: urls::SEARCH.into(),
        back_words: "Find a patient",
        groups,
        action: urls::UNKNOWN.into(),
        hidden: hidden(&[("patient", patient.to_string())]),
        button: "Register",
        danger: false,
        problems,
        overtaken: None,
        differences: Vec::new(),
    }
}

async fn start_unknown(
    State(app): State<App>,
    viewer: Viewer,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    insist(&app, &viewer).await?;
    let posted = Posted(fields);
    let patient: PatientId = posted.text("patient").parse().unwrap_or_default();
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let mut reader = Reader::new(&posted, today);
    let person = reader.person();
    let found = reader.text("found").unwrap_or_default();
    if !reader.problems.is_empty() {
        return Ok(page::invalid(&unknown_page(&app, &viewer, &posted, patient, reader.problems)));
    }
    let remarks = Remarks {
        detail: Some(json!({ "identity": "unknown" })),
        protected: Some(json!({ "found": found })),
        object: Some(Subject::Patient(patient)),
    };
    let saved = app
        .gate
        .roster(&viewer, Act::RegisterPatient, remarks, async |roster| {
            let sites = register::sites(roster).await?;
            let Some(site) = sites.first() else {
                return Err(Error::Invalid("You work at no facility: an administrator assigns one.".into()));
            };
            let alias = registration::phonetic_alias(register::unidentified(roster).await?);
            let mut record = PatientRecord::new(patient, site.facility);
            let mut name = PersonName::new(NameUse::Temporary, &alias.replace(' ', "-"), "Unknown")
                .map_err(|problem| Error::Invalid(problem.to_string()))?;
            name.started_on = Some(today);
            record.names.push(name);
            person.put_into(&mut record);
            record.identity = Identity::Unknown;
            let reason = NoneOfThese { candidates: Vec::new(), reason: found };
            register::register(roster, &app.vault, &record, &site.authority, &reason).await
        })
        .await;
    match saved {
        Ok(()) => Ok(Redirect::to(&urls::chart(patient)).into_response()),
        Err(Error::Constraint(name)) if name == "patients_pkey" => {
            Ok(Redirect::to(&urls::chart(patient)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

// --- just born ---

async fn ask_newborn(State(app): State<App>, viewer: Viewer, Path(mother): Path<PatientId>) -> WebResult<Response> {
    let today = crate::web::format::date(app.clock.now().with_timezone(&app.zone()).date_naive());
    let form = Posted::of([("born", today)]);
    Ok(page::render(&newborn_page(&app, &viewer, &form, mother, PatientId::new(), Problems::new()).await?))
}

async fn newborn_page(
    app: &App,
    viewer: &Viewer,
    posted: &Posted,
    mother: PatientId,
    patient: PatientId,
    problems: Problems,
) -> WebResult<FormPage> {
    let header = app
        .gate
        .form(viewer, Act::ViewChart, Act::RegisterNewborn, mother, Remarks::none(), async |chart| {
            header::header(chart).await
        })
        .await?;
    let mut groups = vec![Group::new(
        "Newborn",
        forms::born(posted)
            .into_iter()
            .filter(|field| matches!(field.name, "sex" | "born" | "birth_time" | "multiple_birth" | "birth_order"))
            .collect(),
    )];
    mark(&mut groups, &problems);
    Ok(FormPage {
        layout: viewer.layout(app, urls::SEARCH),
        banner: Some(header.banner(app.clock.now(), app.zone(), Some(urls::chart(mother)), Vec::new())),
        title: "Newborn of this mother",
        lead: "Named after the mother until the parents give a name, like “Smith, Judysgirl”; of several, A, B … by birth order.".into(),
        back: urls::chart(mother),
        back_words: "Mother’s chart",
        groups,
        action: urls::newborn(mother),
        hidden: hidden(&[("patient", patient.to_string())]),
        button: "Register",
        danger: false,
        problems,
        overtaken: None,
        differences: Vec::new(),
    })
}

async fn start_newborn(
    State(app): State<App>,
    viewer: Viewer,
    Path(mother): Path<PatientId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    let posted = Posted(fields);
    let patient: PatientId = posted.text("patient").parse().unwrap_or_default();
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let mut reader = Reader::new(&posted, today);
    let person = reader.person();
    if person.birth_time.is_none() && posted.text("birth_time").is_empty() {
        reader.problem("birth_time", "Write the time of birth");
    }
    if person.birth_date.is_some_and(|born| (today - born).num_days() > 28) {
        reader.problem("born", "A newborn is at most 28 days old. Register an older child as a new patient.");
    }
    if person.multiple_birth && person.birth_order.is_none() {
        reader.problem("birth_order", "Write which of them this is");
    }
    if !reader.problems.is_empty() {
        return Ok(page::invalid(&newborn_page(&app, &viewer, &posted, mother, patient, reader.problems).await?));
    }
    let remarks = Remarks { detail: Some(json!({ "newborn": patient })), ..Remarks::none() };
    let known: Mother = app
        .gate
        .chart_with(&viewer, Act::RegisterNewborn, mother, remarks, async |chart| change::mother(chart).await)
        .await?;
    let order = person.birth_order.filter(|_| person.multiple_birth);
    let given = registration::newborn_given(&known.given, person.sex, order);
    let mut record = PatientRecord::new(patient, known.facility);
    let mut name = PersonName::new(NameUse::Temporary, &known.family, &given)
        .map_err(|problem| WebError::Invalid(vec![problem.to_string()]))?;
    name.started_on = person.birth_date;
    record.names.push(name);
    person.put_into(&mut record);
    record.birth_precision = BirthPrecision::Day;
    record.identity = Identity::Newborn;
    record.mother = Some(mother);
    let remarks = Remarks {
        detail: Some(json!({ "identity": "newborn" })),
        object: Some(Subject::Patient(patient)),
        ..Remarks::none()
    };
    let saved = app
        .gate
        .roster(&viewer, Act::RegisterPatient, remarks, async |roster| {
            register::wait_for_others(roster, &app.vault, &record).await?;
            if register::newborn_known(roster, &record).await? {
                return Err(Error::Conflict);
            }
            let reason = NoneOfThese { candidates: Vec::new(), reason: String::new() };
            register::register(roster, &app.vault, &record, &known.authority, &reason).await
        })
        .await;
    match saved {
        Ok(()) => Ok(Redirect::to(&urls::chart(patient)).into_response()),
        Err(Error::Constraint(name)) if name == "patients_pkey" => {
            Ok(Redirect::to(&urls::chart(patient)).into_response())
        }
        Err(Error::Conflict) => {
            let words = "A newborn of this mother with that date and order is registered already. Tick that there are several, or open that chart.";
            let problems = vec![("birth_order", words.to_owned())];
            Ok(page::invalid(&newborn_page(&app, &viewer, &posted, mother, patient, problems).await?))
        }
        Err(error) => Err(error.into()),
    }
}
