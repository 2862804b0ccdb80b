-- Operations: when the house was last backed up, whose turn a scheduled job is, and the figures that watching machines may read.
-- No patient is named in any of it.

-- One row per finished backup; that it was made is an event of the ledger besides (45 CFR 164.308(a)(7)(ii)(A)).
create table backups (
    backup_id uuid primary key,
    event_id uuid not null,
    finished_at timestamptz not null,
    made_by text not null,
    file_name text not null,
    bytes bigint not null check (bytes > 0),
    documents bigint not null check (documents >= 0),
    -- documents whose bytes the store could not give, and which the backup therefore lacks
    unreadable bigint not null check (unreadable >= 0),
    leaves bigint not null check (leaves >= 0),
    took_ms bigint not null check (took_ms >= 0)
);
create index backups_by_time on backups (finished_at desc);
grant select, insert on backups to custodian_app;

-- Any number of servers, one of which does each scheduled job when it is due.
create table scheduled_turns (
    job text primary key,
    due_at timestamptz not null
);
grant select, insert, update on scheduled_turns to custodian_app;

-- Every document the database names, from whichever table: a new table with these three columns is in the next backup by itself. For the owner.
create function operations_blobs() returns table (blob_name text, sha256 bytea, size_bytes bigint)
    language plpgsql stable set search_path = pg_catalog, public as $$
declare
    owning regclass;
begin
    for owning in
        select a.attrelid::regclass
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
        where c.relnamespace = 'public'::regnamespace and a.attname in ('blob_name', 'sha256', 'size_bytes') and not a.attisdropped
        group by a.attrelid
        having count(*) = 3
    loop
        return query execute format('select distinct t.blob_name, t.sha256, t.size_bytes from %s t where t.blob_name is not null', owning);
    end loop;
end $$;

-- Counts for the monitoring system, free to ask: a scrape every few seconds is no look at anybody and leaves no event.
create function operations_figures() returns table (name text, label text, figure double precision)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select 'ledger_leaves', null, coalesce((select max(leaf_index) + 1 from public.audit_leaves), 0)::float8
    union all
    select 'seal_backlog', null, count(*)::float8 from public.audit_unsealed
    union all
    select 'seal_lag', null, coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::float8 from public.audit_unsealed
    union all
    select 'sessions', null, count(*)::float8 from public.sessions where ended_at is null and expires_at > clock_timestamp()
    union all
    select 'backup_age', null, extract(epoch from clock_timestamp() - max(finished_at))::float8 from public.backups having max(finished_at) is not null
    union all
    select 'tasks', t.kind, count(*)::float8
    from public.tasks t
    where not exists (select from public.task_closures c where c.task_id = t.task_id)
    group by t.kind
$$;

revoke execute on function operations_blobs, operations_figures from public;
grant execute on function operations_figures to custodian_app;
