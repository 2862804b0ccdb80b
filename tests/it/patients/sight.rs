//! Who sees what of a list, and what the ledger keeps of it.

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::base::id::PatientId;
use custodian::patients::model::Restriction;

use super::{With, another_facility, find, names, record, register};
use crate::support::app::App;

async fn ordinary(app: &App) -> PatientId {
    let made = record(app, "Holloway", "Margaret")
        .mrn("0048-1129")
        .phone("(555) 010-4410")
        .town("Millbrook")
        .ssn("219-09-4419");
    register(app, made).await
}

#[tokio::test]
async fn mpi_s2_each_role_reads_only_its_columns() {
    let app = App::new().await;
    ordinary(&app).await;
    // The matrix of handbook 7.2: SSN masked and contact data by role.
    for (role, ssn, contact) in [
        (Role::Registrar, true, true),
        (Role::Clerk, true, true),
        (Role::Indexer, false, true),
        (Role::ScanQc, false, false),
        (Role::Coder, false, false),
        (Role::Release, true, true),
        (Role::Physician, false, true),
        (Role::Manager, true, true),
        (Role::Billing, true, true),
        (Role::Auditor, false, false),
    ] {
        let visitor = app.person(role).await;
        let page = find(&visitor, &[("name", "holloway")]).await.ok();
        assert_eq!(page.texts("tbody th a.main"), ["HOLLOWAY, Margaret"], "{role:?}");
        assert_eq!(page.text().contains("4419"), ssn, "{role:?}");
        assert_eq!(page.text().contains("(555) 010-4410"), contact, "{role:?}");
        assert_eq!(page.text().contains("Millbrook"), contact, "{role:?}");
        assert!(!page.body.contains("219094419") && !page.body.contains("219-09-4419"), "{role:?} sees a whole SSN");
    }
}

#[tokio::test]
async fn prv_1_what_a_role_may_not_see_it_may_not_search_by() {
    let app = App::new().await;
    ordinary(&app).await;
    let coder = app.person(Role::Coder).await;
    for line in ["219-09-4419", "4419 4/3/1957", "(555) 010-4410"] {
        let page = find(&coder, &[("name", line)]).await.ok();
        assert!(page.texts("tbody th a.main").is_empty() || line.contains("1957"), "{line}");
        assert!(page.text().contains("Your role does not search by"), "{line}: {}", page.text());
    }
    let page = find(&coder, &[("name", "holloway, m"), ("phone", "555-999-0000")]).await.ok();
    assert_eq!(page.texts("tbody th a.main"), ["HOLLOWAY, Margaret"], "the rest is searched");
}

#[tokio::test]
async fn prv_1_roles_without_demographics_are_refused_and_it_is_recorded() {
    let app = App::new().await;
    ordinary(&app).await;
    for role in [Role::Admin, Role::Analyst] {
        let visitor = app.person(role).await;
        let ((form, posted), rows) = app
            .ledger_of(async {
                (visitor.get("/patients").await, visitor.post("/patients", &[("name", "holloway")]).await)
            })
            .await;
        assert_eq!((form.status, posted.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN), "{role:?}");
        let events: Vec<_> = rows.iter().map(|row| (row.act.as_str(), row.outcome.as_str())).collect();
        assert_eq!(events, [("patients.search", "refused"), ("patients.search", "refused")], "{role:?}");
    }
    let (page, rows) = app.ledger_of(app.anonymous().get("/patients")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(rows.is_empty());
}

#[tokio::test]
async fn aud_2_a_search_records_what_was_asked_and_whom_it_showed() {
    let app = App::new().await;
    let patient = ordinary(&app).await;
    register(&app, record(&app, "Somebody", "Else")).await;
    let clerk = app.person(Role::Clerk).await;
    let (page, rows) = app.ledger_of(find(&clerk, &[("name", "holloway 4/3/57"), ("ssn4", "219-09-4419")])).await;
    let page = page.ok();
    let [asked, shown] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((asked.act.as_str(), asked.outcome.as_str(), asked.subjects.len()), ("patients.search", "success", 0));
    let criteria = asked.protected.as_ref().unwrap().to_string();
    assert!(
        criteria.contains("HOLLOWAY") && criteria.contains("03-Apr-1957") && !criteria.contains("219"),
        "{criteria}"
    );
    assert!(!asked.detail.to_string().contains("HOLLOWAY"), "criteria are protected, never detail");
    assert_eq!((shown.act.as_str(), shown.subjects.clone()), ("patients.search", vec![patient.0]));
    // The way to the chart is kept too.
    let href = page.attribute("tbody th a.main", "href").unwrap();
    assert!(href.contains("?via=s."), "{href}");
    let (_, rows) = app.ledger_of(clerk.get(&href)).await;
    assert_eq!(rows[0].arrival, "search");
    let kept: Vec<u8> = sqlx::query_scalar("select sealed_criteria from patient_searches")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&kept).to_lowercase().contains("holloway"), "criteria lie sealed");
}

#[tokio::test]
async fn results_are_their_makers_alone_and_for_a_day() {
    let app = App::new().await;
    ordinary(&app).await;
    let clerk = app.person(Role::Clerk).await;
    let address = clerk.post("/patients", &[("name", "holloway")]).await.location().unwrap();
    assert!(!address.to_lowercase().contains("holloway"));
    let other = app.person(Role::Clerk).await;
    let (page, rows) = app.ledger_of(other.get(&address)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!((rows[0].act.as_str(), rows[0].outcome.as_str()), ("patients.search", "failed"));
    assert_eq!(clerk.get("/patients/searches/no-such-thing").await.status, StatusCode::NOT_FOUND);
    clerk.get(&address).await.ok().shows("HOLLOWAY");
    app.later(chrono::Duration::hours(25));
    let back = app.signed_in(clerk.staff.unwrap()).await;
    assert_eq!(back.get(&address).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn mpi_s2_restricted_people_are_masked_unless_there_is_a_reason() {
    let app = App::new().await;
    let made =
        record(&app, "Kingsley", "Rose").mrn("0071-2091").phone("555-010-9999").ssn("219-09-4419").town("Millbrook");
    let mut vip = made;
    vip.restricted = Some(Restriction::Vip);
    let vip = register(&app, vip).await;
    register(&app, record(&app, "Kingston", "Rosa").born("1960-02-02").mrn("0071-3000")).await;
    let clerk = app.person(Role::Clerk).await;
    let page = find(&clerk, &[("name", "kings, ros")]).await.ok();
    assert_eq!(page.texts("tbody th a.main"), ["KINGSTON, Rosa", "Name restricted"]);
    let masked = page.texts("tr.masked").join(" ");
    assert!(masked.contains("1957") && masked.contains("2091"), "{masked}");
    for hidden in ["KINGSLEY", "Kingsley", "Rose", "03-Apr", "0071-2091", "4419", "010-9999"] {
        assert!(!page.body.contains(hidden), "{hidden} leaked");
    }
    assert_eq!(page.texts("tr.masked .score").len(), 0, "points would tell how near a guess came");
    // Exact numbers stay masked; a guess that does not match shows nothing.
    for line in ["0071-2091", "219-09-4419", "555-010-9999", "4419 4/3/1957"] {
        assert_eq!(names(&clerk, line).await, ["Name restricted"], "{line}");
    }
    assert!(names(&clerk, "kendall").await.is_empty());
    // Shown masked is shown: it is on the log.
    let (_, rows) = app.ledger_of(names(&clerk, "kingsley")).await;
    assert!(rows.last().unwrap().subjects.contains(&vip.0));
    // Sorting by a column must not tell either.
    let address = clerk.post("/patients", &[("name", "kings")]).await.location().unwrap();
    for sort in ["name", "-name", "born", "-born", "mrn", "-visit"] {
        let page = clerk.get(&format!("{address}?sort={sort}")).await.ok();
        assert_eq!(page.texts("tbody th a.main").last().unwrap(), "Name restricted", "{sort}");
    }
    // With a task of their own the name is there.
    app.made().task(vip, "retrieval", clerk.staff.unwrap()).await;
    assert!(names(&clerk, "kingsley, r").await.contains(&"KINGSLEY, Rose".into()));
}

#[tokio::test]
async fn prv_1_another_facilitys_people_are_neither_shown_nor_counted() {
    let app = App::new().await;
    let east = another_facility(&app).await;
    for at in 0..60 {
        register(&app, record(&app, "Abernathy", &format!("Aa{}", at % 7)).at(east)).await;
    }
    register(&app, record(&app, "Abernathy", "Zoe").mrn("0001-0001")).await;
    let hidden = register(
        &app,
        record(&app, "Elsewhere", "Person").at(east).mrn("0009-9999").phone("555-010-8888").ssn("219-09-4419"),
    )
    .await;
    let clerk = app.person(Role::Clerk).await;
    let (page, rows) = app.ledger_of(find(&clerk, &[("name", "abernathy")])).await;
    let page = page.ok();
    assert_eq!(page.texts("tbody th a.main"), ["ABERNATHY, Zoe"], "not crowded out by people of another facility");
    assert!(page.text().contains("1 person found"), "{}", page.text());
    assert_eq!(rows.last().unwrap().subjects.len(), 1);
    for line in ["elsewhere", "elsewhere 4/3/1957", "0009-9999", "555-010-8888", "219-09-4419", "4419 4/3/1957"] {
        assert!(!names(&clerk, line).await.contains(&"ELSEWHERE, Person".into()), "{line}");
    }
    sqlx::query("insert into staff_facilities (staff_id, facility_id) values ($1, $2)")
        .bind(clerk.staff)
        .bind(east)
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let (found, rows) = app.ledger_of(names(&clerk, "elsewhere")).await;
    assert_eq!(found, ["ELSEWHERE, Person"]);
    assert_eq!(rows.last().unwrap().subjects, [hidden.0]);
}

#[tokio::test]
async fn the_last_visit_never_tells_of_a_protected_one() {
    let app = App::new().await;
    let patient = ordinary(&app).await;
    let clerk = app.person(Role::Clerk).await;
    let encounter = app.made().encounter(patient).await;
    find(&clerk, &[("name", "holloway")]).await.ok().shows("16-Nov-2026");
    let number: String =
        sqlx::query_scalar("select visit_number from encounters").fetch_one(&mut app.owner().await).await.unwrap();
    let page = find(&clerk, &[("mrn", number.as_str())]).await.ok();
    assert!(page.text().contains("Visit or account"), "{}", page.text());
    app.made().run("update encounters set sensitivity = 'psychiatric' where encounter_id = $1", encounter.0).await;
    find(&clerk, &[("name", "holloway")]).await.ok().hides("16-Nov-2026").shows("none");
    assert!(find(&clerk, &[("mrn", number.as_str())]).await.ok().texts("tbody tr").is_empty());
}
