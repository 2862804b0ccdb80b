//! Coming in and going out.

use std::net::SocketAddr;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{pre_session, second_step};
use crate::access::door::Caller;
use crate::access::{Act, Actor, Remarks, session};
use crate::base::id::{RequestId, SessionId, StaffId};
use crate::people::kept;
use crate::people::pages::sign_in::SignInPage;
use crate::people::rules::lock_out::again_in;
use crate::people::store;
use crate::people::store::door::{Knock, Proof};
use crate::people::urls;
use crate::web::cookie;
use crate::web::error::{WebError, WebResult};
use crate::web::form::{self, Form};
use crate::web::layout::Layout;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::{self, SessionState, Viewer};

/// One sentence for every kind of wrong, so that it tells nobody which names exist.
const WRONG: &str = "That name and password do not match";

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    next: String,
    /// The screen was covered: whoever comes back proves who they are.
    locked: String,
}

pub async fn show(
    State(app): State<App>,
    Extension(session): Extension<SessionState>,
    Extension(request): Extension<viewer::Request>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> WebResult<Response> {
    let mut notice = None;
    let mut left = Vec::new();
    if let SessionState::Live(viewer) = &session
        && !asked.locked.is_empty()
        && !is_cross_site(&headers)
    {
        leave(&app, viewer).await?;
        notice = Some("You were signed out because nobody used this window for a while.");
        left = cookie::clear_session();
    }
    let mut response = draw(&app, cookie::is_secure(&headers), request.0, |page| {
        page.next = urls::local(&asked.next).unwrap_or_default().into();
        page.notice = notice.map(Into::into);
    });
    for value in left {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// A link on another site must not sign anybody out.
fn is_cross_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    csrf: String,
    name: String,
    password: String,
    next: String,
}

pub async fn sign_in(
    State(app): State<App>,
    Extension(session): Extension<SessionState>,
    Extension(request): Extension<viewer::Request>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> WebResult<Response> {
    let typed = read(&body)?;
    let next = urls::local(&typed.next).unwrap_or_default().to_owned();
    let again = |problem: &str| {
        let mut response = draw(&app, cookie::is_secure(&headers), request.0, |page| {
            page.problem = Some(problem.into());
            page.name = std::mem::replace(&mut page.name, SignInPage::name()).value(typed.name.clone());
            page.next.clone_from(&next);
        });
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        response
    };
    if !pre_session::is_ours(&app.vault, &headers, &typed.csrf, app.clock.now()) {
        return Ok(again("This page was open for a long time, or cookies are off. Sign in once more"));
    }
    let caller = caller(from.map(|from| from.0.0), request, &headers);
    let stranger = Actor::stranger(caller.address, caller.request);
    match store::door::check(&app, &stranger, &typed.name, &typed.password).await? {
        Knock::Right(proof) => enter(&app, &session, &caller, &headers, &proof, &next).await,
        Knock::CodeAsked(staff) => second_step::ask_for_code(&app, staff, &next, cookie::is_secure(&headers)),
        Knock::Wrong => Ok(again(WRONG)),
        Knock::Wait(wait) => Err(WebError::TooMany(again_in(wait))),
    }
}

/// Where an attempt comes from.
pub fn caller(from: Option<SocketAddr>, request: viewer::Request, headers: &HeaderMap) -> Caller {
    Caller {
        address: from.map(|from| from.ip()),
        request: request.0,
        agent: headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).map(Into::into),
    }
}

/// Starts the session of whoever proved who they are.
pub async fn enter(
    app: &App,
    session: &SessionState,
    caller: &Caller,
    headers: &HeaderMap,
    proof: &Proof,
    next: &str,
) -> WebResult<Response> {
    // Whatever session this browser had is over: nobody inherits it, and a planted one is worth nothing (fixation).
    let before: Option<SessionId> = match session {
        SessionState::Live(viewer) => Some(viewer.session),
        SessionState::Ended(_) | SessionState::Nobody => None,
    };
    let token = app
        .gate
        .let_in(proof.staff, caller, app.limits(), async |desk| {
            proof.settle(desk, caller.address).await?;
            match before {
                Some(before) => session::end(desk, before).await,
                None => Ok(()),
            }
        })
        .await?;
    let target = if next.is_empty() { "/" } else { next };
    let mut response = Redirect::to(target).into_response();
    if let Some(value) = cookie::set_session(&token.expose(), cookie::is_secure(headers)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

fn read(body: &[u8]) -> WebResult<Typed> {
    let mut typed = Typed::default();
    for (name, value) in form::parse(body)? {
        match name.as_str() {
            form::CSRF_FIELD => typed.csrf = value,
            "name" => typed.name = value,
            "password" => typed.password = value,
            "next" => typed.next = value,
            _ => {}
        }
    }
    Ok(typed)
}

/// Out: the session ends on the server, and the browser forgets what it kept of us.
pub async fn sign_out(State(app): State<App>, viewer: Viewer, _: Form<Vec<(String, String)>>) -> WebResult<Response> {
    leave(&app, &viewer).await?;
    Ok(gone())
}

/// To the sign-in page, with nothing left in the browser.
pub fn gone() -> Response {
    let mut response = Redirect::to(urls::SIGN_IN).into_response();
    let headers = response.headers_mut();
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    for value in cookie::clear_session() {
        headers.append(header::SET_COOKIE, value);
    }
    response
}

async fn leave(app: &App, viewer: &Viewer) -> WebResult<()> {
    let ended = viewer.session;
    app.gate.desk(viewer, Act::SignOut, Remarks::none(), async |desk| session::end(desk, ended).await).await?;
    Ok(())
}

/// A form came into a session that is over: what was typed is kept for its owner, who signs in on the page that answers.
pub async fn ended(
    app: &App,
    actor: &Actor,
    secure: bool,
    staff: StaffId,
    path: &str,
    fields: &[(String, String)],
) -> Response {
    let kept = match kept::keep(app, actor, staff, path, fields).await {
        Ok(kept) => kept,
        Err(error) => return WebError::from(error).into_response(),
    };
    let mut response = draw(app, secure, actor.request(), |page| {
        page.notice =
            Some("Your session has ended, because nobody used it for a while or you signed out elsewhere.".into());
        page.kept = kept.is_some();
        page.next = kept.map(urls::kept).unwrap_or_default();
    });
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

/// The sign-in page with a fresh pair of tokens.
fn draw(app: &App, secure: bool, request: RequestId, fill: impl FnOnce(&mut SignInPage)) -> Response {
    let pair = pre_session::make(&app.vault, app.clock.now(), secure);
    let layout =
        Layout { csrf: pair.field.clone(), demo: app.demo, ..Layout::signed_out(&app.site, &request.to_string()) };
    let mut shown = SignInPage::new(layout, app.demo);
    fill(&mut shown);
    let mut response = page::render(&shown);
    if let Some(value) = pair.cookie {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
