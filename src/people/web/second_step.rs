//! The second step of signing in: after the right password, a code. Between the two steps the browser holds a sealed note of who it is about,
//! good for five minutes and for nothing but this page.

use std::net::SocketAddr;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::pre_session;
use super::sign_in::{caller, enter};
use crate::access::Actor;
use crate::base::id::{RequestId, StaffId};
use crate::people::pages::second_step::SecondStepPage;
use crate::people::rules::lock_out::again_in;
use crate::people::store::door::{Verdict, WRONG_CODE, check_code};
use crate::people::urls;
use crate::vault::{Use, Vault};
use crate::web::cookie;
use crate::web::error::{WebError, WebResult};
use crate::web::form;
use crate::web::layout::Layout;
use crate::web::page;
use crate::web::state::App;
use crate::web::viewer::{self, SessionState};

const COOKIE: &str = "custodian-step";
const LIVES: Duration = Duration::minutes(5);
const BOUND: &[u8] = b"second step";

/// Who gave the right password, until when that counts, and where they were going.
#[derive(Serialize, Deserialize)]
struct Half {
    staff: StaffId,
    ends: DateTime<Utc>,
    next: String,
}

impl Half {
    fn seal(&self, vault: &Vault) -> WebResult<String> {
        let plain = serde_json::to_vec(self).map_err(|_| WebError::Internal)?;
        let sealed = vault.seal(Use::SecondStep, BOUND, &plain).map_err(|_| WebError::Internal)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    fn read(vault: &Vault, headers: &HeaderMap, now: DateTime<Utc>) -> Option<Self> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie::read(headers, COOKIE)?).ok()?;
        let half: Self = serde_json::from_slice(&vault.open(Use::SecondStep, BOUND, &sealed).ok()?).ok()?;
        (half.ends > now).then_some(half)
    }
}

/// On to the code page, with the note of who it is about.
pub fn ask_for_code(app: &App, staff: StaffId, next: &str, secure: bool) -> WebResult<Response> {
    let half = Half { staff, ends: app.clock.now() + LIVES, next: next.to_owned() };
    let mut response = Redirect::to(urls::SIGN_IN_CODE).into_response();
    if let Some(value) = cookie::set(COOKIE, &half.seal(&app.vault)?, secure) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

pub async fn show(
    State(app): State<App>,
    Extension(request): Extension<viewer::Request>,
    headers: HeaderMap,
) -> Response {
    match Half::read(&app.vault, &headers, app.clock.now()) {
        Some(_) => draw(&app, cookie::is_secure(&headers), request.0, None),
        None => Redirect::to(urls::SIGN_IN).into_response(),
    }
}

pub async fn check(
    State(app): State<App>,
    Extension(session): Extension<SessionState>,
    Extension(request): Extension<viewer::Request>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Bytes,
) -> WebResult<Response> {
    let fields = form::parse(&body)?;
    let typed = |name: &str| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let Some(half) = Half::read(&app.vault, &headers, app.clock.now()) else {
        return Ok(Redirect::to(urls::SIGN_IN).into_response());
    };
    let again = |problem: &str| {
        let mut response = draw(&app, cookie::is_secure(&headers), request.0, Some(problem));
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        response
    };
    if !pre_session::is_ours(&app.vault, &headers, typed(form::CSRF_FIELD), app.clock.now()) {
        return Ok(again("This page was open for a long time, or cookies are off. Try once more"));
    }
    let caller = caller(from.map(|from| from.0.0), request, &headers);
    let stranger = Actor::stranger(caller.address, caller.request);
    let proof = match check_code(&app, &stranger, half.staff, typed(form::ONE_TIME_CODE)).await? {
        Verdict::Right(proof) => proof,
        Verdict::Wrong | Verdict::WrongCode => return Ok(again(WRONG_CODE)),
        Verdict::Wait(wait) => return Err(WebError::TooMany(again_in(wait))),
    };
    let next = urls::local(&half.next).unwrap_or_default();
    let mut response = enter(&app, &session, &caller, &headers, &proof, next).await?;
    if let Some(value) = cookie::set(COOKIE, "", cookie::is_secure(&headers)) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

fn draw(app: &App, secure: bool, request: RequestId, problem: Option<&str>) -> Response {
    let pair = pre_session::make(&app.vault, app.clock.now(), secure);
    let layout =
        Layout { csrf: pair.field.clone(), demo: app.demo, ..Layout::signed_out(&app.site, &request.to_string()) };
    let mut response = page::render(&SecondStepPage::new(layout, problem));
    if let Some(value) = pair.cookie {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_note_between_the_steps_is_sealed_and_ends() {
        let (vault, now) = (Vault::from_key([7; 32]), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let staff = StaffId::new();
        let sealed = Half { staff, ends: now + LIVES, next: "/patients".into() }.seal(&vault).unwrap();
        assert!(!sealed.contains(&staff.to_string()));
        let headers = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("cookie", format!("{COOKIE}={value}").parse().unwrap());
            headers
        };
        assert_eq!(Half::read(&vault, &headers(&sealed), now).map(|half| half.staff), Some(staff));
        assert!(Half::read(&vault, &headers(&sealed), now + LIVES).is_none());
        assert!(Half::read(&Vault::from_key([8; 32]), &headers(&sealed), now).is_none());
        assert!(Half::read(&vault, &headers("e30"), now).is_none());
        assert!(Half::read(&vault, &HeaderMap::new(), now).is_none());
    }
}
