-- Facilities, the people who sign in, what they may do, and their sessions. No patient data here: a desk scope reads it.

create table facilities (
    facility_id uuid primary key,
    code text not null unique check (code ~ '^[A-Z0-9-]{2,16}$'),
    name text not null check (name <> ''),
    -- who issues this facility's record numbers (HL7 CX-4); a record number is unique within it
    mrn_authority text not null unique,
    time_zone text not null
);

-- Providers who attend, order or sign. Names here are workforce data, not patient data.
create table practitioners (
    practitioner_id uuid primary key,
    npi text check (npi ~ '^[0-9]{10}$'),
    family text not null,
    given text not null default '',
    prefix text,
    credential text,
    specialty text,
    active boolean not null default true
);
create index practitioners_by_name on practitioners (family, given);
create index practitioners_by_npi on practitioners (npi);

create table organizations (
    organization_id uuid primary key,
    name text not null,
    kind text,
    phone text,
    address text
);

create table locations (
    location_id uuid primary key,
    name text not null,
    kind text,
    part_of uuid references locations,
    organization_id uuid references organizations
);

create table staff (
    staff_id uuid primary key,
    sign_in_name text not null check (sign_in_name = lower(sign_in_name) and sign_in_name ~ '^[a-z0-9][a-z0-9._-]{1,63}$'),
    full_name text not null check (full_name <> ''),
    credential text,
    -- Argon2id in PHC form
    password_hash text not null,
    password_set_at timestamptz not null,
    must_change_password boolean not null default false,
    -- their own record as a patient, so that nobody opens their own chart at work (PRV-5)
    patient_id uuid,
    practitioner_id uuid references practitioners,
    is_demo boolean not null default false,
    theme text check (theme in ('light', 'dark')),
    density text not null default 'normal' check (density in ('compact', 'normal', 'roomy')),
    shortcuts boolean not null default true,
    created_at timestamptz not null,
    version integer not null default 1,
    constraint staff_sign_in_name_taken unique (sign_in_name)
);
create unique index staff_by_practitioner on staff (practitioner_id) where practitioner_id is not null;

create table staff_roles (
    staff_id uuid not null references staff,
    role text not null check (role in ('registrar', 'clerk', 'indexer', 'scanqc', 'coder', 'lead', 'cdi', 'release', 'completion',
        'physician', 'manager', 'privacy', 'admin', 'billing', 'analyst', 'auditor')),
    granted_by uuid,
    granted_at timestamptz not null,
    primary key (staff_id, role)
);

create table staff_facilities (
    staff_id uuid not null references staff,
    facility_id uuid not null references facilities,
    primary key (staff_id, facility_id)
);

-- A disabled person keeps their row and id for ever (45 CFR 164.312(a)(2)(i)).
create table staff_disablements (
    staff_id uuid primary key references staff,
    disabled_by uuid,
    disabled_at timestamptz not null,
    reason text not null
);

-- Sign-in failures in a row and until when the name waits (privacy handbook 7.8).
create table sign_in_failures (
    sign_in_name text primary key,
    failures integer not null,
    last_failed_at timestamptz not null,
    locked_until timestamptz
);

create table sessions (
    session_id uuid primary key,
    -- SHA-256 of the token; the token itself is only in the cookie
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    staff_id uuid not null references staff,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    stepped_up_at timestamptz,
    ended_at timestamptz,
    address inet,
    user_agent text
);
create index sessions_by_staff on sessions (staff_id) where ended_at is null;

-- What somebody had typed when their session ended, or the database was away: kept encrypted until they are back.
create table parked_forms (
    parked_form_id uuid primary key,
    staff_id uuid not null references staff,
    path text not null,
    sealed_body bytea not null,
    parked_at timestamptz not null
);

grant select on facilities, practitioners, organizations, locations to custodian_app;
grant insert, update on facilities, practitioners, organizations, locations to custodian_app;
grant select, insert, update on staff, staff_disablements, sign_in_failures, sessions to custodian_app;
grant select, insert, update, delete on staff_roles, staff_facilities, parked_forms to custodian_app;
grant delete on sign_in_failures, staff_disablements, sessions to custodian_app;
