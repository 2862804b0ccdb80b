-- Chart requests: somebody asks the records department for a chart or a document, for a stated purpose. What became of it is a row a step.

create table chart_requests (
    request_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    -- none: the chart
    document_id uuid references documents,
    asked_by uuid not null references staff,
    -- the role in which it was asked: it decides what right an answer can give
    asked_role text not null,
    -- HL7 PurposeOfUse (privacy handbook 7.3)
    purpose text not null check (purpose in ('TREAT', 'HPAYMT', 'HOPERAT', 'PATRQT')),
    wanted text not null check (char_length(btrim(wanted)) >= 3),
    asked_at timestamptz not null,
    needed_by timestamptz not null
);
create index chart_requests_by_patient on chart_requests (patient_id, asked_at);
create index chart_requests_by_need on chart_requests (needed_by, request_id);
create index chart_requests_by_asker on chart_requests (asked_by, asked_at);
call own_by_patient('chart_requests');

create table chart_request_steps (
    step_id uuid primary key,
    request_id uuid not null references chart_requests,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    kind text not null check (kind in ('accepted', 'delivered', 'declined', 'withdrawn')),
    taken_by uuid not null references staff,
    taken_at timestamptz not null,
    note text not null default '',
    -- accepted: the right of whoever gets it out; delivered: the right of whoever asked
    task_id uuid references tasks,
    check (kind not in ('delivered', 'declined') or char_length(btrim(note)) >= 3)
);
create index chart_request_steps_by_patient on chart_request_steps (patient_id);
create index chart_request_steps_by_request on chart_request_steps (request_id, taken_at);
-- accepted once, ended once
create unique index chart_requests_accepted_once on chart_request_steps (request_id) where kind = 'accepted';
create unique index chart_requests_ended_once on chart_request_steps (request_id) where kind <> 'accepted';
call own_by_patient('chart_request_steps');

-- A right that a request gave ends by itself; the house is tidied every night.
alter table tasks add column ends_at timestamptz;
create index tasks_by_end on tasks (ends_at) where ends_at is not null;

-- The charts a person opened last, from the log: ids and times, and only for a list that is itself on the log.
create function access_recent(staff uuid, since timestamptz, most integer) returns table (patient_id uuid, opened_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select e.patient_id, max(e.recorded_at)
    from (
        select a.patient_id, a.recorded_at from public.audit_events a
        where a.actor_id = staff and a.recorded_at >= since and a.outcome = 'success' and a.patient_id is not null
          and a.act in ('chart.view', 'encounter.view', 'document.open', 'clinical-items.view')
        order by a.recorded_at desc
        limit 300
    ) e
    where (select public.access_roster())
    group by e.patient_id
    order by 2 desc
    limit most
$$;
grant execute on function access_recent to custodian_app;

-- Searches a person named to run again. Name and criteria are sealed together: people name them after patients.
create table saved_searches (
    saved_id uuid primary key,
    staff_id uuid not null references staff,
    sealed_search bytea not null,
    saved_at timestamptz not null
);
create index saved_searches_by_staff on saved_searches (staff_id, saved_at);
grant select, insert, delete on saved_searches to custodian_app;
