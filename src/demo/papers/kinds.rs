//! Which document types of the house (handbook 3.2) the demonstration files.

/// One type, by its code in `document_types`.
pub struct Kind {
    pub code: &'static str,
    /// Of the patient's care; administrative papers are not segmented with a sensitive stay.
    pub clinical: bool,
    pub needs_signature: bool,
}

const fn signed(code: &'static str) -> Kind {
    Kind { code, clinical: true, needs_signature: true }
}

const fn entered(code: &'static str) -> Kind {
    Kind { code, clinical: true, needs_signature: false }
}

pub const HISTORY: Kind = signed("history-physical");
pub const PROGRESS: Kind = signed("progress-note");
pub const EMERGENCY: Kind = signed("emergency-note");
pub const TRIAGE: Kind = entered("triage-note");
pub const CONSULT: Kind = signed("consult-note");
pub const OPERATION: Kind = signed("operative-note");
pub const DELIVERY: Kind = signed("labor-delivery-summary");
pub const SUMMARY: Kind = signed("discharge-summary");
pub const NURSING: Kind = entered("nurse-note");
pub const IMAGING: Kind = signed("imaging-report");
pub const LABORATORY: Kind = entered("laboratory-report");
pub const PATHOLOGY: Kind = signed("pathology-report");
pub const CONSENT: Kind = entered("procedure-consent");
pub const DIRECTIVE: Kind = entered("advance-directive");
pub const OUTSIDE: Kind = entered("external-record");
pub const CARD: Kind = Kind { code: "insurance-card", clinical: false, needs_signature: false };

/// All that are used.
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
