//! Why a record is opened: HL7 v3 PurposeOfUse (handbook 7.3), kept with every event.

use super::role::Role;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Treatment,
    Payment,
    Operations,
    PatientRequest,
    EmergencyTreatment,
    BreakGlass,
}

impl Purpose {
    /// The HL7 code.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::Treatment => "TREAT",
            Purpose::Payment => "HPAYMT",
            Purpose::Operations => "HOPERAT",
            Purpose::PatientRequest => "PATRQT",
            Purpose::EmergencyTreatment => "ETREAT",
            Purpose::BreakGlass => "BTG",
        }
    }

    /// What people read for a stored code; unknown codes are shown as they are.
    pub fn label(code: &str) -> &str {
        match code {
            "TREAT" => "Treatment",
            "HPAYMT" => "Payment",
            "HOPERAT" => "Operations",
            "PATRQT" => "Patient request",
            "ETREAT" => "Emergency treatment",
            "BTG" => "Break the glass",
            other => other,
        }
    }

    /// What a role's day is for, when nothing more particular is known.
    pub fn of(role: Role) -> Purpose {
        match role {
            Role::Physician => Purpose::Treatment,
            Role::Coder | Role::Lead | Role::Cdi | Role::Billing => Purpose::Payment,
            Role::Release => Purpose::PatientRequest,
            _ => Purpose::Operations,
        }
    }
}
