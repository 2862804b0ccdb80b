//! Chart requests: asked for a purpose, answered by somebody else, with a right that begins and ends (handbook 7.2, 7.3; PRV-1, PRV-2).

use axum::http::StatusCode;
use chrono::Duration;
use custodian::access::Role;
use custodian::base::id::PatientId;
use uuid::Uuid;

use crate::people::told;
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

/// Asks; answers the request's address.
async fn ask(visitor: &Visitor, patient: PatientId, wanted: &str) -> String {
    let fields = [("wanted", wanted), ("purpose", "HPAYMT"), ("needed", "4")];
    let page = visitor.post(&format!("/patients/{patient}/requests"), &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    page.location().unwrap()
}

/// Takes a step as somebody does who has just read the page.
async fn step(visitor: &Visitor, request: &str, step: &str, note: &str) -> Page {
    let page = visitor.get(request).await.ok();
    let known = page.attribute("input[name=known]", "value").unwrap_or_else(|| "0".into());
    visitor.post(&format!("{request}/{step}"), &[("known", &known), ("note", note)]).await
}

#[tokio::test]
async fn a_coder_asks_a_clerk_answers_and_each_has_the_right_for_as_long_as_the_work_lasts() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let document = app.made().document(patient, "Progress note").await;
    let (coder, clerk) = (app.person(Role::Coder).await, app.person(Role::Clerk).await);

    // Not assigned: the chart is closed, and asking is offered instead of the glass.
    let page = coder.get(&format!("/patients/{patient}")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.shows("Ask Records for the chart");
    coder.get(&format!("/patients/{patient}/requests/new")).await.ok().shows("QUILLFEATHER").hides("Progress note");
    let (request, rows) = app.ledger_of(ask(&coder, patient, "Operative report of March")).await;
    assert_eq!(told(&rows), [("request.make", "success", "role")]);
    assert_eq!((rows[0].patient, rows[0].detail["purpose"].as_str()), (Some(patient.0), Some("HPAYMT")));
    assert!(!rows[0].detail.to_string().contains("Operative"), "free text is protected");
    coder.get(&request).await.ok().shows("Waiting").shows("Withdraw").hides("Accept");
    coder.get("/").await.ok().shows("Operative report of March");

    // The clerk can't read the note yet; the queue has the request, with who asks and what for.
    assert_eq!(clerk.get(&format!("/documents/{document}")).await.status, StatusCode::FORBIDDEN);
    clerk.get("/").await.ok().shows("1 chart request open");
    let (page, rows) = app.ledger_of(clerk.get("/requests")).await;
    page.ok().shows("QUILLFEATHER").shows("Operative report of March").shows("Payment").shows("Coder");
    assert_eq!((rows[0].act.as_str(), rows[0].subjects.clone()), ("request.list", vec![patient.0]));

    let (page, rows) = app.ledger_of(step(&clerk, &request, "acceptance", "")).await;
    assert_eq!(page.location().as_deref(), Some(request.as_str()));
    assert_eq!(told(&rows)[1..], [("request.answer", "success", "role")]);
    clerk.get("/").await.ok().shows("Operative report of March").shows("Chart request");
    clerk.get(&format!("/documents/{document}")).await.ok();
    coder.get(&request).await.ok().shows("Being got out");
    assert_eq!(
        coder.get(&format!("/patients/{patient}")).await.status,
        StatusCode::FORBIDDEN,
        "not before it is delivered"
    );

    let page = step(&clerk, &request, "delivery", "x").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("Write 3 to 500 characters");
    let page = step(&clerk, &request, "delivery", "Opened for you; the report is page 4").await;
    assert_eq!(page.location().as_deref(), Some(request.as_str()));
    assert_eq!(
        clerk.get(&format!("/documents/{document}")).await.status,
        StatusCode::FORBIDDEN,
        "the clerk's right is over"
    );
    coder.get("/").await.ok().shows("Delivered");
    coder.get(&request).await.ok().shows("Opened for you").shows("Open the chart");
    coder.get(&format!("/patients/{patient}")).await.ok();
    coder.get(&format!("/documents/{document}")).await.ok();

    // A week later the night's tidying ends it, with the patient on the log.
    app.later(Duration::days(7));
    let (ended, rows) = app.ledger_of(async { custodian::work::end_rights(&app.state.gate).await.unwrap() }).await;
    assert_eq!(
        (ended, told(&rows), rows[0].subjects.clone()),
        (1, vec![("rights.end", "success", "job")], vec![patient.0])
    );
    let coder = app.signed_in(coder.staff.unwrap()).await;
    assert_eq!(coder.get(&format!("/patients/{patient}")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn prv_2_nobody_answers_their_own_request() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let (clerk, other) = (app.person(Role::Clerk).await, app.person(Role::Manager).await);
    let request = ask(&clerk, patient, "Old paper chart").await;
    clerk.get(&request).await.ok().shows("Somebody else answers it").hides("Deliver it");
    for (step, note) in [("acceptance", ""), ("refusal", "not needed")] {
        let (page, rows) =
            app.ledger_of(clerk.post(&format!("{request}/{step}"), &[("known", "0"), ("note", note)])).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{step}");
        assert_eq!(told(&rows), [("request.answer", "refused", "own-work")], "{step}");
    }
    assert_eq!(other.post(&format!("{request}/withdrawal"), &[("known", "0")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(step(&other, &request, "acceptance", "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_is_second_is_told_and_loses_nothing_and_a_double_press_is_one_step() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let coder = app.person(Role::Coder).await;
    let (one, other) = (app.person(Role::Clerk).await, app.person(Role::Clerk).await);
    // Sent twice, it is one request.
    let id = Uuid::now_v7().to_string();
    let fields = [("request", id.as_str()), ("wanted", "Discharge summary"), ("purpose", "HPAYMT"), ("needed", "24")];
    let first = coder.post(&format!("/patients/{patient}/requests"), &fields).await;
    let second = coder.post(&format!("/patients/{patient}/requests"), &fields).await;
    assert_eq!(first.location(), second.location());
    let request = first.location().unwrap();
    assert_eq!(app.anonymous().get(&request).await.status, StatusCode::SEE_OTHER);

    let accept = format!("{request}/acceptance");
    assert_eq!(one.post(&accept, &[("known", "0")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(one.post(&accept, &[("known", "0")]).await.status, StatusCode::SEE_OTHER, "pressed twice");
    let tasks: i64 = sqlx::query_scalar("select count(*) from tasks where kind = 'retrieval'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(tasks, 1);
    let page = other.post(&format!("{request}/refusal"), &[("known", "0"), ("note", "We do not hold this")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    page.shows("Someone else answered meanwhile").shows("Accepted by").shows("We do not hold this");
    let page = step(&other, &request, "refusal", "We do not hold this").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "having read that, they may still decline");
    coder.get(&request).await.ok().shows("Declined").shows("We do not hold this");
    one.get("/").await.ok().shows("Nothing waits for you");
}

#[tokio::test]
async fn prv_1_each_sees_their_own_requests_and_those_who_answer_see_all() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let physician = app.person(Role::Physician).await;
    let request = ask(&physician, patient, "Outside cardiology letter").await;
    for role in Role::ALL {
        let visitor = app.person(role).await;
        let list = visitor.get("/requests").await;
        let one = visitor.get(&request).await;
        match role {
            Role::Clerk | Role::Manager => {
                list.ok().shows("Outside cardiology letter");
                one.ok().shows("Outside cardiology letter");
            }
            Role::Admin | Role::Analyst => {
                assert_eq!((list.status, one.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN), "{role:?}");
            }
            _ => {
                list.ok().hides("Outside cardiology letter");
                assert_eq!(one.status, StatusCode::NOT_FOUND, "{role:?}");
            }
        }
        if !matches!(role, Role::Clerk | Role::Manager) {
            let page = visitor.post(&format!("{request}/acceptance"), &[("known", "0")]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?}");
        }
    }
    // The physician is put on the care team for a week.
    let clerk = app.person(Role::Clerk).await;
    assert_eq!(physician.get(&format!("/patients/{patient}")).await.status, StatusCode::FORBIDDEN);
    step(&clerk, &request, "acceptance", "").await;
    step(&clerk, &request, "delivery", "Letter scanned and opened for you").await;
    physician.get(&format!("/patients/{patient}")).await.ok();
    app.later(Duration::days(7));
    let physician = app.signed_in(physician.staff.unwrap()).await;
    assert_eq!(physician.get(&format!("/patients/{patient}")).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn prv_5_a_restricted_chart_is_asked_for_with_a_reason_and_masked_in_the_queue() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let coder = app.person(Role::Coder).await;
    let request = ask(&coder, patient, "Summary").await;
    app.made().restrict(patient).await;
    let (manager, registrar) = (app.person(Role::Manager).await, app.person(Role::Registrar).await);
    manager.get("/requests").await.ok().shows("Restricted record").hides("QUILLFEATHER");
    manager.get("/requests.csv?state=all").await.ok().hides("QUILLFEATHER");
    let page = manager.get(&request).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.shows("This record is restricted").hides("QUILLFEATHER");
    let page = registrar.get(&format!("/patients/{patient}/requests/new")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.shows("This record is restricted").hides("QUILLFEATHER");
}

#[tokio::test]
async fn the_queue_is_filtered_in_its_address_and_the_table_is_the_same_rows() {
    let app = App::new().await;
    let (ann, ben) = (app.made().patient("Ann Quillfeather").await, app.made().patient("Ben Marlowe").await);
    let (coder, clerk) = (app.person(Role::Coder).await, app.person(Role::Clerk).await);
    let first = ask(&coder, ann, "=cmd() of the spreadsheet").await;
    app.later(Duration::hours(5));
    let coder = app.signed_in(coder.staff.unwrap()).await;
    let clerk = app.signed_in(clerk.staff.unwrap()).await;
    let second = ask(&coder, ben, "Consult note").await;
    let page = clerk.get("/requests?state=waiting").await.ok().shows("2 open requests, 1 late").shows("Late:");
    assert_eq!(page.attributes("a.main", "href"), [first.clone(), second.clone()], "the most urgent first");
    let late = clerk.get("/requests?state=waiting&late=yes").await.ok().shows("QUILLFEATHER").hides("MARLOWE");
    let csv = late.attributes(".head a", "href").into_iter().find(|href| href.starts_with("/requests.csv")).unwrap();
    let table = clerk.get(&csv).await.ok();
    assert!(table.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    assert_eq!(table.body.lines().count(), 2);
    assert!(table.body.contains("QUILLFEATHER") && table.body.contains("'=cmd()") && !table.body.contains("MARLOWE"));
    step(&clerk, &first, "acceptance", "").await;
    clerk.get("/requests?state=accepted").await.ok().shows("QUILLFEATHER").hides("MARLOWE");
    clerk.get("/requests?state=over").await.ok().shows("Nothing here");
    // What nobody writes by hand does no harm.
    for odd in ["/requests?state=%01&late=&after=zzz", "/requests?after=AAAA", "/requests?state=x"] {
        clerk.get(odd).await.ok();
    }
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_said_beside_its_field_with_what_was_typed() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let elsewhere = app.made().patient("Ben Marlowe").await;
    let foreign = app.made().document(elsewhere, "Secret note").await.to_string();
    let billing = app.person(Role::Billing).await;
    let path = format!("/patients/{patient}/requests");
    let long = "x".repeat(501);
    for (fields, words) in [
        (vec![("wanted", "x"), ("purpose", "TREAT"), ("needed", "4")], "Say what you need"),
        (vec![("wanted", long.as_str()), ("purpose", "TREAT"), ("needed", "4")], "Say what you need"),
        (vec![("wanted", "Itemized bill"), ("purpose", "CURIOSITY"), ("needed", "4")], "Choose a purpose"),
        (vec![("wanted", "Itemized bill"), ("purpose", "TREAT"), ("needed", "-4")], "Choose when"),
        (vec![("wanted", "Itemized bill")], "things to fix"),
    ] {
        let (page, rows) = app.ledger_of(billing.post(&path, &fields)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(rows.iter().all(|row| row.act != "request.make"), "nothing was asked");
        assert_eq!(page.texts("textarea[name=wanted]")[0], fields[0].1, "what was typed is kept");
        page.shows(words);
    }
    // A document of another chart is not taken, nor named.
    let fields = [("wanted", "Itemized bill"), ("purpose", "HPAYMT"), ("needed", "4"), ("document", foreign.as_str())];
    let request = billing.post(&path, &fields).await.location().unwrap();
    billing.get(&request).await.ok().shows("The chart").hides("Secret note");
    for address in [
        format!("/patients/{elsewhere}{}", &request[request.find("/requests").unwrap()..]),
        format!("{path}/not-an-id"),
    ] {
        let status = billing.get(&address).await.status;
        assert!(status == StatusCode::NOT_FOUND, "{address}: {status}");
    }
}
