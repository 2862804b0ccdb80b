//! `/audit`: the list, and the way to it from a record number.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::super::model::{By, Staff};
use super::super::pages::list::{AuditPage, COUNTED, PAGE, cut, pager};
use super::super::pages::verify::badge;
use super::super::rules::asked::{Asked, Problems, Understood, joined};
use super::super::store::{entries, people, verifications};
use super::super::urls;
use crate::access::policy::role_may;
use crate::access::{Act, Desk, Remarks, Result};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::ui::Pager;
use crate::web::viewer::Viewer;

pub async fn list(State(app): State<App>, viewer: Viewer, Query(asked): Query<Asked>) -> WebResult<Response> {
    let understood = understand(&app, asked);
    let remarks = Remarks { detail: Some(understood.asked.detail()), ..Remarks::none() };
    let page = app
        .gate
        .desk(&viewer, Act::ReviewLedger, remarks, async |desk| {
            draw(desk, &app, &viewer, understood, String::new()).await
        })
        .await?;
    Ok(answer(&page))
}

/// What was asked, as of today in the facility.
pub fn understand(app: &App, asked: Asked) -> Understood {
    let zone = app.zone();
    asked.read(app.clock.now().with_timezone(&zone).date_naive(), zone)
}

/// A page with something to mend says so in its status.
fn answer(page: &AuditPage) -> Response {
    if page.problems.is_empty() { page::render(page) } else { page::invalid(page) }
}

async fn draw(
    desk: &mut Desk<'_>,
    app: &App,
    viewer: &Viewer,
    mut understood: Understood,
    typed_mrn: String,
) -> Result<AuditPage> {
    let staff = settle(desk, &mut understood).await?;
    let Understood { asked, filter, place, problems } = understood;
    let (cut, counted) = if problems.is_empty() {
        let found = entries::page(desk, &filter, place, PAGE + 1).await?;
        (cut(found, &asked), entries::count(desk, &filter, COUNTED).await?)
    } else {
        (cut(Vec::new(), &asked), 0)
    };
    let mrn = match &filter.patients {
        Some(patients) => people::last_mrn(desk, patients).await?,
        None => None,
    };
    let last = verifications::latest(desk, 1).await?;
    let seal = verifications::seal(desk, &app.notary).await?;
    Ok(AuditPage {
        layout: viewer.layout(app, urls::LIST),
        badge: badge(last.first(), &seal, app.notary.under_way().is_some(), desk.at(), app.zone()),
        may_export: viewer.roles().iter().any(|role| role_may(*role, Act::ExportLedger)),
        pager: if problems.is_empty() { pager(&cut, counted) } else { Pager::default() },
        entries: cut.entries,
        asked,
        problems,
        typed_mrn,
        mrn,
        staff,
        zone: app.zone(),
    })
}

/// The part of the filter that takes a look at the staff and at merged records. Answers the one person meant, if it is one.
pub async fn settle(desk: &mut Desk<'_>, understood: &mut Understood) -> Result<Option<Staff>> {
    let typed = understood.asked.staff.clone();
    if let Some(patients) = &understood.filter.patients {
        understood.filter.patients = Some(people::merged(desk, patients).await?);
    }
    if typed.is_empty() {
        return Ok(None);
    }
    let mut found = people::staff(desk, &typed).await?;
    let nameless = typed.parse::<uuid::Uuid>().is_err() && people::acted_under(desk, &typed).await?;
    if found.is_empty() && !nameless {
        understood.problems.staff = Some("Nobody with this sign-in name or name has acted here".into());
    }
    understood.filter.by =
        Some(By { staff: found.iter().map(|staff| staff.staff).collect(), name: nameless.then_some(typed) });
    Ok((found.len() == 1 && !nameless).then(|| found.remove(0)))
}

/// The other filters come along, so that looking for one patient loses nothing.
#[derive(Deserialize)]
pub struct OfPatient {
    #[serde(default)]
    mrn: String,
    #[serde(flatten)]
    asked: Asked,
}

/// From a record number to the list of that patient: the number is sent, and only an opaque id stands in the address.
pub async fn by_patient(State(app): State<App>, viewer: Viewer, Form(form): Form<OfPatient>) -> WebResult<Response> {
    let mrn = form.mrn.trim().chars().take(64).collect::<String>();
    let asked = Asked { patient: String::new(), ..form.asked.from_the_start() };
    let remarks = Remarks { protected: Some(json!({ "mrn": mrn })), ..Remarks::none() };
    let found = app
        .gate
        .desk(&viewer, Act::ReviewLedger, remarks, async |desk| {
            let patients = if mrn.is_empty() { Vec::new() } else { people::patients(desk, &mrn).await? };
            if !patients.is_empty() {
                return Ok(Ok(joined(&patients)));
            }
            let mut understood = understand(&app, asked.clone());
            let problem = if mrn.is_empty() {
                "Enter the patient’s record number"
            } else {
                "No patient has this record number"
            };
            understood.problems = Problems { mrn: Some(problem.into()), ..understood.problems };
            draw(desk, &app, &viewer, understood, mrn).await.map(Err)
        })
        .await?;
    Ok(match found {
        Ok(patient) => Redirect::to(&urls::list(&Asked { patient, ..asked })).into_response(),
        Err(page) => answer(&page),
    })
}
