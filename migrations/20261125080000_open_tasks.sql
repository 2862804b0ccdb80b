-- Whether a task is open is told by its closure, which is a row of its own. Finding the open ones, oldest first, meant passing over every finished one
-- before them; so the task carries a mark the database itself keeps true, and the indexes of the queues hold open tasks only.

alter table tasks add column is_open boolean not null default true;
update tasks t set is_open = false where exists (select from task_closures c where c.task_id = t.task_id);

-- Whatever anybody writes into the mark, the closures decide. As the owner: a closure that row-level security hides counts too.
create function tell_open_task() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    new.is_open := not exists (select from public.task_closures c where c.task_id = new.task_id);
    return new;
end $$;
create trigger tell_open before insert or update on tasks for each row execute function tell_open_task();

create function close_open_task() returns trigger
    language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update public.tasks t set is_open = false where t.task_id = new.task_id;
    return null;
end $$;
create trigger close_open after insert on task_closures for each row execute function close_open_task();

revoke execute on function tell_open_task, close_open_task from public;

drop index tasks_by_staff;
drop index tasks_by_role;
drop index tasks_by_end;
create index tasks_open_by_staff on tasks (assigned_to, opened_at, task_id) where is_open and assigned_to is not null;
create index tasks_open_by_role on tasks (assigned_role, opened_at, task_id) where is_open and assigned_to is null;
create index tasks_open_by_end on tasks (ends_at) where is_open and ends_at is not null;

-- A scrape counts what waits, and passes over nothing else.
create or replace function operations_figures() returns table (name text, label text, figure double precision)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select 'ledger_leaves', null, coalesce((select max(leaf_index) + 1 from public.audit_leaves), 0)::float8
    union all
    select 'seal_backlog', null, count(*)::float8 from public.audit_unsealed
    union all
    select 'seal_lag', null, coalesce(extract(epoch from clock_timestamp() - min(recorded_at)), 0)::float8 from public.audit_unsealed
    union all
    select 'sessions', null, count(*)::float8 from public.sessions where ended_at is null and expires_at > clock_timestamp()
    union all
    select 'backup_age', null, extract(epoch from clock_timestamp() - max(finished_at))::float8 from public.backups having max(finished_at) is not null
    union all
    select 'tasks', t.kind, count(*)::float8 from public.tasks t where t.is_open group by t.kind
$$;
