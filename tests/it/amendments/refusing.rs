//! What is refused: to whom, out of order, sent twice, by two at once; and what is never changed.

use axum::http::StatusCode;
use custodian::access::Role;
use uuid::Uuid;

use super::{asked, denied, done, letter_left, officer};
use crate::documents::person;
use crate::people::{PASSWORD, told};
use crate::support::app::App;

#[tokio::test]
async fn doc_11_who_records_handles_decides_and_who_learns_nothing() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Operative note").await;
    let clerk = app.person(Role::Clerk).await;
    let request = asked(&clerk, patient, document, "14-Nov-2026").await;
    for role in Role::ALL {
        let staff = app.made().staff(&[role]).await;
        app.made().care_team(patient, staff).await;
        for kind in ["coding", "release", "documentation-improvement", "coding-review", "audit-sample"] {
            app.made().task(patient, kind, staff).await;
        }
        let visitor = app.signed_in(staff).await;
        use Role::{Auditor, Clerk, Manager, Physician, Privacy, Release};
        let lists = matches!(role, Clerk | Release | Manager | Privacy | Auditor);
        let reads = lists || role == Physician;
        let records = matches!(role, Clerk | Release | Manager | Privacy);
        let handles = matches!(role, Release | Manager | Privacy);
        let decides = matches!(role, Manager | Privacy);
        let got = async |address: &str| visitor.get(address).await.status == StatusCode::OK;
        assert_eq!(got("/amendments").await, lists, "{role:?} lists");
        assert_eq!(got(&request).await, reads, "{role:?} reads");
        assert_eq!(got(&format!("/patients/{patient}/amendments")).await, reads, "{role:?} reads them");
        assert_eq!(got(&format!("/patients/{patient}/amendments/new")).await, records, "{role:?} records");
        assert_eq!(got(&format!("{request}/answers/disagreement")).await, records, "{role:?} records answers");
        assert_eq!(got(&format!("{request}/handling/extension")).await, handles, "{role:?} handles");
        assert_eq!(got(&format!("{request}/deciding/decision")).await, decides, "{role:?} decides");
        assert_eq!(got(&format!("{request}/carrying-out/entry")).await, decides, "{role:?} carries out");
        let fields = [("decision", "granted"), ("note", "Long enough a basis"), ("known", "0"), ("password", PASSWORD)];
        let (page, rows) = app.ledger_of(visitor.post(&format!("{request}/deciding/decision"), &fields)).await;
        if !decides {
            assert_ne!(page.status, StatusCode::SEE_OTHER, "{role:?}");
            assert_eq!(
                (rows.len(), rows[0].act.as_str(), rows[0].outcome.as_str()),
                (1, "amendments.decide", "refused"),
                "{role:?}"
            );
        }
        let chart = visitor.get(&format!("/patients/{patient}")).await;
        assert_eq!(chart.texts("nav.tabs a").contains(&"Amendments".to_owned()), reads, "{role:?}: the tab");
    }
}

#[tokio::test]
async fn who_is_second_sees_what_the_first_did_and_a_double_press_is_one_step() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Operative note").await;
    let (one, other) = (officer(&app).await, person(&app, Role::Manager).await);
    // Recorded twice, it is one request.
    let (id, target) = (Uuid::now_v7().to_string(), document.to_string());
    let fields = [
        ("request", id.as_str()),
        ("requester", "patient"),
        ("document", target.as_str()),
        ("wanted", "It was the left knee"),
        ("reason", "The right one never hurt"),
        ("received", "today"),
    ];
    let addresses = [
        one.post(&format!("/patients/{patient}/amendments"), &fields).await.location(),
        one.post(&format!("/patients/{patient}/amendments"), &fields).await.location(),
    ];
    assert_eq!(addresses[0], addresses[1]);
    let request = addresses[0].clone().unwrap();

    let decision = format!("{request}/deciding/decision");
    let form = other.get(&decision).await.ok();
    let hidden = |name: &str| form.attribute(&format!("input[name={name}]"), "value").unwrap();
    let (key, known) = (hidden("key"), hidden("known"));
    let one = denied(&one, &request).await;
    let late = [
        ("key", key.as_str()),
        ("known", known.as_str()),
        ("decision", "granted"),
        ("ground", ""),
        ("note", "I would have granted it"),
        ("password", PASSWORD),
    ];
    let page = other.post(&decision, &late).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let page = page.shows("did something about this request meanwhile").shows("I would have granted it");
    assert!(
        page.texts(".cmp td").iter().any(|cell| cell.contains("names the right knee")),
        "{:?}",
        page.texts(".cmp td")
    );

    // Pressed twice: one step.
    let telling = format!("{request}/handling/telling");
    let form = one.get(&telling).await.ok();
    let hidden = |name: &str| form.attribute(&format!("input[name={name}]"), "value").unwrap();
    let (key, known) = (hidden("key"), hidden("known"));
    let fields = [("key", key.as_str()), ("known", known.as_str()), ("on", "today"), ("note", "Letter by mail")];
    for _ in 0..2 {
        assert_eq!(one.post(&telling, &fields).await.status, StatusCode::SEE_OTHER);
    }
    let steps: i64 = sqlx::query_scalar("select count(*) from amendment_steps where kind = 'told'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(steps, 1);
    // What was asked and done is kept as it was.
    let page = one.get(&format!("{request}/deciding/decision")).await.ok();
    page.shows("the request stands elsewhere by now");
    for statement in [
        "update amendment_steps set note = 'other' where kind = 'denied'",
        "delete from amendment_steps",
        "delete from amendment_requests",
    ] {
        let refused = sqlx::query(statement).execute(&app.database.app).await;
        assert!(refused.is_err(), "{statement}");
    }
    let refused = sqlx::query("update amendment_requests set received_on = received_on + 30 where wanted is not null")
        .execute(&mut app.owner().await)
        .await;
    assert!(refused.is_err(), "not even by the owner of the table");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let elsewhere = app.made().patient("Ben Marlowe").await;
    let document = app.made().document(patient, "Operative note").await;
    let foreign = app.made().document(elsewhere, "Secret note").await.to_string();
    let privacy = officer(&app).await;
    let (path, target, long) = (format!("/patients/{patient}/amendments"), document.to_string(), "x".repeat(4001));
    let good = [
        ("requester", "patient"),
        ("document", target.as_str()),
        ("wanted", "It was the left knee"),
        ("reason", "The right one never hurt"),
        ("received", "14-Nov-2026"),
    ];
    for (name, value, words) in [
        ("requester", "neighbour", "Choose who asks"),
        ("requester", "personal-representative", "what makes them a representative"),
        ("document", "", "Tick a document"),
        ("wanted", "x", "Write what is to change"),
        ("wanted", long.as_str(), "Write what is to change"),
        ("reason", "", "Write the person’s reason"),
        ("received", "", "Enter the day it was received"),
        ("received", "1-Jan-2030", "after today"),
        ("received", "1-Jan-1950", "before the patient was born"),
    ] {
        let mut fields: Vec<(&str, &str)> = good.iter().copied().filter(|(known, _)| *known != name).collect();
        fields.push((name, value));
        let page = privacy.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value:.20}");
        assert!(page.texts("title")[0].starts_with("Error: "));
        let kept = if name == "reason" { "It was the left knee" } else { "The right one never hurt" };
        page.shows(words).shows(kept);
    }
    // A document of another chart is as good as none.
    let mut fields: Vec<(&str, &str)> = good.to_vec();
    fields.push(("document", &foreign));
    let request = privacy.post(&path, &fields).await.location().unwrap();
    let targets: Vec<Uuid> = sqlx::query_scalar("select document_id from amendment_targets")
        .fetch_all(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(targets, [document.0]);
    let id = request.rsplit('/').next().unwrap();
    assert_eq!(privacy.get(&format!("/patients/{elsewhere}/amendments/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(privacy.get(&format!("{request}/handling/decision")).await.status, StatusCode::NOT_FOUND);
    // Taken back, it is over.
    done(&privacy, &request, "handling/withdrawal", &[("on", "today"), ("note", "By telephone")]).await;
    let (page, rows) = app.ledger_of(privacy.get(&request)).await;
    page.ok().shows("Withdrawn").shows("Nothing for you here now");
    assert_eq!(told(&rows), [("amendments.view", "success", "role")]);
}

#[tokio::test]
async fn a_sensitive_document_has_no_title_for_whom_it_is_veiled() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let sensitive =
        app.made().document_of(patient, "Withdrawal plan", "substance-use-note", "text/plain", b"Plan.".to_vec()).await;
    let privacy = officer(&app).await;
    let request = asked(&privacy, patient, sensitive, "today").await;
    for role in [Role::Clerk, Role::Manager, Role::Auditor] {
        app.person(role).await.get(&request).await.ok().shows("It was the left knee").hides("Withdrawal plan");
    }
    let privacy = denied(&privacy, &request).await;
    letter_left(&privacy, &request).await;
}
