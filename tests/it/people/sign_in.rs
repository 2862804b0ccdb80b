//! Coming in: right and wrong passwords, waits and lock-outs, forged forms, the way back.

use axum::http::StatusCode;
use chrono::Duration;
use custodian::access::Role;

use super::{PASSWORD, door, knock, knock_with, set_cookie, told, with_password};
use crate::support::app::App;

#[tokio::test]
async fn the_right_password_opens_a_session_under_ones_own_name() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let (page, rows) = app.ledger_of(knock(&app, &format!(" {} ", name.to_uppercase()), PASSWORD, "")).await;
    assert_eq!((page.status, page.location().as_deref()), (StatusCode::SEE_OTHER, Some("/")));
    assert_eq!(told(&rows), [("sign-in", "success", "own")]);
    assert_eq!((rows[0].actor.as_str(), rows[0].role.as_deref()), (format!("Test {name}").as_str(), Some("coder")));
    let set = page.headers["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("custodian=") && set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    let inside = app.anonymous().with_cookie_of(&page);
    inside.get("/account").await.ok().shows("Your account").shows(&name);
}

#[tokio::test]
async fn through_tls_the_cookie_is_one_no_neighbour_can_plant() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let (cookie, token) = door(&app).await;
    let visitor = app.anonymous();
    let fields = [("csrf", token.as_str()), ("name", &name), ("password", PASSWORD)];
    let request = visitor
        .request("POST", "/sign-in")
        .header("cookie", cookie)
        .header("origin", "https://localhost")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(serde_urlencoded::to_string(fields).unwrap()))
        .unwrap();
    let page = visitor.send(request).await;
    let set = page.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.starts_with("__Host-custodian=") && set.ends_with("; Secure"), "{set}");
    let cookie = set_cookie(&page, "__Host-custodian").unwrap();
    let request = visitor.request("GET", "/account").header("cookie", cookie).body(axum::body::Body::empty()).unwrap();
    visitor.send(request).await.ok();
}

#[tokio::test]
async fn every_wrong_answer_reads_the_same_and_only_the_ledger_knows_why() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let gone = app.made().staff(&[Role::Coder]).await;
    let gone_name = with_password(&app, gone).await;
    sqlx::query("insert into staff_disablements (staff_id, disabled_at, reason) values ($1, now(), 'left')")
        .bind(gone)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    for (name, password, basis) in [
        (name.as_str(), "not the right password", "password"),
        ("nobody-has-this", PASSWORD, "unknown-name"),
        ("not a name at all!", PASSWORD, "unknown-name"),
        (gone_name.as_str(), PASSWORD, "disabled"),
    ] {
        let (page, rows) = app.ledger_of(knock(&app, name, password, "")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts(".errsum"), ["That name and password do not match"]);
        assert!(set_cookie(&page, "custodian").is_none());
        assert!(!page.body.contains(password), "a password is never echoed");
        assert_eq!(told(&rows), [("sign-in", "refused", basis)]);
        assert!(!format!("{rows:?}").contains("nobody-has-this"), "what was typed as a name may be a password");
    }
}

#[tokio::test]
async fn handbook_7_8_ten_failures_lock_the_name_out_and_waits_grow() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    for failure in 1..=9 {
        let page = knock(&app, &name, "wrong wrong wrong wrong", "").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "failure {failure}");
        app.later(Duration::seconds(30));
    }
    let (page, rows) = app.ledger_of(knock(&app, &name, "wrong wrong wrong wrong", "")).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(told(&rows), [("sign-in", "refused", "password"), ("sign-in", "refused", "locked-out")]);
    assert_eq!(rows[1].detail["staff"], serde_json::json!(staff));

    // Even the right password waits, and is not looked at.
    let (page, rows) = app.ledger_of(knock(&app, &name, PASSWORD, "")).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(told(&rows), [("sign-in", "refused", "waiting")]);

    app.later(Duration::seconds(61));
    let page = knock(&app, &name, "wrong wrong wrong wrong", "").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    page.shows("in 2 minutes");

    app.later(Duration::seconds(121));
    assert_eq!(knock(&app, &name, PASSWORD, "").await.status, StatusCode::SEE_OTHER);
    // A success forgives: the next failure is the first again.
    assert_eq!(knock(&app, &name, "wrong wrong wrong wrong", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(knock(&app, &name, PASSWORD, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_name_nobody_has_is_locked_out_just_the_same_and_not_stored() {
    let app = App::new().await;
    for _ in 1..=9 {
        knock(&app, "hunter2hunter2", "x", "").await;
        app.later(Duration::seconds(30));
    }
    assert_eq!(knock(&app, "hunter2hunter2", "x", "").await.status, StatusCode::TOO_MANY_REQUESTS);
    let stored: Vec<String> = sqlx::query_scalar("select sign_in_name from sign_in_failures")
        .fetch_all(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(stored.len(), 1);
    assert!(stored[0].starts_with('?') && !stored[0].contains("hunter"), "{stored:?}");
}

#[tokio::test]
async fn guesses_sent_at_once_are_all_counted() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let guesses = (0..12).map(|_| knock(&app, &name, "wrong wrong wrong wrong", ""));
    let pages = futures_util::future::join_all(guesses).await;
    let looked_at = pages.iter().filter(|page| page.status == StatusCode::UNPROCESSABLE_ENTITY).count();
    assert!(looked_at <= 5, "the back-off begins at the fifth failure, however they arrive: {looked_at}");
    let failures: i32 = sqlx::query_scalar("select failures from sign_in_failures where sign_in_name = $1")
        .bind(&name)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(failures, 5);
}

#[tokio::test]
async fn a_forged_sign_in_form_is_not_even_read() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let (cookie, token) = door(&app).await;
    let (other_cookie, _) = door(&app).await;
    let with = |csrf: &'static str| [("csrf", csrf), ("name", ""), ("password", PASSWORD)];
    for (cookies, token) in
        [(vec![], token.as_str()), (vec![other_cookie.as_str()], token.as_str()), (vec![cookie.as_str()], "")]
    {
        let mut fields = with("").to_vec();
        fields[0].1 = "";
        let fields = [("csrf", token), ("name", name.as_str()), ("password", PASSWORD)];
        let (page, rows) = app.ledger_of(knock_with(&app, &cookies, &fields)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(set_cookie(&page, "custodian").is_none());
        assert!(rows.is_empty(), "{rows:?}");
    }
    // Two hours later the pair is too old; the page comes back with the name kept.
    app.later(Duration::hours(2));
    let fields = [("csrf", token.as_str()), ("name", name.as_str()), ("password", PASSWORD)];
    let page = knock_with(&app, &[&cookie], &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attribute("input[name=name]", "value"), Some(name));
}

#[tokio::test]
async fn another_site_can_not_sign_anybody_in() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let (cookie, token) = door(&app).await;
    let visitor = app.anonymous();
    let fields = [("csrf", token.as_str()), ("name", &name), ("password", PASSWORD)];
    for (header, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let request = visitor
            .request("POST", "/sign-in")
            .header("cookie", &cookie)
            .header(header, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(axum::body::Body::from(serde_urlencoded::to_string(fields).unwrap()))
            .unwrap();
        assert_eq!(visitor.send(request).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn the_way_back_is_kept_only_inside_the_house() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    for (next, goes_to) in [
        ("/account?done=display", "/account?done=display"),
        ("//evil.example/x", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/sign-out", "/"),
    ] {
        assert_eq!(knock(&app, &name, PASSWORD, next).await.location().as_deref(), Some(goes_to), "{next}");
    }
    let page = app.anonymous().get("/sign-in?next=%2Faccount").await.ok();
    assert_eq!(page.attribute("input[name=next]", "value").as_deref(), Some("/account"));
    let page = app.anonymous().get("/sign-in?next=%2F%2Fevil.example").await.ok();
    assert_eq!(page.attribute("input[name=next]", "value").as_deref(), Some(""));
}

#[tokio::test]
async fn demonstration_accounts_are_named_in_a_demonstration_only() {
    let app = App::new().await;
    app.anonymous().get("/sign-in").await.ok().hides("bright maple");
}
