//! The second factor (handbook 7.8): setting it up, signing in with it, stepping up with it, losing it.

use axum::body::Body;
use axum::http::{StatusCode, header};
use chrono::Duration;
use custodian::access::Role;
use custodian::base::id::StaffId;
use totp_rs::{Builder, Secret};

use super::{PASSWORD, door, knock, set_cookie, told, with_password};
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

/// What the device shows for this secret now.
pub fn shown(app: &App, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    Builder::new().with_secret(secret).build().unwrap().generate(app.now().timestamp() as u64).to_string()
}

/// Sets a second factor up; answers the visitor with its new cookie, the secret and the recovery codes.
pub async fn enrol(app: &App, visitor: &Visitor) -> (Visitor, String, Vec<String>) {
    let secret = visitor.get("/account/second-factor").await.ok().texts("b.code.wrap").remove(0);
    let fields = [("one_time_code", shown(app, &secret)), ("password", PASSWORD.to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let page = visitor.post("/account/second-factor", &fields).await.ok();
    let codes = page.texts(".codes-once li");
    assert_eq!(codes.len(), 10);
    (visitor.with_cookie_of(&page), secret, codes)
}

async fn somebody(app: &App, role: Role) -> (StaffId, String, Visitor) {
    let staff = app.made().staff(&[role]).await;
    let name = with_password(app, staff).await;
    (staff, name, app.signed_in(staff).await)
}

/// Posts the code page as a browser does that came there from the password.
async fn give_code(app: &App, after_password: &Page, code: &str) -> Page {
    let step = set_cookie(after_password, "custodian-step").expect("the note between the steps");
    let (pair, token) = door(app).await;
    let visitor = app.anonymous();
    let request = visitor
        .request("POST", "/sign-in/code")
        .header(header::COOKIE, format!("{step}; {pair}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(serde_urlencoded::to_string([("csrf", token.as_str()), ("one_time_code", code)]).unwrap()))
        .unwrap();
    visitor.send(request).await
}

#[tokio::test]
async fn handbook_7_8_password_then_code_and_each_code_once() {
    let app = App::new().await;
    let (_, name, visitor) = somebody(&app, Role::Coder).await;
    let (_, secret, _) = enrol(&app, &visitor).await;

    let (page, rows) = app.ledger_of(knock(&app, &name, PASSWORD, "/account")).await;
    assert_eq!(page.location().as_deref(), Some("/sign-in/code"));
    assert!(set_cookie(&page, "custodian").is_none(), "no session before the code");
    assert_eq!(told(&rows), [("sign-in.second-factor", "success", "own")]);

    // The code that enrolled the device counts no more.
    let refused = give_code(&app, &page, &shown(&app, &secret)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("used already");

    app.later(Duration::seconds(30));
    let code = shown(&app, &secret);
    let (inside, rows) = app.ledger_of(give_code(&app, &page, &format!("{} {}", &code[..3], &code[3..]))).await;
    assert_eq!((inside.status, inside.location().as_deref()), (StatusCode::SEE_OTHER, Some("/account")));
    assert_eq!(told(&rows), [("sign-in", "success", "own")]);
    app.anonymous().with_cookie_of(&inside).get("/account").await.ok().shows("10 recovery codes left");

    let (page, _) = app.ledger_of(knock(&app, &name, PASSWORD, "")).await;
    let (again, rows) = app.ledger_of(give_code(&app, &page, &code)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "RFC 6238 5.2: a code counts once");
    assert_eq!(told(&rows), [("sign-in", "refused", "second-factor")]);
    assert!(!again.body.contains(&code), "a code is never echoed");
}

#[tokio::test]
async fn a_wrong_password_is_not_told_apart_and_the_code_page_opens_for_nobody_else() {
    let app = App::new().await;
    let (_, name, visitor) = somebody(&app, Role::Coder).await;
    enrol(&app, &visitor).await;
    let page = knock(&app, &name, "not the right password", "").await;
    assert_eq!(page.texts(".errsum"), ["That name and password do not match"]);
    assert!(set_cookie(&page, "custodian-step").is_none());
    assert_eq!(app.anonymous().get("/sign-in/code").await.location().as_deref(), Some("/sign-in"));
    // The note between the steps is good for five minutes.
    let page = knock(&app, &name, PASSWORD, "").await;
    app.later(Duration::minutes(5));
    assert_eq!(give_code(&app, &page, "123456").await.location().as_deref(), Some("/sign-in"));
}

#[tokio::test]
async fn who_has_the_password_is_not_let_guess_codes() {
    let app = App::new().await;
    let (_, name, visitor) = somebody(&app, Role::Coder).await;
    let (_, secret, _) = enrol(&app, &visitor).await;
    for failure in 1..=9 {
        // Giving the right password again and again takes no failure back but its own attempt.
        let page = knock(&app, &name, PASSWORD, "").await;
        assert_eq!(
            give_code(&app, &page, "000000").await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "failure {failure}"
        );
        app.later(Duration::seconds(30));
    }
    let page = knock(&app, &name, PASSWORD, "").await;
    let (page, rows) = app.ledger_of(give_code(&app, &page, "000000")).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(told(&rows), [("sign-in", "refused", "second-factor"), ("sign-in", "refused", "locked-out")]);
    let (page, rows) = app.ledger_of(knock(&app, &name, PASSWORD, "")).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(told(&rows), [("sign-in", "refused", "waiting")]);
    app.later(Duration::minutes(61));
    // The right password does not lock its owner out between the two steps.
    let page = knock(&app, &name, PASSWORD, "").await;
    assert_eq!(give_code(&app, &page, &shown(&app, &secret)).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_recovery_code_signs_in_once() {
    let app = App::new().await;
    let (staff, name, visitor) = somebody(&app, Role::Coder).await;
    let (_, _, codes) = enrol(&app, &visitor).await;
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select code_hash from recovery_codes where staff_id = $1")
        .bind(staff)
        .fetch_all(&mut app.owner().await)
        .await
        .unwrap();
    assert!(stored.iter().all(|hash| hash.len() == 32 && !codes.iter().any(|code| hash == code.as_bytes())));
    let page = knock(&app, &name, PASSWORD, "").await;
    let inside = give_code(&app, &page, &codes[0].to_uppercase()).await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER);
    app.anonymous().with_cookie_of(&inside).get("/account").await.ok().shows("9 recovery codes left");
    let page = knock(&app, &name, PASSWORD, "").await;
    assert_eq!(give_code(&app, &page, &codes[0]).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    // New ones, after the password and a code, end the old ones.
    let inside = app.anonymous().with_cookie_of(&inside);
    assert_eq!(
        inside.post("/account/recovery-codes", &[]).await.location().as_deref(),
        Some("/confirm?next=%2Faccount%2Fsecond%2Dfactor")
    );
    let fields = [("password", PASSWORD), ("one_time_code", codes[1].as_str()), ("next", "/account/second-factor")];
    let page = inside.post("/confirm", &fields).await;
    let inside = inside.with_cookie_of(&page);
    let fresh = inside.post("/account/recovery-codes", &[]).await.ok().texts(".codes-once li");
    assert!(fresh.iter().all(|code| !codes.contains(code)));
    let page = knock(&app, &name, PASSWORD, "").await;
    assert_eq!(give_code(&app, &page, &codes[2]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(give_code(&app, &page, &fresh[0]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn setting_up_takes_the_password_and_a_code_that_fits() {
    let app = App::new().await;
    let (_, _, visitor) = somebody(&app, Role::Coder).await;
    let page = visitor.get("/account/second-factor").await.ok();
    assert!(page.attribute("svg.qr path.modules", "d").is_some_and(|path| path.len() > 1000), "a QR code is drawn");
    let secret = page.texts("b.code.wrap").remove(0);
    assert_eq!(
        visitor.get("/account/second-factor").await.texts("b.code.wrap"),
        std::slice::from_ref(&secret),
        "drawn twice, the same"
    );
    let code = shown(&app, &secret);
    for (code, password, words) in [
        ("000000", PASSWORD, "That code does not fit"),
        ("", PASSWORD, "That code does not fit"),
        (code.as_str(), "not my password at all", "That is not your password"),
    ] {
        let page = visitor.post("/account/second-factor", &[("one_time_code", code), ("password", password)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        page.shows(words).hides(password);
    }
    let elsewhere = app.signed_in(visitor.staff.unwrap()).await;
    let (inside, _, _) = enrol(&app, &visitor).await;
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::SEE_OTHER, "the other sessions ended");
    // Sent twice: how it stands, and no second set of codes.
    let page = inside.post("/account/second-factor", &[("one_time_code", &code), ("password", PASSWORD)]).await;
    assert_eq!(page.location().as_deref(), Some("/account/second-factor"));
    inside.get("/account/second-factor").await.ok().shows("10 recovery codes left");
    // The secret in the database is sealed.
    let stored: Vec<u8> =
        sqlx::query_scalar("select sealed_secret from second_factors").fetch_one(&mut app.owner().await).await.unwrap();
    let plain = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    assert!(!stored.windows(20).any(|window| window == plain.as_bytes()));
}

#[tokio::test]
async fn privileged_roles_set_one_up_before_anything_else_and_nobody_does_in_a_demonstration() {
    let app = App::asking("privileged").await;
    for role in Role::ALL {
        let (_, _, visitor) = somebody(&app, role).await;
        let must = matches!(role, Role::Admin | Role::Privacy | Role::Manager | Role::Release);
        let page = visitor.get("/").await;
        assert_eq!(page.location().as_deref(), must.then_some("/account/second-factor"), "{role:?}");
        if must {
            assert_eq!(visitor.post("/account", &[]).await.location().as_deref(), Some("/account/second-factor"));
            visitor.get("/account/second-factor").await.ok().shows("Your role signs in with a second factor");
            let (inside, _, _) = enrol(&app, &visitor).await;
            inside.get("/").await.ok();
        }
    }
    let mut demo = App::asking("all").await;
    let (_, _, visitor) = somebody(&demo, Role::Coder).await;
    assert_eq!(visitor.get("/").await.location().as_deref(), Some("/account/second-factor"), "all means all");
    demo.state.demo = true;
    let visitor = visitor.at(custodian::app::router::build(demo.state.clone()));
    visitor.get("/").await.ok();
}

#[tokio::test]
async fn step_up_and_the_glass_ask_for_the_code_too() {
    let app = App::new().await;
    let (_, _, visitor) = somebody(&app, Role::Coder).await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let (inside, secret, _) = enrol(&app, &visitor).await;
    inside.get("/confirm").await.ok().shows("Code from your device");
    let page = inside.post("/confirm", &[("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("That code does not fit");
    app.later(Duration::seconds(30));
    let code = shown(&app, &secret);
    let page = inside.post("/confirm", &[("password", PASSWORD), ("one_time_code", &code), ("next", "/account")]).await;
    assert_eq!(page.location().as_deref(), Some("/account"));
    let inside = inside.with_cookie_of(&page);

    let reason = [("reason", "coverage"), ("explanation", "Covering for Dr Lee today"), ("password", PASSWORD)];
    let page = inside.post(&format!("/glass/{patient}?why=not-assigned"), &reason).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Code from your device").hides("QUILLFEATHER");
    app.later(Duration::seconds(30));
    let code = shown(&app, &secret);
    let with_code = [reason[0], reason[1], reason[2], ("one_time_code", code.as_str())];
    let page = inside.post(&format!("/glass/{patient}?why=not-assigned"), &with_code).await;
    assert_eq!(page.location(), Some(format!("/patients/{patient}")));
}

#[tokio::test]
async fn handbook_7_8_eight_characters_do_beside_a_second_factor() {
    let app = App::new().await;
    let (_, _, visitor) = somebody(&app, Role::Coder).await;
    let (inside, secret, _) = enrol(&app, &visitor).await;
    app.later(Duration::seconds(30));
    let code = shown(&app, &secret);
    let change = |new: &'static str| {
        [("password", PASSWORD), ("one_time_code", code.as_str()), ("new_password", new), ("new_password_again", new)]
    };
    inside.get("/account/password").await.ok().shows("8 characters or more");
    let page = inside.post("/account/password", &change("kiwi-fe")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("at least 8 characters");
    let page = inside.post("/account/password", &change("liverpool1")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the block-list holds whatever the length");
    let page = inside.post("/account/password", &change("kiwi-fern")).await;
    assert_eq!(page.location().as_deref(), Some("/account?done=password"));
}

#[tokio::test]
async fn prv_2_a_lost_device_is_somebody_elses_to_take_off() {
    let app = App::new().await;
    let (staff, name, visitor) = somebody(&app, Role::Coder).await;
    enrol(&app, &visitor).await;
    let (admin_id, _, admin) = somebody(&app, Role::Admin).await;
    let path = format!("/admin/staff/{staff}");
    let version = admin
        .get(&path)
        .await
        .ok()
        .shows("Take the second factor off")
        .attribute("input[name=version]", "value")
        .unwrap();
    let remove = format!("{path}/second-factor");
    // The administrator proves who they are first.
    let page = admin.post(&remove, &[("version", &version)]).await;
    assert!(page.location().is_some_and(|to| to.starts_with("/confirm?next=")), "{:?}", page.location());
    let page = admin.post("/confirm", &[("password", PASSWORD), ("next", &path)]).await;
    let admin = admin.with_cookie_of(&page);
    // Not one's own.
    let own = admin.post(&format!("/admin/staff/{admin_id}/second-factor"), &[("version", "1")]).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let page = admin.post(&remove, &[("version", "999")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let (page, rows) = app.ledger_of(admin.post(&remove, &[("version", &version)])).await;
    assert_eq!(page.location(), Some(path));
    assert_eq!(told(&rows), [("second-factor.remove", "success", "role")]);
    assert_eq!(rows[0].detail["staff"], serde_json::json!(staff));
    assert_eq!(visitor.get("/account").await.status, StatusCode::SEE_OTHER, "every session ended");
    let page = knock(&app, &name, PASSWORD, "").await;
    assert_eq!(page.location().as_deref(), Some("/"), "no code is asked for any more");
    // A password that was long enough only beside a code is replaced.
    let inside = app.anonymous().with_cookie_of(&page);
    assert_eq!(inside.get("/").await.location().as_deref(), Some("/account/password"));
    for role in [Role::Privacy, Role::Manager, Role::Clerk] {
        let other = app.person(role).await;
        assert_eq!(other.post(&remove, &[("version", "1")]).await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
}

#[tokio::test]
async fn an_administrator_signs_somebody_out_everywhere() {
    let app = App::new().await;
    let (staff, _, visitor) = somebody(&app, Role::Coder).await;
    let (admin_id, _, admin) = somebody(&app, Role::Admin).await;
    let (page, rows) = app.ledger_of(admin.post(&format!("/admin/staff/{staff}/sessions"), &[])).await;
    assert_eq!((page.status, told(&rows)), (StatusCode::SEE_OTHER, vec![("staff.sessions-end", "success", "role")]));
    assert_eq!(visitor.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(admin.post(&format!("/admin/staff/{admin_id}/sessions"), &[]).await.status, StatusCode::FORBIDDEN);
    admin.get("/account").await.ok();
}

#[tokio::test]
async fn prv_4_accounts_nobody_uses_are_disabled_after_45_days_but_not_the_last_administrator() {
    let app = App::new().await;
    let (used, _, visitor) = somebody(&app, Role::Coder).await;
    let unused = app.made().staff(&[Role::Clerk]).await;
    let admin = app.made().staff(&[Role::Admin]).await;
    app.later(Duration::days(45) - Duration::hours(1));
    assert_eq!(custodian::people::disable_dormant(&app.state).await.unwrap(), 0);
    app.signed_in(used).await;
    drop(visitor);
    app.later(Duration::hours(2));
    let (count, rows) = app.ledger_of(async { custodian::people::disable_dormant(&app.state).await.unwrap() }).await;
    assert_eq!(count, 1, "the clerk; the coder came in yesterday, and there is no other administrator than {admin}");
    assert_eq!(told(&rows), [("house.keep", "success", "job"); 2]);
    assert_eq!(rows[1].detail["staff"], serde_json::json!(unused));
    let reason: String = sqlx::query_scalar("select reason from staff_disablements where staff_id = $1")
        .bind(unused)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(reason, "Nobody signed in for 45 days");
    assert_eq!(custodian::people::disable_dormant(&app.state).await.unwrap(), 0);
}

#[tokio::test]
async fn the_command_line_takes_a_lost_device_off_the_last_administrator() {
    let app = App::new().await;
    let (_, name, visitor) = somebody(&app, Role::Admin).await;
    enrol(&app, &visitor).await;
    let folder = std::env::temp_dir().join(format!("custodian-reset-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&folder).unwrap();
    let reset = |more: &'static [&'static str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_custodian"));
        command
            .args(["staff", "reset", name.as_str(), "--as", "operator"])
            .args(more)
            .env("DATABASE_URL", app.database.url("custodian_app"))
            .env("CUSTODIAN_DATA_DIR", &folder)
            .current_dir(&folder)
            .env_remove("CUSTODIAN_OWNER_URL");
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };
    let output = reset(&[]).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let left = "select count(*) from second_factors";
    assert_eq!(sqlx::query_scalar::<_, i64>(left).fetch_one(&mut app.owner().await).await.unwrap(), 1);
    let (output, rows) = app.ledger_of(async { reset(&["--lost-device"]).await.unwrap() }).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(told(&rows).contains(&("second-factor.remove", "success", "operator")), "{rows:?}");
    assert_eq!(sqlx::query_scalar::<_, i64>(left).fetch_one(&mut app.owner().await).await.unwrap(), 0);
    std::fs::remove_dir_all(&folder).unwrap();
}
