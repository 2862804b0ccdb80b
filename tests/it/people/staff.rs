//! Administration of accounts (PRV-2, PRV-4).

use axum::http::StatusCode;
use custodian::access::Role;

use super::{knock, told, with_password};
use crate::support::app::{App, Row_};
use crate::support::html::Page;
use crate::support::who::Visitor;

async fn add(app: &App, admin: &Visitor, name: &str, roles: &[&str]) -> (Page, Vec<Row_>) {
    let facility = app.facility.to_string();
    let mut fields = vec![("sign_in_name", name), ("full_name", "Kelsey Brandt"), ("facilities", facility.as_str())];
    fields.extend(roles.iter().map(|role| ("roles", *role)));
    app.ledger_of(admin.post("/admin/staff", &fields)).await
}

async fn version(app: &App, staff: custodian::base::id::StaffId) -> String {
    let version: i32 = sqlx::query_scalar("select version from staff where staff_id = $1")
        .bind(staff)
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    version.to_string()
}

#[tokio::test]
async fn somebody_is_added_with_a_password_that_works_once() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    admin.get("/admin/staff/new").await.ok().shows("Add a person");
    let (page, rows) = add(&app, &admin, "kbrandt", &["physician"]).await;
    let page = page.ok().shows("One-time password");
    let added = rows.last().unwrap();
    assert_eq!((added.act.as_str(), added.outcome.as_str()), ("staff.add", "success"));
    assert_eq!(added.detail["roles"], serde_json::json!(["physician"]));
    let password = page.texts(".call b.code").remove(0);
    let page = knock(&app, "kbrandt", &password, "").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let first = app.anonymous().with_cookie_of(&page);
    assert_eq!(first.get("/").await.location().as_deref(), Some("/account/password"));
    admin.get("/admin/staff").await.ok().shows("kbrandt").shows("Physician").hides(&password);
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    for (name, roles, words) in [
        ("k brandt", &["physician"][..], "2 to 64 small letters"),
        ("kbrandt", &[], "at least one role"),
        ("kbrandt", &["admin", "privacy"], "can't also be privacy officer"),
        ("kbrandt", &["auditor", "admin"], "can't also be auditor"),
    ] {
        let (page, _) = add(&app, &admin, name, roles).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert_eq!(page.attribute("input[name=full_name]", "value").as_deref(), Some("Kelsey Brandt"));
        page.shows(words);
    }
    add(&app, &admin, "kbrandt", &["coder"]).await.0.ok();
    let (page, _) = add(&app, &admin, "kbrandt", &["coder"]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Someone has, or had, this sign-in name");
}

#[tokio::test]
async fn roles_change_with_a_version_and_a_second_save_is_told() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let path = format!("/admin/staff/{staff}");
    let facility = app.facility.to_string();
    let page = admin.get(&path).await.ok();
    let version = page.attribute("input[name=version]", "value").unwrap();
    let fields = |role: &'static str, name: &'static str| {
        [
            ("version", version.clone()),
            ("full_name", name.into()),
            ("roles", role.into()),
            ("facilities", facility.clone()),
        ]
    };
    let send = async |fields: [(&str, String); 4]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        app.ledger_of(admin.post(&path, &fields)).await
    };
    let (page, rows) = send(fields("lead", "Pat Lee")).await;
    assert_eq!(page.location().as_deref(), Some(path.as_str()));
    assert_eq!(rows.last().unwrap().detail["roles"], serde_json::json!(["lead"]));
    let (page, rows) = send(fields("cdi", "Pat Moss")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_eq!(rows.iter().filter(|row| row.act == "staff.change" && row.outcome == "failed").count(), 1);
    let page = page.shows("Someone else saved first").shows("Pat Lee; Coding auditor");
    assert_eq!(page.attribute("input[name=full_name]", "value").as_deref(), Some("Pat Moss"), "nothing typed is lost");
    assert_ne!(page.attribute("form[data-guard] input[name=version]", "value"), Some(version));
}

#[tokio::test]
async fn prv_2_nobody_changes_their_own_rights() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    let me = admin.staff.unwrap();
    let path = format!("/admin/staff/{me}");
    admin.get(&path).await.ok().shows("This is you");
    let (version, facility) = (version(&app, me).await, app.facility.to_string());
    let fields = [
        ("version", version.as_str()),
        ("full_name", "Me"),
        ("roles", "admin"),
        ("roles", "manager"),
        ("facilities", &facility),
    ];
    let (page, rows) = app.ledger_of(admin.post(&path, &fields)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(told(&rows).contains(&("staff.change", "refused", "own-work")), "{rows:?}");
    for verb in ["password", "disablement"] {
        let fields = [("version", version.as_str()), ("reason", "because")];
        let page = admin.post(&format!("{path}/{verb}"), &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{verb}");
    }
    // A name may be corrected; the rights, which such a form does not even send, stay.
    let page = admin.post(&path, &[("version", version.as_str()), ("full_name", "Myself")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let roles: Vec<String> = sqlx::query_scalar("select role from staff_roles where staff_id = $1")
        .bind(me)
        .fetch_all(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(roles, ["admin"]);
}

#[tokio::test]
async fn prv_4_disabling_ends_everything_at_once_and_keeps_the_account() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let coder = app.signed_in(staff).await;
    let path = format!("/admin/staff/{staff}");
    let old = version(&app, staff).await;
    let page = admin.post(&format!("{path}/disablement"), &[("version", &old), ("reason", "")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Say why");
    let fields = [("version", old.as_str()), ("reason", "Left on Monday")];
    let (page, rows) = app.ledger_of(admin.post(&format!("{path}/disablement"), &fields)).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(told(&rows), [("staff.disable", "success", "role")]);
    assert_eq!(coder.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(knock(&app, &name, super::PASSWORD, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    admin.get("/admin/staff?state=disabled").await.ok().shows(&name).shows("Disabled");
    admin.get("/admin/staff?state=active").await.ok().hides(&name);
    admin.get(&path).await.ok().shows("Left on Monday");

    let stale = admin.post(&format!("{path}/enablement"), &[("version", &old)]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let now = version(&app, staff).await;
    admin.post(&format!("{path}/enablement"), &[("version", &now)]).await;
    assert_eq!(knock(&app, &name, super::PASSWORD, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_reset_ends_sessions_and_a_lock_out() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let name = with_password(&app, staff).await;
    let coder = app.signed_in(staff).await;
    sqlx::query("insert into sign_in_failures values ($1, 100, $2, $2 + interval '100 years')")
        .bind(&name)
        .bind(app.now())
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let path = format!("/admin/staff/{staff}");
    admin.get(&path).await.ok().shows("needs a new password");
    let now = version(&app, staff).await;
    let (page, rows) = app.ledger_of(admin.post(&format!("{path}/password"), &[("version", &now)])).await;
    let password = page.ok().texts(".call b.code").remove(0);
    assert_eq!(told(&rows), [("staff.reset", "success", "role")]);
    assert!(!format!("{rows:?}").contains(&password));
    assert_eq!(coder.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(knock(&app, &name, &password, "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_may_look_may_not_change() {
    let app = App::new().await;
    let staff = app.made().staff(&[Role::Coder]).await;
    let path = format!("/admin/staff/{staff}");
    for role in [Role::Privacy, Role::Manager, Role::Auditor] {
        let reader = app.person(role).await;
        reader.get("/admin/staff").await.ok();
        reader.get(&path).await.ok().hides("One-time").hides(">Save<");
        reader.get("/admin/roles").await.ok().shows("Roles and rights");
        for to in [path.as_str(), "/admin/staff", &format!("{path}/password"), &format!("{path}/disablement")] {
            let (page, rows) = app.ledger_of(reader.post(to, &[("version", "1"), ("reason", "why not")])).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {to}");
            assert_eq!(rows.iter().filter(|row| row.outcome == "refused").count(), 1, "{role:?} {to}");
        }
    }
    let coder = app.person(Role::Coder).await;
    for to in ["/admin/staff", "/admin/roles", "/admin/facilities", &path] {
        assert_eq!(coder.get(to).await.status, StatusCode::FORBIDDEN, "{to}");
    }
}

#[tokio::test]
async fn the_list_filters_sorts_and_pages_by_key() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    for _ in 0..52 {
        app.made().staff(&[Role::Coder]).await;
    }
    let page = admin.get("/admin/staff?role=coder&sort=sign-in").await.ok();
    let first = page.texts("tbody th a");
    assert_eq!(first.len(), 50);
    assert!(first.is_sorted());
    let next = page.attribute("a[rel=next]", "href").unwrap();
    let rest = admin.get(&next).await.ok().texts("tbody th a");
    assert_eq!(rest.len(), 2);
    assert!(first.last() < rest.first());
    assert!(admin.get(&format!("{next}&x=1")).await.ok().attribute("a[rel=next]", "href").is_none());
    assert_eq!(admin.get("/admin/staff?q=%25").await.ok().texts("tbody th a").len(), 0, "a percent sign is itself");
    assert_eq!(admin.get("/admin/staff?q=admin&after=nonsense").await.ok().texts("tbody th a").len(), 1);
}

#[tokio::test]
async fn prv_4_a_dormant_account_is_marked() {
    let app = App::new().await;
    let admin = app.person(Role::Admin).await;
    app.made().staff(&[Role::Coder]).await;
    admin.get("/admin/staff").await.ok().hides("Dormant");
    app.later(chrono::Duration::days(46));
    app.signed_in(admin.staff.unwrap()).await.get("/admin/staff").await.ok().shows("Dormant");
}
