//! MPI-S1: searched first, compared with who is like them, and registered once.

use axum::http::StatusCode;
use custodian::access::Role;
use custodian::patients::urls;

use super::{With, record, register};
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

/// Searches and answers the address of the form for somebody new, with what it carries.
pub async fn after_search(visitor: &Visitor, line: &str) -> (String, Vec<(String, String)>) {
    let found = visitor.post("/patients", &[("q", line)]).await;
    let results = visitor.get(&found.location().expect("results")).await.ok();
    let href = results.attribute("a.btn[href^='/patients/new?']", "href").expect("New patient is offered");
    let form = visitor.get(&href).await.ok();
    (href, hidden(&form, urls::NEW))
}

/// The hidden fields of the form that posts to this address.
pub fn hidden(page: &Page, action: &str) -> Vec<(String, String)> {
    let selector = format!("form[action='{action}'] input[type=hidden]");
    let (names, values) = (page.attributes(&selector, "name"), page.attributes(&selector, "value"));
    names.into_iter().zip(values).filter(|(name, _)| name != "csrf").collect()
}

/// Posts these fields with what the form carried.
pub async fn send(visitor: &Visitor, path: &str, carried: &[(String, String)], fields: &[(&str, &str)]) -> Page {
    let mut all: Vec<(&str, &str)> = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend_from_slice(fields);
    visitor.post(path, &all).await
}

const QUILL: [(&str, &str); 4] =
    [("family", "Quillfeather"), ("given", "Ann"), ("sex", "female"), ("born", "03-Apr-1957")];

fn of(address: &str) -> uuid::Uuid {
    let path = address.split('?').next().expect("a path");
    path.rsplit('/').next().expect("an id").parse().expect("an id")
}

async fn count(app: &App, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(&mut app.owner().await).await.expect("a count")
}

#[tokio::test]
async fn mpi_s1_new_patient_comes_after_a_search_with_what_was_typed() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let page = registrar.get("/patients").await.ok();
    assert!(!page.text().contains("New patient"), "before a search it is not offered");
    let found = registrar.post("/patients", &[("q", "quillfeather,ann")]).await;
    let results = registrar.get(&found.location().unwrap()).await.ok().shows("New patient");
    let form = registrar.get(&results.attribute("a[href^='/patients/new?']", "href").unwrap()).await.ok();
    assert_eq!(form.attribute("#family", "value").as_deref(), Some("Quillfeather"));
    assert_eq!(form.attribute("#given", "value").as_deref(), Some("Ann"));

    // Without a search there is no form, and nothing is taken.
    let refused = registrar.get("/patients/new").await;
    assert_eq!((refused.status, refused.location().as_deref()), (StatusCode::SEE_OTHER, Some("/patients")));
    let refused = registrar.post("/patients/new", &QUILL).await.shows("Search for this person first");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

    // Somebody else's search is no search.
    let other = app.person(Role::Registrar).await;
    let (_, carried) = after_search(&registrar, "quillfeather").await;
    assert_eq!(send(&other, "/patients/new", &carried, &QUILL).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    // Nor is a search for somebody else, or one of yesterday.
    let (_, carried) = after_search(&registrar, "marlow,peter").await;
    let refused = send(&registrar, "/patients/new", &carried, &QUILL).await.shows("You searched for somebody else");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, carried) = after_search(&registrar, "quillfeather").await;
    app.later(chrono::Duration::minutes(61));
    let registrar = app.signed_in(registrar.staff.unwrap()).await;
    assert_eq!(send(&registrar, "/patients/new", &carried, &QUILL).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(count(&app, "select count(*) from patients").await, 0);
}

#[tokio::test]
async fn a_new_person_is_registered_with_everything_and_on_the_log() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let (_, carried) = after_search(&registrar, "quillfeather,ann").await;
    let mut fields = QUILL.to_vec();
    fields.extend([
        ("race", "2028-9"),
        ("race", "2106-3"),
        ("ethnicity", "declined"),
        ("language", "ASKU"),
        ("interpreter", "no"),
        ("ssn", "219-09-4419"),
        ("phone", "(555) 555-0143"),
        ("email", "ann@example.org"),
        ("lines", "77 Quarry Road"),
        ("city", "Millbrook"),
        ("state", "NY"),
        ("identifier_type", "MC"),
        ("identifier", "1EG4-TE5-MK73"),
        ("contact_name", "Bo Quillfeather"),
        ("contact_relationship", "child"),
        ("payer", "Medicare"),
        ("other_family", "Marlow"),
        ("other_use", "maiden"),
    ]);
    let (saved, rows) = app.ledger_of(send(&registrar, "/patients/new", &carried, &fields)).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let acts: Vec<_> = rows.iter().map(|row| (row.act.as_str(), row.outcome.as_str())).collect();
    assert_eq!(acts, [("patient.register", "success")], "nobody was like her, so nobody was shown");
    let patient = of(&saved.location().unwrap());
    assert_eq!(rows[0].patient, Some(patient), "the registration covers the new patient");
    assert_eq!(rows[0].subjects, [patient]);
    let page = registrar.get(&format!("/patients/{patient}/demographics")).await.ok();
    for words in [
        "QUILLFEATHER, Ann",
        "MARLOW, Marlow", // shown below as the maiden name
        "Asian, White",
        "Declined",
        "Asked, unknown",
        "not needed",
        "••• •• 4419",
        "(555) 555-0143",
        "77 Quarry Road, Millbrook, NY",
        "1EG4-TE5-MK73",
        "Bo Quillfeather",
        "Medicare",
        "10000001",
    ] {
        if words == "MARLOW, Marlow" {
            assert!(page.text().contains("MARLOW"), "{}", page.text());
        } else {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
    }
    assert!(!page.body.contains("219"), "never the whole number");

    // Sent twice: the same chart, registered once.
    let again = send(&registrar, "/patients/new", &carried, &fields).await;
    assert_eq!(again.location(), saved.location(), "{}", again.text());
    assert_eq!(count(&app, "select count(*) from patients").await, 1);

    // By the maiden name she is found, and a record number is never issued twice.
    let found = registrar.post("/patients", &[("q", "marlow")]).await;
    registrar.get(&found.location().unwrap()).await.ok().shows("QUILLFEATHER");
}

#[tokio::test]
async fn mpi_s1_likely_duplicates_stand_side_by_side_until_somebody_says_none() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let known = register(&app, record(&app, "Quillfether", "Anne").mrn("0042").phone("555-555-0143")).await;
    let hidden_one = register(&app, record(&app, "Quillfeather", "Ann").mrn("0099")).await;
    app.made().restrict(hidden_one).await;
    let (_, carried) = after_search(&registrar, "quillfeather,ann").await;
    let mut fields = QUILL.to_vec();
    fields.push(("phone", "555-555-0143"));
    fields.push(("ssn", "219-09-4419"));
    let (page, rows) = app.ledger_of(send(&registrar, "/patients/new", &carried, &fields)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = page.text();
    for words in
        ["Is it one of these?", "surname one letter apart", "same birth date", "same phone", "Name restricted", "0042"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!page.body.contains("219094419") && !page.body.contains("219-09-4419"), "the number travels sealed");
    assert!(!text.contains("QUILLFEATHER, Ann"), "a restricted record stays masked: {text}");
    let acts: Vec<_> = rows.iter().map(|row| (row.act.as_str(), row.outcome.as_str())).collect();
    assert_eq!(acts, [("patient.register", "failed"), ("registration.compare", "success")]);
    let mut shown = [known.0, hidden_one.0];
    shown.sort_unstable();
    assert_eq!(rows[1].subjects, shown, "who was shown is on the log");
    assert!(page.attribute("a[href*='via=s.']", "href").is_some(), "the known chart can be opened");

    // "None of these" wants a reason; then it is kept with the registration.
    let carried = hidden(&page, urls::NEW);
    let again = send(&registrar, "/patients/new", &carried, &[("none_reason", "x")]).await.shows("at least");
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (saved, rows) = app
        .ledger_of(send(
            &registrar,
            "/patients/new",
            &carried,
            &[("none_reason", "Another address, identity card seen")],
        ))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    let row = rows.iter().find(|row| row.act == "patient.register").unwrap();
    assert_eq!(row.protected.as_ref().unwrap()["reason"], "Another address, identity card seen");
    let patient = of(&saved.location().unwrap());
    registrar.get(&format!("/patients/{patient}/history")).await.ok().shows("Another address, identity card seen");
    registrar.get(&format!("/patients/{patient}/demographics")).await.ok().shows("••• •• 4419");
}

#[tokio::test]
async fn two_clerks_registering_one_person_at_once_meet() {
    let app = App::new().await;
    let (one, other) = (app.person(Role::Registrar).await, app.person(Role::Clerk).await);
    let (_, first) = after_search(&one, "quillfeather").await;
    let (_, second) = after_search(&other, "4/3/1957").await;
    let swapped = [
        ("family", "Quilfeather"),
        ("given", "Ann"),
        ("sex", "female"),
        ("born", "04-Mar-1957"),
        ("phone", "5555550143"),
    ];
    // The second searched by the birth date as it is on the card.
    let typed = [("family", "Quilfeather"), ("given", "Ann"), ("sex", "female"), ("born", "03-Apr-1957")];
    let _ = swapped;
    let (a, b) =
        tokio::join!(send(&one, "/patients/new", &first, &QUILL), send(&other, "/patients/new", &second, &typed));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 422], "{} / {}", a.text(), b.text());
    assert_eq!(count(&app, "select count(*) from patients").await, 1);
    let second = if a.status == StatusCode::UNPROCESSABLE_ENTITY { a } else { b };
    second.shows("Is it one of these?").shows("same birth date");
}

#[tokio::test]
async fn ten_registrations_of_one_person_at_once_make_one_record() {
    let app = App::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let registrar = app.person(Role::Registrar).await;
        let (_, carried) = after_search(&registrar, "quillfeather").await;
        tasks.spawn(async move { send(&registrar, "/patients/new", &carried, &QUILL).await.status.as_u16() });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert_eq!(count(&app, "select count(*) from patients").await, 1);
}

#[tokio::test]
async fn strange_values_are_kept_as_text_or_refused_in_words() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    for (family, given, status) in [
        ("<script>alert(1)</script>", "Ann", 303),
        ("Robert'); drop table patients;--", "Bo", 303),
        ("\u{202e}rehtaeflliuQ", "Cy", 303),
        ("محمد", "علی", 303),
        ("Smith 🚑", "Di", 303),
        ("🚑", "🚑", 422),
        ("Nul\0l", "Ed", 422),
    ] {
        let (_, carried) = after_search(&registrar, "1/2/1990").await;
        let fields = [
            ("family", family),
            ("given", given),
            ("sex", "other"),
            ("born", "1990-01-02"),
            ("lines", "\"><img src=x onerror=alert(1)>"),
            ("religion", "' or 1=1 --"),
            ("none_reason", "not the same person at all"),
        ];
        let mut page = send(&registrar, "/patients/new", &carried, &fields).await;
        if page.status.as_u16() == 422 && page.text().contains("Is it one of these?") {
            page = send(
                &registrar,
                "/patients/new",
                &hidden(&page, urls::NEW),
                &[("none_reason", "not the same person at all")],
            )
            .await;
        }
        assert_eq!(page.status.as_u16(), status, "{family}: {}", page.text());
        if status == 303 {
            let patient = of(&page.location().unwrap());
            let shown = registrar.get(&format!("/patients/{patient}/demographics")).await.ok();
            assert!(!shown.body.contains("<script>alert") && !shown.body.contains("<img src=x"), "escaped");
        }
    }
    assert_eq!(count(&app, "select count(*) from patients").await, 5);
}

#[tokio::test]
async fn handbook_1_7_an_unknown_person_gets_an_alias_of_their_own() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let mut names = Vec::new();
    for _ in 0..2 {
        let form = registrar.get(urls::UNKNOWN).await.ok();
        let carried = hidden(&form, urls::UNKNOWN);
        let fields = [("sex", "male"), ("born", "1980"), ("born_estimated", "yes"), ("found", "Found at the station")];
        let saved = send(&registrar, urls::UNKNOWN, &carried, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        let again = send(&registrar, urls::UNKNOWN, &carried, &fields).await;
        assert_eq!(again.location(), saved.location());
        let chart = registrar
            .get(&saved.location().unwrap())
            .await
            .ok()
            .shows("Identity unknown")
            .shows("Birth date estimated");
        names.push(chart.texts(".pt .name").join(""));
    }
    assert_ne!(names[0], names[1]);
    assert_eq!(count(&app, "select count(*) from patients where identity = 'unknown'").await, 2);
}

#[tokio::test]
async fn handbook_1_7_newborns_of_a_mother() {
    let app = App::new().await;
    let registrar = app.person(Role::Registrar).await;
    let mother = register(&app, record(&app, "Smith", "Judy").mrn("0042")).await;
    let path = urls::newborn(mother);
    let born = |order: &'static str| {
        [
            ("sex", "female"),
            ("born", "23-Nov-2026"),
            ("birth_time", "03:12"),
            ("multiple_birth", "yes"),
            ("birth_order", order),
        ]
    };
    for (order, name) in [("1", "SMITH, Judysgirl A"), ("2", "SMITH, Judysgirl B")] {
        let carried = hidden(&registrar.get(&path).await.ok(), &path);
        let saved = send(&registrar, &path, &carried, &born(order)).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        registrar.get(&saved.location().unwrap()).await.ok().shows(name).shows("Newborn, temporary name");
    }
    let linked = sqlx::query_scalar::<_, i64>(
        "select count(*) from patients where mother_id = $1 and multiple_birth and birth_time is not null",
    )
    .bind(mother)
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(linked, 2);
    let carried = hidden(&registrar.get(&path).await.ok(), &path);
    let twice = send(&registrar, &path, &carried, &born("2")).await.shows("registered already");
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let physician = app.person(Role::Physician).await;
    assert_eq!(physician.get(&path).await.status, StatusCode::FORBIDDEN);
}
