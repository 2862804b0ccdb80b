//! The demonstration in a database: prepared on some sixty people and read back.

use custodian::access::{Actor, Role};
use custodian::base::id::DocumentId;
use custodian::demo::world::staff_id;
use custodian::demo::{self, Ground, Plan, Prepared};
use custodian::documents;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use crate::support::app::App;

const PEOPLE: u64 = 60;
/// Sixty people are few: with this seed they meet every kind of stay and of work.
const SEED: u64 = 2;

const CLASSES: [&str; 10] = [
    "ambulatory",
    "day-surgery",
    "emergency",
    "home-health",
    "inpatient",
    "newborn",
    "observation",
    "pre-admit",
    "series",
    "virtual",
];

/// Whose day begins with a list of tasks; the others search, review or administer.
const WITH_TASKS: [&str; 9] =
    ["billing", "cdi", "clerk", "coder", "completion", "indexer", "lead", "release", "scanqc"];

async fn prepared(app: &App, people: u64, seed: u64) -> Prepared {
    let state = &app.state;
    let ground = Ground { gate: &state.gate, vault: &state.vault, blobs: &state.blobs };
    demo::prepare(ground, &Actor::operator("Ann Lee"), Plan { people, seed }, |_| {}).await.unwrap()
}

/// A digest of every table that the generator fills. Sealed numbers are left out: each sealing has a nonce of its own.
async fn digests(app: &App) -> Vec<(String, i64, String)> {
    let mut owner = app.owner().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name from patient_owned_tables union all select unnest(array['locations', 'organizations', 'practitioners', 'surname_deletions'])
        order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let mut digests = Vec::new();
    for table in tables {
        let row = sqlx::query(AssertSqlSafe(format!(
            "select count(*) as rows, md5(coalesce(string_agg(line, '' order by line collate \"C\"), '')) as digest
            from (select (to_jsonb(t) - 'ssn_sealed')::text as line from {table} t) t"
        )))
        .fetch_one(&mut owner)
        .await
        .unwrap();
        digests.push((table, row.get("rows"), row.get("digest")));
    }
    digests
}

async fn count(app: &App, statement: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {statement}")))
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_same_seed_tells_the_same_story_and_a_repeat_adds_nothing() {
    let (one, other, different) = (App::new().await, App::new().await, App::new().await);
    assert_eq!(prepared(&one, PEOPLE, 7).await, Prepared { before: 0, people: PEOPLE });
    // In two steps: a bigger demonstration is a smaller one continued, with the seed it was begun with.
    prepared(&other, 25, 7).await;
    assert_eq!(prepared(&other, PEOPLE, 8).await, Prepared { before: 25, people: PEOPLE });
    let first = digests(&one).await;
    assert_eq!(first, digests(&other).await);
    assert_eq!(prepared(&one, PEOPLE, 7).await, Prepared { before: PEOPLE, people: PEOPLE });
    assert_eq!(first, digests(&one).await, "a repeat adds nothing");
    prepared(&different, PEOPLE, 8).await;
    assert_ne!(first, digests(&different).await);
    let named = |digests: &[(String, i64, String)]| digests.iter().filter(|(_, rows, _)| *rows > 0).count();
    assert!(named(&first) > 25, "most tables are filled");
}

#[tokio::test]
async fn everybody_the_departments_meet_is_there_and_every_role_has_work() {
    let app = App::new().await;
    prepared(&app, PEOPLE, SEED).await;
    let mut missing: Vec<String> = Vec::new();
    for (what, statement) in [
        (
            "twins",
            "patients a join patients b on a.birth_date = b.birth_date and a.birth_order = 1 and b.birth_order = 2
                where a.multiple_birth and b.multiple_birth",
        ),
        ("newborns with their mothers", "patients where identity = 'newborn' and mother_id is not null"),
        ("somebody unknown", "patients where identity = 'unknown'"),
        ("restricted records", "patients where restricted"),
        ("somebody who died", "patients where deceased and deceased_at is not null"),
        ("maiden names", "patient_names where use = 'maiden'"),
        ("old names", "patient_names where use in ('old', 'nickname', 'alias')"),
        ("names with signs", "patient_names where family ~ '[-'' ]' or family ~ '[^ -~]'"),
        ("somebody at two facilities", "patients where cardinality(facility_ids) > 1"),
        ("cancelled encounters", "encounter_cancellations"),
        ("retracted documents", "documents where status = 'retracted'"),
        ("documents of two versions", "document_versions where version_no = 2 and reason is not null"),
        ("scans", "document_versions where content_type = 'application/pdf'"),
        ("sensitive documents", "documents where sensitivity is not null"),
        (
            "patients of the demo physician",
            "encounter_providers ep join staff s using (practitioner_id) where s.sign_in_name = 'physician'",
        ),
        ("finished work", "task_closures"),
    ] {
        if count(&app, statement).await == 0 {
            missing.push(what.to_owned());
        }
    }
    let classes: Vec<String> =
        sqlx::query_scalar("select distinct class from encounters").fetch_all(&mut app.owner().await).await.unwrap();
    missing.extend(
        CLASSES.iter().filter(|class| !classes.iter().any(|found| found == *class)).map(|class| (*class).into()),
    );
    for role in WITH_TASKS {
        let waiting = format!(
            "tasks t where (t.assigned_to = '{}' or t.assigned_to is null and t.assigned_role = '{role}')
                and not exists (select from task_closures c where c.task_id = t.task_id)",
            staff_id(role)
        );
        if count(&app, &waiting).await == 0 {
            missing.push(format!("tasks of {role}"));
        }
    }
    assert!(missing.is_empty(), "there is none of: {missing:?}");
}

#[tokio::test]
async fn every_document_opens_and_every_page_of_a_scan_is_a_picture() {
    let app = App::new().await;
    prepared(&app, PEOPLE, 2026).await;
    let manager = app.signed_in(staff_id("manager")).await;
    let papers = sqlx::query(
        "select d.document_id, v.content_type, v.version_no, v.page_count, p.restricted,
            coalesce(d.sensitivity, t.sensitivity, e.sensitivity) is not null as sensitive
        from documents d
        join document_types t on t.code = d.type_code
        join document_versions v on v.document_id = d.document_id and v.version_no = d.current_version
        join patients p on p.patient_id = d.patient_id
        left join encounters e on e.encounter_id = d.encounter_id
        order by d.document_id",
    )
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    assert!(papers.len() > 200, "only {} documents", papers.len());
    let (mut shown, mut pictures) = (0, 0);
    for paper in &papers {
        let document = DocumentId(paper.get::<Uuid, _>("document_id"));
        let page = manager.get(&documents::urls::show(document)).await;
        if paper.get::<bool, _>("restricted") || paper.get::<bool, _>("sensitive") {
            assert_eq!(page.status, 403, "{document} asks for a reason");
            continue;
        }
        assert_eq!(page.status, 200, "{document}");
        shown += 1;
        if paper.get::<&str, _>("content_type") != "application/pdf" || pictures >= 12 {
            continue;
        }
        for number in 1..=paper.get::<i32, _>("page_count").unsigned_abs() {
            let address = format!(
                "/documents/{document}/pages/{number}.png?version={}&zoom=50",
                paper.get::<i32, _>("version_no")
            );
            let picture = manager.get(&address).await;
            assert_eq!(picture.status, 200, "{address}");
            assert_eq!(picture.headers["content-type"], "image/png", "{address}");
            pictures += 1;
        }
    }
    assert!(shown > 100 && pictures > 5, "{shown} documents and {pictures} pictures");
}

#[tokio::test]
async fn the_demo_staff_are_one_a_role() {
    let app = App::new().await;
    prepared(&app, 10, 2026).await;
    let roles: Vec<String> = sqlx::query_scalar("select role from staff_roles order by role")
        .fetch_all(&mut app.owner().await)
        .await
        .unwrap();
    let mut all: Vec<&str> = Role::ALL.into_iter().map(Role::word).collect();
    all.sort_unstable();
    assert_eq!(roles, all);
}
