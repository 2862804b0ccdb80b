//! What of an opened chart or list the actor may see, class by class. Stores read it, so that hidden data never leaves the database.

use super::super::act::Act;
use super::super::facts::Facts;
use super::super::role::Role;
use super::matrix::{AMENDMENT, DataClass, Limit, matrix};

/// How much of the diagnoses and codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum CodeSight {
    #[default]
    None,
    Admitting,
    All,
}

/// How much of the documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentSight {
    #[default]
    None,
    Titles,
    /// Content of types that go with a claim; titles of the rest.
    Claims,
    Open,
}

/// The visible part. Everything off by default (PRV-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    pub contact: bool,
    /// Last four digits; nobody of the matrix sees all nine on a page.
    pub ssn_masked: bool,
    pub encounters: bool,
    pub codes: CodeSight,
    /// Clinical content: results, medications, narratives.
    pub notes: bool,
    /// Segmented categories.
    pub sensitive: bool,
    pub documents: DocumentSight,
    /// Dollar amounts: managers and billing; never coders (ethics: payment must not steer coding).
    pub charges: bool,
    /// Who opened this chart.
    pub access_history: bool,
    pub consents: bool,
    /// Requests for amendment: what was asked, decided and said about it.
    pub amendments: bool,
    /// Retracted documents stay readable for those who answer for the record.
    pub retracted: bool,
    pub export: bool,
}

impl Sight {
    /// Everything: the importer and other whole-record work of operators.
    pub(super) fn whole() -> Self {
        Self {
            contact: true,
            ssn_masked: true,
            encounters: true,
            codes: CodeSight::All,
            notes: true,
            sensitive: true,
            documents: DocumentSight::Open,
            charges: true,
            access_history: true,
            consents: true,
            amendments: true,
            retracted: true,
            export: true,
        }
    }

    /// What a role sees in lists, before any one record's facts are known.
    pub(super) fn in_lists(role: Role) -> Self {
        let sees = |class| super::matrix::sees_identified(role, class);
        Self {
            contact: sees(DataClass::Contact),
            ssn_masked: matrix(role, DataClass::SocialSecurityNumber).allows('m'),
            encounters: sees(DataClass::EncounterHeader),
            charges: matches!(role, Role::Manager | Role::Billing),
            access_history: sees(DataClass::Audit),
            export: matrix(role, DataClass::Codes).allows('X') || matrix(role, DataClass::Documents).allows('X'),
            ..Self::default()
        }
    }

    /// What a role sees of one record.
    pub(super) fn of(role: Role, facts: &Facts) -> Self {
        let open = |class| opens(role, class, facts);
        let documents = match matrix(role, DataClass::Documents) {
            cell if !cell.allows('V') => DocumentSight::None,
            cell if cell.limit == Limit::Titles => DocumentSight::Titles,
            cell if cell.limit == Limit::Claims => DocumentSight::Claims,
            _ if open(DataClass::Documents) => DocumentSight::Open,
            _ => DocumentSight::Titles,
        };
        let codes = match matrix(role, DataClass::Codes) {
            cell if !cell.allows('V') => CodeSight::None,
            cell if cell.limit == Limit::Admitting => CodeSight::Admitting,
            // An amendment's author comes for one document.
            cell if cell.limit == Limit::Treating && !open(DataClass::Codes) => CodeSight::None,
            _ => CodeSight::All,
        };
        Self {
            encounters: matrix(role, DataClass::EncounterHeader).allows('V'),
            codes,
            notes: open(DataClass::ClinicalNotes),
            sensitive: open(DataClass::SensitiveNotes),
            documents,
            consents: open(DataClass::Consents),
            amendments: match role {
                Role::Physician => open(DataClass::Release),
                role => super::amends(role, Act::ViewAmendments),
            },
            access_history: matches!(role, Role::Privacy | Role::Auditor | Role::Manager),
            retracted: matches!(role, Role::Manager | Role::Privacy),
            ..Self::in_lists(role)
        }
    }

    /// The union: a person with two roles sees what either sees.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            contact: self.contact || other.contact,
            ssn_masked: self.ssn_masked || other.ssn_masked,
            encounters: self.encounters || other.encounters,
            codes: self.codes.max(other.codes),
            notes: self.notes || other.notes,
            sensitive: self.sensitive || other.sensitive,
            documents: self.documents.max(other.documents),
            charges: self.charges || other.charges,
            access_history: self.access_history || other.access_history,
            consents: self.consents || other.consents,
            amendments: self.amendments || other.amendments,
            retracted: self.retracted || other.retracted,
            export: self.export || other.export,
        }
    }
}

/// Whether the facts satisfy the limit of a role's view of a class.
pub(super) fn opens(role: Role, class: DataClass, facts: &Facts) -> bool {
    let cell = matrix(role, class);
    let granted =
        facts.grant.is_some_and(|grant| class != DataClass::SensitiveNotes || grant.sensitive || grant.emergency);
    if !cell.allows('V') {
        return false;
    }
    match cell.limit {
        Limit::None | Limit::Admitting | Limit::Titles => true,
        Limit::Task(kinds) | Limit::Assigned(kinds) => facts.has_task(kinds) || granted,
        Limit::AssignedSensitive(kinds) => (facts.has_task(kinds) && facts.task_sensitive) || granted,
        Limit::Treating => facts.treating || granted || amends(class, facts),
        Limit::Claims => facts.for_claims,
        Limit::Glass => granted,
        Limit::Deidentified | Limit::Partial => false,
    }
}

/// A physician whom a request for amendment was assigned to reads the request and the document it is about, and nothing beside it.
fn amends(class: DataClass, facts: &Facts) -> bool {
    match class {
        DataClass::Release | DataClass::Documents => facts.has_task(AMENDMENT),
        DataClass::SensitiveNotes => facts.has_task(AMENDMENT) && facts.task_sensitive,
        _ => false,
    }
}
