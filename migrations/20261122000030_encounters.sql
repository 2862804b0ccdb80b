-- Encounters (handbook 2.1). A stay keeps each status and class period with its start and stop (ENC-1).

create table encounters (
    encounter_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    facility_id uuid not null references facilities,
    -- HL7 PV1-19; unique within the facility
    visit_number text not null,
    account_number text,
    class text not null check (class in ('inpatient', 'observation', 'emergency', 'ambulatory', 'day-surgery', 'series', 'pre-admit',
        'newborn', 'home-health', 'virtual')),
    status text not null check (status in ('planned', 'arrived', 'in-progress', 'on-leave', 'discharged', 'finished', 'cancelled',
        'entered-in-error')),
    started_at timestamptz,
    ended_at timestamptz,
    -- the inpatient order, not the arrival (ENC-2)
    admitted_at timestamptz,
    -- UB-04 FL 14, 15 and 17
    admission_type text check (admission_type in ('1', '2', '3', '4', '5', '9')),
    point_of_origin text check (point_of_origin in ('1', '2', '4', '5', '6', '8', '9', 'D', 'E', 'F', 'G')),
    disposition text check (disposition ~ '^[0-9]{2}$'),
    -- what the source said where it has no UB-04 code
    admit_source_text text,
    disposition_text text,
    service text,
    visit_type text,
    reason text,
    attending_id uuid references practitioners,
    part_of uuid references encounters,
    -- a sensitive encounter (behavioural health, substance use, HIV, genetic, minor-consented): segmented (privacy handbook 7.2)
    sensitivity text check (sensitivity in ('psychiatric', 'substance-use', 'hiv', 'genetic', 'minor-consented', 'other')),
    created_at timestamptz not null,
    changed_at timestamptz not null,
    version integer not null default 1,
    -- ENC-3
    constraint encounter_ends_before_it_starts check (ended_at >= started_at),
    -- ENC-9: a newborn was born here (5) or elsewhere (6); 5 and 6 mean something else for everyone else
    constraint newborn_origin check (admission_type is distinct from '4' or point_of_origin is null or point_of_origin in ('5', '6')),
    constraint encounter_visit_number_taken unique (facility_id, visit_number)
);
create index encounters_by_patient on encounters (patient_id, started_at desc, encounter_id);
create index encounters_by_attending on encounters (attending_id, started_at desc);
create index encounters_by_account on encounters (account_number) where account_number is not null;
call own_by_patient('encounters');

create table encounter_status_periods (
    period_id uuid primary key,
    encounter_id uuid not null references encounters,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    status text not null,
    started_at timestamptz,
    ended_at timestamptz,
    check (ended_at >= started_at)
);
create index encounter_status_periods_of on encounter_status_periods (encounter_id, started_at);
call own_by_patient('encounter_status_periods');

create table encounter_class_periods (
    period_id uuid primary key,
    encounter_id uuid not null references encounters,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    class text not null,
    started_at timestamptz,
    ended_at timestamptz,
    check (ended_at >= started_at)
);
create index encounter_class_periods_of on encounter_class_periods (encounter_id, started_at);
call own_by_patient('encounter_class_periods');

create table encounter_locations (
    stay_id uuid primary key,
    encounter_id uuid not null references encounters,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    location_id uuid references locations,
    location_name text not null,
    started_at timestamptz,
    ended_at timestamptz
);
create index encounter_locations_of on encounter_locations (encounter_id, started_at);
call own_by_patient('encounter_locations');

create table encounter_providers (
    encounter_id uuid not null references encounters,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    practitioner_id uuid not null references practitioners,
    -- attending, admitting, discharging, consulting, referring, primary-performer …
    role text not null,
    primary key (encounter_id, practitioner_id, role)
);
create index encounter_providers_by_practitioner on encounter_providers (practitioner_id, patient_id);
create index encounter_providers_by_patient on encounter_providers (patient_id);
call own_by_patient('encounter_providers');

-- Cancelled, never deleted (ENC-7): who, when, why.
create table encounter_cancellations (
    encounter_id uuid primary key references encounters,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    cancelled_at timestamptz not null,
    cancelled_by uuid,
    reason text not null
);
call own_by_patient('encounter_cancellations');

-- Totals of imported claims. Coders never see dollars (privacy handbook; ux 1.1 item 8).
create table encounter_charges (
    charge_id uuid primary key,
    encounter_id uuid not null references encounters,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    claim text not null,
    currency text not null default 'USD',
    total_cents bigint not null
);
create index encounter_charges_of on encounter_charges (encounter_id);
call own_by_patient('encounter_charges');

-- Codes as they came from elsewhere: never mixed with a coder's work.
create table source_diagnoses (
    diagnosis_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    encounter_id uuid references encounters,
    system text not null,
    code text not null,
    label text not null,
    category text,
    -- admitting, discharge, comorbidity … with its rank, where an encounter lists it
    role text,
    rank integer,
    clinical_status text,
    verification_status text,
    onset_at timestamptz,
    recorded_at timestamptz
);
create index source_diagnoses_by_patient on source_diagnoses (patient_id, recorded_at desc);
create index source_diagnoses_by_encounter on source_diagnoses (encounter_id) where encounter_id is not null;
call own_by_patient('source_diagnoses');

create table source_procedures (
    procedure_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    encounter_id uuid references encounters,
    system text not null,
    code text not null,
    label text not null,
    status text,
    performed_at timestamptz,
    performed_until timestamptz,
    performer text
);
create index source_procedures_by_patient on source_procedures (patient_id, performed_at desc);
create index source_procedures_by_encounter on source_procedures (encounter_id) where encounter_id is not null;
call own_by_patient('source_procedures');

-- Results, medications, allergies, immunisations, plans …: kept as received, shown read-only by type and date.
create table clinical_items (
    item_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    encounter_id uuid references encounters,
    kind text not null,
    label text not null,
    value text,
    status text,
    dated_at timestamptz,
    resource jsonb not null
);
create index clinical_items_by_patient on clinical_items (patient_id, kind, dated_at desc, item_id);
call own_by_patient('clinical_items');
