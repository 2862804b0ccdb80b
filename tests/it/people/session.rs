//! How long a session lives, and that its token never outlives a change of privilege (handbook 7.8).

use axum::http::StatusCode;
use chrono::Duration;
use custodian::access::Role;

use super::{PASSWORD, door, knock, knock_with, set_cookie, told, with_password};
use crate::support::app::App;

#[tokio::test]
async fn a_session_ends_after_thirty_idle_minutes_and_slides_while_used() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    for _ in 0..3 {
        app.later(Duration::minutes(29));
        coder.get("/account").await.ok();
    }
    app.later(Duration::minutes(30));
    let page = coder.get("/account").await;
    assert_eq!((page.status, page.location().as_deref()), (StatusCode::SEE_OTHER, Some("/sign-in?next=%2Faccount")));
}

/// PRV-4: a session that somehow outlives its owner's access opens nothing.
#[tokio::test]
async fn prv_4_a_live_session_of_somebody_disabled_is_over() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    coder.get("/account").await.ok();
    let disable = "insert into staff_disablements (staff_id, disabled_at, reason) values ($1, now(), 'made by a test')";
    app.made().run(disable, coder.staff.unwrap().0).await;
    assert_eq!(coder.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_whatever_happens() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    for _ in 0..28 {
        app.later(Duration::minutes(25));
        coder.get("/account").await.ok();
    }
    app.later(Duration::minutes(20));
    assert_eq!(coder.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_the_browser_had() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let first = knock(&app, &name, PASSWORD, "").await;
    let old = set_cookie(&first, "custodian").unwrap();
    let (cookie, token) = door(&app).await;
    let fields = [("csrf", token.as_str()), ("name", &name), ("password", PASSWORD)];
    let second = knock_with(&app, &[&cookie, &old], &fields).await;
    assert_eq!(second.status, StatusCode::SEE_OTHER);
    let new = set_cookie(&second, "custodian").unwrap();
    assert_ne!(old, new);
    let before = app.anonymous().with_cookie_of(&first);
    assert_eq!(before.get("/account").await.status, StatusCode::SEE_OTHER, "the old session is over");
    app.anonymous().with_cookie_of(&second).get("/account").await.ok();
}

#[tokio::test]
async fn a_planted_token_is_worth_nothing_after_sign_in() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let planted = format!("custodian={}", "A".repeat(43));
    let (cookie, token) = door(&app).await;
    let fields = [("csrf", token.as_str()), ("name", &name), ("password", PASSWORD)];
    let page = knock_with(&app, &[&cookie, &planted], &fields).await;
    assert_ne!(set_cookie(&page, "custodian").unwrap(), planted);
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_and_empties_the_browser() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    let (page, rows) = app.ledger_of(coder.post("/sign-out", &[])).await;
    assert_eq!((page.status, page.location().as_deref()), (StatusCode::SEE_OTHER, Some("/sign-in")));
    assert_eq!(page.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert_eq!(told(&rows), [("sign-out", "success", "own")]);
    assert_eq!(coder.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_with_a_forged_token_changes_nothing() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    let page = coder.post_as_is("/sign-out", &[("csrf", "forged")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let page = coder.post_as_is("/account", &[("theme", "dark")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let other = app.person(Role::Coder).await;
    let page = coder.post_as_is("/sign-out", &[("csrf", other.csrf())]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "another session's token does not fit");
    coder.get("/account").await.ok();
}

#[tokio::test]
async fn stepping_up_rotates_the_token() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    with_password(&app, staff).await;
    let before = app.signed_in(staff).await;
    before.get("/confirm?next=/account").await.ok().shows("Confirm it is you");
    let wrong = before.post("/confirm", &[("password", "no"), ("next", "/account")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (page, rows) = app.ledger_of(before.post("/confirm", &[("password", PASSWORD), ("next", "/account")])).await;
    assert_eq!((page.status, page.location().as_deref()), (StatusCode::SEE_OTHER, Some("/account")));
    assert_eq!(told(&rows), [("password.confirm", "success", "own")]);
    before.with_cookie_of(&page).get("/account").await.ok();
    assert_eq!(before.get("/account").await.status, StatusCode::SEE_OTHER, "the old token opens nothing");
}

#[tokio::test]
async fn failures_inside_count_like_failures_at_the_door() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let coder = app.signed_in(staff).await;
    for _ in 0..9 {
        coder.post("/confirm", &[("password", "no")]).await;
        app.later(Duration::seconds(30));
    }
    assert_eq!(coder.post("/confirm", &[("password", "no")]).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(knock(&app, &name, PASSWORD, "").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_covered_screen_asks_for_the_password_again() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    coder.get("/sign-in").await.ok();
    coder.get("/account").await.ok();
    let request = coder
        .request("GET", "/sign-in?locked=yes")
        .header("sec-fetch-site", "cross-site")
        .body(axum::body::Body::empty())
        .unwrap();
    coder.send(request).await.ok();
    coder.get("/account").await.ok();
    coder.get("/sign-in?locked=yes").await.ok().shows("nobody used this window");
    assert_eq!(coder.get("/account").await.status, StatusCode::SEE_OTHER);
}
