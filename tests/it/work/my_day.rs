//! My day: what waits, what one asked for, what one had open, what one looks for again.

use axum::http::StatusCode;
use chrono::Duration;
use custodian::access::Role;

use crate::people::told;
use crate::support::app::App;

#[tokio::test]
async fn tasks_are_counted_kind_by_kind_with_those_that_are_late() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Quillfeather").await;
    let clerk = app.person(Role::Clerk).await;
    let staff = clerk.staff.unwrap();
    let late = app.made().task(patient, "filing", staff).await;
    app.made().task(patient, "retrieval", staff).await;
    app.made().task(patient, "retrieval", staff).await;
    app.made().run("update tasks set due_at = opened_at + interval '1 hour' where task_id = $1", late.0).await;
    app.later(Duration::hours(2));
    let clerk = app.signed_in(staff).await;
    let page = clerk.get("/").await.ok().shows("1 late").shows("Late:");
    assert_eq!(page.texts("nav[aria-label='Kinds of tasks'] a"), ["All 3", "File a paper 1", "Chart request 2"]);
    let page = clerk.get("/?kind=filing").await.ok().shows("1 of 1 task");
    assert_eq!(page.texts("tbody tr").len(), 1);
    for odd in ["/?kind=%27or%201", "/?kind=nothing", "/?kind=filing&after=2026-01-01T00:00:00Z&id=0198-bad"] {
        let status = clerk.get(odd).await.status;
        assert!(matches!(status, StatusCode::OK | StatusCode::NOT_FOUND), "{odd}: {status}");
    }
}

#[tokio::test]
async fn aud_2_recently_opened_is_ones_own_masked_like_any_list_and_on_the_log() {
    let app = App::new().await;
    let (ann, ben) = (app.made().patient("Ann Quillfeather").await, app.made().patient("Ben Marlowe").await);
    let (manager, other) = (app.person(Role::Manager).await, app.person(Role::Registrar).await);
    manager.get("/").await.ok().shows("Charts you open appear here").hides("QUILLFEATHER");
    manager.get(&format!("/patients/{ann}")).await.ok();
    other.get(&format!("/patients/{ben}")).await.ok();
    let (page, rows) = app.ledger_of(manager.get("/")).await;
    page.ok().shows("QUILLFEATHER").hides("MARLOWE");
    assert_eq!(told(&rows), [("my-day.view", "success", "role")]);
    assert_eq!(rows[0].subjects, [ann.0], "whom the list showed");
    app.made().restrict(ann).await;
    manager.get("/").await.ok().shows("Restricted record").hides("QUILLFEATHER");
}

#[tokio::test]
async fn a_search_is_kept_under_a_name_sealed_and_run_again_by_its_owner_alone() {
    let app = App::new().await;
    app.made().patient("Ann Quillfeather").await;
    let (clerk, other) = (app.person(Role::Clerk).await, app.person(Role::Clerk).await);
    let results = clerk.post("/patients", &[("q", "quillfeather")]).await.location().unwrap();
    let save = format!("{results}/saved");
    assert_eq!(clerk.post(&save, &[("name", "  ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.post(&save, &[("name", "Theirs")]).await.status, StatusCode::NOT_FOUND);
    let (page, rows) = app.ledger_of(clerk.post(&save, &[("name", "The Quillfeather family")])).await;
    assert_eq!(page.location().as_deref(), Some("/"));
    assert_eq!(told(&rows), [("patients.search-save", "success", "role")]);
    let sealed: Vec<u8> =
        sqlx::query_scalar("select sealed_search from saved_searches").fetch_one(&mut app.owner().await).await.unwrap();
    assert!(!String::from_utf8_lossy(&sealed).to_lowercase().contains("quillfeather"));

    // Long after the search itself is forgotten.
    app.later(Duration::days(30));
    let clerk = app.signed_in(clerk.staff.unwrap()).await;
    let other = app.signed_in(other.staff.unwrap()).await;
    let page = clerk.get("/").await.ok().shows("The Quillfeather family");
    let run =
        page.attributes("form", "action").into_iter().find(|action| action.starts_with("/patients/saved/")).unwrap();
    other.get("/").await.ok().hides("Quillfeather");
    assert_eq!(other.post(&run, &[]).await.status, StatusCode::NOT_FOUND);
    let results = clerk.post(&run, &[]).await.location().unwrap();
    clerk.get(&results).await.ok().shows("QUILLFEATHER");
    other.post(&format!("{run}/removal"), &[]).await;
    clerk.get("/").await.ok().shows("The Quillfeather family");
    clerk.post(&format!("{run}/removal"), &[]).await;
    clerk.get("/").await.ok().hides("The Quillfeather family");
}
