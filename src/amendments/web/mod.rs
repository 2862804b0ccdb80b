//! Handlers of the room. Forms are grouped by the act of whoever may send them.

mod letter;
mod queue;
mod record;
mod steps;

use super::model::Form;
use super::urls;
use crate::access::{Act, Chart};
use crate::documents::store as documents;
use crate::web::routes::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .get(urls::QUEUE, Act::ListAmendments, queue::show)
        .get(urls::QUEUE_CSV, Act::ListAmendments, queue::show_csv)
        .get("/patients/{id}/amendments", Act::ViewAmendments, queue::of_chart)
        .post("/patients/{id}/amendments", Act::RecordAmendment, record::record)
        .form("/patients/{id}/amendments/new", Act::ViewAmendments, Act::RecordAmendment, record::form)
        .get("/patients/{id}/amendments/{amendment}", Act::ViewAmendments, record::show)
        .get("/patients/{id}/amendments/{amendment}/letters/{letter}", Act::PrintAmendment, letter::show)
        .form(
            "/patients/{id}/amendments/{amendment}/handling/{step}",
            Act::ViewAmendments,
            Act::HandleAmendment,
            steps::show,
        )
        .post("/patients/{id}/amendments/{amendment}/handling/{step}", Act::HandleAmendment, steps::send)
        .form(
            "/patients/{id}/amendments/{amendment}/advice/{step}",
            Act::ViewAmendments,
            Act::AdviseAmendment,
            steps::show,
        )
        .post("/patients/{id}/amendments/{amendment}/advice/{step}", Act::AdviseAmendment, steps::send)
        .form(
            "/patients/{id}/amendments/{amendment}/deciding/{step}",
            Act::ViewAmendments,
            Act::DecideAmendment,
            steps::show,
        )
        .post("/patients/{id}/amendments/{amendment}/deciding/{step}", Act::DecideAmendment, steps::send)
        .form(
            "/patients/{id}/amendments/{amendment}/carrying-out/{step}",
            Act::ViewAmendments,
            Act::CarryOutAmendment,
            steps::show,
        )
        .post("/patients/{id}/amendments/{amendment}/carrying-out/{step}", Act::CarryOutAmendment, steps::send)
        .form(
            "/patients/{id}/amendments/{amendment}/answers/{step}",
            Act::ViewAmendments,
            Act::AnswerDenial,
            steps::show,
        )
        .post("/patients/{id}/amendments/{amendment}/answers/{step}", Act::AnswerDenial, steps::send)
}

/// The act behind a form.
fn act_of(form: Form) -> Act {
    match form.duty() {
        "advice" => Act::AdviseAmendment,
        "deciding" => Act::DecideAmendment,
        "carrying-out" => Act::CarryOutAmendment,
        "answers" => Act::AnswerDenial,
        _ => Act::HandleAmendment,
    }
}

/// The chart's newest documents by id and title, those whose title the reader may see.
async fn titled(chart: &mut Chart<'_>) -> crate::access::Result<Vec<(String, String)>> {
    let listed = documents::list(chart, &documents::Page::first(40)).await?;
    Ok(listed
        .into_iter()
        .filter_map(|listed| {
            let day = listed.dated_at.map(|at| format!(", {}", crate::web::format::date(at.date_naive())));
            Some((listed.document.to_string(), format!("{}{}", listed.title?, day.unwrap_or_default())))
        })
        .collect())
}
