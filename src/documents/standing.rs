//! Where a document stands beyond its status: what kind of entry it is, who signed which version, what waits, and how it was taken back.

use chrono::{DateTime, Utc};

use super::model::Status;
use crate::base::id::{PractitionerId, StaffId};

/// What kind of entry a document is (handbook 3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Entry {
    #[default]
    Original,
    /// Written afterwards, saying when it happened and why it is late.
    LateEntry,
    /// Adds to a signed document.
    Addendum,
    /// Clarifies a signed document.
    Amendment,
}

impl Entry {
    pub const ALL: [Entry; 4] = [Entry::Original, Entry::LateEntry, Entry::Addendum, Entry::Amendment];

    pub fn word(self) -> &'static str {
        match self {
            Entry::Original => "original",
            Entry::LateEntry => "late-entry",
            Entry::Addendum => "addendum",
            Entry::Amendment => "amendment",
        }
    }

    pub fn parse(word: &str) -> Option<Entry> {
        Entry::ALL.into_iter().find(|entry| entry.word() == word)
    }

    pub fn label(self) -> &'static str {
        match self {
            Entry::Original => "Original entry",
            Entry::LateEntry => "Late entry",
            Entry::Addendum => "Addendum",
            Entry::Amendment => "Amendment",
        }
    }

    /// What the signed document this one belongs to becomes once this one is signed.
    pub fn makes_of(self, parent: Status) -> Status {
        match (self, parent) {
            (Entry::Addendum, Status::Final) => Status::Addended,
            (Entry::Amendment, Status::Final | Status::Addended | Status::Corrected) => Status::Amended,
            (_, parent) => parent,
        }
    }
}

/// What a signature says (DOC-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    Author,
    Cosigner,
    Witness,
    Reviewer,
    /// The author is gone; whoever answers for the record closes it, never as the author (DOC-10).
    AdministrativeClosure,
}

impl Meaning {
    pub const ALL: [Meaning; 5] =
        [Meaning::Author, Meaning::Cosigner, Meaning::Witness, Meaning::Reviewer, Meaning::AdministrativeClosure];

    pub fn word(self) -> &'static str {
        match self {
            Meaning::Author => "author",
            Meaning::Cosigner => "cosigner",
            Meaning::Witness => "witness",
            Meaning::Reviewer => "reviewer",
            Meaning::AdministrativeClosure => "administrative-closure",
        }
    }

    pub fn parse(word: &str) -> Option<Meaning> {
        Meaning::ALL.into_iter().find(|meaning| meaning.word() == word)
    }

    pub fn label(self) -> &'static str {
        match self {
            Meaning::Author => "Author",
            Meaning::Cosigner => "Cosigner",
            Meaning::Witness => "Witness",
            Meaning::Reviewer => "Reviewer",
            Meaning::AdministrativeClosure => "Administrative closure",
        }
    }

    /// What the person says by signing, as it stands above the button.
    pub fn attests(self) -> &'static str {
        match self {
            Meaning::Author => "I wrote this or it was written for me, I have read it whole, and it is mine.",
            Meaning::Cosigner => {
                "I have read it whole, I took part in or supervised the care it tells of, and I agree."
            }
            Meaning::Witness => "I was present when it was signed or said.",
            Meaning::Reviewer => "I have read it whole.",
            Meaning::AdministrativeClosure => {
                "The author is no longer here and cannot sign. I close the document as it stands, without vouching for what it says."
            }
        }
    }

    /// Whether it makes the version part of the record.
    pub fn authenticates(self) -> bool {
        matches!(self, Meaning::Author | Meaning::AdministrativeClosure)
    }
}

/// One signature, as kept.
#[derive(Clone)]
pub struct Signature {
    pub version: i32,
    pub signer: StaffId,
    pub signer_name: String,
    pub credential: Option<String>,
    pub role: String,
    pub meaning: Meaning,
    pub statement: Option<String>,
    pub signed_at: DateTime<Utc>,
    pub zone: String,
    pub method: String,
    /// Moved with the document from another encounter of the same chart.
    pub carried: bool,
}

/// Why and by whom a document was taken back.
#[derive(Clone)]
pub struct Retraction {
    pub reason_code: String,
    pub reason: String,
    pub retracted_at: DateTime<Utc>,
    pub retracted_by: String,
    /// It was filed again elsewhere; where is not told.
    pub moved: bool,
}

/// Why a document is taken back (handbook 3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    WrongPatient,
    WrongEncounter,
    Duplicate,
    OtherError,
}

impl Why {
    pub const ALL: [Why; 4] = [Why::WrongPatient, Why::WrongEncounter, Why::Duplicate, Why::OtherError];

    pub fn word(self) -> &'static str {
        match self {
            Why::WrongPatient => "wrong-patient",
            Why::WrongEncounter => "wrong-encounter",
            Why::Duplicate => "duplicate",
            Why::OtherError => "other-error",
        }
    }

    pub fn parse(word: &str) -> Option<Why> {
        Why::ALL.into_iter().find(|why| why.word() == word)
    }

    pub fn label(self) -> &'static str {
        match self {
            Why::WrongPatient => "Wrong patient",
            Why::WrongEncounter => "Wrong encounter",
            Why::Duplicate => "Duplicate",
            Why::OtherError => "Other error",
        }
    }
}

/// What a scan check found (DOC-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanError {
    WrongPatient,
    WrongEncounter,
    WrongType,
    WrongDate,
    MissingPage,
    Unreadable,
    UpsideDown,
    DoubleFed,
}

impl ScanError {
    pub const ALL: [ScanError; 8] = [
        ScanError::WrongPatient,
        ScanError::WrongEncounter,
        ScanError::WrongType,
        ScanError::WrongDate,
        ScanError::MissingPage,
        ScanError::Unreadable,
        ScanError::UpsideDown,
        ScanError::DoubleFed,
    ];

    pub fn word(self) -> &'static str {
        match self {
            ScanError::WrongPatient => "wrong-patient",
            ScanError::WrongEncounter => "wrong-encounter",
            ScanError::WrongType => "wrong-type",
            ScanError::WrongDate => "wrong-date",
            ScanError::MissingPage => "missing-page",
            ScanError::Unreadable => "unreadable",
            ScanError::UpsideDown => "upside-down",
            ScanError::DoubleFed => "double-fed",
        }
    }

    pub fn parse(word: &str) -> Option<ScanError> {
        ScanError::ALL.into_iter().find(|error| error.word() == word)
    }

    pub fn label(self) -> &'static str {
        match self {
            ScanError::WrongPatient => "Wrong patient (critical)",
            ScanError::WrongEncounter => "Wrong encounter",
            ScanError::WrongType => "Wrong type",
            ScanError::WrongDate => "Wrong date",
            ScanError::MissingPage => "Missing page",
            ScanError::Unreadable => "Unreadable",
            ScanError::UpsideDown => "Upside down",
            ScanError::DoubleFed => "Double-fed",
        }
    }

    /// A sample with a critical error rejects its batch (DOC-16).
    pub fn is_critical(self) -> bool {
        self == ScanError::WrongPatient
    }
}

/// What the rules ask of a document.
#[derive(Clone, Default)]
pub struct Standing {
    pub type_code: String,
    pub entry: Entry,
    pub event_at: Option<DateTime<Utc>>,
    pub delay_reason: Option<String>,
    pub author: Option<PractitionerId>,
    pub cosigner: Option<PractitionerId>,
    pub cosigner_name: Option<String>,
    pub needs_signature: bool,
    /// Who filed its first version.
    pub filed_by: Option<StaffId>,
    /// The highest version there is; above the current one, it waits for a signature.
    pub newest: i32,
    /// The version in force.
    pub current: i32,
    /// The author can't sign any more: no account, or a disabled one.
    pub author_is_gone: bool,
    /// The reader as a provider, when they are one.
    pub reader: Option<PractitionerId>,
    pub reader_credential: Option<String>,
    /// A scan check is open that the reader may answer.
    pub check_is_open: bool,
}
