//! Handlers of the room.

mod my_day;
mod requests;

use super::urls;
use crate::access::Act;
use crate::web::routes::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .get("/", Act::ViewMyDay, my_day::show)
        .post("/tasks/{id}/closure", Act::CloseTask, my_day::close)
        .get(urls::REQUESTS, Act::ListRequests, requests::queue)
        .get(urls::REQUESTS_CSV, Act::ListRequests, requests::queue_csv)
        .get("/patients/{id}/requests", Act::ViewRequest, requests::of_chart)
        .post("/patients/{id}/requests", Act::AskForChart, requests::ask)
        .get("/patients/{id}/requests/new", Act::ViewRequest, requests::form)
        .get("/patients/{id}/requests/{request}", Act::ViewRequest, requests::show)
        .post("/patients/{id}/requests/{request}/acceptance", Act::AnswerRequest, requests::accept)
        .post("/patients/{id}/requests/{request}/delivery", Act::AnswerRequest, requests::deliver)
        .post("/patients/{id}/requests/{request}/refusal", Act::AnswerRequest, requests::decline)
        .post("/patients/{id}/requests/{request}/withdrawal", Act::WithdrawRequest, requests::withdraw)
}
