-- The door (attempts from one address) and what break-the-glass needs beyond its grants: the owner's list of open ones, counts for the
-- review list, and more than one review of a grant, because an investigation ends with a finding of its own.

-- Failed sign-ins from one address within a window that slides when it is over (privacy handbook 7.8).
create table sign_in_addresses (
    address inet primary key,
    failures integer not null,
    window_started_at timestamptz not null
);
create index sign_in_addresses_by_age on sign_in_addresses (window_started_at);
create index sign_in_failures_by_age on sign_in_failures (last_failed_at);
grant select, insert, update, delete on sign_in_addresses to custodian_app;

create index parked_forms_by_staff on parked_forms (staff_id, parked_at);
create index sessions_by_end on sessions (expires_at);

-- A grant may be reviewed again: "investigation" today, "not appropriate" next week.
alter table glass_reviews drop constraint glass_reviews_pkey;
alter table glass_reviews add column review_id uuid primary key;
create index glass_reviews_by_grant on glass_reviews (grant_id, reviewed_at);
alter table glass_reviews add constraint glass_reviews_say_why check (char_length(btrim(note)) >= 3);

-- The banner on every page: which of this person's own grants are open. Ids and times, no patient data, so it may be asked unopened.
create function access_open_grants(staff uuid, at timestamptz)
    returns table (grant_id uuid, patient_id uuid, emergency boolean, expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select g.grant_id, g.patient_id, g.emergency, g.expires_at
    from public.glass_grants g
    where g.staff_id = staff and g.granted_at <= at and g.expires_at > at
      and not exists (select from public.glass_endings x where x.grant_id = g.grant_id)
    order by g.expires_at, g.grant_id
$$;
create index glass_grants_by_staff on glass_grants (staff_id, expires_at);

-- How much was opened under each grant: counts for the review list, only within an opened list.
create index audit_events_by_grant on audit_events (grant_id) where grant_id is not null;
create function access_grant_uses(grants uuid[]) returns table (grant_id uuid, uses bigint)
    language sql stable security definer set search_path = pg_catalog, public as $$
    select e.grant_id, count(*)
    from public.audit_events e
    where e.grant_id = any (grants) and e.outcome = 'success' and e.act not in ('glass.break', 'glass.emergency', 'glass.end')
      and (select public.access_roster())
    group by e.grant_id
$$;

revoke execute on function access_open_grants, access_grant_uses from public;
grant execute on function access_open_grants, access_grant_uses to custodian_app;
