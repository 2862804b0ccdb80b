//! What the types of documents say of themselves (DOC-1, DOC-2).

use axum::http::StatusCode;
use custodian::access::Role;

use crate::people::told;
use crate::support::app::App;

#[tokio::test]
async fn doc_1_each_type_says_what_it_is_part_of_who_owns_it_and_what_it_needs() {
    let app = App::new().await;
    let (unsaid, types): (i64, i64) = sqlx::query_as(
        "select count(*) filter (where owner_role is null or retention_class is null or deficiency_rule is null
            or (needs_signature and deficiency_rule = 'none') or (not needs_signature and deficiency_rule <> 'none')), count(*)
        from document_types",
    )
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!((unsaid, types > 40), (0, true));
    let admin = app.person(Role::Admin).await;
    let (page, rows) = app.ledger_of(admin.get("/admin/document-types")).await;
    let page = page.ok();
    assert_eq!(told(&rows), [("document-types.view", "success", "role")]);
    let row = |label: &str| {
        let names = page.texts("tbody th");
        let at = names.iter().position(|name| name.starts_with(label)).unwrap();
        page.texts("tbody td").chunks(10).nth(at).unwrap().join(" | ")
    };
    assert_eq!(
        row("Discharge summary"),
        "18842-5 | Provider | Yes | Yes | Yes | – | Medical record | Yes | No | Missing or unsigned"
    );
    assert_eq!(row("Nursing note"), "34746-8 | Nursing | Yes | Yes | Yes | – | Medical record | Yes | No | Unsigned");
    assert_eq!(row("Wristband"), "local | Registration | No | No | No | – | Administrative | No | No | –");
    assert_eq!(row("Record from elsewhere"), "local | Records | No | Yes | Yes | – | Medical record | No | No | –");
    admin.get("/admin/staff").await.ok().shows("Document types");
    for role in [Role::Coder, Role::Clerk, Role::Billing, Role::Physician] {
        assert_eq!(app.person(role).await.get("/admin/document-types").await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
}

#[tokio::test]
async fn doc_2_health_information_is_the_designated_record_set_without_psychotherapy_notes() {
    let app = App::new().await;
    let mut owner = app.owner().await;
    let wrong: Vec<String> = sqlx::query_scalar(
        "select code from document_types
        where is_electronic_health_information <> (in_designated_record_set and sensitivity is distinct from 'psychotherapy')",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    // A record from elsewhere was used for decisions, so it is; a psychotherapy note is kept apart, and nobody can say otherwise.
    let told: Vec<(String, bool)> = sqlx::query_as(
        "select code, is_electronic_health_information from document_types where code in ('external-record', 'psychotherapy-note') order by code",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(told, [("external-record".into(), true), ("psychotherapy-note".into(), false)]);
    let refused =
        sqlx::query("update document_types set in_designated_record_set = true where code = 'psychotherapy-note'")
            .execute(&mut owner)
            .await
            .unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().constraint(), Some("psychotherapy_stands_apart"));
}
