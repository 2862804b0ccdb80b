-- PL/pgSQL keeps the plan of a statement as long as the connection lasts; a function in plain SQL is planned anew at every call. These two stand on the
-- pages that are asked for most: the banner of every chart, and my day. Their words are the same as before.

create or replace function consent_flags(records uuid[], today date) returns text[]
    language plpgsql stable set search_path = pg_catalog, public as $$
begin
    return (
        with live as (
            select c.kind, c.decision, row_number() over (partition by c.kind order by c.signed_on desc, c.recorded_at desc) as place
            from public.consents c
            where c.patient_id = any (records) and c.signed_on <= today and (c.expires_on is null or c.expires_on >= today)
              and not exists (select from public.consent_revocations r where r.consent_id = c.consent_id and r.revoked_on <= today)
        )
        select array_remove(array[
            case when exists (select from live where kind = 'advance-directive') then 'advance-directive' end,
            case when exists (select from live where kind = 'exchange' and place = 1 and decision = 'refused') then 'exchange-opt-out' end,
            case when not exists (select from live where kind = 'privacy-notice') then 'no-privacy-notice' end
        ], null));
end $$;

create or replace function access_recent(staff uuid, since timestamptz, most integer) returns table (patient_id uuid, opened_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
    return query
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
    limit most;
end $$;
