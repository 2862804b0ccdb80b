-- The master patient index (handbook 1.1, 1.2). Every patient-owned table says whose it is now, whose it was first, and which merge moved it.

create table patients (
    patient_id uuid primary key,
    original_patient_id uuid not null,
    merge_id uuid,
    -- merged-away records stay and point to their survivor (MPI-G4)
    merged_into uuid references patients,
    facility_id uuid not null references facilities,
    -- every facility that knows this person: the facility part of PRV-1
    facility_ids uuid[] not null,
    -- restricted: VIP, employee or family, or confidential by the patient's wish (privacy handbook 7.4)
    restricted boolean not null default false,
    restricted_reason text check (restricted_reason in ('vip', 'employee', 'employee-family', 'confidential')),
    sex text not null default 'unknown' check (sex in ('female', 'male', 'other', 'unknown', 'asked-unknown', 'declined')),
    birth_date date,
    birth_precision text not null default 'day' check (birth_precision in ('day', 'month', 'year', 'estimated', 'unknown')),
    birth_time time,
    deceased boolean not null default false,
    deceased_at timestamptz,
    multiple_birth boolean not null default false,
    birth_order smallint check (birth_order between 1 and 12),
    mother_id uuid references patients,
    marital_status text,
    language text,
    interpreter_needed boolean,
    religion text,
    mothers_maiden_name text,
    ethnicity text,
    -- an alias stands in for a person not yet identified
    identity text not null default 'known' check (identity in ('known', 'unknown', 'newborn', 'alias')),
    -- XChaCha20-Poly1305 under a key outside the database; the indexes are keyed (HMAC-SHA-256)
    ssn_sealed bytea,
    ssn_index bytea,
    -- HMAC of last four digits and birth date together: four digits alone would be a dictionary of ten thousand
    ssn_last4_index bytea,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    version integer not null default 1,
    check (merged_into is null or merged_into <> patient_id),
    check ((restricted_reason is null) = (not restricted)),
    check (deceased or deceased_at is null)
);
create index patients_by_birth_date on patients (birth_date, patient_id);
create index patients_by_ssn on patients (ssn_index) where ssn_index is not null;
create index patients_by_ssn_last4 on patients (ssn_last4_index) where ssn_last4_index is not null;
create index patients_merged on patients (merged_into) where merged_into is not null;
call own_by_patient('patients');

create table patient_names (
    name_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    -- FHIR NameUse; the one to show is `official`, previous is `old`, `maiden` or ended
    use text not null check (use in ('official', 'usual', 'temp', 'nickname', 'anonymous', 'old', 'maiden', 'alias')),
    family text not null default '',
    given text not null default '',
    prefix text,
    suffix text,
    started_on date,
    ended_on date,
    -- normalised by patients::names (lower case, no accents or punctuation), so ranges work whatever the locale
    family_key text collate "C" not null,
    given_key text collate "C" not null,
    -- double metaphone, primary and alternate
    family_sound text collate "C" not null,
    family_sound_alternate text collate "C" not null,
    given_sound text collate "C" not null
);
create index patient_names_by_patient on patient_names (patient_id);
create index patient_names_by_family on patient_names (family_key, given_key, patient_id);
create index patient_names_by_given on patient_names (given_key, family_key, patient_id);
create index patient_names_by_sound on patient_names (family_sound, given_sound, patient_id);
create index patient_names_by_alternate_sound on patient_names (family_sound_alternate, given_sound, patient_id)
    where family_sound_alternate <> family_sound;
call own_by_patient('patient_names');

-- Each distinct surname under itself and every form with one letter left out: finds one typo (swap, drop, insert, replace) by equality.
create table surname_deletions (
    deletion text collate "C" not null,
    family_key text collate "C" not null,
    primary key (deletion, family_key)
);
alter table surname_deletions enable row level security;
create policy opened on surname_deletions to custodian_app
    using ((select access_roster()) or cardinality((select access_patients())) > 0)
    with check ((select access_roster()) or cardinality((select access_patients())) > 0);
grant select, insert on surname_deletions to custodian_app;

-- (value, authority, type): comparing values without the authority is a defect (handbook 1.1).
create table patient_identifiers (
    identifier_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    -- HL7 table 0203: MR, PI, AN, MC, MA, DL, PPN …; SSN is never here in clear
    type text not null,
    authority text not null,
    value text not null check (value <> ''),
    -- upper case, letters and digits only
    value_key text collate "C" not null,
    started_on date,
    ended_on date
);
create unique index patient_identifiers_issued_once on patient_identifiers (authority, value) where type = 'MR';
create index patient_identifiers_by_value on patient_identifiers (value_key, patient_id);
create index patient_identifiers_by_patient on patient_identifiers (patient_id, type);
call own_by_patient('patient_identifiers');

create table patient_addresses (
    address_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    use text not null check (use in ('home', 'work', 'temp', 'old', 'billing')),
    lines text not null default '',
    city text,
    state text,
    postal_code text,
    country text,
    started_on date,
    ended_on date
);
create index patient_addresses_by_patient on patient_addresses (patient_id);
call own_by_patient('patient_addresses');

create table patient_telecoms (
    telecom_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    kind text not null check (kind in ('phone', 'email', 'fax', 'other')),
    use text,
    value text not null check (value <> ''),
    -- digits only for telephones (last ten), lower case for e-mail
    value_key text collate "C" not null,
    -- without the area code, as people say it on the phone; a column, because row-level security would keep an expression from its index
    local_key text collate "C" generated always as (case when kind in ('phone', 'fax') then right(value_key, 7) end) stored,
    ended_on date
);
create index patient_telecoms_by_value on patient_telecoms (value_key, patient_id);
create index patient_telecoms_by_local on patient_telecoms (local_key, patient_id) where local_key is not null;
create index patient_telecoms_by_patient on patient_telecoms (patient_id);
call own_by_patient('patient_telecoms');

create table patient_races (
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    -- CDC race and ethnicity code, or UNK / ASKU / declined kept as data
    code text not null,
    label text not null,
    primary key (patient_id, code)
);
call own_by_patient('patient_races');

create table patient_contacts (
    contact_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    relationship text,
    name text not null,
    phone text
);
create index patient_contacts_by_patient on patient_contacts (patient_id);
call own_by_patient('patient_contacts');

create table coverages (
    coverage_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    payer text not null,
    plan text,
    member_id text,
    relationship text,
    status text,
    started_on date,
    ended_on date
);
create index coverages_by_patient on coverages (patient_id);
create index coverages_by_member on coverages (member_id) where member_id is not null;
call own_by_patient('coverages');

-- A search stands behind an opaque id; what was typed is sealed (no PHI in an address).
create table patient_searches (
    search_id uuid primary key,
    staff_id uuid not null references staff,
    sealed_criteria bytea not null,
    made_at timestamptz not null
);
create index patient_searches_by_staff on patient_searches (staff_id, made_at);
grant select, insert, delete on patient_searches to custodian_app;
