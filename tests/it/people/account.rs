//! One's own account.

use axum::http::StatusCode;
use custodian::access::Role;

use super::{PASSWORD, knock, told, with_password};
use crate::support::app::App;

const NEXT: &str = "seven quiet herons at dawn";

#[tokio::test]
async fn display_choices_are_drawn_by_the_server() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    let (page, rows) = app.ledger_of(coder.post("/account", &[("theme", "dark"), ("density", "compact")])).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(told(&rows), [("account.change", "success", "own")]);
    let page = coder.get("/account").await.ok();
    assert_eq!(page.attribute("html", "data-theme").as_deref(), Some("dark"));
    assert_eq!(page.attribute("html", "data-density").as_deref(), Some("compact"));
    assert_eq!(page.attribute("html", "data-shortcuts").as_deref(), Some("off"));
    coder.post("/account", &[("theme", "purple"), ("density", "huge"), ("shortcuts", "yes")]).await;
    let page = coder.get("/account").await.ok();
    assert_eq!(page.attribute("html", "data-theme"), None);
    assert_eq!(page.attribute("html", "data-density").as_deref(), Some("normal"));
    assert_eq!(page.attribute("html", "data-shortcuts"), None);
}

#[tokio::test]
async fn a_new_password_is_judged_and_ends_the_other_sessions() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let (here, elsewhere) = (app.signed_in(staff).await, app.signed_in(staff).await);
    let change = |current: &'static str, new: &'static str, again: &'static str| {
        [("password", current), ("new_password", new), ("new_password_again", again)]
    };
    for (fields, words) in [
        (change(PASSWORD, "too short", "too short"), "at least 15 characters"),
        (change(PASSWORD, "passwordpassword1", "passwordpassword1"), "well-known"),
        (change(PASSWORD, "Test-Hospital-Test-1", "Test-Hospital-Test-1"), "well-known"),
        (change(PASSWORD, NEXT, "seven quiet herons at dusk"), "differ"),
        (change(PASSWORD, PASSWORD, PASSWORD), "another password"),
        (change("not my password", NEXT, NEXT), "not your password"),
    ] {
        let page = here.post("/account/password", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(!page.body.contains(NEXT), "a password is never echoed");
        page.shows(words);
    }
    let page = here.post("/account/password", &change(PASSWORD, NEXT, NEXT)).await;
    assert_eq!(page.location().as_deref(), Some("/account?done=password"));
    here.with_cookie_of(&page).get("/account?done=password").await.ok().shows("Your password is changed");
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(knock(&app, &name, PASSWORD, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(knock(&app, &name, NEXT, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_one_time_password_opens_nothing_but_its_replacement() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    with_password(&app, staff).await;
    app.made().run("update staff set must_change_password = true where staff_id = $1", staff.0).await;
    let coder = app.signed_in(staff).await;
    for path in ["/", "/account", "/patients"] {
        assert_eq!(coder.get(path).await.location().as_deref(), Some("/account/password"), "{path}");
    }
    coder.get("/account/password").await.ok().shows("You signed in with a one-time password");
    let fields = [("password", PASSWORD), ("new_password", NEXT), ("new_password_again", NEXT)];
    let page = coder.post("/account/password", &fields).await;
    coder.with_cookie_of(&page).get("/account").await.ok();
}

#[tokio::test]
async fn sessions_are_listed_and_ended_ones_own_only() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let (here, there) = (app.signed_in(staff).await, app.signed_in(staff).await);
    let stranger = app.person(Role::Clerk).await;
    let page = here.get("/account").await.ok().shows("This one");
    let ends: Vec<String> = page
        .attributes("form", "action")
        .into_iter()
        .filter(|action| action.starts_with("/account/sessions/") && action != "/account/sessions/end")
        .collect();
    assert_eq!(ends.len(), 2);
    for end in &ends {
        stranger.post(end, &[]).await;
    }
    here.get("/account").await.ok();
    there.get("/account").await.ok();
    let page = here.post("/account/sessions/end", &[]).await;
    assert_eq!(page.location().as_deref(), Some("/sign-in"));
    assert_eq!(there.get("/account").await.status, StatusCode::SEE_OTHER);
    stranger.get("/account").await.ok();
}

#[tokio::test]
async fn presence_slides_the_session_and_says_nothing() {
    let app = App::new().await;
    let coder = app.person(Role::Coder).await;
    app.later(chrono::Duration::minutes(20));
    let (page, rows) = app.ledger_of(coder.post("/account/presence", &[])).await;
    assert_eq!(page.status, StatusCode::NO_CONTENT);
    assert!(rows.is_empty());
    app.later(chrono::Duration::minutes(20));
    coder.get("/account").await.ok();
}
