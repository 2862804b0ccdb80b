//! Every statement of the import. One batch is one transaction in one open roster: what was read of others, what was written, and whose it is,
//! all under one event of the ledger.
//!
//! Order within a batch: which of its keys are known already, which records the references lead to, what has changed, and only then the rows.

mod charts;
mod directory;
mod documents;
mod known;
mod links;
mod patients;
mod person;
mod stays;
mod visits;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::{About, Act, Actor, Error, Gate, Remarks, Result, Roster};
use crate::base::id::PatientId;
use crate::blobs::Blobs;
use crate::vault::Vault;

use super::map::reference::Reference;
use super::map::{Mapped, Refusal};
use super::record::{Incoming, hex};
use super::tally::Outcome;
pub use directory::{Facility, facilities};
use known::{Known, Slot};

/// What an import needs of the house.
pub(crate) struct Writer {
    pub gate: Gate,
    pub operator: Actor,
    pub vault: Vault,
    pub blobs: Blobs,
    pub facility: Facility,
    /// Whose records these are: ids mean something only within their source.
    pub source: String,
    /// When this run began: what was written since came from this very input.
    pub began_at: DateTime<Utc>,
}

/// How one resource of a batch ended.
#[derive(Debug)]
pub(crate) struct Settled {
    pub ending: std::result::Result<Outcome, Refusal>,
    /// What it lost on the way into the database.
    pub notes: Vec<String>,
}

impl Writer {
    /// Writes a batch; answers one ending for each record, in order. A record the database refuses is found by halving and refused alone.
    ///
    /// # Errors
    /// What is no record's fault: the database or the document store is away, the operator may not import.
    pub(crate) async fn write(&self, batch: &[Incoming]) -> Result<Vec<Settled>> {
        match self.write_once(batch).await {
            Ok(settled) => Ok(settled),
            Err(error) if !is_the_record_s_fault(&error) => Err(error),
            Err(error) if batch.len() <= 1 => Ok(batch
                .iter()
                .map(|_| Settled { ending: Err(format!("the database does not take it ({error})")), notes: Vec::new() })
                .collect()),
            Err(_) => {
                let (first, second) = batch.split_at(batch.len() / 2);
                let mut settled = Box::pin(self.write(first)).await?;
                settled.extend(Box::pin(self.write(second)).await?);
                Ok(settled)
            }
        }
    }

    async fn write_once(&self, batch: &[Incoming]) -> Result<Vec<Settled>> {
        let detail = serde_json::json!({ "source": self.source, "resources": batch.len() });
        let remarks = Remarks { detail: Some(detail), ..Remarks::none() };
        self.gate
            .roster(&self.operator, Act::ImportRecords, remarks, async |roster| {
                Work::begin(self, roster, batch).await?.run(roster, batch).await
            })
            .await
    }
}

fn is_the_record_s_fault(error: &Error) -> bool {
    matches!(error, Error::Constraint(_) | Error::Database(_) | Error::Invalid(_) | Error::NotFound | Error::Conflict)
}

/// Rows that answer only whose they are: what a statement changed.
struct Touched {
    patient: PatientId,
}

impl About for Touched {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// One batch on its way.
struct Work<'w> {
    writer: &'w Writer,
    /// What is known under each key, kept up to date as the batch goes.
    known: HashMap<Slot, Known>,
    /// Patients found by their business identifiers.
    identified: HashMap<(String, String), Vec<Uuid>>,
    settled: Vec<Settled>,
    /// Visit numbers in use, those this batch gives included.
    taken_numbers: HashSet<String>,
    sources: known::Sources,
    links: links::Rows,
    visits: visits::Rows,
    charts: charts::Rows,
    documents: documents::Rows,
    /// Whose, which report, which document (DOC-6).
    reports: Vec<(PatientId, Uuid, Uuid)>,
}

/// Whether a record is new, has changed, or is as it was.
enum State {
    New,
    Changed(Known),
    Same,
}

impl<'w> Work<'w> {
    async fn begin(writer: &'w Writer, roster: &mut Roster<'_>, batch: &[Incoming]) -> Result<Self> {
        let mut slots: HashSet<Slot> = HashSet::new();
        let mut identifiers: HashSet<(String, String)> = HashSet::new();
        for record in batch {
            slots.insert(Slot::new(&record.kind, &record.id));
            slots.extend(record.aliases.iter().map(|alias| Slot::new(&record.kind, alias)));
            if record.kind == "DiagnosticReport" {
                slots.insert(Slot::new(documents::OF_REPORT, &record.id));
            }
            for reference in references(record) {
                slots.extend(reference.keys.iter().map(Slot::of));
                identifiers.extend(reference.identifier.iter().cloned());
            }
        }
        let numbers: Vec<String> = batch.iter().filter_map(visit_number).collect();
        Ok(Self {
            taken_numbers: visits::taken_numbers(roster, writer.facility.facility, &numbers).await?,
            links: links::Rows::default(),
            known: known::look_up(roster, &writer.source, &slots).await?,
            identified: known::look_up_patients(roster, &identifiers).await?,
            writer,
            settled: Vec::with_capacity(batch.len()),
            sources: known::Sources::default(),
            visits: visits::Rows::default(),
            charts: charts::Rows::default(),
            documents: documents::Rows::default(),
            reports: Vec::new(),
        })
    }

    async fn run(mut self, roster: &mut Roster<'_>, batch: &[Incoming]) -> Result<Vec<Settled>> {
        for record in batch {
            let mut notes = Vec::new();
            let ending = match &record.mapped {
                Err(reason) => Err(reason.clone()),
                Ok(mapped) => self.one(roster, record, mapped, &mut notes).await?,
            };
            self.settled.push(Settled { ending, notes });
        }
        let Self { visits, charts, documents, links, sources, writer, settled, reports, .. } = self;
        links.write(roster).await?;
        visits.write(roster).await?;
        charts.write(roster).await?;
        documents.write(writer, roster).await?;
        Self::lead_to_documents(roster, &reports).await?;
        sources.write(writer, roster).await?;
        Ok(settled)
    }

    async fn one(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        mapped: &Mapped,
        notes: &mut Vec<String>,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        match mapped {
            Mapped::Organization(_) | Mapped::Practitioner(_) | Mapped::Location(_) | Mapped::Role(_) => {
                self.directory(roster, record, mapped).await
            }
            Mapped::Patient(patient) => self.patient(roster, record, patient, notes).await,
            Mapped::Links(links) => self.links(roster, record, links, notes).await.map(Ok),
            _ => self.of_a_patient(roster, record, mapped, notes).await,
        }
    }

    /// Everything that hangs on a patient, and perhaps on a visit.
    async fn of_a_patient(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        mapped: &Mapped,
        notes: &mut Vec<String>,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        let visit = self.visit(record, notes);
        let patient = match (self.subject(record), &visit) {
            (Some(patient), _) => patient,
            (None, Some(visit)) => {
                notes.push("names no patient known here; kept under the patient of its visit".into());
                visit.patient
            }
            (None, None) => {
                return Ok(Err(match &record.subject {
                    Some(_) => "the patient it names is not known here; import the patient, then this again".into(),
                    None => "names no patient".into(),
                }));
            }
        };
        // A visit of somebody else would show one person's data in another's chart.
        let visit = match visit {
            Some(found) if found.patient != patient => {
                notes.push("its visit belongs to another patient; kept without the visit, please check".into());
                None
            }
            found => found.map(|found| found.encounter),
        };
        let place = Place { patient, visit };
        match mapped {
            Mapped::Coverage(coverage) => self.coverage(roster, record, place, coverage, notes).await,
            Mapped::Encounter(encounter) => self.encounter(roster, record, place, encounter, notes).await,
            Mapped::Diagnosis(diagnosis) => self.diagnosis(roster, record, place, diagnosis).await.map(Ok),
            Mapped::Procedure(procedure) => self.procedure(roster, record, place, procedure).await.map(Ok),
            Mapped::Item(item) => self.item(roster, record, place, item).await.map(Ok),
            Mapped::Charge(charge) => self.charge(roster, record, place, charge).await,
            Mapped::Document(document) => self.document(roster, record, place, &record.kind, document, notes).await,
            Mapped::Report(item, document) => {
                let outcome = self.item(roster, record, place, item).await?;
                if let Some(document) = document
                    && let Err(reason) =
                        self.document(roster, record, place, documents::OF_REPORT, document, notes).await?
                {
                    notes.push(reason);
                }
                let known = |kind: &str| self.known.get(&Slot::new(kind, &record.id)).copied();
                if let (Some(item), Some(document)) = (known(&record.kind), known(documents::OF_REPORT))
                    && item.patient == document.patient
                    && outcome != Outcome::Unchanged
                {
                    self.reports.push((item.patient.map_or(place.patient, PatientId), item.target, document.target));
                }
                Ok(Ok(outcome))
            }
            Mapped::Organization(_)
            | Mapped::Practitioner(_)
            | Mapped::Role(_)
            | Mapped::Location(_)
            | Mapped::Patient(_)
            | Mapped::Links(_) => Err(Error::Internal("not a record of a patient".into())),
        }
    }

    fn subject(&self, record: &Incoming) -> Option<PatientId> {
        let reference = record.subject.as_ref()?;
        self.find(reference)
            .and_then(|known| known.patient)
            .or_else(|| self.identified_patient(reference))
            .map(PatientId)
    }

    fn identified_patient(&self, reference: &Reference) -> Option<Uuid> {
        match self.identified.get(reference.identifier.as_ref()?)?.as_slice() {
            [only] => Some(*only),
            // None, or several: whose it is can't be told.
            _ => None,
        }
    }

    fn visit(&self, record: &Incoming, notes: &mut Vec<String>) -> Option<Visit> {
        let reference = record.visit.as_ref()?;
        let found = self
            .find(reference)
            .and_then(|known| Some(Visit { encounter: known.target, patient: PatientId(known.patient?) }));
        if found.is_none() {
            notes.push("the encounter it names is not known here; kept without its visit".into());
        }
        found
    }

    fn find(&self, reference: &Reference) -> Option<Known> {
        reference.keys.iter().find_map(|key| self.known.get(&Slot::of(key))).copied()
    }

    fn find_target(&self, reference: Option<&Reference>) -> Option<Uuid> {
        self.find(reference?).map(|known| known.target)
    }

    /// Compares a record with what is known under its key. `links` are the references that led somewhere: a reference that finds its
    /// target only in a later run makes the record a changed one.
    async fn state(
        &mut self,
        roster: &mut Roster<'_>,
        kind: &str,
        record: &Incoming,
        links: &[bool],
    ) -> Result<(State, [u8; 32])> {
        let hash = fingerprint(record, links);
        let Some(known) = self.known.get(&Slot::new(kind, &record.id)).copied() else {
            return Ok((State::New, hash));
        };
        if known.content == hash {
            self.name_again(kind, record, known);
            return Ok((State::Same, hash));
        }
        if known::was_superseded(roster, &self.writer.source, kind, &record.id, &hash).await? {
            return Ok((State::Same, hash));
        }
        if known.imported_at >= self.writer.began_at {
            // The same id again with other content, in one input: the later one stays, and a second run must know the earlier one.
            self.sources.superseded(kind, &record.id, known);
        }
        Ok((State::Changed(known), hash))
    }

    /// Remembers where a record went, for the rest of the batch and for every later run.
    fn settle(
        &mut self,
        kind: &str,
        record: &Incoming,
        hash: [u8; 32],
        target: Uuid,
        patient: Option<Uuid>,
        at: DateTime<Utc>,
    ) {
        let known = Known { target, patient, content: hash, imported_at: at };
        self.known.insert(Slot::new(kind, &record.id), known);
        self.sources.keep(kind, &record.id, known);
        if kind == record.kind {
            for alias in &record.aliases {
                self.known.insert(Slot::new(kind, alias), known);
                self.sources.keep(kind, alias, known);
            }
        }
    }

    /// The same provider in another bundle goes by another address there; both must lead to it.
    fn name_again(&mut self, kind: &str, record: &Incoming, known: Known) {
        for alias in &record.aliases {
            let slot = Slot::new(kind, alias);
            if let Entry::Vacant(vacant) = self.known.entry(slot) {
                vacant.insert(known);
                self.sources.keep(kind, alias, known);
            }
        }
    }
}

/// Whose a record is, and which visit's.
#[derive(Clone, Copy)]
struct Place {
    patient: PatientId,
    visit: Option<Uuid>,
}

struct Visit {
    encounter: Uuid,
    patient: PatientId,
}

fn fingerprint(record: &Incoming, links: &[bool]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(record.content);
    for link in links {
        hasher.update([u8::from(*link)]);
    }
    hasher.finalize().into()
}

/// A number of our own for what came without one: stable, short, without letters that are mistaken for digits.
fn own_number(source: &str, kind: &str, id: &str) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let digest = Sha256::new()
        .chain_update(source)
        .chain_update([0])
        .chain_update(kind)
        .chain_update([0])
        .chain_update(id)
        .finalize();
    digest.iter().take(10).map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
}

fn visit_number(record: &Incoming) -> Option<String> {
    match &record.mapped {
        Ok(Mapped::Encounter(visit)) => visit.visit_number.clone(),
        _ => None,
    }
}

/// Every reference a record holds that must lead somewhere while it is written.
fn references(record: &Incoming) -> Vec<&Reference> {
    let mut found: Vec<&Reference> = record.subject.iter().chain(record.visit.iter()).collect();
    match &record.mapped {
        Ok(Mapped::Role(role)) => found.push(&role.practitioner),
        Ok(Mapped::Coverage(coverage)) => found.extend(&coverage.payer),
        Ok(Mapped::Encounter(visit)) => {
            found.extend(visit.places.iter().filter_map(|place| place.location.as_ref()));
            found.extend(visit.providers.iter().map(|provider| &provider.practitioner));
        }
        Ok(Mapped::Document(document)) => found.extend(&document.author),
        Ok(Mapped::Report(_, Some(document))) => found.extend(&document.author),
        Ok(Mapped::Links(links)) => {
            found.extend(links.part_of.iter().chain(links.organization.iter()));
            found.extend(links.diagnoses.iter().map(|listed| &listed.condition));
            found.extend(links.relations.iter().map(|relation| &relation.target));
        }
        _ => {}
    }
    found
}

/// The stored key of a superseded copy.
fn superseded_kind(kind: &str) -> String {
    format!("{kind}.superseded")
}

fn superseded_id(id: &str, hash: &[u8; 32]) -> String {
    format!("{id} {}", hex(&hash[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_numbers_are_stable_and_differ_by_source() {
        assert_eq!(own_number("a", "Encounter", "1"), own_number("a", "Encounter", "1"));
        assert_ne!(own_number("a", "Encounter", "1"), own_number("b", "Encounter", "1"));
        assert_ne!(own_number("a", "b", "c"), own_number("ab", "", "c"));
        assert_eq!(own_number("a", "Encounter", "1").len(), 10);
    }

    #[test]
    fn keys_of_references_name_their_kind() {
        use crate::interop::fhir::import::map::reference::{Key, Target};
        let key = Key { target: Target::Patient, id: "7".into() };
        assert_eq!(Slot::of(&key), Slot::new("Patient", "7"));
    }
}
