//! Changing one's own password; after a reset, before anything else.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::access::{Act, Remarks, session};
use crate::people::pages::password::{PasswordForm, PasswordPage};
use crate::people::password::{self, Factors, Password, Surroundings};
use crate::people::rules::lock_out::again_in;
use crate::people::store;
use crate::people::store::door::{Verdict, WRONG_CODE, check_own};
use crate::web::cookie;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub async fn ask(State(app): State<App>, viewer: Viewer) -> Response {
    page::render(&PasswordPage::new(
        viewer.layout(&app, ""),
        viewer.must_change_password,
        PasswordForm::empty(Factors::of(viewer.has_second_factor)),
    ))
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Typed {
    password: String,
    one_time_code: String,
    new_password: String,
    new_password_again: String,
}

pub async fn change(
    State(app): State<App>,
    viewer: Viewer,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> WebResult<Response> {
    let wrong = |form: PasswordForm| {
        Ok(page::invalid(&PasswordPage::new(viewer.layout(&app, ""), viewer.must_change_password, form)))
    };
    let factors = Factors::of(viewer.has_second_factor);
    let form = || PasswordForm::empty(factors);
    let words = app
        .gate
        .desk(&viewer, Act::ViewAccount, Remarks::none(), async |desk| {
            store::account::surroundings(desk, viewer.staff).await
        })
        .await?;
    let surroundings = Surroundings::of(words.iter().map(String::as_str));
    let chosen = match Password::chosen(&typed.new_password, &surroundings, factors) {
        Ok(chosen) => chosen,
        Err(weakness) => return wrong(form().bad_new(weakness.to_string())),
    };
    if typed.new_password != typed.new_password_again {
        return wrong(form().bad_again("The two new passwords differ. Type both again."));
    }
    if Password::typed(&typed.password).bytes() == chosen.bytes() {
        return wrong(form().bad_new("Choose another password than the one you have."));
    }
    let proof = match check_own(&app, &viewer, &typed.password, &typed.one_time_code).await? {
        Verdict::Right(proof) => proof,
        Verdict::Wrong => return wrong(form().bad_current("That is not your password")),
        Verdict::WrongCode => return wrong(form().bad_code(WRONG_CODE)),
        Verdict::Wait(wait) => return Err(WebError::TooMany(again_in(wait))),
    };
    let hash = password::hash(chosen).await?;
    let remarks = Remarks { detail: Some(json!({ "staff": viewer.staff, "changed": "password" })), ..Remarks::none() };
    let token = app
        .gate
        .desk(&viewer, Act::ChangeAccount, remarks, async |desk| {
            proof.settle(desk, viewer.address()).await?;
            store::account::set_own_password(desk, viewer.staff, viewer.session, &hash).await?;
            session::step_up(desk, viewer.session).await
        })
        .await?;
    let mut response = Redirect::to("/account?done=password").into_response();
    if let Some(value) = cookie::set_session(&token.expose(), cookie::is_secure(&headers)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
