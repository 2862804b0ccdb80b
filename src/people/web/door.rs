//! Step-up: the password once more, and a code where somebody has a second factor, before acts that demand it. The session's token rotates (handbook 7.8).

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::people::pages::confirm::ConfirmPage;
use crate::people::rules::lock_out::again_in;
use crate::people::store::door::{Verdict, WRONG_CODE, check_own, step_up};
use crate::people::urls;
use crate::web::cookie;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    next: String,
}

pub async fn ask(State(app): State<App>, viewer: Viewer, Query(asked): Query<Asked>) -> Response {
    let next = urls::local(&asked.next).unwrap_or("/");
    page::render(&ConfirmPage::new(viewer.layout(&app, ""), next, viewer.has_second_factor))
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    password: String,
    #[serde(default)]
    one_time_code: String,
    #[serde(default)]
    next: String,
}

pub async fn confirm(
    State(app): State<App>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let next = urls::local(&typed.next).unwrap_or("/");
    let shown = ConfirmPage::new(viewer.layout(&app, ""), next, viewer.has_second_factor);
    let proof = match check_own(&app, &viewer, &typed.password, &typed.one_time_code).await? {
        Verdict::Right(proof) => proof,
        Verdict::Wrong => return Ok(page::invalid(&shown.wrong_password("That is not your password"))),
        Verdict::WrongCode => return Ok(page::invalid(&shown.wrong_code(WRONG_CODE))),
        Verdict::Wait(wait) => return Err(WebError::TooMany(again_in(wait))),
    };
    let token = step_up(&app, &viewer, viewer.session, &proof).await?;
    let mut response = Redirect::to(next).into_response();
    if let Some(value) = cookie::set_session(&token.expose(), cookie::is_secure(&headers)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
