//! A migration that has landed never changes; a patient-owned table is closed and merge-proof from its first day.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use sqlx::Row;

use super::{files, golden, short};
use crate::support::db::database;

#[test]
fn landed_migrations_are_as_they_landed() {
    let mut lines = String::new();
    for (path, text) in files("migrations", "sql") {
        let hash = Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let _ = writeln!(lines, "{hash}  {}", short(&path));
    }
    golden("migrations.txt", &lines);
}

#[tokio::test]
async fn every_table_with_a_patient_is_closed_registered_and_merge_proof() {
    let database = database().await;
    let rows = sqlx::query(
        "select c.relname as name, c.relrowsecurity as closed,
            exists (select from patient_owned_tables t where t.table_name = c.relname) as registered,
            (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname in ('original_patient_id', 'merge_id')) = 2 as merge_proof,
            exists (select from pg_policy p where p.polrelid = c.oid) as has_policy
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'patient_id' and not a.attisdropped
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
          and c.relname !~ '^audit_(events|subjects)' and c.relname <> 'staff'",
    )
    .fetch_all(&mut database.owner().await)
    .await
    .unwrap();
    assert!(rows.len() > 15, "only {} patient-owned tables were found", rows.len());
    for row in rows {
        let name: String = row.get("name");
        assert!(
            row.get::<bool, _>("closed") && row.get::<bool, _>("has_policy"),
            "{name}: row-level security is off; call own_by_patient"
        );
        assert!(row.get::<bool, _>("registered"), "{name}: not on patient_owned_tables; call own_by_patient");
        assert!(row.get::<bool, _>("merge_proof"), "{name}: lacks original_patient_id or merge_id");
    }
}

/// A table that points to a patient's row is the patient's own.
#[tokio::test]
async fn what_points_to_a_patient_belongs_to_one() {
    let database = database().await;
    let strays: Vec<String> = sqlx::query_scalar(
        "select distinct c.conrelid::regclass::text
        from pg_constraint c
        join patient_owned_tables t on t.table_name = c.confrelid::regclass::text
        where c.contype = 'f' and c.conrelid::regclass::text not in (select table_name from patient_owned_tables)
          and c.conrelid <> 'staff'::regclass",
    )
    .fetch_all(&mut database.owner().await)
    .await
    .unwrap();
    assert!(
        strays.is_empty(),
        "{strays:?}: give them patient_id, original_patient_id, merge_id, and call own_by_patient"
    );
}

/// Every table with what the application may do there, for a diff that a person reads.
#[tokio::test]
async fn tables_are_open_as_agreed() {
    let database = database().await;
    let lines: Vec<String> = sqlx::query_scalar(
        "select format('%s %s %s', rpad(c.relname, 26), rpad(case when not c.relrowsecurity then 'open'
                when exists (select from patient_owned_tables t where t.table_name = c.relname) then 'patient''s' else 'closed' end, 9),
            coalesce(string_agg(lower(p.privilege_type), ' ' order by p.privilege_type), '-'))
        from pg_class c
        left join information_schema.role_table_grants p
            on p.table_schema = 'public' and p.table_name = c.relname and p.grantee = 'custodian_app'
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
        group by c.oid, c.relname, c.relrowsecurity
        order by c.relname",
    )
    .fetch_all(&mut database.owner().await)
    .await
    .unwrap();
    golden("tables.txt", &(lines.join("\n") + "\n"));
}

/// Every row-level security policy in its own words; those of patients' tables are all the same.
#[tokio::test]
async fn policies_are_as_agreed() {
    let database = database().await;
    let lines: Vec<(String, String)> = sqlx::query_as(
        "select case when exists (select from patient_owned_tables t where t.table_name = p.tablename) then 'every table of patients'
                else p.tablename end,
            format('%s %s %s to %s using %s check %s', p.policyname, lower(p.permissive), lower(p.cmd), array_to_string(p.roles, ' '),
                p.qual, coalesce(p.with_check, '-'))
        from pg_policies p
        group by 1, 2
        order by 1, 2",
    )
    .fetch_all(&mut database.owner().await)
    .await
    .unwrap();
    let table: String = lines.iter().map(|(table, policy)| format!("{table}: {policy}\n")).collect();
    golden("policies.txt", &table);
}

/// What the application may call as the owner: each of these looks behind row-level security, and so is read before it lands.
#[tokio::test]
async fn functions_are_open_as_agreed() {
    let database = database().await;
    let lines: Vec<String> = sqlx::query_scalar(
        "select format('%s %s', p.proname, case when p.prosecdef then 'as the owner' else 'as itself' end)
        from pg_proc p
        where p.pronamespace = 'public'::regnamespace and has_function_privilege('custodian_app', p.oid, 'execute')
        order by p.proname",
    )
    .fetch_all(&mut database.owner().await)
    .await
    .unwrap();
    golden("functions.txt", &(lines.join("\n") + "\n"));
}

#[tokio::test]
async fn the_application_role_owns_nothing_and_bypasses_nothing() {
    let database = database().await;
    let row = sqlx::query(
        "select (select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'custodian_app') as owned,
            (select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = 'custodian_app') as powerful,
            (select count(*) from information_schema.role_table_grants where grantee = 'custodian_app'
                and table_name ~ '^audit_' and privilege_type <> 'SELECT') as ledger_writes",
    )
    .fetch_one(&mut database.owner().await)
    .await
    .unwrap();
    assert_eq!(
        (row.get::<i64, _>("owned"), row.get::<bool, _>("powerful"), row.get::<i64, _>("ledger_writes")),
        (0, false, 0)
    );
}
