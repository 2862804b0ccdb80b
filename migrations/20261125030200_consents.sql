-- Consents on file: what a patient agreed to, refused or laid down, with its dates, its paper and its revocation.

create table consents (
    consent_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    -- general: treatment and payment; privacy-notice: 45 CFR 164.520(c)(2)(ii); exchange: health information exchange
    kind text not null check (kind in ('general', 'privacy-notice', 'exchange', 'advance-directive')),
    -- a notice that was handed out and not signed is data too
    decision text not null check (decision in ('given', 'refused')),
    -- living will, health care proxy; which exchange; what it covers
    scope text not null default '',
    signed_on date not null,
    expires_on date,
    witness text,
    document_id uuid references documents,
    recorded_by uuid references staff,
    recorded_at timestamptz not null,
    check (expires_on is null or expires_on >= signed_on),
    check (kind <> 'advance-directive' or decision = 'given')
);
create index consents_by_patient on consents (patient_id, kind, signed_on);
call own_by_patient('consents');

create table consent_revocations (
    consent_id uuid primary key references consents,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    revoked_on date not null,
    reason text not null check (char_length(btrim(reason)) >= 3),
    revoked_by uuid not null references staff,
    revoked_at timestamptz not null
);
create index consent_revocations_by_patient on consent_revocations (patient_id);
call own_by_patient('consent_revocations');

-- What the banner must say, within an opened chart or list: row-level security holds for the caller.
-- The latest word of a kind counts; a directive counts as long as one is in force.
create function consent_flags(records uuid[], today date) returns text[]
    language sql stable set search_path = pg_catalog, public as $$
    with live as (
        select c.kind, c.decision, row_number() over (partition by c.kind order by c.signed_on desc, c.recorded_at desc) as place
        from public.consents c
        where c.patient_id = any (records) and c.signed_on <= today and (c.expires_on is null or c.expires_on >= today)
          and not exists (select from public.consent_revocations r where r.consent_id = c.consent_id and r.revoked_on <= today)
    )
    select array_remove(array[
        case when exists (select from live where kind = 'advance-directive') then 'advance-directive' end,
        case when exists (select from live where kind = 'exchange' and place = 1 and decision = 'refused') then 'exchange-opt-out' end,
        case when not exists (select from live where kind = 'privacy-notice') then 'no-privacy-notice' end
    ], null)
$$;
grant execute on function consent_flags to custodian_app;
