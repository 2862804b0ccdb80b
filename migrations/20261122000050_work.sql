-- Why somebody may look: tasks, assignments, care relations and break-the-glass grants.

create table tasks (
    task_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    encounter_id uuid references encounters,
    document_id uuid references documents,
    kind text not null check (kind in ('retrieval', 'filing', 'intake', 'indexing', 'quality-check', 'coding', 'coding-review', 'documentation-improvement',
        'release', 'completion', 'billing', 'audit-sample', 'privacy-case')),
    -- a person, or anyone of a role
    assigned_to uuid references staff,
    assigned_role text,
    -- sensitive categories this work needs (privacy handbook 7.2 notes 1, 2)
    needs_sensitive boolean not null default false,
    note text not null,
    opened_at timestamptz not null,
    due_at timestamptz,
    check (assigned_to is not null or assigned_role is not null)
);
create index tasks_by_patient on tasks (patient_id, kind);
create index tasks_by_staff on tasks (assigned_to, opened_at, task_id) where assigned_to is not null;
create index tasks_by_role on tasks (assigned_role, opened_at, task_id) where assigned_to is null;
call own_by_patient('tasks');

create table task_closures (
    task_id uuid primary key references tasks,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    closed_at timestamptz not null,
    closed_by uuid,
    outcome text not null
);
create index task_closures_by_patient on task_closures (patient_id);
call own_by_patient('task_closures');

-- Treating relationship beyond the encounter's own providers: covering, on-call, unit.
create table care_team_members (
    member_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    staff_id uuid not null references staff,
    reason text not null,
    started_at timestamptz not null,
    ended_at timestamptz
);
create index care_team_by_patient on care_team_members (patient_id, staff_id);
create index care_team_by_staff on care_team_members (staff_id);
call own_by_patient('care_team_members');

-- PRV-5, PRV-6: this person, this patient, this class of data, until then.
create table glass_grants (
    grant_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    staff_id uuid not null references staff,
    -- emergency: one press by clinical staff, no text, no step-up
    emergency boolean not null,
    data_class text not null check (data_class in ('chart', 'sensitive')),
    reason_code text not null,
    reason text not null,
    granted_at timestamptz not null,
    expires_at timestamptz not null,
    check (expires_at > granted_at),
    check (emergency or char_length(btrim(reason)) >= 10)
);
create index glass_grants_by_patient on glass_grants (patient_id, staff_id, expires_at);
create index glass_grants_by_time on glass_grants (granted_at, grant_id);
call own_by_patient('glass_grants');

create table glass_endings (
    grant_id uuid primary key references glass_grants,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    ended_at timestamptz not null,
    ended_by uuid not null
);
create index glass_endings_by_patient on glass_endings (patient_id);
call own_by_patient('glass_endings');

-- Every grant is reviewed by somebody else (PRV-2).
create table glass_reviews (
    grant_id uuid primary key references glass_grants,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    reviewed_at timestamptz not null,
    reviewed_by uuid not null,
    finding text not null check (finding in ('appropriate', 'not-appropriate', 'investigation')),
    note text not null
);
create index glass_reviews_by_patient on glass_reviews (patient_id);
call own_by_patient('glass_reviews');

-- What came from where, so that a second import changes nothing and a reference may come before its target.
create table source_records (
    source text not null,
    resource_type text not null,
    resource_id text not null,
    patient_id uuid references patients,
    original_patient_id uuid,
    merge_id uuid,
    -- our row of that kind
    target_id uuid not null,
    content_sha256 bytea not null,
    imported_at timestamptz not null,
    primary key (source, resource_type, resource_id)
);
create index source_records_by_patient on source_records (patient_id);
call own_by_patient('source_records');
