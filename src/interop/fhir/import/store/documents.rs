//! Documents: the bytes into the store first, then the rows. Content that changed is a new version beside the old one (DOC-4).

use std::collections::{BTreeMap, HashMap};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{Place, State, Work, Writer};
use crate::access::scope::Figure;
use crate::access::{About, Error, Result, Roster};
use crate::base::id::{DocumentId, EncounterId, PatientId, PractitionerId};
use crate::documents::model::{Content, NewDocument, NewVersion, Status, type_of_loinc};
use crate::documents::{filing, store as shelf};
use crate::interop::fhir::import::map::Refusal;
use crate::interop::fhir::import::map::document::Document;
use crate::interop::fhir::import::record::Incoming;
use crate::interop::fhir::import::tally::Outcome;

/// The document of a diagnostic report, beside the report's own row.
pub(super) const OF_REPORT: &str = "DiagnosticReport.document";

/// Each put waits for the disk; side by side they wait together.
const PUTS_AT_ONCE: usize = 32;

/// Where a record came from is not known to have been this house; without a better word it is filed so.
const ANY_TYPE: &str = "medical-records";

#[derive(Default)]
pub(super) struct Rows {
    new: Vec<New>,
    /// Types by their LOINC, as this batch met them.
    types: HashMap<String, String>,
}

struct New {
    patient: PatientId,
    /// The type of the record it came with.
    kind: String,
    document: NewDocument,
    content: Content,
}

struct Shelved {
    patient: PatientId,
    version: Uuid,
    number: i32,
    sha256: Vec<u8>,
}

impl About for Shelved {
    fn about(&self) -> PatientId {
        self.patient
    }
}

struct Codes {
    codes: Vec<String>,
}

impl Figure for Codes {}

impl Work<'_> {
    pub(super) async fn document(
        &mut self,
        roster: &mut Roster<'_>,
        record: &Incoming,
        place: Place,
        kind: &str,
        told: &Document,
        notes: &mut Vec<String>,
    ) -> Result<std::result::Result<Outcome, Refusal>> {
        let author = self.find_target(told.author.as_ref());
        if author.is_none() && told.author.is_some() {
            notes.push("the author it names is not known here; kept by name only".into());
        }
        let (state, hash) = self.state(roster, kind, record, &[place.visit.is_some(), author.is_some()]).await?;
        let (document, patient, outcome) = match state {
            State::Same => return Ok(Ok(Outcome::Unchanged)),
            State::New => match self.twin(roster, place.patient, kind, told).await? {
                Some(twin) => {
                    self.join(roster, place.patient, twin, kind, told).await?;
                    self.settle(kind, record, hash, twin, Some(place.patient.0), roster.at());
                    return Ok(Ok(Outcome::Created));
                }
                None => (Uuid::now_v7(), place.patient, Outcome::Created),
            },
            State::Changed(known) => (known.target, known.patient.map_or(place.patient, PatientId), Outcome::Updated),
        };
        let type_code = self.type_of(roster, told).await?;
        let visit = place.visit.filter(|_| patient == place.patient);
        let status = Status::parse(told.status).unwrap_or(Status::Preliminary);
        if outcome == Outcome::Created {
            let new = NewDocument {
                document: DocumentId(document),
                encounter: visit.map(EncounterId),
                type_code,
                title: told.title.clone(),
                status,
                sensitivity: told.sensitivity.map(str::to_owned),
                author: author.map(PractitionerId),
                author_name: told.author_name.clone(),
                authored_at: told.authored_at,
                service_date: told.service_date,
                source: self.writer.source.clone(),
                versions: Vec::new(),
                relations: Vec::new(),
            };
            self.documents.new.push(New { patient, kind: kind.to_owned(), document: new, content: content(told) });
        } else {
            if self.documents.new.iter().any(|new| new.document.document.0 == document) {
                // A row of this very batch can't be updated before it is written.
                std::mem::take(&mut self.documents).write(self.writer, roster).await?;
            }
            // What was signed here is ours to change, version by version; the source's word on it is noted and not taken over.
            let signed = roster
                .figure(sqlx::query_scalar!(
                    r#"select exists (select from document_signatures where document_id = $1) as "signed!""#,
                    document,
                ))
                .await?;
            if signed {
                notes.push("it was signed here since; the source's change is not taken over".into());
                self.settle(kind, record, hash, document, Some(patient.0), roster.at());
                return Ok(Ok(Outcome::Unchanged));
            }
            self.new_version(roster, patient, document, told).await?;
            let statement = sqlx::query!(
                "update documents set encounter_id = coalesce($3, encounter_id), type_code = $4, title = $5,
                    status = case when status = 'retracted' then status else $6 end, sensitivity = coalesce($7, sensitivity),
                    author_id = coalesce($8, author_id), author_name = coalesce($9, author_name), authored_at = $10, service_date = $11
                where document_id = $1 and patient_id = $2",
                document,
                patient.0,
                visit,
                type_code,
                told.title,
                status.word(),
                told.sensitivity,
                author,
                told.author_name,
                told.authored_at,
                told.service_date,
            );
            roster.exec(patient, statement).await?;
        }
        self.settle(kind, record, hash, document, Some(patient.0), roster.at());
        Ok(Ok(outcome))
    }

    /// A narrative report comes as a DiagnosticReport and as a DocumentReference with the same attachment, in either order (DOC-6, US Core
    /// CONF-0220 and 0221): the document that the other one of the two made of the very same bytes, or of the same address, in this chart.
    async fn twin(
        &self,
        roster: &mut Roster<'_>,
        patient: PatientId,
        kind: &str,
        told: &Document,
    ) -> Result<Option<Uuid>> {
        let other = match kind {
            OF_REPORT => "DocumentReference",
            "DocumentReference" => OF_REPORT,
            _ => return Ok(None),
        };
        if told.content.is_empty() {
            return Ok(None);
        }
        let here = self
            .documents
            .new
            .iter()
            .find(|new| new.patient == patient && new.kind == other && new.content.bytes == told.content);
        if let Some(new) = here {
            return Ok(Some(new.document.document.0));
        }
        let sha256 = Sha256::digest(&told.content);
        let filed = roster
            .optional(sqlx::query_as!(
                Shelved,
                r#"select v.patient_id as "patient: PatientId", v.document_id as version, v.version_no as number, v.sha256
                from document_versions v
                join documents d on d.document_id = v.document_id and d.current_version = v.version_no
                where v.patient_id = $1 and v.sha256 = $2 and d.source = $3 and d.status <> 'retracted'
                  and exists (select from source_records s where s.patient_id = $1 and s.target_id = d.document_id and s.resource_type = $4)
                  and not exists (select from source_records s where s.patient_id = $1 and s.target_id = d.document_id and s.resource_type = $5)
                order by d.filed_at, d.document_id
                limit 1"#,
                patient.0,
                &sha256[..],
                self.writer.source,
                other,
                kind,
            ))
            .await?;
        Ok(filed.map(|shelved| shelved.version))
    }

    /// One document for both. What the DocumentReference says of it counts, since it is about the document; a label that protects it counts
    /// from either.
    async fn join(
        &mut self,
        roster: &mut Roster<'_>,
        patient: PatientId,
        twin: Uuid,
        kind: &str,
        told: &Document,
    ) -> Result<()> {
        let described = kind != OF_REPORT;
        let type_code = self.type_of(roster, told).await?;
        if let Some(new) = self.documents.new.iter_mut().find(|new| new.document.document.0 == twin) {
            let document = &mut new.document;
            document.sensitivity = document.sensitivity.take().or_else(|| told.sensitivity.map(str::to_owned));
            if described {
                document.type_code = type_code;
                document.title.clone_from(&told.title);
                document.status = Status::parse(told.status).unwrap_or(Status::Preliminary);
            }
            return Ok(());
        }
        let statement = sqlx::query!(
            "update documents set sensitivity = coalesce(sensitivity, $3) where document_id = $1 and patient_id = $2",
            twin,
            patient.0,
            told.sensitivity,
        );
        roster.exec(patient, statement).await?;
        if described {
            let statement = sqlx::query!(
                "update documents set type_code = $3, title = $4
                where document_id = $1 and patient_id = $2 and not exists (select from document_signatures s where s.document_id = $1)",
                twin,
                patient.0,
                type_code,
                told.title,
            );
            roster.exec(patient, statement).await?;
        }
        Ok(())
    }

    /// Leads from the report's row to its document once both are written.
    pub(super) async fn lead_to_documents(roster: &mut Roster<'_>, reports: &[(PatientId, Uuid, Uuid)]) -> Result<()> {
        if reports.is_empty() {
            return Ok(());
        }
        let patients: Vec<Uuid> = reports.iter().map(|(patient, ..)| patient.0).collect();
        let items: Vec<Uuid> = reports.iter().map(|(_, item, _)| *item).collect();
        let documents: Vec<Uuid> = reports.iter().map(|(.., document)| *document).collect();
        let statement = sqlx::query!(
            "update clinical_items i set document_id = u.document
            from unnest($1::uuid[], $2::uuid[]) as u (item, document)
            where i.item_id = u.item and i.document_id is distinct from u.document",
            &items,
            &documents,
        );
        roster.exec_all(&patients, statement).await.map(drop)
    }

    /// A version of its own for changed bytes; none when only what is said about them changed.
    async fn new_version(
        &mut self,
        roster: &mut Roster<'_>,
        patient: PatientId,
        document: Uuid,
        told: &Document,
    ) -> Result<()> {
        let last = roster
            .optional(sqlx::query_as!(
                Shelved,
                r#"select patient_id as "patient: PatientId", version_id as version, version_no as number, sha256
                from document_versions where document_id = $1 order by version_no desc limit 1"#,
                document,
            ))
            .await?
            .ok_or_else(|| Error::Internal("a known document has no version".into()))?;
        if last.sha256 == Sha256::digest(&told.content).as_slice() {
            return Ok(());
        }
        let stored = self.writer.blobs.put(Bytes::from(told.content.clone())).await?;
        let (at, by) = (roster.at(), roster.actor_name().to_owned());
        let statement = sqlx::query!(
            "insert into document_versions (version_id, document_id, patient_id, original_patient_id, version_no, supersedes, reason,
                created_by_name, created_at, content_type, size_bytes, sha256, blob_name)
            values ($1, $2, $3, $3, $4, $5, 'Changed at the source', $6, $7, $8, $9, $10, $11)",
            Uuid::now_v7(),
            document,
            patient.0,
            last.number + 1,
            last.version,
            by,
            at,
            told.content_type,
            i64::try_from(stored.size).unwrap_or(i64::MAX),
            &stored.sha256[..],
            stored.name,
        );
        roster.exec(patient, statement).await?;
        // A statement of its own: the database takes no version as current that is not there yet.
        let raise =
            sqlx::query!("update documents set current_version = $2 where document_id = $1", document, last.number + 1);
        roster.exec(patient, raise).await?;
        Ok(())
    }

    /// The local type for its LOINC code; a code met for the first time becomes a type of its own, part of the record.
    async fn type_of(&mut self, roster: &mut Roster<'_>, told: &Document) -> Result<String> {
        let Some(loinc) = &told.loinc else { return Ok(ANY_TYPE.into()) };
        if let Some(code) = type_of_loinc(loinc) {
            return Ok(code.into());
        }
        if let Some(code) = self.documents.types.get(loinc) {
            return Ok(code.clone());
        }
        let code = format!("loinc-{loinc}");
        let label: String = told.type_label.chars().take(120).collect();
        let found = roster
            .figure(sqlx::query_as!(
                Codes,
                r#"with made as (
                    insert into document_types (code, label, loinc, in_legal_health_record, in_designated_record_set, needs_signature)
                    select $1, $2, $3, true, true, false
                    where not exists (select from document_types where loinc = $3)
                    on conflict do nothing
                    returning code)
                select coalesce(array_agg(code), '{}') as "codes!" from (
                    select code from document_types where loinc = $3 union all select code from made) known"#,
                code,
                label,
                loinc,
            ))
            .await?;
        let code = found.codes.into_iter().next().unwrap_or(code);
        self.documents.types.insert(loinc.clone(), code.clone());
        Ok(code)
    }
}

fn content(told: &Document) -> Content {
    Content { content_type: told.content_type.clone(), bytes: Bytes::from(told.content.clone()) }
}

impl Rows {
    pub(super) async fn write(self, writer: &Writer, roster: &mut Roster<'_>) -> Result<()> {
        let (at, by) = (roster.at(), roster.actor_name().to_owned());
        let filed: Vec<(PatientId, NewDocument)> = stream::iter(self.new)
            .map(|New { patient, mut document, content, .. }| {
                let created_by_name = by.clone();
                async move {
                    let filed = filing::store(&writer.blobs, content).await?;
                    document.versions.push(NewVersion {
                        filed,
                        reason: None,
                        created_by: None,
                        created_by_name,
                        created_at: at,
                    });
                    Ok::<_, Error>((patient, document))
                }
            })
            .buffered(PUTS_AT_ONCE)
            .try_collect()
            .await?;
        let mut by_patient: BTreeMap<PatientId, Vec<NewDocument>> = BTreeMap::new();
        for (patient, document) in filed {
            by_patient.entry(patient).or_default().push(document);
        }
        for (patient, documents) in by_patient {
            shelf::file(roster, patient, &documents).await?;
        }
        Ok(())
    }
}
