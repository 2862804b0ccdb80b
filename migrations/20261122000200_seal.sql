-- The seal over the ledger (AUD-3, RFC 6962): every event becomes a leaf of one Merkle tree, whose heads are signed and also kept outside.
-- Nothing here names a patient: event ids, hashes and signed sizes. custodian_app may read it all, and add to it only through two functions.

-- Committed events no seal covers yet. Kept as a queue and not as "everything after transaction n", because transactions commit out of order,
-- one long import must not keep the others waiting, and transaction ids start over when a dump is restored into a new cluster.
create table audit_unsealed (
    txid bigint not null,
    ordinal smallint not null,
    event_id uuid not null,
    recorded_at timestamptz not null,
    primary key (txid, ordinal, event_id)
);
-- Filled at one end and emptied at the other: without early vacuuming each seal would wade through what the last ones took.
alter table audit_unsealed set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

create function audit_await_seal() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    insert into public.audit_unsealed (txid, ordinal, event_id, recorded_at)
    values (new.txid, new.ordinal, new.event_id, new.recorded_at);
    return null;
end $$;
create trigger await_seal after insert on audit_events for each row execute function audit_await_seal();

create table audit_leaves (
    leaf_index bigint primary key check (leaf_index >= 0),
    event_id uuid not null unique,
    recorded_at timestamptz not null,
    leaf_hash bytea not null check (octet_length(leaf_hash) = 32)
);
-- Leaves come nearly in the order of time, so block ranges are enough to find a day.
create index audit_leaves_by_time on audit_leaves using brin (recorded_at) with (pages_per_range = 16, autosummarize = on);

-- Roots of the complete subtrees of 256, 65536, ... leaves; the levels between are folded from them when a proof is wanted.
create table audit_nodes (
    level smallint not null check (level between 8 and 56 and level % 8 = 0),
    node_index bigint not null check (node_index >= 0),
    node_hash bytea not null check (octet_length(node_hash) = 32),
    primary key (level, node_index)
);

-- Signed tree heads, as text (C2SP tlog-checkpoint). The same text stands in the checkpoints folder, out of the database's reach.
create table audit_checkpoints (
    tree_size bigint primary key check (tree_size > 0),
    sealed_at timestamptz not null default clock_timestamp(),
    note text not null
);

-- A whole row as its leaf spells it. Row-level security of the reader applies.
create view audit_rows with (security_invoker = true) as
select e.event_id, e.recorded_at, e.txid, e.ordinal, e.scope, e.act, e.action::text as action, e.outcome,
    e.actor_kind, e.actor_id, e.actor_name, e.role, e.session_id, e.address::text as address, e.application, e.request_id,
    e.purpose, e.basis, e.grant_id, e.task_id, e.arrival, e.arrival_id,
    e.patient_id, e.patient_mrn, e.covers, e.object_kind, e.object_id, e.object_version, e.detail, e.protected,
    array(
        select s.patient_id
        from public.audit_subjects s
        where s.recorded_at = e.recorded_at and s.event_id = e.event_id
        order by s.patient_id
    ) as subjects
from public.audit_events e;

-- Takes the turn to seal until the end of the transaction, and says what a seal must know: the time, this cluster, and the oldest transaction
-- still running (all before it are done and visible). `wait` false: answers `mine` false at once when another server is at it.
create function access_seal_turn(wait boolean, out mine boolean, out now timestamptz, out cluster bigint, out oldest bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    if wait then
        perform pg_advisory_xact_lock(hashtext('custodian ledger seal'));
        mine := true;
    else
        mine := pg_try_advisory_xact_lock(hashtext('custodian ledger seal'));
    end if;
    now := clock_timestamp();
    cluster := (select system_identifier from pg_control_system());
    oldest := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
end $$;

-- The next events to seal, in the order of the tree, after the one named. Only what awaits its seal is shown, and only to who holds the turn:
-- sealing is no look at the ledger and leaves no event, or it would never end.
create function access_unsealed(after_txid bigint, after_ordinal smallint, after_event uuid, batch integer) returns setof audit_rows
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    if not exists (
        select from pg_locks
        where locktype = 'advisory' and pid = pg_backend_pid() and granted
          and classid = (hashtext('custodian ledger seal')::bigint >> 32 & 4294967295)::oid
          and objid = (hashtext('custodian ledger seal')::bigint & 4294967295)::oid
          and objsubid = 1
          and database = (select oid from pg_database where datname = current_database()))
    then
        raise exception 'not the turn to seal' using errcode = 'insufficient_privilege';
    end if;
    return query
        select r.*
        from (
            select u.txid, u.ordinal, u.event_id, u.recorded_at
            from public.audit_unsealed u
            where (u.txid, u.ordinal, u.event_id) > (after_txid, after_ordinal, after_event)
            order by u.txid, u.ordinal, u.event_id
            limit batch
        ) u
        join public.audit_rows r on r.recorded_at = u.recorded_at and r.event_id = u.event_id
        order by u.txid, u.ordinal, u.event_id;
end $$;

-- Appends leaves and the subtree roots they complete. Appends only: the first leaf must be the next one, each event must await its seal,
-- and a node must lie within the leaves.
create function access_seal(
    first_leaf bigint, txids bigint[], ordinals smallint[], events uuid[], hashes bytea[],
    levels smallint[], node_indexes bigint[], node_hashes bytea[]
) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    next_leaf bigint;
    added bigint;
begin
    perform pg_advisory_xact_lock(hashtext('custodian ledger seal'));
    next_leaf := (select coalesce(max(l.leaf_index) + 1, 0) from public.audit_leaves l);
    if first_leaf is distinct from next_leaf then
        raise exception 'leaf % is not the next, which is %', first_leaf, next_leaf using errcode = 'check_violation';
    end if;
    with given as (
        select * from unnest(txids, ordinals, events, hashes) with ordinality as g (txid, ordinal, event_id, leaf_hash, place)
    ), taken as (
        delete from public.audit_unsealed u
        using given g
        where u.txid = g.txid and u.ordinal = g.ordinal and u.event_id = g.event_id
        returning g.place, u.event_id, u.recorded_at, g.leaf_hash
    )
    insert into public.audit_leaves (leaf_index, event_id, recorded_at, leaf_hash)
    select first_leaf + t.place - 1, t.event_id, t.recorded_at, t.leaf_hash
    from taken t
    order by t.place;
    get diagnostics added = row_count;
    if added <> cardinality(events) then
        raise exception 'an event to seal does not await its seal' using errcode = 'check_violation';
    end if;
    insert into public.audit_nodes (level, node_index, node_hash)
    select * from unnest(levels, node_indexes, node_hashes);
    if exists (
        select from unnest(levels, node_indexes) as n (level, node_index)
        where (n.node_index + 1) * (1::bigint << n.level) > next_leaf + added)
    then
        raise exception 'a node over leaves that do not exist' using errcode = 'check_violation';
    end if;
end $$;

-- Appends the signed head of the tree as it now is.
create function access_checkpoint(size bigint, note text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    perform pg_advisory_xact_lock(hashtext('custodian ledger seal'));
    if size is distinct from (select max(l.leaf_index) + 1 from public.audit_leaves l)
        or split_part(note, E'\n', 2) is distinct from size::text
    then
        raise exception 'a checkpoint of % leaves is not of this tree', size using errcode = 'check_violation';
    end if;
    insert into public.audit_checkpoints (tree_size, note) values (size, note);
end $$;

-- Even the owner's own statements bounce off; whoever means it must take the trigger away first, and the seal still tells.
create function audit_unchanging() returns trigger
    language plpgsql set search_path = pg_catalog, public as $$
begin
    raise exception 'the ledger is only ever added to' using errcode = 'insufficient_privilege';
end $$;
create trigger unchanging before update or delete on audit_events for each row execute function audit_unchanging();
create trigger unchanging before update or delete on audit_subjects for each row execute function audit_unchanging();
create trigger unchanging before update or delete on audit_leaves for each row execute function audit_unchanging();
create trigger unchanging before update or delete on audit_nodes for each row execute function audit_unchanging();
create trigger unchanging before update or delete on audit_checkpoints for each row execute function audit_unchanging();

grant select on audit_unsealed, audit_leaves, audit_nodes, audit_checkpoints, audit_rows to custodian_app;
revoke execute on function audit_await_seal, audit_unchanging, access_seal_turn, access_unsealed, access_seal, access_checkpoint from public;
grant execute on function access_seal_turn, access_unsealed, access_seal, access_checkpoint to custodian_app;
