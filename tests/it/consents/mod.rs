//! Consents on file: recorded, shown where they matter, revoked, never changed (decision 5).

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::base::id::PatientId;
use uuid::Uuid;

use crate::people::told;
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

async fn record(visitor: &Visitor, patient: PatientId, kind: &str, decision: &str, signed: &str) -> Page {
    let fields = [("kind", kind), ("decision", decision), ("signed", signed), ("scope", "As signed")];
    visitor.post(&format!("/patients/{patient}/consents"), &fields).await
}

#[tokio::test]
async fn what_everybody_must_know_stands_on_the_banner_until_it_is_revoked() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let registrar = app.person(Role::Registrar).await;
    let chart = format!("/patients/{patient}");
    registrar.get(&chart).await.ok().shows("Privacy notice not acknowledged");
    for (kind, decision) in [("privacy-notice", "given"), ("exchange", "refused"), ("advance-directive", "given")] {
        let (page, rows) = app.ledger_of(record(&registrar, patient, kind, decision, "14-Nov-2026")).await;
        assert_eq!(page.location(), Some(format!("{chart}/consents")), "{kind}: {}", page.text());
        assert_eq!(told(&rows), [("consents.record", "success", "role")]);
        assert_eq!(rows[0].detail["kind"], kind);
    }
    let page = registrar.get(&chart).await.ok().hides("Privacy notice not acknowledged");
    assert_eq!(page.texts(".flags li"), ["Advance directive on file", "Opted out of exchange"]);

    // A later word takes the earlier one's place; a directive is revoked with a reason.
    record(&registrar, patient, "exchange", "given", "20-Nov-2026").await;
    let page =
        registrar.get(&format!("{chart}/consents")).await.ok().shows("Opted in").shows("Replaced by a later one");
    let revoke = page.attributes("a.btn.sm", "href").into_iter().find(|href| href.ends_with("/revocation")).unwrap();
    let directive = page
        .attributes("a.btn.sm", "href")
        .into_iter()
        .zip(page.texts("a.btn.sm"))
        .find_map(|(href, words)| words.contains("Advance directive").then_some(href))
        .unwrap();
    assert!(revoke.starts_with(&chart));
    for (fields, words) in [
        ([("revoked", "yesterday"), ("reason", "x")], "Write 3 to 300 characters"),
        ([("revoked", "13-Nov-2026"), ("reason", "Patient said so")], "before it was signed"),
        ([("revoked", "1-Jan-2030"), ("reason", "Patient said so")], "after today"),
        ([("revoked", "the day of doom"), ("reason", "Patient said so")], "Enter the day"),
    ] {
        let page = registrar.post(&directive, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        page.shows(words);
    }
    let fields = [("revoked", "yesterday"), ("reason", "Patient said so by telephone")];
    assert_eq!(registrar.post(&directive, &fields).await.status, StatusCode::SEE_OTHER);
    let page = registrar.post(&directive, &fields).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("Someone else recorded a revocation meanwhile");
    let page = registrar.get(&chart).await.ok();
    assert_eq!(page.texts(".flags li"), Vec::<String>::new());
    registrar.get(&format!("{chart}/consents")).await.ok().shows("Patient said so by telephone").shows("Revoked");
}

#[tokio::test]
async fn decision_5_who_takes_them_who_reads_them_and_who_learns_nothing() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let registrar = app.person(Role::Registrar).await;
    record(&registrar, patient, "advance-directive", "given", "14-Nov-2026").await;
    for role in Role::ALL {
        let staff = app.made().staff(&[role]).await;
        app.made().care_team(patient, staff).await;
        for kind in ["coding", "release", "documentation-improvement", "coding-review"] {
            app.made().task(patient, kind, staff).await;
        }
        let visitor = app.signed_in(staff).await;
        let page = visitor.get(&format!("/patients/{patient}/consents")).await;
        let records = matches!(role, Role::Registrar | Role::Clerk | Role::Manager);
        let reads = records
            || matches!(role, Role::Physician | Role::Release | Role::Completion | Role::Privacy | Role::Auditor);
        assert_eq!(page.status == StatusCode::OK, reads, "{role:?}: {}", page.status);
        let chart = visitor.get(&format!("/patients/{patient}")).await;
        assert_eq!(
            chart.body.contains("Advance directive on file"),
            reads,
            "{role:?}: the banner is cut by the same column"
        );
        let form = visitor.get(&format!("/patients/{patient}/consents/new")).await;
        assert_eq!(form.status == StatusCode::OK, records, "{role:?}");
        let (page, rows) = app.ledger_of(record(&visitor, patient, "general", "given", "today")).await;
        assert_eq!(page.status == StatusCode::SEE_OTHER, records, "{role:?}");
        if !records {
            assert_eq!(
                (rows.len(), rows[0].act.as_str(), rows[0].outcome.as_str()),
                (1, "consents.record", "refused"),
                "{role:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_sent_twice_it_is_there_once() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let elsewhere = app.made().patient("Ben Marlowe").await;
    let foreign = app.made().document(elsewhere, "Secret note").await.to_string();
    let clerk = app.person(Role::Clerk).await;
    let path = format!("/patients/{patient}/consents");
    let good = [("kind", "general"), ("decision", "given"), ("signed", "14-Nov-2026")];
    let long = "x".repeat(201);
    for (name, value, words) in [
        ("kind", "", "Choose a kind"),
        ("kind", "marriage", "Choose a kind"),
        ("decision", "perhaps", "Choose a decision"),
        ("signed", "", "Enter the day it was signed"),
        ("signed", "31-Feb-2026", "Enter the day it was signed"),
        ("signed", "1-Jan-2030", "after today"),
        ("signed", "1-Jan-1950", "before the patient was born"),
        ("ends", "1-Nov-2026", "can't end before"),
        ("ends", "never", "or leave it empty"),
        ("scope", long.as_str(), "at most 200"),
    ] {
        let mut fields: Vec<(&str, &str)> = good.iter().copied().filter(|(known, _)| *known != name).collect();
        fields.extend([(name, value), ("witness", "Sam Okoro")]);
        let page = clerk.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert_eq!(
            page.attribute("input[name=witness]", "value").as_deref(),
            Some("Sam Okoro"),
            "what was typed is kept"
        );
        page.shows(words);
    }
    let fields = [("kind", "advance-directive"), ("decision", "refused"), ("signed", "today")];
    assert_eq!(clerk.post(&path, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let id = Uuid::now_v7().to_string();
    let fields = [good[0], good[1], good[2], ("consent", id.as_str()), ("document", foreign.as_str())];
    for _ in 0..2 {
        assert_eq!(clerk.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    }
    let (count, documents): (i64, i64) = sqlx::query_as("select count(*), count(document_id) from consents")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!((count, documents), (1, 0), "and a document of another chart is as good as none");
    assert_eq!(clerk.get(&format!("{path}/{}/revocation", Uuid::nil())).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        clerk.get(&format!("/patients/{elsewhere}/consents/{id}/revocation")).await.status,
        StatusCode::NOT_FOUND
    );
}
