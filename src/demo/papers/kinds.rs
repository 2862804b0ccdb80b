//! The document types of the demonstration's department (handbook 3.2).

/// One type. Codes and flags become rows of `document_types`.
pub struct Kind {
    pub code: &'static str,
    pub label: &'static str,
    pub loinc: &'static str,
    /// Part of the legal health record; administrative papers are not.
    pub clinical: bool,
    pub needs_signature: bool,
    /// Billing may send it with a claim.
    pub for_claims: bool,
}

const fn kind(
    code: &'static str,
    label: &'static str,
    loinc: &'static str,
    clinical: bool,
    needs_signature: bool,
    for_claims: bool,
) -> Kind {
    Kind { code, label, loinc, clinical, needs_signature, for_claims }
}

pub const HISTORY: Kind = kind("history-physical", "History and physical", "34117-2", true, true, true);
pub const PROGRESS: Kind = kind("progress-note", "Progress note", "11506-3", true, true, false);
pub const EMERGENCY: Kind = kind("ed-note", "Emergency department note", "34111-5", true, true, true);
pub const TRIAGE: Kind = kind("ed-triage", "Emergency triage note", "54094-8", true, false, false);
pub const CONSULT: Kind = kind("consult", "Consult note", "11488-4", true, true, true);
pub const OPERATION: Kind = kind("operative-report", "Operative report", "11504-8", true, true, true);
pub const DELIVERY: Kind = kind("delivery-summary", "Labor and delivery summary", "57057-2", true, true, true);
pub const SUMMARY: Kind = kind("discharge-summary", "Discharge summary", "18842-5", true, true, true);
pub const NURSING: Kind = kind("nursing-note", "Nursing note", "34746-8", true, false, false);
pub const IMAGING: Kind = kind("imaging-report", "Imaging report", "18748-4", true, true, true);
pub const LABORATORY: Kind = kind("laboratory-report", "Laboratory report", "11502-2", true, false, true);
pub const PATHOLOGY: Kind = kind("pathology-report", "Pathology report", "11526-1", true, true, true);
pub const CONSENT: Kind = kind("procedure-consent", "Consent for procedure", "64293-4", true, false, false);
pub const DIRECTIVE: Kind = kind("advance-directive", "Advance directive", "42348-3", true, false, false);
pub const OUTSIDE: Kind = kind("outside-records", "Records from elsewhere", "11503-0", true, false, false);
pub const CARD: Kind = kind("insurance-card", "Insurance card", "64290-0", false, false, false);

pub const ALL: &[&Kind] = &[
    &HISTORY,
    &PROGRESS,
    &EMERGENCY,
    &TRIAGE,
    &CONSULT,
    &OPERATION,
    &DELIVERY,
    &SUMMARY,
    &NURSING,
    &IMAGING,
    &LABORATORY,
    &PATHOLOGY,
    &CONSENT,
    &DIRECTIVE,
    &OUTSIDE,
    &CARD,
];
