-- A task about one document opens that document, not its neighbours: this is what the function always said, but within it `kind` was the
-- task's own kind and not that of what is asked for, so the sentence held for no task. Nothing else of it is changed.
create or replace function access_facts(staff uuid, roles text[], kind text, id uuid, at timestamptz)
    returns table (
        patient_id uuid,
        ids uuid[],
        mrn text,
        restricted boolean,
        own_record boolean,
        facility_ids uuid[],
        treating boolean,
        task_id uuid,
        task_kinds text[],
        task_sensitive boolean,
        grant_id uuid,
        grant_emergency boolean,
        grant_sensitive boolean,
        sensitivity text,
        retracted boolean,
        for_claims boolean,
        object_version integer
    )
    language plpgsql stable security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
declare
    owner uuid := public.access_owner(kind, id);
begin
    if owner is null then
        return;
    end if;
    return query
    select
        p.patient_id,
        array(select p.patient_id union select m.patient_id from public.patients m where m.merged_into = p.patient_id),
        (select i.value from public.patient_identifiers i
            where i.patient_id = p.patient_id and i.type = 'MR' order by i.ended_on nulls first, i.identifier_id limit 1),
        p.restricted,
        exists (select from public.staff s where s.staff_id = staff and s.patient_id = p.patient_id),
        p.facility_ids,
        exists (select from public.care_team_members c
            where c.patient_id = p.patient_id and c.staff_id = staff and c.started_at <= at and (c.ended_at is null or c.ended_at > at))
        or exists (select from public.staff s
            join public.encounter_providers ep on ep.practitioner_id = s.practitioner_id and ep.patient_id = p.patient_id
            join public.encounters e on e.encounter_id = ep.encounter_id
            where s.staff_id = staff and e.status not in ('cancelled', 'entered-in-error')
              and (e.ended_at is null or e.ended_at > at - interval '30 days'))
        -- as with a task, one unfinished document opens no other
        or exists (select from public.staff s
            join public.documents d on d.author_id = s.practitioner_id and d.patient_id = p.patient_id
            where s.staff_id = staff and d.status in ('draft', 'preliminary') and (access_facts.kind <> 'document' or d.document_id = access_facts.id)),
        work.task_id, coalesce(work.kinds, '{}'), coalesce(work.sensitive, false),
        glass.grant_id, coalesce(glass.emergency, false), coalesce(glass.sensitive, false),
        object.sensitivity, coalesce(object.retracted, false), coalesce(object.for_claims, false), coalesce(object.version, p.version)
    from public.patients p
    left join lateral (
        select (array_agg(t.task_id order by t.opened_at))[1] as task_id, array_agg(distinct t.kind) as kinds, bool_or(t.needs_sensitive) as sensitive
        from public.tasks t
        where t.patient_id = p.patient_id
          and (t.assigned_to = staff or (t.assigned_to is null and t.assigned_role = any (roles)))
          and not exists (select from public.task_closures c where c.task_id = t.task_id)
          -- a task about one document opens that document, not its neighbours
          and (t.document_id is null or access_facts.kind <> 'document' or t.document_id = access_facts.id)
    ) work on true
    left join lateral (
        select g.grant_id, g.emergency, g.data_class = 'sensitive' as sensitive
        from public.glass_grants g
        where g.patient_id = p.patient_id and g.staff_id = staff and g.granted_at <= at and g.expires_at > at
          and not exists (select from public.glass_endings x where x.grant_id = g.grant_id)
        order by (g.data_class = 'sensitive') desc, g.granted_at desc
        limit 1
    ) glass on true
    left join lateral (
        select coalesce(d.sensitivity, t.sensitivity, e.sensitivity) as sensitivity, d.status = 'retracted' as retracted, t.for_claims,
            d.current_version as version
        from public.documents d
        join public.document_types t on t.code = d.type_code
        left join public.encounters e on e.encounter_id = d.encounter_id
        where kind = 'document' and d.document_id = id
        union all
        select e.sensitivity, false, false, e.version from public.encounters e where kind = 'encounter' and e.encounter_id = id
    ) object on true
    where p.patient_id = owner;
end $$;
alter function access_facts set plan_cache_mode = force_generic_plan;
