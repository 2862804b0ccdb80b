//! Draws the page for every error, in the frame of whoever asks; and turns an ended session into a sign-in that loses nothing.

use axum::extract::{OriginalUri, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::percent_decode_str;

use super::session::Asker;
use crate::access::Actor;
use crate::access::policy::{Refusal, WhyReason};
use crate::base::id::RequestId;
use crate::web::cookie;
use crate::web::error::WebError;
use crate::web::errors_pages::{
    ConflictPage, ExpiredPage, ForbiddenPage, Hidden, InternalPage, InvalidPage, NotFoundPage, TooManyPage,
    UnavailablePage,
};
use crate::web::form::Typed;
use crate::web::layout::Layout;
use crate::web::state::App;
use crate::web::viewer::{self, SessionState, Viewer};
use crate::{people, privacy};

pub async fn not_found() -> WebError {
    WebError::NotFound
}

/// What the error page must know of its request, taken before the handler consumes it.
struct Asked {
    asker: Asker,
    /// Path and query.
    address: String,
    is_get: bool,
    request: String,
}

pub async fn draw(State(app): State<App>, request: Request, next: Next) -> Response {
    let uri = request.extensions().get::<OriginalUri>().map_or_else(|| request.uri().clone(), |uri| uri.0.clone());
    let address = uri.path_and_query().map_or_else(|| "/".into(), ToString::to_string);
    let is_get = request.method().is_safe();
    let request_id = request.extensions().get::<viewer::Request>().map_or_else(RequestId::new, |id| id.0);
    let (from, secure) = (super::session::address(&request), cookie::is_secure(request.headers()));
    // No text holds a NUL, and the database takes none: such an address leads nowhere.
    let leads_nowhere = uri.query().is_some_and(|query| percent_decode_str(query).any(|byte| byte == 0));
    let mut response = if leads_nowhere { WebError::NotFound.into_response() } else { next.run(request).await };
    let said = response.extensions_mut().remove::<WebError>();
    let Some(error) = said.or_else(|| rejected(response.status())) else { return response };
    let asker = response.extensions_mut().remove::<Asker>();
    let asker =
        asker.unwrap_or_else(|| Asker { session: SessionState::Nobody, typed: Typed::default(), csrf: String::new() });
    if let WebError::SessionEnded(staff) = error {
        let actor = Actor::stranger(from, request_id);
        return people::ended(&app, &actor, secure, staff, &address, &asker.typed.fields()).await;
    }
    let asked = Asked { asker, address, is_get, request: request_id.to_string() };
    let status = error.status();
    let mut page = page(&app, &asked, error);
    if let Some(wait) = response.headers_mut().remove(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    if page.status().is_redirection() {
        return page;
    }
    (status, page).into_response()
}

/// What the framework refused before a handler saw it. Its own words quote the address, so ours take their place.
fn rejected(status: StatusCode) -> Option<WebError> {
    match status {
        // An id that is none, a number that is none: nothing is there.
        StatusCode::BAD_REQUEST => Some(WebError::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => {
            Some(WebError::Invalid(vec!["The form was larger than this page accepts.".into()]))
        }
        _ => None,
    }
}

fn page(app: &App, asked: &Asked, error: WebError) -> Response {
    let viewer = match &asked.asker.session {
        SessionState::Live(viewer) => Some(viewer),
        _ => None,
    };
    let layout = match viewer {
        Some(viewer) => viewer.layout(app, ""),
        None => Layout { csrf: asked.asker.csrf.clone(), ..Layout::signed_out(&app.site, &asked.request) },
    };
    let back = "/".to_owned();
    match error {
        WebError::SignIn if asked.is_get => Redirect::to(&sign_in(&asked.address)).into_response(),
        WebError::SignIn => Redirect::to("/sign-in").into_response(),
        // Drawn before, where the form is kept.
        WebError::SessionEnded(_) => ExpiredPage { layout, parked: false, sign_in: "/sign-in".into() }.into_response(),
        WebError::NotFound => NotFoundPage { layout }.into_response(),
        WebError::Forged => forbidden(
            layout,
            "send this form: it was made before your last sign-in, or by another page. Go back, reload and send it again",
        ),
        WebError::Forbidden(refusal) => forbidden(layout, refused(refusal)),
        WebError::NeedsReason { patient, why } => {
            needs_reason(app, asked, viewer.map(|viewer| &**viewer), layout, patient, why)
        }
        WebError::Conflict => ConflictPage {
            layout,
            banner: None,
            what: "this record".into(),
            who: "Someone else".into(),
            when: String::new(),
            differences: Vec::new(),
            action: asked.address.clone(),
            hidden: hidden(&asked.asker.typed),
            back,
        }
        .into_response(),
        WebError::Invalid(problems) => InvalidPage { layout, problems, back }.into_response(),
        WebError::TooMany(again) => TooManyPage { layout, again }.into_response(),
        WebError::Internal => InternalPage { layout }.into_response(),
        WebError::Unavailable => {
            let action = (!asked.is_get).then(|| asked.address.clone());
            let mut response =
                UnavailablePage { layout, action, hidden: hidden(&asked.asker.typed), address: asked.address.clone() }
                    .into_response();
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
            response
        }
    }
}

fn needs_reason(
    app: &App,
    asked: &Asked,
    viewer: Option<&Viewer>,
    layout: Layout,
    patient: crate::base::id::PatientId,
    why: WhyReason,
) -> Response {
    let next = if asked.is_get { asked.address.clone() } else { format!("/patients/{patient}") };
    privacy::needs_reason(app, viewer, layout, patient, why, next).into_response()
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Role | Refusal::Hidden => "do this with your role",
        Refusal::NoTask => "open this without a task that needs it",
        Refusal::OtherFacility => "open records of a facility you do not work at",
        Refusal::OwnRecord => {
            "open your own record at work. Ask for a copy through release of information, like any patient"
        }
        Refusal::Sensitive => "open this specially protected information",
        Refusal::Retracted => "open a retracted document",
        Refusal::NotYours => "sign or change what somebody else wrote or filed",
        Refusal::OwnWork => "decide about your own rights or your own access. Somebody else does that",
    }
}

fn forbidden(layout: Layout, what: &str) -> Response {
    ForbiddenPage { layout, what: what.into(), who_may: None }.into_response()
}

fn hidden(typed: &Typed) -> Vec<Hidden> {
    typed.fields().into_iter().map(|(name, value)| Hidden { name, value }).collect()
}

/// The way back after sign-in. Our addresses hold ids only, never what was typed.
fn sign_in(address: &str) -> String {
    if address == "/" {
        return "/sign-in".into();
    }
    format!("/sign-in?next={}", percent_encoding::utf8_percent_encode(address, percent_encoding::NON_ALPHANUMERIC))
}
