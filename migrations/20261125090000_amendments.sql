-- Requests for amendment (45 CFR 164.526, DOC-11): what a person asked to have changed, every step that was taken, and whom it was told.

create table amendment_requests (
    request_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    requester text not null check (requester in ('patient', 'personal-representative')),
    -- the representative, with what makes them one
    requester_name text check (char_length(btrim(requester_name)) >= 3),
    -- the entry in the person's own words, where no document is named
    entry text not null default '',
    wanted text not null check (char_length(btrim(wanted)) >= 3),
    reason text not null check (char_length(btrim(reason)) >= 3),
    -- the request as it was handed in
    paper_id uuid references documents,
    received_on date not null,
    -- 164.526(b)(2)(i)
    due_on date generated always as (received_on + 60) stored,
    recorded_by uuid not null references staff,
    recorded_at timestamptz not null,
    check ((requester = 'personal-representative') = (requester_name is not null))
);
create index amendment_requests_by_patient on amendment_requests (patient_id, received_on);
create index amendment_requests_by_due on amendment_requests (due_on, request_id);
create index amendment_requests_by_receipt on amendment_requests (received_on, request_id);
call own_by_patient('amendment_requests');

-- The documents it is about.
create table amendment_targets (
    request_id uuid not null references amendment_requests,
    document_id uuid not null references documents,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    primary key (request_id, document_id)
);
create index amendment_targets_of on amendment_targets (document_id);
create index amendment_targets_by_patient on amendment_targets (patient_id);
call own_by_patient('amendment_targets');
revoke update on amendment_targets from custodian_app;

-- What was done about it: a row a step, never changed.
create table amendment_steps (
    step_id uuid primary key,
    request_id uuid not null references amendment_requests,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    step_no integer not null check (step_no > 0),
    kind text not null check (kind in ('assigned', 'extended', 'advised', 'granted', 'granted-in-part', 'denied', 'amended', 'told', 'disagreed',
        'rebutted', 'attachment-asked', 'withdrawn')),
    -- the day it happened to the person: a letter left, a statement came in
    happened_on date not null,
    note text not null default '',
    assigned_to uuid references staff,
    -- the extension's new last day
    until_on date,
    -- 164.526(a)(2)
    ground text check (ground in ('not-created-here', 'not-in-designated-record-set', 'not-accessible', 'accurate-and-complete')),
    -- amended: the document and the entry that amends it; disagreed: the paper
    target_id uuid references documents,
    document_id uuid references documents,
    taken_by uuid not null references staff,
    taken_at timestamptz not null,
    unique (request_id, step_no),
    check ((kind = 'assigned') = (assigned_to is not null)),
    check ((kind = 'extended') = (until_on is not null)),
    check ((kind in ('denied', 'granted-in-part')) = (ground is not null)),
    check ((kind = 'amended') = (target_id is not null)),
    check (kind <> 'amended' or document_id is not null),
    check (document_id is null or kind in ('amended', 'disagreed')),
    check (kind in ('assigned', 'amended', 'attachment-asked') or char_length(btrim(note)) >= 3)
);
create index amendment_steps_by_patient on amendment_steps (patient_id);
-- one extension (164.526(b)(2)(ii)), one decision, one answer to it
create unique index amendments_decided_once on amendment_steps (request_id) where kind in ('granted', 'granted-in-part', 'denied');
create unique index amendments_stepped_once on amendment_steps (request_id, kind)
    where kind in ('extended', 'told', 'disagreed', 'rebutted', 'attachment-asked', 'withdrawn');
create unique index amendments_amended_once on amendment_steps (request_id, target_id) where kind = 'amended';
call own_by_patient('amendment_steps');
revoke update on amendment_steps from custodian_app;

-- Whom a granted amendment is to be told: whom the person names, and who is known to rely on what was wrong (164.526(c)(3)).
create table amendment_recipients (
    recipient_id uuid primary key,
    request_id uuid not null references amendment_requests,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    name text not null check (char_length(btrim(name)) >= 3),
    address text not null default '',
    why text not null check (why in ('named', 'relies')),
    added_by uuid not null references staff,
    added_at timestamptz not null
);
create index amendment_recipients_of on amendment_recipients (request_id);
create index amendment_recipients_by_patient on amendment_recipients (patient_id);
call own_by_patient('amendment_recipients');
revoke update on amendment_recipients from custodian_app;

create table amendment_notices (
    recipient_id uuid primary key references amendment_recipients,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    told_on date not null,
    how text not null check (char_length(btrim(how)) >= 3),
    told_by uuid not null references staff,
    recorded_at timestamptz not null
);
create index amendment_notices_by_patient on amendment_notices (patient_id);
call own_by_patient('amendment_notices');
revoke update on amendment_notices from custodian_app;

-- The tasks that are the right of whoever it is assigned to; they end with it.
create table amendment_tasks (
    task_id uuid primary key references tasks,
    request_id uuid not null references amendment_requests,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid
);
create index amendment_tasks_of on amendment_tasks (request_id);
create index amendment_tasks_by_patient on amendment_tasks (patient_id);
call own_by_patient('amendment_tasks');
revoke update on amendment_tasks from custodian_app;

-- One more kind of work, whatever kinds there are by then.
do $$
declare
    known text := (select pg_get_constraintdef(c.oid) from pg_constraint c
        where c.conrelid = 'public.tasks'::regclass and c.conname = 'tasks_kind_check');
begin
    alter table tasks drop constraint tasks_kind_check;
    execute 'alter table tasks add constraint tasks_kind_check '
        || replace(known, '''privacy-case''::text', '''privacy-case''::text, ''amendment''::text');
end $$;

-- A request is kept as it was recorded; a merge may re-point whose it is.
create function keep_amendment_request() returns trigger
    language plpgsql set search_path = pg_catalog, public as $$
begin
    if to_jsonb(new) - 'patient_id' - 'merge_id' - 'due_on' <> to_jsonb(old) - 'patient_id' - 'merge_id' - 'due_on' then
        raise exception 'kept for good' using errcode = 'check_violation', constraint = 'amendment_request_is_kept';
    end if;
    return new;
end $$;
create trigger keep before update on amendment_requests for each row execute function keep_amendment_request();

-- DOC-11: what may follow what, and within which days. The program says the same in words (src/amendments/rules.rs).
create function check_amendment_step() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    asked public.amendment_requests;
    done text[] := array(select s.kind from public.amendment_steps s where s.request_id = new.request_id);
    granted boolean := done && array['granted', 'granted-in-part'];
    denied boolean := done && array['denied', 'granted-in-part'];
    told boolean := 'told' = any (done);
    fits boolean;
begin
    select * into strict asked from public.amendment_requests r where r.request_id = new.request_id;
    if asked.patient_id <> new.patient_id then
        raise exception 'another patient''s' using errcode = 'check_violation', constraint = 'amendment_of_another_patient';
    end if;
    if new.happened_on < asked.received_on then
        raise exception 'before it was received' using errcode = 'check_violation', constraint = 'amendment_step_before_receipt';
    end if;
    if new.kind = 'extended' and new.happened_on > asked.due_on then
        raise exception 'the person was told too late' using errcode = 'check_violation', constraint = 'amendment_extension_is_late';
    end if;
    if new.kind = 'extended' and (new.until_on <= asked.due_on or new.until_on > asked.received_on + 90) then
        raise exception 'at most 30 days more' using errcode = 'check_violation', constraint = 'amendment_extension_is_long';
    end if;
    fits := not 'withdrawn' = any (done) and case new.kind
        when 'assigned' then not told
        when 'extended' then not (granted or denied)
        when 'advised' then not (granted or denied)
        when 'granted' then not (granted or denied)
        when 'granted-in-part' then not (granted or denied)
        when 'denied' then not (granted or denied)
        when 'withdrawn' then not (granted or denied)
        when 'amended' then granted
        when 'told' then denied and not granted
            or granted and 'amended' = any (done) and not exists (select from public.amendment_targets t where t.request_id = new.request_id
                and not exists (select from public.amendment_steps s
                    where s.request_id = new.request_id and s.kind = 'amended' and s.target_id = t.document_id))
        when 'disagreed' then denied and told
        when 'attachment-asked' then denied and told and not 'disagreed' = any (done)
        when 'rebutted' then 'disagreed' = any (done)
    end;
    if not fits then
        raise exception 'not a step from here' using errcode = 'check_violation', constraint = 'amendment_step_order';
    end if;
    return new;
end $$;
create trigger keep before insert on amendment_steps for each row execute function check_amendment_step();

-- How a request stands, for lists: row-level security holds for the caller. `open` waits for a decision, `decided` for what follows from it.
create function amendment_standing(request uuid) returns table (
        due_on date, extended boolean, decision text, acted boolean, state text, assigned_to uuid)
    language sql stable set search_path = pg_catalog, public as $$
    select coalesce(max(s.until_on), max(r.due_on)), count(s.until_on) > 0,
        max(s.kind) filter (where s.kind in ('granted', 'granted-in-part', 'denied')),
        coalesce(bool_or(s.kind in ('told', 'withdrawn')), false),
        case when coalesce(bool_or(s.kind = 'withdrawn'), false) then 'withdrawn'
            when coalesce(bool_or(s.kind = 'told'), false) and not exists (select from public.amendment_recipients x
                where x.request_id = request and not exists (select from public.amendment_notices n where n.recipient_id = x.recipient_id)) then 'closed'
            when coalesce(bool_or(s.kind in ('granted', 'granted-in-part', 'denied')), false) then 'decided'
            else 'open' end,
        (array_agg(s.assigned_to order by s.step_no desc) filter (where s.kind = 'assigned'))[1]
    from public.amendment_requests r
    left join public.amendment_steps s on s.request_id = r.request_id
    where r.request_id = request
$$;

-- What everybody who opens a document must know of its amendments (164.526(d)(5)); what it says is for those who may read the request.
create function amendment_flags(document uuid) returns text[]
    language sql stable set search_path = pg_catalog, public as $$
    select array_remove(array[
        case when bool_or(not 'told' = any (k.done)) then 'requested' end,
        case when bool_or(k.amended) then 'amended' end,
        case when bool_or(k.denied and not k.travels) then 'denied' end,
        case when bool_or(k.denied and k.travels) then 'attached' end,
        case when bool_or('disagreed' = any (k.done)) then 'disagreed' end
    ], null)
    from (
        select d.done, d.done && array['denied', 'granted-in-part'] and 'told' = any (d.done) as denied,
            d.done && array['disagreed', 'attachment-asked'] as travels,
            exists (select from public.amendment_steps s where s.request_id = t.request_id and s.kind = 'amended' and s.target_id = document) as amended
        from public.amendment_targets t
        cross join lateral (select array(select s.kind from public.amendment_steps s where s.request_id = t.request_id) as done) d
        where t.document_id = document and not 'withdrawn' = any (d.done)
    ) k
$$;
revoke execute on function keep_amendment_request, check_amendment_step from public;
grant execute on function amendment_standing, amendment_flags to custodian_app;
