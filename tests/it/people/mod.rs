//! The door, the account, kept forms, staff and facilities.

mod account;
mod facilities;
mod kept;
pub mod second_factor;
mod session;
mod sign_in;
mod staff;

use axum::body::Body;
use axum::http::header;
use custodian::base::id::StaffId;
use custodian::people::password::{Password, hash};

use crate::support::app::App;
use crate::support::html::Page;

pub const PASSWORD: &str = "bright maple lantern 2026";

/// Gives somebody the tests' password; answers their sign-in name.
pub async fn with_password(app: &App, staff: StaffId) -> String {
    let hash = hash(Password::typed(PASSWORD)).await.unwrap();
    sqlx::query_scalar("update staff set password_hash = $2 where staff_id = $1 returning sign_in_name")
        .bind(staff)
        .bind(hash)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
}

/// The sign-in page and its pair of tokens: the cookie, and the hidden field.
pub async fn door(app: &App) -> (String, String) {
    let page = app.anonymous().get("/sign-in").await.ok();
    let cookie = set_cookie(&page, "custodian-door").expect("the pre-session's cookie");
    (cookie, page.attribute("input[name=csrf]", "value").expect("the hidden token"))
}

/// `name=value` of a cookie the page sets.
pub fn set_cookie(page: &Page, name: &str) -> Option<String> {
    let start = format!("{name}=");
    page.headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next())
        .find(|pair| pair.starts_with(&start) && pair.len() > start.len())
        .map(str::to_owned)
}

/// Posts the sign-in form as a browser does that has just opened it.
pub async fn knock(app: &App, name: &str, password: &str, next: &str) -> Page {
    let (cookie, token) = door(app).await;
    knock_with(app, &[&cookie], &[("csrf", &token), ("name", name), ("password", password), ("next", next)]).await
}

pub async fn knock_with(app: &App, cookies: &[&str], fields: &[(&str, &str)]) -> Page {
    let visitor = app.anonymous();
    let request = visitor
        .request("POST", "/sign-in")
        .header(header::COOKIE, cookies.join("; "))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(serde_urlencoded::to_string(fields).unwrap()))
        .unwrap();
    visitor.send(request).await
}

/// Act, outcome and basis of ledger rows.
pub fn told(rows: &[crate::support::app::Row_]) -> Vec<(&str, &str, &str)> {
    rows.iter().map(|row| (row.act.as_str(), row.outcome.as_str(), row.basis.as_str())).collect()
}
