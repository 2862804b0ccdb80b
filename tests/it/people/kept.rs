//! A form sent into a session that was over is not lost.

use axum::http::StatusCode;
use chrono::Duration;
use custodian::access::Role;

use super::{PASSWORD, knock, knock_with, set_cookie, told, with_password};
use crate::support::app::App;
use crate::support::html::Page;

/// Sends a form as somebody whose session has just run out; answers the page and where the form is kept.
async fn send_too_late(app: &App, staff: custodian::base::id::StaffId) -> (Page, String) {
    let visitor = app.signed_in(staff).await;
    app.later(Duration::minutes(31));
    let fields = [("full_name", "Ann Lee <b>"), ("note", "typed for ten minutes"), ("password", "secret words here")];
    let page = visitor.post("/admin/staff?x=1", &fields).await;
    let next = page.attribute("input[name=next]", "value").expect("the way back");
    (page, next)
}

#[tokio::test]
async fn what_was_typed_comes_back_to_the_same_person() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Admin]).await;
    let name = with_password(&app, staff).await;
    let ((page, next), rows) = app.ledger_of(send_too_late(&app, staff)).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(told(&rows), [("form.keep", "success", "own")]);
    assert_eq!(rows[0].detail["staff"], serde_json::json!(staff));
    let page = page.shows("What you were sending is kept").hides("Ann Lee").hides("typed for ten minutes");
    assert!(next.starts_with("/parked/"), "{next}");

    // The very page answers as a sign-in page, with its own pair of tokens.
    let cookie = set_cookie(&page, "custodian-door").unwrap();
    let token = page.attribute("input[name=csrf]", "value").unwrap();
    let fields = [("csrf", token.as_str()), ("name", &name), ("password", PASSWORD), ("next", &next)];
    let page = knock_with(&app, &[&cookie], &fields).await;
    assert_eq!(page.location().as_deref(), Some(next.as_str()));
    let back = app.anonymous().with_cookie_of(&page);
    let page = back.get(&next).await.ok().shows("You had typed this; nothing was lost").shows("Ann Lee <b>");
    assert!(!page.body.contains("secret words here"), "passwords are never kept");
    let again = "form[action='/admin/staff?x=1']";
    assert_eq!(page.attribute(&format!("{again} input[name=note]"), "value").as_deref(), Some("typed for ten minutes"));
    assert_eq!(page.attribute(&format!("{again} input[name=csrf]"), "value").as_deref(), Some(back.csrf()));

    let page = back.post(&format!("{next}/discard"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(back.get(&next).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_else_sees_it_and_it_is_sealed_at_rest() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Admin]).await;
    let (_, next) = send_too_late(&app, staff).await;
    let other = app.person(Role::Admin).await;
    assert_eq!(other.get(&next).await.status, StatusCode::NOT_FOUND);
    other.post(&format!("{next}/discard"), &[]).await;
    app.signed_in(staff).await.get(&next).await.ok();
    let sealed: Vec<u8> =
        sqlx::query_scalar("select sealed_body from parked_forms").fetch_one(&mut app.owner().await).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("typed for"));
}

#[tokio::test]
async fn after_an_hour_it_is_gone() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Admin]).await;
    let (_, next) = send_too_late(&app, staff).await;
    app.later(Duration::minutes(61));
    assert_eq!(app.signed_in(staff).await.get(&next).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn forms_of_the_door_are_not_kept() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let coder = app.signed_in(staff).await;
    app.later(Duration::minutes(31));
    let page = coder.post("/account/password", &[("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    page.hides("is kept");
    let kept: i64 =
        sqlx::query_scalar("select count(*) from parked_forms").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(kept, 0);
    assert_eq!(knock(&app, &name, PASSWORD, "").await.status, StatusCode::SEE_OTHER);
}
