//! `/patients` and the results of a search. What was typed is posted and kept sealed; the address of the results is an opaque id.

mod edit;
mod marks;
mod registration;

pub use edit::may_edit;

use axum::extract::{Path, Query as Parameters, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use super::hits::Hits;
use super::pages::{Found, Last4s, SearchForm, SearchPage, Shown, Sort};
use super::query::{Query, Typed};
use super::store::{kept, search};
use super::{ssn, urls};
use crate::access::policy::{Sight, role_may};
use crate::access::{Act, Error, Gate, Remarks};
use crate::base::id::SearchId;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .get(urls::SEARCH, Act::SearchPatients, form)
        .post(urls::SEARCH, Act::SearchPatients, start)
        .get("/patients/searches/{id}", Act::SearchPatients, results)
        .and(registration::routes())
        .and(edit::routes())
        .and(marks::routes())
        .and(super::saved::routes())
}

/// The fields of both forms: the top bar sends `q` alone.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Posted {
    q: String,
    name: String,
    born: String,
    mrn: String,
    ssn4: String,
    phone: String,
}

impl Posted {
    fn typed(self) -> Typed {
        if self.q.trim().is_empty() {
            Typed { name: self.name, born: self.born, mrn: self.mrn, ssn4: self.ssn4, phone: self.phone }
        } else {
            Typed { name: self.q, ..Typed::default() }
        }
    }
}

async fn form(State(app): State<App>, viewer: Viewer) -> WebResult<Response> {
    let remarks = Remarks { detail: Some(json!({ "step": "form" })), ..Remarks::none() };
    app.gate.roster(&viewer, Act::SearchPatients, remarks, async |_| Ok(())).await?;
    Ok(page::render(&SearchPage {
        layout: viewer.layout(&app, urls::SEARCH),
        form: SearchForm::new(&Typed::default(), &[]),
        found: None,
        registers: registration::may_register(&viewer),
    }))
}

async fn start(State(app): State<App>, viewer: Viewer, Form(posted): Form<Posted>) -> WebResult<Response> {
    let typed = posted.typed();
    let today = app.clock.now().with_timezone(&app.zone()).date_naive();
    let query = match Query::read(&typed, today) {
        Ok(query) => query,
        Err(problems) => {
            return Ok(page::invalid(&SearchPage {
                layout: viewer.layout(&app, urls::SEARCH),
                form: SearchForm::new(&typed, &problems),
                found: None,
                registers: registration::may_register(&viewer),
            }));
        }
    };
    let remarks = Remarks {
        detail: Some(json!({ "step": "asked", "readings": query.readings.len() })),
        protected: Some(query.for_ledger()),
        object: None,
    };
    let search = app
        .gate
        .roster(&viewer, Act::SearchPatients, remarks, async |roster| kept::keep(roster, &app.vault, &typed).await)
        .await?;
    Ok(Redirect::to(&urls::results(search)).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ordering {
    sort: String,
}

/// The results, as a page or, with `.csv` behind the id, as a table: the same rows under another act.
async fn results(
    State(app): State<App>,
    viewer: Viewer,
    Path(id): Path<String>,
    Parameters(ordering): Parameters<Ordering>,
) -> WebResult<Response> {
    let (id, act) = match id.strip_suffix(".csv") {
        Some(id) => (id, Act::ExportPatients),
        None => (id.as_str(), Act::SearchPatients),
    };
    let search: SearchId = id.parse().unwrap_or(SearchId(uuid::Uuid::nil()));
    let answer = run(&app.gate, &app, &viewer, act, search).await?;
    let sight = answer.sight;
    let may_export = viewer.roles().iter().any(|role| role_may(*role, Act::ExportPatients));
    let shown = Shown { ssn: sight.ssn_masked, contact: sight.contact, visits: sight.encounters, export: may_export };
    let found = Found::new(
        search,
        answer.query.words(),
        answer.hits,
        &answer.last4s,
        shown,
        Sort::parse(&ordering.sort),
        app.zone(),
    );
    if act == Act::ExportPatients {
        return csv(&found);
    }
    Ok(page::render(&SearchPage {
        layout: viewer.layout(&app, urls::SEARCH),
        form: SearchForm::new(&answer.typed, &[]),
        found: Some(found),
        registers: registration::may_register(&viewer),
    }))
}

struct Answer {
    typed: Typed,
    query: Query,
    hits: Hits,
    last4s: Last4s,
    sight: Sight,
}

async fn run(gate: &Gate, app: &App, viewer: &Viewer, act: Act, id: SearchId) -> WebResult<Answer> {
    let remarks = Remarks { detail: Some(json!({ "step": "shown", "search": id })), ..Remarks::none() };
    let answer = gate
        .roster(viewer, act, remarks, async |roster| {
            let typed = kept::kept(roster, &app.vault, id).await?;
            let today = roster.at().with_timezone(&app.zone()).date_naive();
            let query = Query::read(&typed, today).map_err(|_| Error::NotFound)?;
            let hits = search::search(roster, &app.vault, &query).await?;
            Ok(Answer { typed, query, hits, last4s: Last4s::new(), sight: roster.sight() })
        })
        .await?;
    let last4s = answer.hits.rows.iter().filter_map(|hit| {
        let patient = hit.person.patient_id;
        Some((patient, ssn::last4(&app.vault, patient, hit.person.ssn_sealed.as_deref()?)?))
    });
    Ok(Answer { last4s: last4s.collect(), ..answer })
}

fn csv(found: &Found) -> WebResult<Response> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for cells in found.table() {
        writer.write_record(cells.iter().map(|cell| unevaluated(cell))).map_err(|_| WebError::Internal)?;
    }
    let bytes = writer.into_inner().map_err(|_| WebError::Internal)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"patients.csv\""),
    ];
    Ok((headers, bytes).into_response())
}

/// A cell that a spreadsheet would run as a formula is text.
fn unevaluated(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_like_a_formula_stays_text() {
        assert_eq!(unevaluated("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(unevaluated("O'BRIEN, Ann"), "O'BRIEN, Ann");
    }
}
