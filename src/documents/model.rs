//! The nouns of the documents room.

use bytes::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::base::id::{DocumentId, EncounterId, PatientId, PractitionerId};
use crate::base::quiet::quiet;
use crate::blobs::Stored;

/// Where a document stands (handbook 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Draft,
    Preliminary,
    Final,
    Addended,
    Amended,
    Corrected,
    Superseded,
    Retracted,
}

impl Status {
    pub const ALL: [Status; 8] = [
        Status::Draft,
        Status::Preliminary,
        Status::Final,
        Status::Addended,
        Status::Amended,
        Status::Corrected,
        Status::Superseded,
        Status::Retracted,
    ];

    /// The word stored in the database.
    pub fn word(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Preliminary => "preliminary",
            Status::Final => "final",
            Status::Addended => "addended",
            Status::Amended => "amended",
            Status::Corrected => "corrected",
            Status::Superseded => "superseded",
            Status::Retracted => "retracted",
        }
    }

    pub fn parse(word: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.word() == word)
    }

    /// What FHIR's DocumentReference calls it: `status`, and `docStatus` where there is one.
    pub fn from_fhir(status: &str, doc_status: Option<&str>) -> Option<Status> {
        match (status, doc_status) {
            ("entered-in-error", _) | (_, Some("entered-in-error")) => Some(Status::Retracted),
            ("superseded", _) => Some(Status::Superseded),
            ("current", None | Some("final")) => Some(Status::Final),
            ("current", Some("preliminary")) => Some(Status::Preliminary),
            ("current", Some("amended")) => Some(Status::Amended),
            _ => None,
        }
    }
}

/// How one document speaks of another (FHIR relatesTo).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    Appends,
    Replaces,
    Transforms,
    Signs,
}

impl RelationKind {
    pub const ALL: [RelationKind; 4] =
        [RelationKind::Appends, RelationKind::Replaces, RelationKind::Transforms, RelationKind::Signs];

    pub fn word(self) -> &'static str {
        match self {
            RelationKind::Appends => "appends",
            RelationKind::Replaces => "replaces",
            RelationKind::Transforms => "transforms",
            RelationKind::Signs => "signs",
        }
    }

    pub fn parse(word: &str) -> Option<RelationKind> {
        RelationKind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A type of document with all it says of itself (DOC-1).
pub struct Type {
    pub code: String,
    pub label: String,
    pub loinc: Option<String>,
    pub owner_role: String,
    pub in_legal_health_record: bool,
    pub in_designated_record_set: bool,
    /// DOC-2.
    pub is_electronic_health_information: bool,
    pub sensitivity: Option<String>,
    pub retention_class: String,
    pub needs_signature: bool,
    pub needs_cosignature: bool,
    pub deficiency_rule: String,
}

/// The local type of a document that came with a LOINC code. Codes we have no type for are the caller's to decide: `medical-records` for a
/// record of this house, `external-record` for another's.
pub fn type_of_loinc(loinc: &str) -> Option<&'static str> {
    Some(match loinc {
        "18842-5" => "discharge-summary",
        "34117-2" => "history-physical",
        "47039-3" => "admission-history-physical",
        "11488-4" => "consult-note",
        "11506-3" => "progress-note",
        "51847-2" => "evaluation-plan",
        "11504-8" => "operative-note",
        "28570-0" => "procedure-note",
        "34121-4" => "interventional-procedure-note",
        "34111-5" => "emergency-note",
        "54094-8" => "triage-note",
        "34746-8" => "nurse-note",
        "18776-5" => "plan-of-care",
        "34895-3" => "education-note",
        "57133-1" => "referral-note",
        "18761-7" => "transfer-summary",
        "34133-9" => "episode-summary",
        "57057-2" => "labor-delivery-summary",
        "18743-5" => "autopsy-report",
        "34109-9" => "note",
        "18748-4" => "imaging-report",
        "11502-2" => "laboratory-report",
        "11526-1" => "pathology-report",
        "11524-6" => "ekg-report",
        "59284-0" => "consent",
        "64293-4" => "procedure-consent",
        "64292-6" => "release-consent",
        "64300-7" => "organ-donation-consent",
        "57016-8" => "privacy-acknowledgment",
        "42348-3" => "advance-directive",
        "64298-3" => "power-of-attorney",
        "64299-1" => "legal-document",
        "64297-5" => "death-certificate",
        "51852-2" => "letter",
        "64290-0" => "insurance-card",
        "11503-0" => "medical-records",
        _ => return None,
    })
}

/// Why a row of a list shows less than the document has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Veil {
    /// Nothing is hidden.
    None,
    /// A segmented category the viewer has no right to: that there is such a document, and nothing else of it.
    Sensitive,
    /// Entered in error; its place in the list stays (handbook 3.5).
    Retracted,
}

/// One document of a list, cut to what the viewer may see. A hidden part is absent here, not merely undrawn.
#[derive(Clone)]
pub struct Listed {
    pub document: DocumentId,
    pub veil: Veil,
    /// Whether the content may be asked for; the gate decides again when it is.
    pub may_open: bool,
    pub encounter: Option<EncounterId>,
    pub title: Option<String>,
    pub type_label: Option<String>,
    pub status: Option<Status>,
    pub sensitivity: Option<String>,
    pub author: Option<String>,
    pub dated_at: Option<DateTime<Utc>>,
    pub pages: Option<i32>,
    /// What the list is ordered by; veiled documents come last, so that their place says nothing of their date.
    pub sorted_at: DateTime<Utc>,
}

/// A document with all that is known about it; only an opened one is read.
#[derive(Clone)]
pub struct Document {
    pub document: DocumentId,
    pub patient: PatientId,
    pub encounter: Option<EncounterId>,
    pub title: String,
    pub type_label: String,
    pub loinc: Option<String>,
    pub status: Status,
    pub sensitivity: Option<String>,
    pub author: Option<String>,
    pub authored_at: Option<DateTime<Utc>>,
    pub service_date: Option<NaiveDate>,
    pub filed_at: DateTime<Utc>,
    pub source: String,
    pub current_version: i32,
}

/// One stored version (DOC-4).
#[derive(Clone)]
pub struct Version {
    pub number: i32,
    pub reason: Option<String>,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub content_type: String,
    pub size: i64,
    pub sha256: Vec<u8>,
    pub pages: Option<i32>,
    /// What keeps it out of a release, as stored words.
    pub defects: Vec<String>,
}

/// A word between two documents, seen from one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    pub kind: RelationKind,
    pub other: DocumentId,
    /// This document speaks of the other; else it is spoken of.
    pub outgoing: bool,
}

quiet!(Listed.document, Document.document, Version.number, NewDocument.document);

/// Content whose bytes are in the store and whose pages are counted: what a version row needs. Made by [`super::filing::store`].
#[derive(Clone)]
pub struct Filed {
    pub(super) content_type: String,
    pub(super) stored: Stored,
    pub(super) pages: Option<i32>,
    /// Its words, where it has any.
    pub(super) text: Option<String>,
    /// Stored words of what keeps it out of a release.
    pub(super) defects: Vec<String>,
}

impl Filed {
    /// Content that lies in the store already, inspected when it came.
    pub fn kept(
        stored: Stored,
        content_type: String,
        pages: Option<i32>,
        text: Option<String>,
        defects: Vec<String>,
    ) -> Self {
        Self { content_type, stored, pages, text, defects }
    }

    pub fn stored(&self) -> &Stored {
        &self.stored
    }

    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    pub fn pages(&self) -> Option<i32> {
        self.pages
    }

    pub fn defects(&self) -> &[String] {
        &self.defects
    }

    pub fn sha256(&self) -> &[u8; 32] {
        &self.stored.sha256
    }
}

/// A document to be filed with one version or more, oldest first, numbered from 1.
#[derive(Clone)]
pub struct NewDocument {
    pub document: DocumentId,
    pub encounter: Option<EncounterId>,
    pub type_code: String,
    pub title: String,
    pub status: Status,
    /// A stored word such as `psychiatric`; types and encounters have their own, which count as well.
    pub sensitivity: Option<String>,
    pub author: Option<PractitionerId>,
    pub author_name: Option<String>,
    pub authored_at: Option<DateTime<Utc>>,
    pub service_date: Option<NaiveDate>,
    /// Where it came from: `local`, or the name of an import's source.
    pub source: String,
    pub versions: Vec<NewVersion>,
    pub relations: Vec<(RelationKind, DocumentId)>,
}

#[derive(Clone)]
pub struct NewVersion {
    pub filed: Filed,
    pub reason: Option<String>,
    pub created_by: Option<Uuid>,
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
}

/// Content on its way in.
pub struct Content {
    pub content_type: String,
    pub bytes: Bytes,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_what_they_stand_for() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.word()), Some(status));
        }
        for kind in RelationKind::ALL {
            assert_eq!(RelationKind::parse(kind.word()), Some(kind));
        }
        assert_eq!(Status::from_fhir("current", None), Some(Status::Final));
        assert_eq!(Status::from_fhir("current", Some("entered-in-error")), Some(Status::Retracted));
        assert_eq!(Status::from_fhir("nonsense", None), None);
    }

    /// DOC-1: the table and the code agree on every type that has a LOINC code.
    #[test]
    fn every_loinc_of_the_migration_leads_to_its_type() {
        let sql = include_str!("../../migrations/20261122000300_document_types.sql");
        let rows: Vec<Vec<&str>> =
            sql.lines().filter(|line| line.starts_with("    ('")).map(|line| line.split('\'').collect()).collect();
        assert!(rows.len() > 40, "{}", rows.len());
        for row in rows {
            // '…', 'label', 'loinc' or null
            if row.len() > 5 && row[5].contains('-') && row[5].as_bytes()[0].is_ascii_digit() {
                assert_eq!(type_of_loinc(row[5]), Some(row[1]));
                assert!(check_digit(row[5]), "{}", row[5]);
            }
        }
    }

    /// LOINC numbers end in a check digit (mod 10, doubling every second digit from the right).
    fn check_digit(loinc: &str) -> bool {
        let Some((number, check)) = loinc.split_once('-') else { return false };
        let sum: u32 = number
            .bytes()
            .rev()
            .enumerate()
            .map(|(at, byte)| u32::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 })
            .map(|digit| digit / 10 + digit % 10)
            .sum();
        check.parse() == Ok((10 - sum % 10) % 10)
    }
}
