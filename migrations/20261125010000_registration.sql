-- Registration and encounters by hand (handbook 1.1 to 1.4, 1.7, 2.1): numbers the house issues, and what every change replaced.

-- Sequences never go back, so a number is never issued twice, not even after a registration that failed. Numbers that came from elsewhere are
-- passed over. One sequence for all facilities: a record number is then also unique across them, which harms nobody.
create sequence issued_record_numbers start 10000001;
create sequence issued_visit_numbers start 50000001;
create sequence unidentified_people;

create function issue_record_number(issuer text) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    issued text;
begin
    loop
        issued := to_char(nextval('public.issued_record_numbers'), 'FM00000000');
        exit when not exists (select from public.patient_identifiers i where i.type = 'MR' and i.authority = issuer and i.value = issued);
    end loop;
    return issued;
end $$;

create function issue_visit_number(facility uuid) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    issued text;
begin
    loop
        issued := 'V' || nextval('public.issued_visit_numbers');
        exit when not exists (select from public.encounters e where e.facility_id = facility and e.visit_number = issued);
    end loop;
    return issued;
end $$;

-- The next person nobody can name; the program spells the number in words (handbook 1.7).
create function next_unidentified_person() returns bigint
    language sql volatile security definer set search_path = pg_catalog, public as $$
    select nextval('public.unidentified_people')
$$;

revoke execute on function issue_record_number, issue_visit_number, next_unidentified_person from public;
grant execute on function issue_record_number, issue_visit_number, next_unidentified_person to custodian_app;

-- Who said that the person died (handbook 1.7).
alter table patients add column deceased_source text;
-- Ended, never overwritten.
alter table patient_contacts add column ended_on date;
-- A race that is no longer true goes; patient_changes keeps it.
grant delete on patient_races to custodian_app;

create index patients_by_mother on patients (mother_id) where mother_id is not null;

-- Every change of demographics: what stood there, what stands there now, who, when, why.
create table patient_changes (
    change_id uuid primary key,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    changed_at timestamptz not null,
    changed_by uuid,
    changed_by_name text not null,
    event_id uuid not null,
    -- registration, person, names, addresses, telecoms, contacts, coverages, identifiers, ssn, death, restriction
    section text not null,
    what text not null,
    before jsonb not null,
    after jsonb not null,
    reason text not null default ''
);
create index patient_changes_by_patient on patient_changes (patient_id, changed_at desc, change_id);
call own_by_patient('patient_changes');
-- History is added to; only a merge may say whose it is.
revoke update on patient_changes from custodian_app;
grant update (patient_id, merge_id) on patient_changes to custodian_app;

-- The same for encounters.
create table encounter_changes (
    change_id uuid primary key,
    encounter_id uuid not null references encounters,
    patient_id uuid not null references patients,
    original_patient_id uuid not null,
    merge_id uuid,
    changed_at timestamptz not null,
    changed_by uuid,
    changed_by_name text not null,
    event_id uuid not null,
    what text not null,
    before jsonb not null,
    after jsonb not null,
    reason text not null default ''
);
create index encounter_changes_of on encounter_changes (encounter_id, changed_at desc, change_id);
create index encounter_changes_by_patient on encounter_changes (patient_id);
call own_by_patient('encounter_changes');
revoke update on encounter_changes from custodian_app;
grant update (patient_id, merge_id) on encounter_changes to custodian_app;
