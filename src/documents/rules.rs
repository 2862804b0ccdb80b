//! Who may sign, change and take back a document, and what a document may become (handbook 3.3 to 3.6). Pure.

use chrono::NaiveDate;

use super::model::Status;
use super::standing::{Meaning, ScanError, Signature, Standing};
use crate::access::Role;
use crate::base::id::{DocumentId, StaffId};
use crate::patients::query::dates;

/// Who wants to do it.
#[derive(Clone, Copy)]
pub struct Doer<'a> {
    pub staff: Option<StaffId>,
    pub roles: &'a [Role],
}

impl Doer<'_> {
    fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Handbook 3.3. The database holds the same table (`document_may_become`) and refuses the rest.
pub fn may_become(before: Status, after: Status) -> bool {
    use Status as S;
    before == after
        || match before {
            S::Draft => matches!(after, S::Preliminary | S::Final | S::Retracted),
            S::Preliminary => matches!(after, S::Final | S::Retracted),
            S::Final => matches!(after, S::Addended | S::Amended | S::Corrected | S::Superseded | S::Retracted),
            S::Addended | S::Corrected => {
                matches!(after, S::Amended | S::Superseded | S::Retracted)
                    || (before == S::Addended && after == S::Corrected)
            }
            S::Amended => matches!(after, S::Corrected | S::Superseded | S::Retracted),
            S::Superseded => after == S::Retracted,
            S::Retracted => false,
        }
}

/// Whether somebody's signature makes this version part of the record.
pub fn is_signed(signatures: &[Signature], version: i32) -> bool {
    signatures.iter().any(|signature| signature.version == version && signature.meaning.authenticates())
}

/// What the reader may sign the newest version as (DOC-7, DOC-9, DOC-10); the first is the one to offer.
pub fn meanings(status: Status, standing: &Standing, signatures: &[Signature], doer: Doer<'_>) -> Vec<Meaning> {
    if matches!(status, Status::Retracted | Status::Superseded) {
        return Vec::new();
    }
    let signed = is_signed(signatures, standing.newest) || settled(status, standing, signatures);
    let is_author = standing.reader.is_some() && standing.reader == standing.author;
    let is_cosigner = standing.reader.is_some() && standing.reader == standing.cosigner;
    let has = |meaning: Meaning| {
        signatures.iter().any(|signature| {
            signature.version == standing.newest && signature.meaning == meaning && Some(signature.signer) == doer.staff
        })
    };
    let mut may = Vec::new();
    if doer.is(Role::Physician) {
        if !signed && is_author {
            may.push(Meaning::Author);
        }
        if signed && is_cosigner && !has(Meaning::Cosigner) {
            may.push(Meaning::Cosigner);
        }
        // Whoever wrote it does not review or witness it.
        if signed && !is_author && !is_cosigner {
            may.extend([Meaning::Reviewer, Meaning::Witness].into_iter().filter(|meaning| !has(*meaning)));
        }
    }
    if doer.is(Role::Manager) && !signed && standing.author_is_gone && standing.needs_signature {
        may.push(Meaning::AdministrativeClosure);
    }
    may
}

/// Final without a signature of ours: signed on paper, signed elsewhere, or of a kind nobody signs.
fn settled(status: Status, standing: &Standing, signatures: &[Signature]) -> bool {
    !matches!(status, Status::Draft | Status::Preliminary)
        && signatures.iter().all(|signature| !signature.meaning.authenticates())
        && standing.newest == standing.current
}

/// Whether the document lacks its cosigner's signature: visible, flagged, and a deficiency of the cosigner (handbook 3.4).
pub fn awaits_cosigner(standing: &Standing, signatures: &[Signature], current: i32) -> bool {
    standing.cosigner.is_some()
        && is_signed(signatures, current)
        && !signatures.iter().any(|signature| signature.version == current && signature.meaning == Meaning::Cosigner)
}

/// Addenda and amendments belong to signed documents; a draft is simply written on.
pub fn may_append(status: Status, doer: Doer<'_>) -> bool {
    doer.is(Role::Physician) && matches!(status, Status::Final | Status::Addended | Status::Amended | Status::Corrected)
}

/// An amendment speaks for the author; anybody treating may add an addendum of their own.
pub fn may_amend(status: Status, standing: &Standing, doer: Doer<'_>) -> bool {
    may_append(status, doer) && standing.reader.is_some() && standing.reader == standing.author
}

/// A new version: of a note by its author (or who wrote the draft for them), of a filed file by who files.
pub fn may_correct(status: Status, standing: &Standing, is_text: bool, doer: Doer<'_>) -> bool {
    if matches!(status, Status::Retracted | Status::Superseded) {
        return false;
    }
    let own = standing.filed_by.is_some() && standing.filed_by == doer.staff;
    if is_text {
        let author = standing.reader.is_some() && standing.reader == standing.author;
        return doer.is(Role::Physician) && (author || (own && status == Status::Draft));
    }
    doer.is(Role::Manager) || (doer.is(Role::Indexer) && own)
}

/// "Retract or move a document: indexer (unsigned, own filing), HIM manager (any, with reason)" (handbook 7.2).
pub fn may_retract(status: Status, standing: &Standing, signatures: &[Signature], doer: Doer<'_>) -> bool {
    if status == Status::Retracted {
        return false;
    }
    let own = standing.filed_by.is_some() && standing.filed_by == doer.staff;
    doer.is(Role::Manager) || (doer.is(Role::Indexer) && own && signatures.is_empty())
}

/// A whole day from birth to today.
pub fn service_day(text: &str, born: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate, String> {
    if text.trim().is_empty() {
        return Err("Enter the date of service".into());
    }
    match dates::read_field(text, today)?.day() {
        None => Err("Enter the whole date".into()),
        Some(day) if day > today => Err("The date of service is in the future".into()),
        Some(day) if born.is_some_and(|born| day < born) => Err("The patient was not born yet".into()),
        Some(day) => Ok(day),
    }
}

/// What the settings ask of scan checks (DOC-15).
#[derive(Clone, Copy)]
pub struct Sampling {
    /// The share of the rest.
    pub percent: u32,
    /// Somebody is new for so many days, and for so many documents.
    pub new_days: u32,
    pub first: u32,
}

/// Who indexed it: how long they have been here, and how many documents they had filed before.
#[derive(Clone, Copy)]
pub struct Indexer {
    pub days: i64,
    pub filed: i64,
}

impl Sampling {
    fn is_new(self, indexer: Indexer) -> bool {
        indexer.days < i64::from(self.new_days) || indexer.filed < i64::from(self.first)
    }
}

/// DOC-15: everything of new staff is checked, and consents, directives and legal papers always; of the rest a sample. The die is cast by the
/// document's own random number, so that nobody chooses.
pub fn needs_check(type_code: &str, document: DocumentId, sampling: Sampling, indexer: Indexer) -> bool {
    const ALWAYS: [&str; 8] = [
        "consent",
        "procedure-consent",
        "release-consent",
        "organ-donation-consent",
        "privacy-acknowledgment",
        "advance-directive",
        "power-of-attorney",
        "legal-document",
    ];
    let bytes = document.0.as_bytes();
    let roll = u32::from(bytes[14]) << 8 | u32::from(bytes[15]);
    sampling.is_new(indexer) || ALWAYS.contains(&type_code) || roll * 100 < sampling.percent << 16
}

/// DOC-15: whoever indexed it does not check it.
pub fn may_check(standing: &Standing, doer: Doer<'_>) -> bool {
    doer.is(Role::ScanQc) && standing.check_is_open && standing.filed_by != doer.staff
}

/// DOC-16: one less the share of documents with an error, in per cent; `None` before anything was checked.
pub fn accuracy(checked: u64, errors: u64) -> Option<f64> {
    (checked > 0).then(|| 100.0 * (1.0 - errors.min(checked) as f64 / checked as f64))
}

/// DOC-16: 99.5 % and no wrong patient; a sample with a critical error fails whatever its share.
pub fn sample_passes(checked: u64, found: &[ScanError]) -> bool {
    !found.iter().any(|error| error.is_critical())
        && accuracy(checked, found.len() as u64).is_none_or(|share| share >= 99.5)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
