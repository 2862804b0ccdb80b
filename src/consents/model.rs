//! The nouns: a consent, its kind, its revocation.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::base::id::DocumentId;

/// What it is about. The words in the database never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    General,
    PrivacyNotice,
    Exchange,
    AdvanceDirective,
}

impl Kind {
    pub const ALL: [Kind; 4] = [Kind::General, Kind::PrivacyNotice, Kind::Exchange, Kind::AdvanceDirective];

    pub fn word(self) -> &'static str {
        match self {
            Kind::General => "general",
            Kind::PrivacyNotice => "privacy-notice",
            Kind::Exchange => "exchange",
            Kind::AdvanceDirective => "advance-directive",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Kind::General => "General consent",
            Kind::PrivacyNotice => "Privacy notice",
            Kind::Exchange => "Information exchange",
            Kind::AdvanceDirective => "Advance directive",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// What people read for a decision about this kind.
    pub fn decision(self, given: bool) -> &'static str {
        match (self, given) {
            (Kind::General, true) => "Given",
            (Kind::General, false) => "Refused",
            (Kind::PrivacyNotice, true) => "Acknowledged",
            (Kind::PrivacyNotice, false) => "Handed out, not signed",
            (Kind::Exchange, true) => "Opted in",
            (Kind::Exchange, false) => "Opted out",
            (Kind::AdvanceDirective, _) => "On file",
        }
    }
}

/// A consent, as somebody typed it and the rules accepted it.
#[derive(Clone, Debug)]
pub struct NewConsent {
    pub consent: Uuid,
    pub kind: Kind,
    pub given: bool,
    pub scope: String,
    pub signed_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    pub witness: Option<String>,
    pub document: Option<DocumentId>,
}

/// A consent on file, with its revocation if there is one.
#[derive(Clone)]
pub struct Consent {
    pub consent: Uuid,
    pub kind: String,
    pub decision: String,
    pub scope: String,
    pub signed_on: NaiveDate,
    pub expires_on: Option<NaiveDate>,
    pub witness: Option<String>,
    pub document: Option<DocumentId>,
    pub recorded_by: Option<String>,
    pub recorded_at: DateTime<Utc>,
    pub revoked_on: Option<NaiveDate>,
    pub revocation_reason: Option<String>,
    pub revoked_by: Option<String>,
}

impl Consent {
    pub fn label(&self) -> &str {
        Kind::parse(&self.kind).map_or(self.kind.as_str(), |kind| kind.label())
    }

    pub fn decision_words(&self) -> &str {
        Kind::parse(&self.kind).map_or(self.decision.as_str(), |kind| kind.decision(self.decision == "given"))
    }
}
