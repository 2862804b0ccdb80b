//! Breaking the glass, role by role (PRV-5, PRV-6).

use axum::http::StatusCode;
use chrono::Duration;
use custodian::access::Role;

use super::{break_glass, person};
use crate::people::{PASSWORD, told};
use crate::support::app::App;

#[tokio::test]
async fn the_page_says_why_and_nothing_about_the_patient() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    for (role, words) in [
        (Role::Physician, "You are not on this patient's care team"),
        (Role::Coder, "This chart is not assigned to you"),
    ] {
        let visitor = person(&app, role).await;
        let (page, rows) = app.ledger_of(visitor.get(&format!("/patients/{patient}"))).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!((rows.len(), rows[0].outcome.as_str(), rows[0].patient), (1, "refused", Some(patient.0)));
        assert_eq!(page.texts("button").iter().filter(|text| text.as_str() == "Break the glass").count(), 1);
        let has_emergency = page.texts("button").iter().any(|text| text == "Emergency treatment");
        assert_eq!(has_emergency, role == Role::Physician, "{role:?}");
        page.shows(words).hides("Quillfeather").hides("QUILLFEATHER").hides("1957");
    }
    app.made().restrict(patient).await;
    let manager = person(&app, Role::Manager).await;
    manager.get(&format!("/patients/{patient}")).await.shows("This record is restricted").hides("Quillfeather");
}

#[tokio::test]
async fn a_reason_opens_the_chart_for_an_hour() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let coder = person(&app, Role::Coder).await;
    let (page, rows) = app.ledger_of(break_glass(&coder, patient, "not-assigned")).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, Some(format!("/patients/{patient}"))));
    assert_eq!(told(&rows), [("glass.break", "success", "role"), ("password.confirm", "success", "own")]);
    assert_eq!(rows[0].patient, Some(patient.0));
    assert_eq!(rows[0].object.as_deref(), Some("grant"));
    assert_eq!(rows[0].detail, serde_json::json!({ "reason": "coverage", "reach": "chart", "why": "not-assigned" }));
    assert!(!rows[0].detail.to_string().contains("Dr Lee"), "free text is protected");

    let inside = coder.with_cookie_of(&page);
    assert_eq!(coder.get("/account").await.status, StatusCode::SEE_OTHER, "the token was rotated");
    let (page, rows) = app.ledger_of(inside.get(&format!("/patients/{patient}"))).await;
    let page = page.ok().shows("Emergency access is open").shows("QUILLFEATHER");
    assert_eq!(
        (rows[0].act.as_str(), rows[0].basis.as_str(), rows[0].purpose.as_str()),
        ("chart.view", "glass", "BTG")
    );
    assert!(rows[0].grant.is_some());
    assert!(page.attributes("form", "action").iter().any(|to| to.starts_with("/glass/") && to.ends_with("/end")));
    inside.get("/account").await.ok().shows("Emergency access is open").hides("QUILLFEATHER");

    for _ in 0..2 {
        app.later(Duration::minutes(29));
        inside.get(&format!("/patients/{patient}")).await.ok();
    }
    app.later(Duration::minutes(2));
    let page = inside.get(&format!("/patients/{patient}")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "60 minutes are over");
    page.hides("Emergency access is open").hides("QUILLFEATHER");
}

#[tokio::test]
async fn no_reason_no_access() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let coder = person(&app, Role::Coder).await;
    let to = format!("/glass/{patient}?why=not-assigned");
    for (fields, words) in [
        ([("reason", ""), ("explanation", "long enough to say why"), ("password", PASSWORD)], "Choose a reason"),
        (
            [("reason", "emergency"), ("explanation", "long enough to say why"), ("password", PASSWORD)],
            "Choose a reason",
        ),
        ([("reason", "other"), ("explanation", "because"), ("password", PASSWORD)], "at least 10 characters"),
        ([("reason", "other"), ("explanation", "long enough to say why"), ("password", "no")], "not your password"),
        ([("reason", "other"), ("explanation", "long enough to say why"), ("password", "")], "not your password"),
    ] {
        let page = coder.post(&to, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert_eq!(page.texts("textarea"), [fields[1].1], "what was typed stays");
        page.shows(words).hides("Quillfeather");
    }
    let grants: i64 =
        sqlx::query_scalar("select count(*) from glass_grants").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(grants, 0);
    assert_eq!(coder.get(&format!("/patients/{patient}")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn prv_5_emergency_treatment_is_one_press_for_clinicians_and_for_nobody_else() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    app.made().restrict(patient).await;
    let physician = person(&app, Role::Physician).await;
    let next = format!("/patients/{patient}");
    let address = format!("/glass/{patient}/emergency");
    let (page, rows) = app.ledger_of(physician.post(&address, &[("next", &next)])).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, Some(next.clone())));
    assert_eq!(told(&rows), [("glass.emergency", "success", "role")]);
    let (page, rows) = app.ledger_of(physician.get(&next)).await;
    page.ok().shows("QUILLFEATHER").shows("Emergency access is open");
    assert_eq!((rows[0].basis.as_str(), rows[0].purpose.as_str()), ("emergency", "ETREAT"));

    for role in [Role::Coder, Role::Manager, Role::Privacy, Role::Registrar, Role::Billing, Role::Analyst, Role::Admin]
    {
        let visitor = person(&app, role).await;
        let (page, rows) = app.ledger_of(visitor.post(&format!("/glass/{patient}/emergency"), &[])).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?}");
        assert_eq!(rows.iter().filter(|row| row.outcome == "refused").count(), 1, "{role:?}");
    }
}

#[tokio::test]
async fn who_has_no_such_right_is_refused_even_with_the_best_reason() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    for role in Role::ALL {
        let visitor = person(&app, role).await;
        let (page, rows) = app.ledger_of(break_glass(&visitor, patient, "restricted")).await;
        // Roles that see clinical notes or documents (handbook 7.2, below the notes); billing sees claim documents.
        let may = !matches!(role, Role::Admin | Role::Analyst);
        let expected = if may { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
        assert_eq!(page.status, expected, "{role:?}");
        let outcome = if may { "success" } else { "refused" };
        assert_eq!(rows.iter().filter(|row| row.act == "glass.break" && row.outcome == outcome).count(), 1, "{role:?}");
        if !may {
            visitor.get("/account").await.ok();
        }
    }
}

#[tokio::test]
async fn prv_5_nobody_opens_their_own_record_whatever_the_reason() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let physician = person(&app, Role::Physician).await;
    sqlx::query("update staff set patient_id = $2 where staff_id = $1")
        .bind(physician.staff.unwrap())
        .bind(patient)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(physician.get(&format!("/patients/{patient}")).await.status, StatusCode::FORBIDDEN);
    let (page, rows) = app.ledger_of(break_glass(&physician, patient, "restricted")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(told(&rows).contains(&("glass.break", "refused", "own-record")), "{rows:?}");
    let (page, rows) = app.ledger_of(physician.post(&format!("/glass/{patient}/emergency"), &[])).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(told(&rows), [("glass.emergency", "refused", "own-record")]);
}

#[tokio::test]
async fn another_facilitys_record_stays_closed() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let physician = person(&app, Role::Physician).await;
    app.made().run("delete from staff_facilities where staff_id = $1", physician.staff.unwrap().0).await;
    let physician = app.signed_in(physician.staff.unwrap()).await;
    let (page, rows) = app.ledger_of(break_glass(&physician, patient, "restricted")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(told(&rows).contains(&("glass.break", "refused", "other-facility")), "{rows:?}");
}

#[tokio::test]
async fn access_is_given_back_early_by_its_holder_only() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let physician = person(&app, Role::Physician).await;
    physician.post(&format!("/glass/{patient}/emergency"), &[]).await;
    let chart = format!("/patients/{patient}");
    let page = physician.get(&chart).await.ok();
    let end = page.attribute("section.glass form", "action").unwrap();

    let other = person(&app, Role::Physician).await;
    other.post(&format!("/glass/{patient}/emergency"), &[]).await;
    assert_eq!(other.post(&end, &[]).await.status, StatusCode::NOT_FOUND, "somebody else's grant");
    physician.get(&chart).await.ok();

    let (page, rows) = app.ledger_of(physician.post(&end, &[])).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(told(&rows), [("glass.end", "success", "own")]);
    assert_eq!(physician.get(&chart).await.status, StatusCode::FORBIDDEN);
    assert_eq!(physician.post(&end, &[]).await.status, StatusCode::SEE_OTHER, "ending it twice is no error");
    other.get(&chart).await.ok();
}

#[tokio::test]
async fn the_way_back_stays_in_the_house() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let physician = person(&app, Role::Physician).await;
    let page = physician.post(&format!("/glass/{patient}/emergency"), &[("next", "//evil.example")]).await;
    assert_eq!(page.location(), Some(format!("/patients/{patient}")));
}
