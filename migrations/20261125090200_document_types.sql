-- DOC-1, DOC-2: what else a type of document says of itself: who answers for it, how long its class is kept, what is missing without it, and
-- whether it is electronic health information.
alter table document_types add column owner_role text not null default 'provider'
    check (owner_role in ('provider', 'nursing', 'laboratory', 'imaging', 'records', 'registration'));
-- classes of retention (handbook 3.8); their periods belong to the schedule
alter table document_types add column retention_class text not null default 'medical-record'
    check (retention_class in ('medical-record', 'laboratory', 'pathology', 'imaging', 'hipaa', 'administrative', 'permanent', 'apart'));
alter table document_types add column deficiency_rule text not null default 'none' check (deficiency_rule in ('none', 'unsigned', 'missing-or-unsigned'));

update document_types set deficiency_rule = case
        when code in ('discharge-summary', 'history-physical', 'admission-history-physical', 'operative-note') then 'missing-or-unsigned'
        else 'unsigned' end
where needs_signature;
update document_types set owner_role = case
        when code in ('nurse-note', 'triage-note', 'plan-of-care', 'education-note') then 'nursing'
        when code in ('laboratory-report', 'pathology-report', 'hiv-report', 'genetic-report') then 'laboratory'
        when code in ('imaging-report', 'ekg-report') then 'imaging'
        when code in ('insurance-card', 'wristband', 'privacy-acknowledgment') then 'registration'
        when code in ('scanned-chart', 'external-record', 'medical-records', 'letter', 'legal-document', 'power-of-attorney', 'release-consent',
            'death-certificate', 'episode-summary', 'advance-directive') then 'records'
        else 'provider' end;
update document_types set retention_class = case
        when code in ('laboratory-report', 'hiv-report', 'genetic-report') then 'laboratory'
        when code = 'pathology-report' then 'pathology'
        when code in ('imaging-report', 'ekg-report') then 'imaging'
        when code in ('privacy-acknowledgment', 'release-consent') then 'hipaa'
        when code in ('insurance-card', 'wristband') then 'administrative'
        when code = 'death-certificate' then 'permanent'
        when code = 'psychotherapy-note' then 'apart'
        else 'medical-record' end;

alter table document_types add constraint only_what_is_signed_can_lack_it check (needs_signature or deficiency_rule = 'none');
-- 45 CFR 171.102: what is in the designated record set, without psychotherapy notes. What is compiled for a legal proceeding is no document of
-- a chart.
alter table document_types add column is_electronic_health_information boolean not null
    generated always as (in_designated_record_set and sensitivity is distinct from 'psychotherapy') stored;
alter table document_types add constraint psychotherapy_stands_apart
    check (sensitivity is distinct from 'psychotherapy' or not (in_designated_record_set or in_legal_health_record));
