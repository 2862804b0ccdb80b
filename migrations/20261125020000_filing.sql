-- Documents filed, signed and changed without forgetting (handbook 3.3 to 3.6). What is signed is locked here, not in the program.

-- A file that arrived before anybody said whose it is: quarantine, never a best guess (DOC-18). Its name and bytes may tell of a patient, so
-- it is visible only to a transaction that has recorded a look.
create table intake_files (
    file_id uuid primary key,
    facility_id uuid not null references facilities,
    name text not null,
    content_type text not null,
    size_bytes bigint not null check (size_bytes > 0),
    sha256 bytea not null check (octet_length(sha256) = 32),
    blob_name text not null,
    page_count integer check (page_count > 0),
    -- what keeps it out of a release
    defects text[] not null default '{}',
    received_at timestamptz not null,
    received_by uuid not null references staff,
    received_by_name text not null
);
create index intake_files_by_time on intake_files (received_at, file_id);

-- How it left the quarantine; once.
create table intake_outcomes (
    file_id uuid primary key references intake_files,
    outcome text not null check (outcome in ('filed', 'set-aside')),
    document_id uuid,
    reason text,
    decided_at timestamptz not null,
    decided_by uuid not null references staff,
    check ((outcome = 'filed') = (document_id is not null)),
    check (outcome = 'filed' or char_length(btrim(reason)) >= 3)
);

alter table intake_files enable row level security;
alter table intake_outcomes enable row level security;
create policy opened on intake_files to custodian_app
    using ((select access_roster()) or cardinality((select access_patients())) > 0)
    with check ((select access_roster()) or cardinality((select access_patients())) > 0);
create policy opened on intake_outcomes to custodian_app
    using ((select access_roster()) or cardinality((select access_patients())) > 0)
    with check ((select access_roster()) or cardinality((select access_patients())) > 0);
grant select, insert on intake_files, intake_outcomes to custodian_app;

-- Two identifiers typed from the paper led to this chart (DOC-14): who said so, and by which two.
create table intake_matches (
    match_id uuid primary key,
    file_id uuid not null references intake_files,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    identifiers text not null check (identifiers in ('mrn-and-birth-date', 'name-and-birth-date')),
    matched_by uuid not null references staff,
    matched_at timestamptz not null
);
create index intake_matches_of on intake_matches (file_id, patient_id, matched_by);
create index intake_matches_by_patient on intake_matches (patient_id);
call own_by_patient('intake_matches');

alter table document_versions add column defects text[] not null default '{}';
-- A version follows its predecessor, and nothing follows twice.
alter table document_versions add constraint document_versions_follow check ((version_no = 1) = (supersedes is null));
create unique index document_versions_followed_once on document_versions (supersedes) where supersedes is not null;

-- What kind of entry a document is (handbook 3.5), and the time and delay a late entry must state.
alter table documents add column entry text not null default 'original' check (entry in ('original', 'late-entry', 'addendum', 'amendment'));
alter table documents add column event_at timestamptz;
alter table documents add column delay_reason text;
alter table documents add column cosigner_id uuid references practitioners;
alter table documents add constraint late_entry_says_when_and_why check (entry <> 'late-entry' or (event_at is not null and char_length(btrim(delay_reason)) >= 3));
create index documents_by_author_waiting on documents (author_id, document_id) where status in ('draft', 'preliminary');
create index documents_by_cosigner on documents (cosigner_id, document_id) where cosigner_id is not null;

-- DOC-7: who, as what, meaning what, when and where that was, over which bytes, proved how.
create table document_signatures (
    signature_id uuid primary key,
    document_id uuid not null references documents,
    version_id uuid not null references document_versions,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    signer_id uuid not null references staff,
    practitioner_id uuid references practitioners,
    signer_name text not null,
    credential text,
    role text not null,
    meaning text not null check (meaning in ('author', 'cosigner', 'witness', 'reviewer', 'administrative-closure')),
    statement text,
    signed_at timestamptz not null,
    zone text not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    method text not null check (method in ('password', 'password-and-code')),
    -- a move within the same chart carries the author's signature over the same bytes (DOC-13)
    carried_from uuid references document_signatures,
    event_id uuid not null,
    -- DOC-10: a closure says why
    check (meaning <> 'administrative-closure' or char_length(btrim(statement)) >= 10),
    unique (version_id, signer_id, meaning)
);
create index document_signatures_of on document_signatures (document_id);
create index document_signatures_by_patient on document_signatures (patient_id);
call own_by_patient('document_signatures');
revoke update on document_signatures from custodian_app;

-- The tombstone (handbook 3.5). Where it went is an id only: that chart is not open to who reads this one.
create table document_retractions (
    document_id uuid primary key references documents,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    reason_code text not null check (reason_code in ('wrong-patient', 'wrong-encounter', 'duplicate', 'other-error')),
    reason text not null check (char_length(btrim(reason)) >= 10),
    prior_status text not null,
    successor_id uuid,
    retracted_at timestamptz not null,
    retracted_by uuid not null references staff,
    retracted_by_name text not null
);
create index document_retractions_by_patient on document_retractions (patient_id);
call own_by_patient('document_retractions');
revoke update on document_retractions from custodian_app;

-- DOC-15: a second person looked, and what they found.
create table scan_checks (
    check_id uuid primary key,
    document_id uuid not null references documents,
    version_no integer not null,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    indexed_by uuid not null references staff,
    checked_by uuid not null references staff,
    checked_at timestamptz not null,
    error_class text check (error_class in ('wrong-patient', 'wrong-encounter', 'wrong-type', 'wrong-date', 'missing-page', 'unreadable',
        'upside-down', 'double-fed')),
    note text,
    constraint scan_checked_by_its_indexer check (checked_by <> indexed_by)
);
create index scan_checks_of on scan_checks (document_id, checked_at);
create index scan_checks_by_time on scan_checks (checked_at);
create index scan_checks_by_patient on scan_checks (patient_id);
call own_by_patient('scan_checks');
revoke update on scan_checks from custodian_app;

-- The words of a version, for searching within one chart. Row-level security goes before any index on the words, so the index that serves is
-- the patient's.
create table document_texts (
    version_id uuid primary key references document_versions,
    document_id uuid not null references documents,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    body text not null,
    words tsvector generated always as (to_tsvector('english', body)) stored
);
create index document_texts_by_patient on document_texts (patient_id);
call own_by_patient('document_texts');
revoke update on document_texts from custodian_app;

-- The lock. -----------------------------------------------------------------------------------------------------------------------------

-- Handbook 3.3: draft, preliminary, final, then added to or changed by new versions, then superseded; retracted is the end of every road.
create function document_may_become(before text, after text) returns boolean
    language sql immutable set search_path = pg_catalog, public as $$
    select before = after or (before, after) in (values
        ('draft', 'preliminary'), ('draft', 'final'), ('draft', 'retracted'),
        ('preliminary', 'final'), ('preliminary', 'retracted'),
        ('final', 'addended'), ('final', 'amended'), ('final', 'corrected'), ('final', 'superseded'), ('final', 'retracted'),
        ('addended', 'amended'), ('addended', 'corrected'), ('addended', 'superseded'), ('addended', 'retracted'),
        ('amended', 'corrected'), ('amended', 'superseded'), ('amended', 'retracted'),
        ('corrected', 'amended'), ('corrected', 'superseded'), ('corrected', 'retracted'),
        ('superseded', 'retracted'))
$$;

-- DOC-3: a version never changes. A merge may re-point whose it is, nothing else.
create function keep_document_version() returns trigger
    language plpgsql set search_path = pg_catalog, public as $$
begin
    if to_jsonb(new) - 'patient_id' - 'merge_id' <> to_jsonb(old) - 'patient_id' - 'merge_id' then
        raise exception 'a stored version does not change' using errcode = 'check_violation', constraint = 'document_version_is_kept';
    end if;
    return new;
end $$;
create trigger keep before update on document_versions for each row execute function keep_document_version();

-- DOC-3, DOC-4: what is signed changes through a signed new version or not at all. An unsigned import follows its source.
create function keep_document() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    signed boolean := exists (select from public.document_signatures s where s.document_id = old.document_id
        and s.meaning in ('author', 'administrative-closure'));
    ours boolean := signed or old.source = 'local';
    locked boolean := signed or (ours and old.status not in ('draft', 'preliminary'));
begin
    if (new.document_id, new.original_patient_id, new.filed_at, new.source) is distinct from
        (old.document_id, old.original_patient_id, old.filed_at, old.source)
        or (old.status = 'retracted' and to_jsonb(new) - 'patient_id' - 'merge_id' <> to_jsonb(old) - 'patient_id' - 'merge_id')
    then
        raise exception 'kept for good' using errcode = 'check_violation', constraint = 'document_is_kept';
    end if;
    if ours and not public.document_may_become(old.status, new.status) then
        raise exception 'not a step of a document''s life' using errcode = 'check_violation', constraint = 'document_status_order';
    end if;
    if new.current_version = old.current_version then
        if locked and (new.type_code, new.title, new.encounter_id, new.author_id, new.author_name, new.authored_at, new.service_date,
                new.entry, new.event_at, new.delay_reason, new.cosigner_id) is distinct from
            (old.type_code, old.title, old.encounter_id, old.author_id, old.author_name, old.authored_at, old.service_date,
                old.entry, old.event_at, old.delay_reason, old.cosigner_id)
        then
            raise exception 'signed' using errcode = 'check_violation', constraint = 'document_is_locked';
        end if;
    else
        if new.current_version < old.current_version
            or not exists (select from public.document_versions v where v.document_id = old.document_id and v.version_no = new.current_version)
        then
            raise exception 'no such version' using errcode = 'check_violation', constraint = 'document_version_order';
        end if;
        if locked and new.status <> 'corrected' and ours then
            raise exception 'not a correction' using errcode = 'check_violation', constraint = 'document_status_order';
        end if;
        if signed and not exists (select from public.document_signatures s join public.document_versions v on v.version_id = s.version_id
            where v.document_id = old.document_id and v.version_no = new.current_version and s.meaning in ('author', 'administrative-closure'))
        then
            raise exception 'the new version is not signed' using errcode = 'check_violation', constraint = 'document_version_unsigned';
        end if;
    end if;
    if old.source = 'local' and old.status in ('draft', 'preliminary') and new.status = 'final'
        and not exists (select from public.document_signatures s join public.document_versions v on v.version_id = s.version_id
            where v.document_id = old.document_id and v.version_no = new.current_version and s.meaning in ('author', 'administrative-closure'))
    then
        raise exception 'final means signed' using errcode = 'check_violation', constraint = 'document_version_unsigned';
    end if;
    return new;
end $$;
create trigger keep before update on documents for each row execute function keep_document();

-- DOC-7, DOC-9: a signature is over these very bytes, the newest, and the author's is the author's own.
create function check_document_signature() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    target record;
    signer uuid := (select s.practitioner_id from public.staff s where s.staff_id = new.signer_id);
begin
    select d.status, d.author_id, d.cosigner_id, d.patient_id, v.sha256, v.version_no,
        (select max(w.version_no) from public.document_versions w where w.document_id = d.document_id) as newest
    into target
    from public.documents d
    join public.document_versions v on v.document_id = d.document_id and v.version_id = new.version_id
    where d.document_id = new.document_id;
    if not found or target.sha256 <> new.sha256 or target.version_no <> target.newest or target.patient_id <> new.patient_id then
        raise exception 'other content' using errcode = 'check_violation', constraint = 'signature_of_other_content';
    end if;
    if target.status in ('retracted', 'superseded') then
        raise exception 'out of the record' using errcode = 'check_violation', constraint = 'signature_of_a_retracted_document';
    end if;
    if new.meaning = 'author' and signer is distinct from target.author_id
        or new.meaning = 'author' and signer is null
        or new.meaning = 'cosigner' and signer is distinct from target.cosigner_id
        or new.meaning = 'cosigner' and signer is null
    then
        raise exception 'somebody else''s' using errcode = 'check_violation', constraint = 'signature_for_somebody_else';
    end if;
    return new;
end $$;
create trigger keep before insert on document_signatures for each row execute function check_document_signature();

-- DOC-8: was this session shown this version whole? A flag about oneself, for lists, which may not read the ledger.
create function document_was_shown(staff uuid, session uuid, document uuid, version integer) returns boolean
    language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select from public.documents d
        join public.audit_events e on e.patient_id = d.patient_id and e.recorded_at > now() - interval '24 hours'
        where d.document_id = document and e.act = 'document.open' and e.outcome = 'success' and e.actor_id = staff and e.session_id = session
            and e.object_id = document and e.detail->>'form' = 'whole' and (e.detail->>'version')::integer = version)
$$;
revoke execute on function document_was_shown from public;
grant execute on function document_was_shown to custodian_app;

revoke execute on function document_may_become, keep_document_version, keep_document, check_document_signature from public;
