//! Finds the session behind the cookie, before any handler runs.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::access::actor::Arrival;
use crate::access::session::{Found, Token};
use crate::app::router::LARGEST_FORM;
use crate::base::id::RequestId;
use crate::people;
use crate::web::cookie;
use crate::web::error::WebError;
use crate::web::form::{self, Typed};
use crate::web::state::App;
use crate::web::upload;
use crate::web::viewer::{self, SessionState, Viewer};

/// What the drawing of an error must know of its request; travels with the response.
#[derive(Clone)]
pub struct Asker {
    pub session: SessionState,
    pub typed: Typed,
    /// Of the session the cookie names, even when the database can't be asked about it.
    pub csrf: String,
}

pub async fn find(State(app): State<App>, mut request: Request, next: Next) -> Response {
    // Taken out first: a body can't be shared between threads, so the request may not be held while waiting.
    let token = cookie::session(request.headers()).and_then(Token::parse);
    let id = request.extensions().get::<viewer::Request>().map_or_else(RequestId::new, |request| request.0);
    let address = address(&request);
    let arrival = viewer::arrival(request.uri().query());
    let posted = request.method() == Method::POST && !request.uri().path().starts_with("/sign-in");
    let typed = Typed::default();
    let csrf = token.as_ref().map(Token::csrf).unwrap_or_default();
    let found = look_up(&app, token, address, id, arrival).await;
    let (session, answer) = match found {
        Ok(SessionState::Ended(staff)) if posted => {
            keep_typed(&app, request, &typed).await;
            (SessionState::Ended(staff), WebError::SessionEnded(staff).into_response())
        }
        Ok(session) => {
            // A one-time password opens nothing but the page that replaces it.
            if let SessionState::Live(viewer) = &session
                && let Some(first) = people::first(&app, viewer, request.uri().path())
            {
                let mut response = Redirect::to(first).into_response();
                response.extensions_mut().insert(Asker { session, typed, csrf });
                return response;
            }
            request.extensions_mut().insert(session.clone());
            request.extensions_mut().insert(typed.clone());
            (session, next.run(request).await)
        }
        Err(error) => {
            if posted {
                keep_typed(&app, request, &typed).await;
            }
            (SessionState::Nobody, WebError::from(error).into_response())
        }
    };
    let mut response = answer;
    response.extensions_mut().insert(Asker { session, typed, csrf });
    response
}

/// Reads the form aside, because no handler will.
async fn keep_typed(app: &App, request: Request, typed: &Typed) {
    if upload::is_multipart(request.headers()) {
        typed.keep(&upload::typed(request, app).await);
    } else if let Ok(bytes) = axum::body::to_bytes(request.into_body(), LARGEST_FORM).await
        && let Ok(fields) = form::parse(&bytes)
    {
        typed.keep(&fields);
    }
}

async fn look_up(
    app: &App,
    token: Option<Token>,
    address: Option<IpAddr>,
    id: RequestId,
    arrival: Arrival,
) -> crate::access::Result<SessionState> {
    let Some(token) = token else { return Ok(SessionState::Nobody) };
    Ok(match app.gate.session(&token, app.limits(), address, id).await? {
        Found::Live(live) => SessionState::Live(Box::new(Viewer::new(*live, token.csrf(), arrival))),
        Found::Ended(staff) => SessionState::Ended(staff),
        Found::Unknown => SessionState::Nobody,
    })
}

/// The address of the other end of the connection.
pub fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

/// The browser's own name, for the session list.
pub fn agent(headers: &HeaderMap) -> Option<&str> {
    headers.get("user-agent").and_then(|value| value.to_str().ok())
}
