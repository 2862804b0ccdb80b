-- The ledger comes first: every later table leans on it. Runs as custodian_owner, who owns everything and serves nobody.
-- The roles custodian_owner and custodian_app exist already (docs/deployment.md); custodian_app owns nothing.

revoke all on schema public from public;
grant usage on schema public to custodian_app;

-- One row per look, list, change, refusal or sign-in (privacy handbook AUD-1, 45 CFR 164.312(b)). Append only.
create table audit_events (
    event_id uuid not null,
    -- transaction_timestamp() of the transaction that looked; row-level security asks for exactly this instant
    recorded_at timestamptz not null,
    -- pg_current_xact_id(): the seal takes transactions in this order, row-level security compares it
    txid bigint not null,
    ordinal smallint not null,
    scope text not null check (scope in ('chart', 'roster', 'desk', 'ledger', 'none')),
    act text not null,
    action char(1) not null check (action in ('C', 'R', 'U', 'D', 'E')),
    outcome text not null check (outcome in ('success', 'refused', 'failed')),
    actor_kind text not null check (actor_kind in ('person', 'operator', 'api_client', 'interface', 'job', 'stranger')),
    actor_id uuid,
    actor_name text not null,
    role text,
    session_id uuid,
    address inet,
    application text not null,
    request_id uuid not null,
    purpose text not null,
    -- why it was allowed, or why it was refused
    basis text not null,
    grant_id uuid,
    task_id uuid,
    -- how the person came here: typed a search, took it from a queue, followed a link
    arrival text not null check (arrival in ('search', 'queue', 'grant', 'link', 'command')),
    arrival_id uuid,
    -- as shown then; a later merge does not rewrite it
    patient_id uuid,
    patient_mrn text,
    -- the records this event opens for its own transaction (the patient and every record merged into it)
    covers uuid[] not null,
    object_kind text,
    object_id uuid,
    object_version integer,
    -- counts, kinds and ids only
    detail jsonb not null,
    -- search criteria, before and after values: readable only through an opened ledger
    protected jsonb,
    primary key (recorded_at, event_id)
) partition by range (recorded_at);

create index audit_events_by_transaction on audit_events (txid, ordinal);
create index audit_events_by_patient on audit_events (patient_id, recorded_at, event_id) where patient_id is not null;
create index audit_events_by_actor on audit_events (actor_id, recorded_at, event_id);
create index audit_events_by_act on audit_events (act, recorded_at, event_id);
create index audit_events_flagged on audit_events (recorded_at, event_id) where grant_id is not null or outcome <> 'success';

-- Whom a list showed: one row per patient in it (AUD-2).
create table audit_subjects (
    event_id uuid not null,
    recorded_at timestamptz not null,
    patient_id uuid not null,
    primary key (recorded_at, event_id, patient_id)
) partition by range (recorded_at);

create index audit_subjects_by_patient on audit_subjects (patient_id, recorded_at, event_id);

-- Makes the monthly partitions from `first` up to and including the month of `last`.
create function access_make_partitions(first timestamptz, last timestamptz) returns integer
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    month_start timestamptz := date_trunc('month', first, 'UTC');
    month_end timestamptz;
    suffix text;
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('access_make_partitions'));
    while month_start <= last loop
        month_end := date_trunc('month', month_start + interval '32 days', 'UTC');
        suffix := to_char(month_start at time zone 'UTC', 'YYYY_MM');
        if to_regclass('public.audit_events_' || suffix) is null then
            execute format('create table public.audit_events_%s partition of public.audit_events for values from (%L) to (%L)',
                suffix, month_start, month_end);
            execute format('create table public.audit_subjects_%s partition of public.audit_subjects for values from (%L) to (%L)',
                suffix, month_start, month_end);
            made := made + 1;
        end if;
        month_start := month_end;
    end loop;
    return made;
end $$;
select access_make_partitions(now() - interval '1 month', now() + interval '3 months');

-- Keeps this month and the next three ready; the server calls it at start and daily.
create function access_keep_partitions() returns integer
    language sql security definer set search_path = pg_catalog, public as $$
    select public.access_make_partitions(now(), now() + interval '3 months')
$$;

-- The only way to write an event. Time and transaction are the database's own word, never the caller's.
create function access_open(
    event_id uuid, ordinal smallint, scope text, act text, action text, outcome text,
    actor_kind text, actor_id uuid, actor_name text, role text, session_id uuid, address inet, application text, request_id uuid,
    purpose text, basis text, grant_id uuid, task_id uuid, arrival text, arrival_id uuid,
    patient_id uuid, patient_mrn text, covers uuid[],
    object_kind text, object_id uuid, object_version integer, detail jsonb, protected jsonb
) returns void
    language sql volatile security definer set search_path = pg_catalog, public as $$
    insert into public.audit_events (event_id, recorded_at, txid, ordinal, scope, act, action, outcome,
        actor_kind, actor_id, actor_name, role, session_id, address, application, request_id,
        purpose, basis, grant_id, task_id, arrival, arrival_id,
        patient_id, patient_mrn, covers, object_kind, object_id, object_version, detail, protected)
    values ($1, transaction_timestamp(), pg_current_xact_id()::text::bigint, $2, $3, $4, $5, $6,
        $7, $8, $9, $10, $11, $12, $13, $14,
        $15, $16, $17, $18, $19, $20,
        $21, $22, case when $6 = 'success' then $23 else '{}' end, $24, $25, $26, $27, $28)
$$;

-- Says whom a list of this transaction showed. Refuses an event of another transaction.
create function access_seen(event uuid, patients uuid[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    if not exists (select from public.audit_events e
        where e.recorded_at = transaction_timestamp() and e.event_id = event
          and e.txid = pg_current_xact_id()::text::bigint)
    then
        raise exception 'no such event in this transaction' using errcode = 'insufficient_privilege';
    end if;
    insert into public.audit_subjects (event_id, recorded_at, patient_id)
    select event, transaction_timestamp(), p from unnest(patients) p
    on conflict do nothing;
end $$;

-- What this very transaction has opened. The time is compared too: transaction ids start over in a restored database.
-- PL/pgSQL, which keeps the plan of its query: every table of every statement asks, and planning anew each time took thirty times as long.
create function access_patients() returns uuid[]
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return (select coalesce(array_agg(p), '{}')
        from public.audit_events e, unnest(e.covers) p
        where e.recorded_at = transaction_timestamp()
          and e.txid = pg_current_xact_id_if_assigned()::text::bigint
          and e.outcome = 'success');
end $$;

create function access_roster() returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return exists (select from public.audit_events e
        where e.recorded_at = transaction_timestamp()
          and e.txid = pg_current_xact_id_if_assigned()::text::bigint
          and e.outcome = 'success' and e.scope = 'roster');
end $$;

create function access_ledger() returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return exists (select from public.audit_events e
        where e.recorded_at = transaction_timestamp()
          and e.txid = pg_current_xact_id_if_assigned()::text::bigint
          and e.outcome = 'success' and e.scope = 'ledger');
end $$;

-- Reading the ledger is itself an opened act; a chart may show who looked at it.
alter table audit_events enable row level security;
alter table audit_subjects enable row level security;
create policy opened on audit_events for select to custodian_app
    using ((select access_ledger()) or patient_id = any ((select access_patients())::uuid[]));
create policy opened on audit_subjects for select to custodian_app
    using ((select access_ledger()) or patient_id = any ((select access_patients())::uuid[]));
grant select on audit_events, audit_subjects to custodian_app;

-- Every table that belongs to a patient is on this list, carries the merge columns and is closed by row-level security.
create table patient_owned_tables (
    table_name text primary key
);
grant select on patient_owned_tables to custodian_app;

-- Closes a patient-owned table: a row is visible, and writable, only in a transaction that has recorded an event covering it.
create procedure own_by_patient(owned regclass)
    language plpgsql as $$
begin
    execute format('alter table %s enable row level security', owned);
    execute format('create policy opened on %s to custodian_app
        using (patient_id = any ((select public.access_patients())::uuid[]) or (select public.access_roster()))
        with check (patient_id = any ((select public.access_patients())::uuid[]) or (select public.access_roster()))', owned);
    execute format('grant select, insert, update on %s to custodian_app', owned);
    insert into patient_owned_tables values (owned::text);
end $$;

revoke execute on all functions in schema public from public;
revoke execute on all procedures in schema public from public;
alter default privileges revoke execute on functions from public;
grant execute on function access_open, access_seen, access_patients, access_roster, access_ledger, access_keep_partitions to custodian_app;
