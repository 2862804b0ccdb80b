//! Pages of a crowded house read through indexes, as the application's role, with row-level security on.
//!
//! Asked of the database's own counters, like the searches (`patients/paths.rs`): no big table is read from end to end, whatever the page.

use std::collections::BTreeMap;

use custodian::access::ledger::seal::Turn;
use custodian::access::{Gate, Role};
use custodian::app::router;
use custodian::base::id::PatientId;
use custodian::chart;
use custodian::documents;
use sqlx::Row;
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use crate::patients::crowd::crowd;
use crate::support::app::App;
use crate::support::who::Visitor;

/// A chart, twenty thousand times, and a log of looks at them.
const CHARTS: &str = "
    insert into patient_addresses (address_id, patient_id, original_patient_id, use, lines) select gen_random_uuid(), patient_id, patient_id, 'home', '1 Main Street' from patients;
    insert into coverages (coverage_id, patient_id, original_patient_id, payer, member_id) select gen_random_uuid(), patient_id, patient_id, 'Payer', left(patient_id::text, 8) from patients;
    insert into patient_contacts (contact_id, patient_id, original_patient_id, name) select gen_random_uuid(), patient_id, patient_id, 'Somebody' from patients;
    insert into encounter_locations (stay_id, encounter_id, patient_id, original_patient_id, location_name) select gen_random_uuid(), encounter_id, patient_id, patient_id, 'Ward' from encounters;
    insert into encounter_status_periods (period_id, encounter_id, patient_id, original_patient_id, status) select gen_random_uuid(), encounter_id, patient_id, patient_id, 'finished' from encounters;
    insert into encounter_class_periods (period_id, encounter_id, patient_id, original_patient_id, class) select gen_random_uuid(), encounter_id, patient_id, patient_id, 'ambulatory' from encounters;
    insert into source_diagnoses (diagnosis_id, patient_id, original_patient_id, encounter_id, system, code, label) select gen_random_uuid(), patient_id, patient_id, encounter_id, 'icd', 'I10', 'Hypertension' from encounters;
    insert into source_procedures (procedure_id, patient_id, original_patient_id, encounter_id, system, code, label) select gen_random_uuid(), patient_id, patient_id, encounter_id, 'icd', '0', 'Something' from encounters;
    insert into clinical_items (item_id, patient_id, original_patient_id, encounter_id, kind, label, resource) select gen_random_uuid(), patient_id, patient_id, encounter_id, 'Observation', 'Weight', '{}' from encounters;
    insert into documents (document_id, patient_id, original_patient_id, encounter_id, type_code, title, status, filed_at)
        select encounter_id, patient_id, patient_id, encounter_id, 'discharge-summary', 'Summary', 'final', now() from encounters;
    insert into document_versions (version_id, document_id, patient_id, original_patient_id, version_no, created_by_name, created_at, content_type, size_bytes, sha256, blob_name)
        select document_id, document_id, patient_id, patient_id, 1, 'x', now(), 'text/plain', 1, sha256(''), 'x' from documents;
    insert into tasks (task_id, patient_id, original_patient_id, kind, assigned_role, note, opened_at)
        select patient_id, patient_id, patient_id, 'coding', (array['coder', 'lead', 'clerk', 'release', 'cdi', 'billing', 'indexer', 'scanqc'])[1 + (row_number() over ()) % 8], 'x', now() from patients order by patient_id limit 1600;
    insert into task_closures (task_id, patient_id, original_patient_id, closed_at, outcome) select task_id, patient_id, patient_id, now(), 'done' from tasks where task_id::text < '8';
    do $$ begin for minute in 1..20 loop
        perform access_open(gen_random_uuid(), (row_number() over ())::smallint, 'chart', 'chart.view', 'R', 'success', 'person', gen_random_uuid(), 'Somebody',
            'manager', null, null, 'test', gen_random_uuid(), 'HOPERAT', 'role', null, null, 'link', null, p.patient_id, 'x', '{}', 'patient', p.patient_id, 1, '{}', null)
        from (select patient_id from patients limit 1000) p;
    end loop; end $$;
    analyze";

const PAGES: i64 = 6;
/// The viewer counts the events of a filter, but no further than this.
const COUNTED: i64 = 10_001;

/// How often each table with more rows than a page could show was read from its beginning, and how many rows that gave.
async fn read_through(app: &App) -> BTreeMap<String, (i64, i64)> {
    let rows = sqlx::query(
        "select s.relname::text as name, s.seq_scan as scans, s.seq_tup_read as rows from pg_stat_user_tables s join pg_class c on c.oid = s.relid where c.reltuples > 5000",
    )
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get("name"), (row.get("scans"), row.get("rows")))).collect()
}

/// Asks for a page on a connection of its own, which hands in its counters when it is closed; six times, because the plan may change with the sixth.
async fn look_again_and_again(app: &App, visitor: &Visitor, path: &str) {
    let options = app.database.app_options().application_name("one page");
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let mut state = app.state.clone();
    state.gate = Gate::new(pool.clone(), app.clock.clone());
    let served = router::build(state);
    for _ in 0..PAGES {
        let request = visitor.request("GET", path).body(axum::body::Body::empty()).unwrap();
        let page = Visitor::anonymous(served.clone()).send(request).await;
        assert_eq!(page.status, 200, "{path}");
    }
    pool.close().await;
    while sqlx::query_scalar::<_, i64>("select count(*) from pg_stat_activity where application_name = 'one page'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
        > 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn pages_of_a_crowded_house_read_no_table_from_end_to_end() {
    let app = App::new().await;
    crowd(&app, 20_000).await;
    let mut owner = app.owner().await;
    sqlx::raw_sql(CHARTS).execute(&mut owner).await.unwrap();
    app.state.notary.seal(&app.state.gate, Turn::Wait).await.unwrap();
    sqlx::raw_sql("vacuum analyze").execute(&mut owner).await.unwrap();
    let (patient, encounter): (Uuid, Uuid) =
        sqlx::query_as("select patient_id, encounter_id from encounters order by patient_id limit 1")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    let patient = PatientId(patient);
    let (overview, access) = (chart::urls::overview(patient), chart::urls::access(patient));
    let visit = format!("/encounters/{encounter}");
    for (role, path) in [
        (Role::Manager, overview.as_str()),
        (Role::Manager, &chart::urls::demographics(patient)),
        (Role::Manager, &chart::urls::encounters(patient)),
        (Role::Manager, &chart::urls::clinical(patient)),
        (Role::Manager, &documents::urls::list(patient)),
        (Role::Manager, &access),
        (Role::Manager, &visit),
        (Role::Coder, "/"),
        (Role::Clerk, "/"),
        (Role::Privacy, "/audit"),
        (Role::Privacy, "/audit?after=1970-01-01T00:00:00.000000Z~00000000-0000-0000-0000-000000000000"),
        (Role::Privacy, &format!("/audit?patient={patient}")),
        (Role::Privacy, "/audit?flag=refused"),
        (Role::Privacy, "/privacy/glass"),
    ] {
        let visitor = app.person(role).await;
        let before = read_through(&app).await;
        look_again_and_again(&app, &visitor, path).await;
        let after = read_through(&app).await;
        let through = after.iter().filter(|(name, (scans, rows))| {
            let (scanned, read) = before.get(*name).copied().unwrap_or_default();
            // A count that stops is no reading from end to end.
            *scans > scanned && !(name.starts_with("audit_events_") && rows - read <= PAGES * COUNTED)
        });
        let through: Vec<&String> = through.map(|(name, _)| name).collect();
        assert!(through.is_empty(), "{path} as {} reads {through:?} from end to end", role.word());
    }
}

/// Rows of tasks that were fetched, by whatever way.
async fn tasks_read(app: &App) -> i64 {
    sqlx::query_scalar("select seq_tup_read + idx_tup_fetch from pg_stat_user_tables where relname = 'tasks'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn my_day_does_not_walk_past_what_is_finished() {
    let app = App::new().await;
    let patient = app.made().patient("Ann Lee").await;
    app.made()
        .run(
            "insert into tasks (task_id, patient_id, original_patient_id, kind, assigned_role, note, opened_at)
            select gen_random_uuid(), $1, $1, 'retrieval', 'clerk', 'x', now() - make_interval(secs => n) from generate_series(1, 20000) n",
            patient.0,
        )
        .await;
    // All but the newest are done, and those stand last in the order of the queue.
    app.made()
        .run(
            "insert into task_closures (task_id, patient_id, original_patient_id, closed_at, outcome)
            select task_id, patient_id, patient_id, now(), 'done' from tasks where patient_id = $1 order by opened_at limit 19990",
            patient.0,
        )
        .await;
    sqlx::raw_sql("vacuum analyze tasks").execute(&mut app.owner().await).await.unwrap();
    let clerk = app.person(Role::Clerk).await;
    clerk.get("/").await.ok().shows("10 of 10 tasks");
    let before = tasks_read(&app).await;
    look_again_and_again(&app, &clerk, "/").await;
    let read = (tasks_read(&app).await - before) / PAGES;
    assert!((10..200).contains(&read), "{read} tasks were read to show ten");
    let (scans, entries): (i64, i64) = sqlx::query_as(
        "select idx_scan, idx_tup_read from pg_stat_user_indexes where indexrelname = 'tasks_open_by_role'",
    )
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert!(scans >= PAGES && entries < 200 * PAGES, "{entries} entries in {scans} scans");
}
