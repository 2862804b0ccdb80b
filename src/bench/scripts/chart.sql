\set n random(1, {count})
select p.id as patient, '{' || p.id || '}' as ids, gen_random_uuid() as event from (select ('{patients}'::uuid[])[:n] as id) p \gset
select s.session_id as "session_id: SessionId", s.staff_id as "staff_id: StaffId", s.created_at, s.last_seen_at, s.expires_at,
    s.stepped_up_at, s.ended_at, p.full_name, p.must_change_password, p.theme, p.density, p.shortcuts,
    exists (select from second_factors f where f.staff_id = s.staff_id) as "has_second_factor!",
    exists (select from staff_disablements d where d.staff_id = s.staff_id) as "disabled!",
    array(select r.role from staff_roles r where r.staff_id = s.staff_id order by r.granted_at, r.role) as "roles!",
    array(select f.facility_id from staff_facilities f where f.staff_id = s.staff_id) as "facilities!",
    g.grant_id as "grant?: GrantId", g.patient_id as "grant_patient?: PatientId", g.emergency as "grant_emergency?",
    g.expires_at as "grant_expires_at?"
from sessions s
join staff p on p.staff_id = s.staff_id
left join lateral access_open_grants(s.staff_id, :now) g on true
where s.token_hash = :hash;
begin;
select patient_id as "patient_id!", ids as "ids!", mrn, restricted as "restricted!", own_record as "own_record!",
    facility_ids as "facility_ids!", treating as "treating!", task_id, task_kinds as "task_kinds!", task_sensitive as "task_sensitive!",
    grant_id, grant_emergency as "grant_emergency!", grant_sensitive as "grant_sensitive!",
    sensitivity, retracted as "retracted!", for_claims as "for_claims!", object_version
from access_facts(:staff, :roles, :kind, :patient, :now);
select access_open(:event, :ordinal, :scope, :act, :action, :outcome, :actor_kind, :staff, :name, :role, :session, :address, :application, :event,
    :purpose, :basis, null, null, :arrival, null, :patient, :mrn, :ids, :kind, :patient, :version, :detail, null);
select p.patient_id as "patient: _", n.family as "family!", n.given as "given!", n.prefix, n.suffix, p.sex, p.birth_date,
    p.birth_precision, p.deceased, p.deceased_at, p.restricted_reason, p.identity, :mrn::text as mrn, :none::bigint as "merged_records!",
    case when :sight then consent_flags(:ids, :today) else '{}' end as "consents!"
from patients p
join lateral (select * from patient_names n where n.patient_id = p.patient_id
    order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
where p.patient_id = :patient;
select e.encounter_id as "encounter: EncounterId", e.class, e.status, e.started_at, e.ended_at,
    case when e.sensitivity is null or :sensitive then coalesce(l.location_name, e.service) end as place,
    case when e.sensitivity is null or :sensitive then nullif(concat_ws(', ', a.family, nullif(a.given, '')), '') end as attending,
    e.visit_number, e.sensitivity is not null and not :sensitive as "hidden!",
    case when :sensitive then e.sensitivity end as sensitivity
from encounters e
left join practitioners a on a.practitioner_id = e.attending_id
left join lateral (select location_name from encounter_locations l where l.encounter_id = e.encounter_id
    order by l.started_at desc nulls last limit 1) l on true
where e.patient_id = any(:ids)
  and (null::timestamptz is null or (coalesce(e.started_at, 'infinity'), e.encounter_id) < (null, null))
order by coalesce(e.started_at, 'infinity') desc, e.encounter_id desc
limit :few;
select
    (select coalesce(json_agg(json_build_object('system', d.system, 'code', d.code, 'label', d.label, 'role', d.role, 'rank', d.rank,
        'status', d.clinical_status, 'dated_at', d.dated_at)), '[]')
    from (
        select d.system, d.code, d.label, d.role, d.rank, d.clinical_status, coalesce(d.onset_at, d.recorded_at) as dated_at
        from source_diagnoses d
        left join encounters e on e.encounter_id = d.encounter_id
        where d.patient_id = any(:ids) and (:sensitive or e.sensitivity is null) and (:all or d.role = 'admitting') and :sight
        order by d.rank nulls last, coalesce(d.onset_at, d.recorded_at) desc nulls last, d.diagnosis_id
        limit :page
    ) d) as "diagnoses!: Json<Vec<SourceCode>>",
    (select coalesce(json_agg(json_build_object('kind', k.kind, 'count', k.count) order by k.kind), '[]')
    from (
        select i.kind, count(*) as count
        from clinical_items i
        left join encounters e on e.encounter_id = i.encounter_id
        where i.patient_id = any(:ids) and (:sensitive or e.sensitivity is null) and :sight
        group by i.kind
    ) k) as "kinds!: Json<Vec<ItemKind>>";
select
    (select coalesce(json_agg(json_build_object('kind', i.type, 'authority', i.authority, 'value', i.value, 'ended_on', i.ended_on)
        order by i.type <> 'MR', i.ended_on is not null, i.type, i.identifier_id), '[]')
    from patient_identifiers i where i.patient_id = any(:ids)) as "identifiers!: Json<Vec<Identifier>>",
    (select coalesce(json_agg(json_build_object('usage', a.use, 'lines', a.lines, 'city', a.city, 'state', a.state,
        'postal_code', a.postal_code, 'country', a.country, 'ended_on', a.ended_on)
        order by a.ended_on is not null, a.use = 'old', a.address_id), '[]')
    from patient_addresses a where a.patient_id = any(:ids) and :sight) as "addresses!: Json<Vec<Address>>",
    (select coalesce(json_agg(json_build_object('kind', t.kind, 'usage', t.use, 'value', t.value, 'ended_on', t.ended_on)
        order by t.ended_on is not null, t.kind <> 'phone', t.telecom_id), '[]')
    from patient_telecoms t where t.patient_id = any(:ids) and :sight) as "telecoms!: Json<Vec<Telecom>>";
select e.event_id as "event!", e.recorded_at as "recorded_at!", e.actor_name as "actor!", e.role, e.act as "act!",
    e.outcome as "outcome!", e.purpose as "purpose!", e.grant_id is not null as "by_glass!"
from unnest(:ids::uuid[]) as record (id)
cross join lateral (
    select *
    from audit_events l
    where l.patient_id = record.id and l.event_id <> :event 
      and (l.recorded_at, l.event_id)
        < (coalesce(null, 'infinity'::timestamptz), coalesce(null, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid))
    order by l.recorded_at desc, l.event_id desc
    limit :few) e
order by e.recorded_at desc, e.event_id desc
limit :few;
commit;
