-- The kinds of documents a department files (handbook 3.2). LOINC codes are used under the LOINC licence (docs/licences); the labels are this
-- department's own words, and stay on screen whatever a source calls its document. Whether a note needs a cosignature depends on who wrote
-- it, so no type demands one by itself. `for_claims`: what a payer asks to see with a claim, and all that billing may open.
insert into document_types
    (code, label, loinc, in_legal_health_record, in_designated_record_set, sensitivity, needs_signature, needs_cosignature, for_claims)
values
    ('discharge-summary', 'Discharge summary', '18842-5', true, true, null, true, false, true),
    ('history-physical', 'History and physical', '34117-2', true, true, null, true, false, true),
    ('admission-history-physical', 'Admission history and physical', '47039-3', true, true, null, true, false, true),
    ('consult-note', 'Consultation', '11488-4', true, true, null, true, false, true),
    ('progress-note', 'Progress note', '11506-3', true, true, null, true, false, false),
    ('evaluation-plan', 'Assessment and plan', '51847-2', true, true, null, true, false, false),
    ('operative-note', 'Operative report', '11504-8', true, true, null, true, false, true),
    ('procedure-note', 'Procedure note', '28570-0', true, true, null, true, false, true),
    ('interventional-procedure-note', 'Interventional procedure note', '34121-4', true, true, null, true, false, true),
    ('emergency-note', 'Emergency department note', '34111-5', true, true, null, true, false, true),
    ('triage-note', 'Emergency triage note', '54094-8', true, true, null, true, false, false),
    ('nurse-note', 'Nursing note', '34746-8', true, true, null, true, false, false),
    ('plan-of-care', 'Plan of care', '18776-5', true, true, null, true, false, true),
    ('education-note', 'Patient education', '34895-3', true, true, null, true, false, false),
    ('referral-note', 'Referral', '57133-1', true, true, null, true, false, false),
    ('transfer-summary', 'Transfer summary', '18761-7', true, true, null, true, false, false),
    ('episode-summary', 'Summary of episode', '34133-9', true, true, null, false, false, false),
    ('labor-delivery-summary', 'Labor and delivery summary', '57057-2', true, true, null, true, false, true),
    ('autopsy-report', 'Autopsy report', '18743-5', true, true, null, true, false, false),
    ('note', 'Note', '34109-9', true, true, null, true, false, false),
    ('imaging-report', 'Imaging report', '18748-4', true, true, null, true, false, true),
    ('laboratory-report', 'Laboratory report', '11502-2', true, true, null, false, false, true),
    ('pathology-report', 'Pathology report', '11526-1', true, true, null, true, false, true),
    ('ekg-report', 'Electrocardiogram', '11524-6', true, true, null, true, false, false),
    ('consent', 'Consent', '59284-0', true, true, null, true, false, false),
    ('procedure-consent', 'Consent to a procedure', '64293-4', true, true, null, true, false, false),
    ('release-consent', 'Authorization to release information', '64292-6', true, true, null, true, false, false),
    ('organ-donation-consent', 'Organ donation consent', '64300-7', true, true, null, true, false, false),
    ('privacy-acknowledgment', 'Privacy notice acknowledgment', '57016-8', true, true, null, true, false, false),
    ('advance-directive', 'Advance directive', '42348-3', true, true, null, true, false, false),
    ('power-of-attorney', 'Power of attorney', '64298-3', true, true, null, false, false, false),
    ('legal-document', 'Legal document', '64299-1', true, true, null, false, false, false),
    ('death-certificate', 'Death certificate', '64297-5', true, true, null, true, false, false),
    ('letter', 'Letter', '51852-2', true, true, null, false, false, false),
    ('insurance-card', 'Insurance card, scanned', '64290-0', false, true, null, false, false, true),
    ('medical-records', 'Medical records', '11503-0', true, true, null, false, false, false),
    -- Local kinds, which LOINC has no one code for.
    ('scanned-chart', 'Scanned paper chart', null, true, true, null, false, false, false),
    ('wristband', 'Wristband', null, false, false, null, false, false, false),
    -- Another organisation's record is part of ours once it was used for a decision (handbook 3.1), so of the designated record set.
    ('external-record', 'Record from elsewhere', null, false, true, null, false, false, false),
    ('behavioral-health-note', 'Behavioral health note', null, true, true, 'psychiatric', true, false, false),
    -- 42 CFR part 2.
    ('substance-use-note', 'Substance use treatment note', null, true, true, 'substance-use', true, false, false),
    ('hiv-report', 'HIV report', null, true, true, 'hiv', false, false, false),
    ('genetic-report', 'Genetic report', null, true, true, 'genetic', true, false, false),
    -- Kept apart from the record, outside of access and release (45 CFR 164.501, 164.524(a)(1)(i)).
    ('psychotherapy-note', 'Psychotherapy note', null, false, false, 'psychotherapy', true, false, false);
