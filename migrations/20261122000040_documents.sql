-- Documents (handbook 3.1 to 3.3): content is stored once by hash, encrypted, outside the database; a version is a whole new row (DOC-4).

create table document_types (
    code text primary key,
    label text not null,
    loinc text,
    -- what the legal health record and the designated record set hold (DOC-1)
    in_legal_health_record boolean not null,
    in_designated_record_set boolean not null,
    sensitivity text check (sensitivity in ('psychiatric', 'substance-use', 'hiv', 'genetic', 'minor-consented', 'psychotherapy', 'other')),
    needs_signature boolean not null,
    needs_cosignature boolean not null default false,
    -- billing may open it (privacy handbook 7.2 note 5)
    for_claims boolean not null default false
);
grant select, insert, update on document_types to custodian_app;

create table documents (
    document_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    encounter_id uuid references encounters,
    type_code text not null references document_types,
    -- the local name stays on screen (handbook 3.2)
    title text not null,
    status text not null check (status in ('draft', 'preliminary', 'final', 'addended', 'amended', 'corrected', 'superseded', 'retracted')),
    sensitivity text check (sensitivity in ('psychiatric', 'substance-use', 'hiv', 'genetic', 'minor-consented', 'psychotherapy', 'other')),
    author_id uuid references practitioners,
    author_name text,
    -- clinical time, apart from when it was filed (DOC-3)
    authored_at timestamptz,
    service_date date,
    filed_at timestamptz not null,
    current_version integer not null default 1,
    source text not null default 'local'
);
create index documents_by_patient on documents (patient_id, authored_at desc, document_id);
create index documents_by_encounter on documents (encounter_id) where encounter_id is not null;
call own_by_patient('documents');

create table document_versions (
    version_id uuid primary key,
    document_id uuid not null references documents,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    version_no integer not null check (version_no > 0),
    supersedes uuid references document_versions,
    reason text,
    created_by uuid,
    created_by_name text not null,
    created_at timestamptz not null,
    content_type text not null,
    size_bytes bigint not null check (size_bytes >= 0),
    sha256 bytea not null check (octet_length(sha256) = 32),
    -- where the sealed bytes are; a keyed name, so the store does not tell equal content to a thief
    blob_name text not null,
    page_count integer check (page_count > 0),
    unique (document_id, version_no)
);
create index document_versions_by_patient on document_versions (patient_id);
call own_by_patient('document_versions');

-- How documents speak of each other: appends, replaces, transforms, signs (FHIR relatesTo).
create table document_relations (
    document_id uuid not null references documents,
    target_id uuid not null references documents,
    kind text not null check (kind in ('appends', 'replaces', 'transforms', 'signs')),
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    primary key (document_id, target_id, kind)
);
call own_by_patient('document_relations');
