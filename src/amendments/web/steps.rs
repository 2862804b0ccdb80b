//! The forms about a request: each shown alone, sent once, judged with the request held, and shown again with what differs when somebody was
//! faster.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::model::{Case, Form as Of, Ground, NewStep, StepKind};
use super::super::pages::forms::{self, Choices, LONGEST, Proof};
use super::super::{rules, store, urls};
use super::{act_of, titled};
use crate::access::policy::Refusal;
use crate::access::{Act, Chart, Error, Remarks, Result};
use crate::base::id::{DocumentId, PatientId, StaffId};
use crate::chart::{Frame, frame};
use crate::documents::filing;
use crate::documents::model::{Content, Filed};
use crate::documents::store::amend::{append_amendment, mark_amended};
use crate::people::rules::lock_out::again_in;
use crate::people::store::door::{Proof as Proved, Verdict, WRONG_CODE, check_own, step_up};
use crate::web::error::{WebError, WebResult};
use crate::web::errors_pages::{Difference, Hidden};
use crate::web::form::Form;
use crate::web::form_page::{FormPage, Problems, mark};
use crate::web::posted::Posted;
use crate::web::state::App;
use crate::web::viewer::Viewer;
use crate::web::{cookie, dates, format, page};

type Place = (PatientId, Uuid, String);

/// The duty is the word before the last of the address; it and the act of the route go together.
fn duty(uri: &Uri) -> &str {
    uri.path().rsplit('/').nth(1).unwrap_or_default()
}

pub async fn show(State(app): State<App>, viewer: Viewer, Path(place): Path<Place>, uri: Uri) -> WebResult<Response> {
    let open = open(&app, &viewer, &place, duty(&uri)).await?;
    let problems: Problems =
        obstacle(&open.case, open.form, &viewer).map(|words| ("", words.to_owned())).into_iter().collect();
    let begins = forms::begins(open.today);
    Ok(page::render(&form_page(&viewer, open, Uuid::now_v7(), &begins, problems)))
}

pub async fn send(
    State(app): State<App>,
    viewer: Viewer,
    Path(place): Path<Place>,
    uri: Uri,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> WebResult<Response> {
    take(&app, &viewer, place, duty(&uri), &headers, Posted(fields)).await
}

/// What a form takes out of the chart.
struct Open {
    frame: Frame,
    case: Case,
    choices: Choices,
    form: Of,
    today: NaiveDate,
}

async fn open(app: &App, viewer: &Viewer, place: &Place, duty: &str) -> WebResult<Open> {
    let (patient, request, word) = place;
    let form = Of::parse(duty, word);
    let act = form.map_or(Act::ViewAmendments, act_of);
    let open = app
        .gate
        .form(viewer, Act::ViewAmendments, act, *patient, Remarks::none(), async |chart| {
            let form = form.ok_or(Error::NotFound)?;
            let case = store::case(chart, *request).await?;
            let choices = choices(chart, form, *request).await?;
            let today = chart.at().with_timezone(&app.zone()).date_naive();
            Ok(Open { frame: frame(app, viewer, chart).await?, case, choices, form, today })
        })
        .await?;
    Ok(open)
}

async fn choices(chart: &mut Chart<'_>, form: Of, request: Uuid) -> Result<Choices> {
    let mut choices = Choices::default();
    match form {
        Of::Step(StepKind::Assigned) => choices.assignable = store::assignable(chart, request).await?,
        Of::Step(StepKind::Amended) => {
            choices.signed = store::signed_entries(chart, request).await?;
            choices.documents = titled(chart).await?;
        }
        Of::Step(StepKind::Disagreed) => choices.documents = titled(chart).await?,
        _ => {}
    }
    Ok(choices)
}

fn proof(viewer: &Viewer) -> Proof {
    match (viewer.stepped_up, viewer.has_second_factor) {
        (true, _) => Proof::Given,
        (false, true) => Proof::PasswordAndCode,
        (false, false) => Proof::Password,
    }
}

/// Why the form is not to be sent now, if it is not.
fn obstacle(case: &Case, form: Of, viewer: &Viewer) -> Option<&'static str> {
    let fits = match form {
        Of::Step(kind) => case.may(kind),
        Of::Decision => case.may(StepKind::Granted),
        Of::Recipient => case.may_name_recipients(),
        Of::Notice => case.waits_for_notice(),
    };
    match form {
        _ if !fits => Some("This is not open to be done: the request stands elsewhere by now"),
        Of::Step(StepKind::Advised) if !case.is_with(viewer.staff) => {
            Some("The opinion of whom it is assigned to is asked")
        }
        _ => None,
    }
}

fn form_page(viewer: &Viewer, open: Open, key: Uuid, posted: &Posted, problems: Problems) -> FormPage {
    let Open { frame, case, choices, form, .. } = open;
    let (patient, request) = (frame.patient(), case.request.request);
    let mut groups = forms::of(form, &case, &choices, posted, proof(viewer));
    mark(&mut groups, &problems);
    let hidden = |name: &str, value: String| Hidden { name: name.into(), value };
    FormPage {
        banner: Some(frame.banner(false)),
        layout: frame.layout,
        title: forms::title(form),
        lead: forms::lead(form, &case),
        back: urls::request(patient, request),
        back_words: "The request",
        groups,
        action: urls::step(patient, request, form),
        hidden: vec![hidden("key", key.to_string()), hidden("known", case.known().to_string())],
        button: forms::button(form),
        danger: form == Of::Step(StepKind::Withdrawn),
        problems,
        overtaken: None,
        differences: Vec::new(),
    }
}

/// What a form asks for, once it is sound.
enum Wanted {
    Step(NewStep),
    Recipient([String; 3]),
    Notice(Uuid, NaiveDate, String),
}

async fn take(
    app: &App,
    viewer: &Viewer,
    place: Place,
    duty: &str,
    headers: &HeaderMap,
    posted: Posted,
) -> WebResult<Response> {
    let open = open(app, viewer, &place, duty).await?;
    let (patient, request, form) = (place.0, place.1, open.form);
    let key = posted.text("key").parse().unwrap_or_else(|_| Uuid::now_v7());
    let known: usize = posted.text("known").parse().unwrap_or(usize::MAX);
    let done = Redirect::to(&urls::request(patient, request)).into_response();
    if is_done(&open.case, key) {
        return Ok(done);
    }
    if known != open.case.known() {
        return Ok(overtaken(viewer, open, key, &posted, known));
    }
    if let Some(words) = obstacle(&open.case, form, viewer) {
        let problems = vec![("", words.to_owned())];
        return Ok(page::invalid(&form_page(viewer, open, key, &posted, problems)));
    }
    let wanted = match read(&open, key, &posted) {
        Ok(wanted) => wanted,
        Err(problems) => return Ok(page::invalid(&form_page(viewer, open, key, &posted, problems))),
    };
    // A decision is the decider's own: the password stands for their hand.
    let mut proved = None;
    if form == Of::Decision && !viewer.stepped_up {
        match prove(app, viewer, &posted).await? {
            Ok(proof) => proved = Some(proof),
            Err(problem) => return Ok(page::invalid(&form_page(viewer, open, key, &posted, vec![problem]))),
        }
    }
    let filed = match &wanted {
        Wanted::Step(step) if step.kind == StepKind::Amended && step.document.is_none() => {
            let content = Content { content_type: "text/plain".into(), bytes: step.note.clone().into() };
            Some(filing::store(&app.blobs, content).await?)
        }
        _ => None,
    };
    let due_at = dates::ends(open.case.due_on(), app.zone());
    let taken = app
        .gate
        .chart_with(viewer, act_of(form), patient, remarks(request, &wanted), async |chart| {
            store::hold(chart, request).await?;
            let case = store::case(chart, request).await?;
            if is_done(&case, key) {
                return Ok(());
            }
            if case.known() != known {
                return Err(Error::Conflict);
            }
            if form == Of::Step(StepKind::Advised) && !case.is_with(viewer.staff) {
                return Err(Error::Forbidden(Refusal::NotYours));
            }
            follow(chart, &case, wanted, key, filed.as_ref(), due_at).await
        })
        .await;
    let mut response = match taken {
        Ok(()) => done,
        Err(Error::Conflict) => overtaken(viewer, self::open(app, viewer, &place, duty).await?, key, &posted, known),
        Err(error) => return Err(error.into()),
    };
    if let Some(proof) = proved {
        let token = step_up(app, viewer, viewer.session, &proof).await?;
        if let Some(value) = cookie::set_session(&token.expose(), cookie::is_secure(headers)) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    Ok(response)
}

/// Sent twice: it is there.
fn is_done(case: &Case, key: Uuid) -> bool {
    case.steps.iter().any(|step| step.step == key) || case.recipients.iter().any(|one| one.recipient == key)
}

/// Somebody was faster: what they did stands beside what was typed, which is kept.
fn overtaken(viewer: &Viewer, open: Open, key: Uuid, posted: &Posted, known: usize) -> Response {
    let yours = posted.text("note").to_owned();
    let differences = open
        .case
        .steps
        .iter()
        .skip(known)
        .map(|step| Difference {
            label: step.kind.label().into(),
            yours: yours.clone(),
            theirs: format!("{}, {}: {}", step.taker, format::date(step.happened_on), step.note),
        })
        .collect();
    let who = open.case.steps.last().map_or("Somebody", |step| step.taker.as_str());
    let words = format!("{who} did something about this request meanwhile.");
    let problems = obstacle(&open.case, open.form, viewer).map(|words| ("", words.to_owned())).into_iter().collect();
    let shown = form_page(viewer, open, key, posted, problems);
    let shown = FormPage { overtaken: Some(words), differences, ..shown };
    (StatusCode::CONFLICT, page::render(&shown)).into_response()
}

async fn prove(
    app: &App,
    viewer: &Viewer,
    posted: &Posted,
) -> WebResult<std::result::Result<Proved, (&'static str, String)>> {
    let code = posted.text(crate::web::form::ONE_TIME_CODE);
    Ok(match check_own(app, viewer, posted.text("password"), code).await? {
        Verdict::Right(proof) => Ok(proof),
        Verdict::Wrong => Err(("password", "That is not your password".into())),
        Verdict::WrongCode => Err((crate::web::form::ONE_TIME_CODE, WRONG_CODE.into())),
        Verdict::Wait(wait) => return Err(WebError::TooMany(again_in(wait))),
    })
}

/// What was typed, or problems beside its fields.
fn read(open: &Open, key: Uuid, posted: &Posted) -> std::result::Result<Wanted, Problems> {
    let (case, today) = (&open.case, open.today);
    let received = case.request.received_on;
    let mut problems = Problems::new();
    let note = posted.text("note").to_owned();
    let length = note.chars().count();
    let least = match open.form {
        Of::Step(StepKind::Assigned | StepKind::Amended | StepKind::AttachmentAsked) | Of::Recipient => 0,
        Of::Decision | Of::Step(StepKind::Disagreed | StepKind::Rebutted) => rules::SHORTEST_BASIS,
        _ => 3,
    };
    if !(least..=LONGEST as usize).contains(&length) {
        problems.push(("note", format!("Write {least} to {LONGEST} characters")));
    }
    let on = dates::day(posted.text("on"), today);
    let dated = !matches!(
        open.form,
        Of::Step(StepKind::Assigned | StepKind::Advised | StepKind::Amended) | Of::Decision | Of::Recipient
    );
    if dated && open.form != Of::Step(StepKind::Extended) {
        problems.extend(rules::happened(on, received, today).map(|words| ("on", words)));
    }
    let step = |kind| NewStep::new(key, kind, on.filter(|_| dated).unwrap_or(today), note.clone());
    let wanted = match open.form {
        Of::Step(StepKind::Assigned) => {
            let to: Option<StaffId> = posted.text("to").parse().ok();
            let to = to.filter(|to| open.choices.assignable.iter().any(|one| one.staff == *to));
            if to.is_none() {
                problems.push(("to", "Choose who has it".into()));
            }
            Wanted::Step(NewStep { assigned_to: to, ..step(StepKind::Assigned) })
        }
        Of::Step(StepKind::Extended) => {
            let until = dates::day(posted.text("until"), today);
            let [told, last] = rules::extension(received, on, until, today);
            problems.extend(told.map(|words| ("on", words)));
            problems.extend(last.map(|words| ("until", words)));
            Wanted::Step(NewStep { until_on: until, ..step(StepKind::Extended) })
        }
        Of::Step(StepKind::Advised) => {
            let view = match posted.text("view") {
                "accurate" => "Accurate and complete",
                "amend" => "Should be amended",
                _ => {
                    problems.push(("view", "Choose what you think".into()));
                    ""
                }
            };
            let opinion = format!("{view}: {note}");
            Wanted::Step(NewStep { note: opinion, ..step(StepKind::Advised) })
        }
        Of::Step(StepKind::Amended) => entry(open, posted, step(StepKind::Amended), &mut problems),
        Of::Step(StepKind::Disagreed) => {
            let document = posted.text("paper").parse().ok();
            Wanted::Step(NewStep { document, ..step(StepKind::Disagreed) })
        }
        Of::Step(kind) => Wanted::Step(step(kind)),
        Of::Decision => {
            let kind = StepKind::parse(posted.text("decision")).filter(|kind| kind.is_decision());
            let ground = Ground::parse(posted.text("ground"));
            match (kind, ground) {
                (None, _) => problems.push(("decision", "Choose a decision".into())),
                (Some(kind), None) if kind.denies() => {
                    problems.push(("ground", "Choose the ground of the denial".into()));
                }
                (Some(StepKind::Granted), Some(_)) => {
                    problems.push(("ground", "Nothing is denied when it is granted".into()));
                }
                (Some(_), Some(ground)) => {
                    let words = rules::ground(ground, &case.targets);
                    problems.extend(words.map(|words| ("ground", format!("{words}: choose another ground"))));
                }
                (Some(_), None) => {}
            }
            Wanted::Step(NewStep { ground, ..step(kind.unwrap_or(StepKind::Denied)) })
        }
        Of::Recipient => {
            let [name, address, why] = ["name", "address", "why"].map(|field| posted.text(field).to_owned());
            if !(3..=200).contains(&name.chars().count()) {
                problems.push(("name", "Write who it is, in 3 to 200 characters".into()));
            }
            if address.chars().count() > 300 {
                problems.push(("address", "Use at most 300 characters".into()));
            }
            if !["named", "relies"].contains(&why.as_str()) {
                problems.push(("why", "Choose why they are told".into()));
            }
            Wanted::Recipient([name, address, why])
        }
        Of::Notice => {
            let to: Option<Uuid> = posted.text("to").parse().ok();
            let to = to.filter(|to| case.recipients.iter().any(|one| one.recipient == *to && one.told_on.is_none()));
            if to.is_none() {
                problems.push(("to", "Choose who was told".into()));
            }
            Wanted::Notice(to.unwrap_or_default(), on.unwrap_or(today), note.clone())
        }
    };
    if problems.is_empty() { Ok(wanted) } else { Err(problems) }
}

/// The document, and the entry that amends it: the author's signed one, or the words typed here.
fn entry(open: &Open, posted: &Posted, step: NewStep, problems: &mut Problems) -> Wanted {
    let target: Option<DocumentId> = posted.text("target").parse().ok();
    let offered = |document: &DocumentId| match open.case.targets.is_empty() {
        true => open.choices.documents.iter().any(|(id, _)| *id == document.to_string()),
        false => open.case.unamended().any(|target| target.document == *document),
    };
    let target = target.filter(offered);
    if target.is_none() {
        problems.push(("target", "Choose a document".into()));
    }
    let signed = posted.text("signed");
    let document: Option<DocumentId> = signed.parse().ok();
    let fits = document.is_some_and(|document| {
        open.choices.signed.iter().any(|one| one.document == document && Some(one.target) == target)
    });
    if !signed.is_empty() && !fits {
        problems.push(("signed", "That one amends another document".into()));
    }
    if signed.is_empty() && step.note.chars().count() < rules::SHORTEST_BASIS {
        problems.push((
            "note",
            format!("Write at least {} characters, or choose a signed amendment", rules::SHORTEST_BASIS),
        ));
    }
    Wanted::Step(NewStep { target, document, ..step })
}

fn remarks(request: Uuid, wanted: &Wanted) -> Remarks {
    let (detail, protected): (Value, Value) = match wanted {
        Wanted::Step(step) => (
            json!({ "request": request, "step": step.kind.word(), "on": step.happened_on, "ground": step.ground.map(Ground::word),
                "until": step.until_on, "assigned_to": step.assigned_to, "target": step.target }),
            json!({ "note": step.note }),
        ),
        Wanted::Recipient([name, address, why]) => {
            (json!({ "request": request, "recipient": why }), json!({ "name": name, "address": address }))
        }
        Wanted::Notice(recipient, on, how) => {
            (json!({ "request": request, "notice": recipient, "on": on }), json!({ "how": how }))
        }
    };
    Remarks { detail: Some(detail), protected: Some(protected), ..Remarks::none() }
}

/// The step's row, and what comes and goes with it.
async fn follow(
    chart: &mut Chart<'_>,
    case: &Case,
    wanted: Wanted,
    key: Uuid,
    filed: Option<&Filed>,
    due_at: Option<chrono::DateTime<chrono::Utc>>,
) -> Result<()> {
    let request = case.request.request;
    let mut step = match wanted {
        Wanted::Recipient([name, address, why]) => {
            return store::add_recipient(chart, request, key, [&name, &address, &why]).await;
        }
        Wanted::Notice(recipient, on, how) => return store::tell(chart, request, recipient, on, &how).await,
        Wanted::Step(step) => step,
    };
    match (step.kind, step.assigned_to, step.target) {
        (StepKind::Assigned, Some(staff), _) => store::assign(chart, case, staff, &step.note, due_at).await?,
        (StepKind::Amended, _, Some(target)) => match (step.document, filed) {
            (Some(_), _) => mark_amended(chart, target).await?,
            (None, Some(filed)) => {
                let entry = DocumentId(key);
                append_amendment(chart, target, entry, filed, "Request for amendment granted").await?;
                step.document = Some(entry);
            }
            (None, None) => return Err(Error::Internal("an amendment without its words".into())),
        },
        (StepKind::Told, ..) => store::end_tasks(chart, request, "acted on").await?,
        (StepKind::Withdrawn, ..) => store::end_tasks(chart, request, "taken back").await?,
        _ => {}
    }
    store::take(chart, request, &step).await
}
