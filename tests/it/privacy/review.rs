//! The review of broken glass (PRV-2, PRV-5).

use axum::http::StatusCode;
use custodian::access::Role;

use super::{break_glass, person};
use crate::people::told;
use crate::support::app::App;

#[tokio::test]
async fn a_grant_is_on_the_list_at_once_with_what_was_opened() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let physician = person(&app, Role::Physician).await;
    let page = break_glass(&physician, patient, "no-relationship").await;
    let inside = physician.with_cookie_of(&page);
    inside.get(&format!("/patients/{patient}")).await.ok();
    inside.get(&format!("/patients/{patient}")).await.ok();

    let privacy = person(&app, Role::Privacy).await;
    let (page, rows) = app.ledger_of(privacy.get("/privacy/glass")).await;
    assert_eq!((rows.len(), rows[0].act.as_str(), rows[0].subjects.clone()), (1, "glass.list", vec![patient.0]));
    let page = page
        .ok()
        .shows("QUILLFEATHER, Ann")
        .shows("Covering for a colleague")
        .shows("Covering for Dr Lee today")
        .shows("2 looks")
        .shows("25-Nov-2026")
        .shows("To review")
        .shows("Open now");
    let path = page.attribute("tbody th a", "href").unwrap();
    let (page, rows) = app.ledger_of(privacy.get(&path)).await;
    page.ok().shows("QUILLFEATHER").shows("Opened the chart").shows("None yet");
    assert_eq!(told(&rows), [("glass.view", "success", "role")]);

    let csv = privacy.get("/privacy/glass.csv").await.ok();
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(csv.body.lines().count(), 2);
    assert!(csv.body.contains("Covering for Dr Lee today") && csv.body.contains(",2,2026-11-25,no,"), "{}", csv.body);
}

#[tokio::test]
async fn an_investigation_stays_on_the_list_until_another_finding_closes_it() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    app.made().restrict(patient).await;
    let physician = person(&app, Role::Physician).await;
    physician.post(&format!("/glass/{patient}/emergency"), &[]).await;
    let privacy = person(&app, Role::Privacy).await;
    let path = privacy.get("/privacy/glass").await.ok().attribute("tbody th a", "href").unwrap();
    let review = format!("{path}/review");

    for (fields, words) in [
        ([("finding", ""), ("note", "looked at it"), ("known", "0")], "Choose a finding"),
        ([("finding", "appropriate"), ("note", "ok"), ("known", "0")], "at least 3 characters"),
    ] {
        let page = privacy.post(&review, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.shows(words);
    }
    let fields = [("finding", "investigation"), ("note", "Same surname; asked the unit"), ("known", "0")];
    let (page, rows) = app.ledger_of(privacy.post(&review, &fields)).await;
    assert_eq!(page.location().as_deref(), Some("/privacy/glass"));
    assert_eq!(told(&rows), [("glass.review", "success", "role")]);
    assert_eq!(rows[0].detail["finding"], "investigation");
    privacy.get("/privacy/glass").await.ok().shows("Investigation");

    // A form drawn before that finding is not laid over it.
    let stale = [("finding", "appropriate"), ("note", "fine by me"), ("known", "0")];
    let page = privacy.post(&review, &stale).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("Someone else added a finding meanwhile").shows("Same surname; asked the unit").shows("fine by me");

    let close = [("finding", "appropriate"), ("note", "On call that night"), ("known", "1")];
    privacy.post(&review, &close).await;
    privacy.get("/privacy/glass").await.ok().shows("No use of emergency access waits").hides("QUILLFEATHER");
    privacy.get("/privacy/glass?state=closed").await.ok().shows("QUILLFEATHER").shows("Appropriate");
    privacy.get("/privacy/glass?state=all").await.ok().shows("QUILLFEATHER");
    privacy.get(&path).await.ok().shows("On call that night").shows("Same surname; asked the unit");
}

#[tokio::test]
async fn prv_2_nobody_reviews_their_own_access() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    app.made().restrict(patient).await;
    let privacy = person(&app, Role::Privacy).await;
    let page = break_glass(&privacy, patient, "restricted").await;
    let privacy = privacy.with_cookie_of(&page);
    let path =
        privacy.get("/privacy/glass").await.ok().shows("someone else reviews").attribute("tbody th a", "href").unwrap();
    privacy.get(&path).await.ok().shows("This was your own access").hides("Save the finding");
    let fields = [("finding", "appropriate"), ("note", "I was right"), ("known", "0")];
    let (page, rows) = app.ledger_of(privacy.post(&format!("{path}/review"), &fields)).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(told(&rows), [("glass.review", "refused", "own-work")]);
    let colleague = person(&app, Role::Privacy).await;
    assert_eq!(colleague.post(&format!("{path}/review"), &fields).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_officer_does_not_learn_who_opened_their_own_record() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let physician = person(&app, Role::Physician).await;
    physician.post(&format!("/glass/{patient}/emergency"), &[]).await;
    let privacy = person(&app, Role::Privacy).await;
    sqlx::query("update staff set patient_id = $2 where staff_id = $1")
        .bind(privacy.staff.unwrap())
        .bind(patient)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    privacy.get("/privacy/glass").await.ok().hides("QUILLFEATHER").shows("No use of emergency access waits");
}

#[tokio::test]
async fn only_privacy_reads_the_list() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let physician = person(&app, Role::Physician).await;
    physician.post(&format!("/glass/{patient}/emergency"), &[]).await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Privacy) {
        let visitor = app.person(role).await;
        for path in ["/privacy/glass", "/privacy/glass.csv"] {
            let (page, rows) = app.ledger_of(visitor.get(path)).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {path}");
            assert_eq!(rows.iter().filter(|row| row.outcome == "refused").count(), 1);
        }
    }
}

#[tokio::test]
async fn the_list_pages_by_key_oldest_first() {
    let app = App::new().await;
    let physician = person(&app, Role::Physician).await;
    for n in 0..52 {
        let patient = app.made().patient(&format!("Ann Lee{n:02}")).await;
        physician.post(&format!("/glass/{patient}/emergency"), &[]).await;
        app.later(chrono::Duration::seconds(2));
    }
    let privacy = person(&app, Role::Privacy).await;
    let page = privacy.get("/privacy/glass").await.ok();
    let names = |page: &crate::support::html::Page| page.texts("tbody td:nth-of-type(2)");
    let first = names(&page);
    assert_eq!((first.len(), first[0].as_str(), first[49].as_str()), (50, "LEE00, Ann", "LEE49, Ann"));
    let rest = privacy.get(&page.attribute("a[rel=next]", "href").unwrap()).await.ok();
    assert_eq!(names(&rest), ["LEE50, Ann", "LEE51, Ann"]);
    let newest = privacy.get("/privacy/glass?state=all").await.ok();
    assert_eq!(names(&newest)[0], "LEE51, Ann");
}
