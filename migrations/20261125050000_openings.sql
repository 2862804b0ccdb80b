-- What a transaction has opened is asked for by every table of every statement, so it is kept where asking is cheap: beside the event's place in
-- the queue for its seal, one row of one small table, instead of in the partitioned ledger. The trigger that queues an event writes it, in the
-- same transaction as the event, so the answer is the same: nothing is visible before the event is in, and nobody but the event opens anything.
-- What it gained is in docs/performance.md.

alter table audit_unsealed
    -- the scope a successful event opens for its own transaction
    add column opens text,
    -- and the records it covers
    add column covers uuid[];

-- The program reads the queue, but has no business with the records in it.
revoke select on audit_unsealed from custodian_app;
grant select (txid, ordinal, event_id, recorded_at) on audit_unsealed to custodian_app;

create or replace function audit_await_seal() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    insert into public.audit_unsealed (txid, ordinal, event_id, recorded_at, opens, covers)
    values (new.txid, new.ordinal, new.event_id, new.recorded_at, case when new.outcome = 'success' then new.scope end, new.covers);
    return null;
end $$;

-- As before, time and transaction are both compared: transaction ids start over in a restored database.
create or replace function access_patients() returns uuid[]
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return (select coalesce(array_agg(p), '{}')
        from public.audit_unsealed u, unnest(u.covers) p
        where u.txid = pg_current_xact_id_if_assigned()::text::bigint
          and u.recorded_at = transaction_timestamp()
          and u.opens is not null);
end $$;

create or replace function access_roster() returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return exists (select from public.audit_unsealed u
        where u.txid = pg_current_xact_id_if_assigned()::text::bigint
          and u.recorded_at = transaction_timestamp()
          and u.opens = 'roster');
end $$;

create or replace function access_ledger() returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return exists (select from public.audit_unsealed u
        where u.txid = pg_current_xact_id_if_assigned()::text::bigint
          and u.recorded_at = transaction_timestamp()
          and u.opens = 'ledger');
end $$;

-- PL/pgSQL keeps the plan of a statement as long as the connection lasts; a function in plain SQL is planned anew at every call.
create or replace function access_open(
    event_id uuid, ordinal smallint, scope text, act text, action text, outcome text,
    actor_kind text, actor_id uuid, actor_name text, role text, session_id uuid, address inet, application text, request_id uuid,
    purpose text, basis text, grant_id uuid, task_id uuid, arrival text, arrival_id uuid,
    patient_id uuid, patient_mrn text, covers uuid[],
    object_kind text, object_id uuid, object_version integer, detail jsonb, protected jsonb
) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    insert into public.audit_events (event_id, recorded_at, txid, ordinal, scope, act, action, outcome,
        actor_kind, actor_id, actor_name, role, session_id, address, application, request_id,
        purpose, basis, grant_id, task_id, arrival, arrival_id,
        patient_id, patient_mrn, covers, object_kind, object_id, object_version, detail, protected)
    values ($1, transaction_timestamp(), pg_current_xact_id()::text::bigint, $2, $3, $4, $5, $6,
        $7, $8, $9, $10, $11, $12, $13, $14,
        $15, $16, $17, $18, $19, $20,
        $21, $22, case when $6 = 'success' then $23 else '{}' end, $24, $25, $26, $27, $28);
end $$;

create or replace function access_seen(event uuid, patients uuid[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    if not exists (select from public.audit_unsealed u
        where u.txid = pg_current_xact_id_if_assigned()::text::bigint
          and u.recorded_at = transaction_timestamp() and u.event_id = event)
    then
        raise exception 'no such event in this transaction' using errcode = 'insufficient_privilege';
    end if;
    insert into public.audit_subjects (event_id, recorded_at, patient_id)
    select event, transaction_timestamp(), p from unnest(patients) p
    on conflict do nothing;
end $$;

create or replace function access_open_grants(staff uuid, at timestamptz)
    returns table (grant_id uuid, patient_id uuid, emergency boolean, expires_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
    return query
    select g.grant_id, g.patient_id, g.emergency, g.expires_at
    from public.glass_grants g
    where g.staff_id = staff and g.granted_at <= at and g.expires_at > at
      and not exists (select from public.glass_endings x where x.grant_id = g.grant_id)
    order by g.expires_at, g.grant_id;
end $$;

create or replace function access_related(staff uuid, roles text[], patient uuid, at timestamptz) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
    return exists (select from public.care_team_members c
            where c.patient_id = patient and c.staff_id = staff and c.started_at <= at and (c.ended_at is null or c.ended_at > at))
        or exists (select from public.tasks t
            where t.patient_id = patient and (t.assigned_to = staff or (t.assigned_to is null and t.assigned_role = any (roles)))
              and not exists (select from public.task_closures c where c.task_id = t.task_id))
        or exists (select from public.glass_grants g
            where g.patient_id = patient and g.staff_id = staff and g.granted_at <= at and g.expires_at > at
              and not exists (select from public.glass_endings x where x.grant_id = g.grant_id))
        or exists (select from public.staff s
            join public.encounter_providers ep on ep.practitioner_id = s.practitioner_id and ep.patient_id = patient
            join public.encounters e on e.encounter_id = ep.encounter_id
            where s.staff_id = staff and e.status not in ('cancelled', 'entered-in-error')
              and (e.ended_at is null or e.ended_at > at - interval '30 days'));
end $$;

-- Their values change nothing in the way these are looked up, so one plan will do; planning afresh took five times as long as the look.
alter function access_facts set plan_cache_mode = force_generic_plan;
alter function access_owner set plan_cache_mode = force_generic_plan;
alter function access_related set plan_cache_mode = force_generic_plan;

-- A chart that shows who looked has opened a patient, not the ledger: what is true most often is asked first.
alter policy opened on audit_events
    using (patient_id = any ((select access_patients())::uuid[]) or (select access_ledger()));
alter policy opened on audit_subjects
    using (patient_id = any ((select access_patients())::uuid[]) or (select access_ledger()));
