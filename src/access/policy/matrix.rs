//! The minimum-necessary matrix: role × class of data (45 CFR 164.514(d)(2), handbook 7.2), as a table a privacy officer can read.

use super::super::role::Role;

/// The classes of data of the matrix, its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataClass {
    Demographics,
    SocialSecurityNumber,
    Contact,
    EncounterHeader,
    Codes,
    ClinicalNotes,
    SensitiveNotes,
    Documents,
    Release,
    Consents,
    Audit,
    Staff,
}

impl DataClass {
    pub const ALL: [DataClass; 12] = [
        DataClass::Demographics,
        DataClass::SocialSecurityNumber,
        DataClass::Contact,
        DataClass::EncounterHeader,
        DataClass::Codes,
        DataClass::ClinicalNotes,
        DataClass::SensitiveNotes,
        DataClass::Documents,
        DataClass::Release,
        DataClass::Consents,
        DataClass::Audit,
        DataClass::Staff,
    ];

    pub fn title(self) -> &'static str {
        match self {
            DataClass::Demographics => "Demographics",
            DataClass::SocialSecurityNumber => "SSN",
            DataClass::Contact => "Contact",
            DataClass::EncounterHeader => "Encounter header",
            DataClass::Codes => "Diagnoses and codes",
            DataClass::ClinicalNotes => "Clinical notes",
            DataClass::SensitiveNotes => "Sensitive notes",
            DataClass::Documents => "Documents",
            DataClass::Release => "Release",
            DataClass::Consents => "Consents",
            DataClass::Audit => "Access log",
            DataClass::Staff => "Staff",
        }
    }
}

/// What narrows a permission to the work at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Every record of the actor's facilities.
    None,
    /// The admitting diagnosis only.
    Admitting,
    /// Titles, never content.
    Titles,
    /// Non-sensitive content under an open task of one of these kinds.
    Task(&'static [&'static str]),
    /// Content under an open task of one of these kinds; without it a reason may be given.
    Assigned(&'static [&'static str]),
    /// Sensitive content when the open task says that the category is needed.
    AssignedSensitive(&'static [&'static str]),
    /// With a treating relationship; without it a reason may be given.
    Treating,
    /// Document types that may go with a claim.
    Claims,
    /// Only by breaking the glass.
    Glass,
    /// Counts and de-identified rows, never a person.
    Deidentified,
    /// Their own department, or the technical side.
    Partial,
}

/// One cell: the verbs (V view, C create, E edit, X export or print, D disclose, A administer, m masked) and their limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub verbs: &'static str,
    pub limit: Limit,
}

impl Cell {
    pub fn allows(self, verb: char) -> bool {
        self.verbs.contains(verb)
    }
}

const fn cell(verbs: &'static str, limit: Limit) -> Cell {
    Cell { verbs, limit }
}

const CODING: &[&str] = &["coding", "coding-review", "documentation-improvement"];
const CLERK: &[&str] = &["retrieval", "filing", "intake"];
/// Whoever a request for amendment is assigned to reads what it is about (45 CFR 164.526).
pub(super) const AMENDMENT: &[&str] = &["amendment"];
const SCAN: &[&str] = &["indexing", "quality-check"];

/// The cell of a role and a class. Deny by default: what is not written here is nothing (PRV-1).
pub fn matrix(role: Role, class: DataClass) -> Cell {
    use DataClass as C;
    use Limit as L;
    use Role as R;
    match (role, class) {
        (R::Registrar, C::Demographics | C::Contact | C::EncounterHeader) => cell("VCE", L::None),
        (R::Registrar, C::SocialSecurityNumber) => cell("m", L::None),
        (R::Registrar, C::Codes) => cell("V", L::Admitting),
        (R::Registrar, C::Documents) => cell("V", L::Titles),

        (R::Clerk, C::Demographics | C::Contact | C::EncounterHeader) => cell("VCE", L::None),
        (R::Clerk, C::SocialSecurityNumber) => cell("m", L::None),
        (R::Clerk, C::Codes) => cell("V", L::Admitting),
        (R::Clerk, C::ClinicalNotes) => cell("V", L::Task(CLERK)),
        (R::Clerk, C::Documents) => cell("VE", L::Task(CLERK)),
        (R::Clerk, C::Release) => cell("VC", L::Partial),

        (R::Indexer, C::Demographics | C::Contact | C::EncounterHeader) => cell("V", L::None),
        (R::Indexer, C::SensitiveNotes) => cell("V", L::Task(SCAN)),
        (R::Indexer, C::Documents) => cell("VCE", L::None),

        (R::ScanQc, C::Demographics | C::EncounterHeader) => cell("V", L::None),
        (R::ScanQc, C::SensitiveNotes) => cell("V", L::Task(SCAN)),
        (R::ScanQc, C::Documents) => cell("VE", L::None),

        (R::Coder | R::Lead | R::Cdi, C::Demographics | C::EncounterHeader) => cell("V", L::Assigned(CODING)),
        (R::Coder, C::Codes) => cell("VCE", L::Assigned(CODING)),
        (R::Lead, C::Codes) => cell("VCEX", L::Assigned(CODING)),
        (R::Cdi, C::Codes) => cell("VC", L::Assigned(CODING)),
        (R::Coder | R::Lead | R::Cdi, C::ClinicalNotes | C::Documents) => cell("V", L::Assigned(CODING)),
        (R::Coder | R::Lead | R::Cdi, C::SensitiveNotes) => cell("V", L::AssignedSensitive(CODING)),

        (R::Release, C::Demographics | C::Contact | C::EncounterHeader | C::Codes) => cell("V", L::None),
        (R::Release, C::SocialSecurityNumber) => cell("m", L::None),
        (R::Release, C::ClinicalNotes) => cell("V", L::Assigned(&["release"])),
        (R::Release, C::SensitiveNotes) => cell("V", L::Assigned(&["release"])),
        (R::Release, C::Documents) => cell("VXD", L::Assigned(&["release"])),
        (R::Release, C::Release) => cell("VCED", L::None),

        (R::Completion, C::Demographics | C::EncounterHeader | C::Codes | C::ClinicalNotes | C::Documents) => {
            cell("V", L::None)
        }

        (R::Physician, C::Demographics | C::Contact | C::EncounterHeader) => cell("V", L::Treating),
        (R::Physician, C::Codes) => cell("VC", L::Treating),
        (R::Physician, C::ClinicalNotes) => cell("VCE", L::Treating),
        (R::Physician, C::SensitiveNotes) => cell("V", L::Treating),
        (R::Physician, C::Documents) => cell("VC", L::Treating),
        (R::Physician, C::Release) => cell("V", L::Treating),

        (R::Manager, C::Demographics | C::Contact | C::EncounterHeader) => cell("VCE", L::None),
        (R::Manager, C::SocialSecurityNumber) => cell("m", L::None),
        (R::Manager, C::Codes) => cell("VX", L::None),
        (R::Manager, C::ClinicalNotes) => cell("V", L::None),
        (R::Manager, C::SensitiveNotes) => cell("V", L::Glass),
        (R::Manager, C::Documents) => cell("VXA", L::None),
        (R::Manager, C::Release) => cell("VCEDX", L::None),
        (R::Manager, C::Audit) => cell("V", L::Partial),
        (R::Manager, C::Staff) => cell("V", L::None),

        (R::Privacy, C::Demographics | C::Contact | C::EncounterHeader | C::Codes | C::Release | C::Staff) => {
            cell("V", L::None)
        }
        (R::Privacy, C::SocialSecurityNumber) => cell("m", L::None),
        (R::Privacy, C::ClinicalNotes) => cell("V", L::Assigned(&["privacy-case"])),
        (R::Privacy, C::Documents) => cell("V", L::Assigned(&["privacy-case", "amendment"])),
        (R::Privacy, C::SensitiveNotes) => cell("V", L::Glass),
        (R::Privacy, C::Audit) => cell("VX", L::None),

        // Decision 5: who takes them, who acts on them, who answers for them. Coders and billing need none of it.
        (R::Registrar | R::Clerk | R::Manager, C::Consents) => cell("VCE", L::None),
        (R::Physician, C::Consents) => cell("V", L::Treating),
        (R::Release | R::Completion | R::Privacy | R::Auditor, C::Consents) => cell("V", L::None),

        (R::Admin, C::Audit) => cell("V", L::Partial),
        (R::Admin, C::Staff) => cell("A", L::None),

        (R::Billing, C::Demographics | C::Contact | C::EncounterHeader | C::Codes) => cell("V", L::None),
        (R::Billing, C::SocialSecurityNumber) => cell("m", L::None),
        (R::Billing, C::Documents) => cell("V", L::Claims),

        (R::Analyst, C::Demographics | C::EncounterHeader | C::Codes | C::Release) => cell("V", L::Deidentified),

        (R::Auditor, C::Demographics | C::EncounterHeader | C::Codes | C::Release | C::Audit | C::Staff) => {
            cell("V", L::None)
        }
        (R::Auditor, C::ClinicalNotes | C::Documents) => cell("V", L::Task(&["audit-sample"])),

        _ => cell("", L::None),
    }
}

/// The class as a person of this role may ever see it, whatever the record: lists are cut by this before any row is read.
pub fn sees_identified(role: Role, class: DataClass) -> bool {
    let cell = matrix(role, class);
    cell.allows('V') && cell.limit != Limit::Deidentified
}
