//! Every way to search uses its index, as the application's role, with row-level security on.
//!
//! Asked of the database's own counters rather than of `EXPLAIN`: they tell what a whole search, two or three statements of it, really did.

use std::collections::BTreeMap;

use custodian::access::actor::Actor;
use custodian::access::{Act, Gate, Remarks};
use custodian::patients::query::{Query, Typed};
use custodian::patients::store::search::search;
use sqlx::Row;
use sqlx::postgres::PgPoolOptions;

use super::crowd::crowd;
use crate::support::app::App;

const TABLES: &str = "('patients', 'patient_names', 'surname_deletions', 'patient_identifiers', 'patient_telecoms', 'encounters', 'coverages')";

/// Scans by index name, and sequential scans by table name.
async fn counters(app: &App) -> BTreeMap<String, i64> {
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
        "select indexrelname::text as name, idx_scan as scans from pg_stat_user_indexes where relname in {TABLES}
        union all select relname::text, seq_scan from pg_stat_user_tables where relname in {TABLES}"
    )))
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get("name"), row.get("scans"))).collect()
}

/// Runs one search on a connection of its own and waits until that connection has handed in its counters.
async fn searched(app: &App, actor: &Actor, line: &str) -> (usize, BTreeMap<String, i64>) {
    let before = counters(app).await;
    let options = app.database.app_options().application_name("one search");
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let gate = Gate::new(pool.clone(), app.clock.clone());
    let typed = Typed { name: line.into(), ..Typed::default() };
    let query = Query::read(&typed, app.now().date_naive()).unwrap_or_else(|problems| panic!("{line}: {problems:?}"));
    let hits = gate
        .roster(actor, Act::SearchPatients, Remarks::none(), async |roster| {
            search(roster, &app.state.vault, &query).await
        })
        .await
        .unwrap();
    pool.close().await;
    while sqlx::query_scalar::<_, i64>("select count(*) from pg_stat_activity where application_name = 'one search'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
        > 0
    {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let after = counters(app).await;
    let used = after.into_iter().map(|(name, scans)| {
        let more = scans - before.get(&name).copied().unwrap_or(0);
        (name, more)
    });
    (hits.rows.len(), used.filter(|(_, more)| *more > 0).collect())
}

#[tokio::test]
async fn every_way_to_search_uses_its_index_under_row_level_security() {
    let app = App::new().await;
    let people = crowd(&app, 20_000).await;
    let actor = super::latency::manager(&app).await;
    // Somebody whose surname is long enough to be misspelt.
    let person = people.iter().find(|person| person.family.len() == 8 && person.ssn.len() == 9).unwrap().clone();
    let family = person.family.to_lowercase();
    let swapped = format!("{}{}{}{}", &family[..3], &family[4..5], &family[3..4], &family[5..]);
    let given = &person.given[..2];
    let born = person.born.format("%m/%d/%Y");
    let digits: String = person.phone.chars().filter(char::is_ascii_digit).collect();
    for (line, index) in [
        (person.mrn.clone(), "patient_identifiers_by_value"),
        (person.visit.clone(), "encounter_visit_number_taken"),
        (format!("A{}", person.visit), "encounters_by_account"),
        (format!("{family},{given}"), "patient_names_by_family"),
        (format!("{given} {family}"), "patient_names_by_family"),
        (family[..3].to_owned(), "patient_names_by_family"),
        (format!("{family} {born}"), "patients_by_birth_date"),
        (born.to_string(), "patients_by_birth_date"),
        (format!(", {} {born}", person.given), "patients_by_birth_date"),
        (format!(", {}", person.given), "patient_names_by_given"),
        (person.phone.clone(), "patient_telecoms_by_value"),
        (format!("{}-{}", &digits[3..6], &digits[6..]), "patient_telecoms_by_local"),
        (person.ssn.clone(), "patients_by_ssn"),
        (format!("{} {born}", &person.ssn[5..]), "patients_by_ssn_last4"),
        (format!("{swapped}, {given}"), "surname_deletions_pkey"),
        (format!("{family}, {given}"), "patient_names_by_sound"),
        (format!("schmidt, {given}"), "patient_names_by_alternate_sound"),
        (format!("{family} {}", person.born.format("%Y")), "patient_names_by_family"),
    ] {
        let (found, used) = searched(&app, &actor, &line).await;
        assert!(used.contains_key(index), "{line}: {index} was not used, but {used:?}");
        for table in
            ["patients", "patient_names", "surname_deletions", "patient_identifiers", "patient_telecoms", "encounters"]
        {
            assert!(!used.contains_key(table), "{line}: {table} was read from end to end; {used:?}");
        }
        assert!(found > 0 || line.starts_with("schmidt"), "{line} finds somebody");
    }
}
