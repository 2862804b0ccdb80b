-- What verifying the ledger found, each time; and the two questions a reviewer of the ledger may ask about patients, who are invisible there.

-- One row per verification (AUD-3). Only ever added to; that somebody verified is an event of the ledger besides.
create table ledger_verifications (
    verification_id uuid primary key,
    -- the event of the act
    event_id uuid not null,
    verified_at timestamptz not null,
    verified_by text not null,
    took_ms bigint not null check (took_ms >= 0),
    whole boolean not null,
    leaves bigint not null,
    unsealed bigint not null,
    -- checkpoints found good, in the database and in the folder outside it
    checkpoints bigint not null,
    outside_checkpoints bigint not null,
    root text not null,
    first_bad_leaf bigint,
    first_bad_event uuid,
    first_bad_what text,
    check (whole = (first_bad_what is null))
);
create index ledger_verifications_by_time on ledger_verifications (verified_at, verification_id);
grant select, insert on ledger_verifications to custodian_app;

-- Reviews of the log ask for restricted records first; there are few.
create index audit_events_restricted on audit_events (recorded_at, event_id) where detail @> '{"restricted": true}';

-- Whose record number this is, as an id, so that the log can be read by patient: only in a transaction that has opened the ledger.
create function access_ledger_patients(mrn text) returns setof uuid
    language sql stable security definer set search_path = pg_catalog, public as $$
    select distinct i.patient_id
    from public.patient_identifiers i
    where i.type = 'MR' and i.value_key = upper(regexp_replace(mrn, '[^A-Za-z0-9]', '', 'g'))
      and (select public.access_ledger())
$$;

-- A record with all that were merged into it or that it was merged into: events keep the id they were recorded with (AUD-1).
create function access_ledger_merged(patients uuid[]) returns uuid[]
    language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive family as (
        select p.patient_id, p.merged_into
        from public.patients p
        where p.patient_id = any (patients) and (select public.access_ledger())
        union
        select p.patient_id, p.merged_into
        from public.patients p
        join family f on p.patient_id = f.merged_into or p.merged_into = f.patient_id
    )
    select coalesce(array_agg(patient_id), '{}') from family
$$;

revoke execute on function access_ledger_patients, access_ledger_merged from public;
grant execute on function access_ledger_patients, access_ledger_merged to custodian_app;
