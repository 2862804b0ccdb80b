//! What the database says about its own defences: roles, row-level security, seals. Flags, names of tables, counts.

use chrono::{DateTime, Utc};

use crate::access::{Desk, Result};

/// The application's role, as this very connection has it.
pub struct Role {
    pub name: String,
    pub powerful: bool,
    pub owner: bool,
    pub serves: bool,
    pub owned: i64,
    /// Rights on the ledger's tables beyond reading.
    pub ledger_writes: i64,
}

pub async fn role(desk: &mut Desk<'_>) -> Result<Role> {
    desk.one(sqlx::query_as!(
        Role,
        r#"select r.rolname::text as "name!", r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb as "powerful!",
            exists (select from pg_roles o where o.rolname = 'custodian_owner' and pg_has_role(r.oid, o.oid, 'member')) as "owner!",
            exists (select from pg_roles a where a.rolname = 'custodian_app' and pg_has_role(r.oid, a.oid, 'usage')) as "serves!",
            (select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and (c.relowner = r.oid or c.relowner = 'custodian_app'::regrole))
                + (select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                    where n.nspname = 'public' and (p.proowner = r.oid or p.proowner = 'custodian_app'::regrole)) as "owned!",
            (select count(*) from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname ~ '^audit_'
                    and (has_table_privilege(c.oid, 'insert') or has_table_privilege(c.oid, 'update')
                        or has_table_privilege(c.oid, 'delete') or has_table_privilege(c.oid, 'truncate'))) as "ledger_writes!"
        from pg_roles r
        where r.rolname = current_user"#
    ))
    .await
}

/// Tables with a patient in them that row-level security does not close.
pub async fn open_tables(desk: &mut Desk<'_>) -> Result<Vec<String>> {
    desk.all(sqlx::query_scalar!(
        r#"select c.relname::text as "name!"
        from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'staff'
            and (exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'patient_id' and not a.attisdropped)
                or exists (select from patient_owned_tables t where t.table_name = c.relname))
            and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))
        order by c.relname"#
    ))
    .await
}

/// Tables of the ledger whose guard against changes is off or gone.
pub async fn unguarded_ledger(desk: &mut Desk<'_>) -> Result<Vec<String>> {
    desk.all(sqlx::query_scalar!(
        r#"select c.relname::text as "name!"
        from pg_class c
        where c.relnamespace = 'public'::regnamespace
            and c.relname in ('audit_events', 'audit_subjects', 'audit_leaves', 'audit_nodes', 'audit_checkpoints')
            and not exists (select from pg_trigger g where g.tgrelid = c.oid and g.tgname = 'unchanging' and g.tgenabled <> 'D')
        order by c.relname"#
    ))
    .await
}

/// Times, by the database's clock.
pub struct Times {
    pub now: DateTime<Utc>,
    /// The first seal ever.
    pub installed_at: Option<DateTime<Utc>>,
    /// When the longest-waiting event was written that awaits its seal, this look's own apart.
    pub waiting_since: Option<DateTime<Utc>>,
    pub sealed_at: Option<DateTime<Utc>>,
    pub backed_up_at: Option<DateTime<Utc>>,
    pub backup_unreadable: Option<i64>,
    /// The newest downtime copy.
    pub copied_at: Option<DateTime<Utc>>,
}

pub async fn times(desk: &mut Desk<'_>) -> Result<Times> {
    let event = desk.event().0;
    desk.one(sqlx::query_as!(
        Times,
        r#"select clock_timestamp() as "now!",
            (select min(sealed_at) from audit_checkpoints) as installed_at,
            (select min(recorded_at) from audit_unsealed where event_id <> $1) as waiting_since,
            (select max(sealed_at) from audit_checkpoints) as sealed_at,
            (select max(finished_at) from backups) as backed_up_at,
            (select unreadable from backups order by finished_at desc limit 1) as backup_unreadable,
            (select max(written_at) from downtime_copies) as copied_at"#,
        event
    ))
    .await
}
