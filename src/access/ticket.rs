//! The right to read one document's bytes once. A chart hands it out, inside an event about that very document, and nothing else can make one.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::query_as;
use uuid::Uuid;

use super::act::Act;
use super::error::{Error, Result};
use super::facts::Subject;
use super::policy::Refusal;
use super::scope::{Chart, Roster};
use crate::base::id::{DocumentId, IntakeId};

/// Names one stored version. Not `Clone`: one event, one reading. Prints nothing of itself.
pub struct Ticket {
    blob_name: String,
    sha256: [u8; 32],
    size: u64,
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket")
    }
}

impl Ticket {
    pub fn blob_name(&self) -> &str {
        &self.blob_name
    }

    /// What the content must hash to.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    pub fn size(&self) -> u64 {
        self.size
    }
}

struct Row {
    blob_name: String,
    sha256: Vec<u8>,
    size_bytes: i64,
}

impl Chart<'_> {
    /// A ticket for one version of the document this chart was opened for. A chart opened for anything else (its cover sheet, an encounter)
    /// has none to give: policy has not been asked about the content.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the chart was opened for another act or document, [`Error::NotFound`] when there is no such version.
    pub async fn ticket(&mut self, document: DocumentId, version: i32) -> Result<Ticket> {
        if !self.opened.act.reads_document() || self.subject != Subject::Document(document) {
            return Err(Error::Forbidden(Refusal::Role));
        }
        let ids = self.ids().to_vec();
        let row = self
            .one(query_as!(
                Row,
                "select blob_name, sha256, size_bytes
                from document_versions
                where document_id = $1
                    and version_no = $2
                    and patient_id = any($3)",
                document.0,
                version,
                &ids,
            ))
            .await?;
        row.into_ticket()
    }
}

impl Roster<'_> {
    /// A ticket for a file that is nobody's yet (DOC-18), in a roster opened to look at it or to file it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] in a roster opened for anything else, [`Error::NotFound`] when there is no such file.
    pub async fn intake_ticket(&mut self, file: IntakeId) -> Result<Ticket> {
        if self.opened.act != Act::OpenIntake {
            return Err(Error::Forbidden(Refusal::Role));
        }
        let facilities = self.facilities();
        let row = query_as!(
            Row,
            "select blob_name, sha256, size_bytes
            from intake_files
            where file_id = $1
                and facility_id = any($2)",
            file.0,
            &facilities,
        )
        .fetch_optional(&mut *self.connection)
        .await?;
        row.ok_or(Error::NotFound)?.into_ticket()
    }
}

impl Row {
    fn into_ticket(self) -> Result<Ticket> {
        let sha256 = self.sha256.try_into().map_err(|_| Error::Internal("a stored hash of another length".into()))?;
        let size = u64::try_from(self.size_bytes).map_err(|_| Error::Internal("a negative size".into()))?;
        Ok(Ticket { blob_name: self.blob_name, sha256, size })
    }
}

/// Whose text, its title, service date and author, and the ticket for its bytes.
pub type DowntimeText = (Uuid, String, Option<NaiveDate>, Option<String>, Ticket);

struct DowntimeRow {
    patient_id: Uuid,
    title: String,
    dated: Option<NaiveDate>,
    author_name: Option<String>,
    blob_name: String,
    sha256: Vec<u8>,
    size_bytes: i64,
}

impl Roster<'_> {
    /// Tickets for the last few plain texts of these patients: for the downtime copy, and for no other list. Nothing sensitive, retracted or
    /// unfinished is among them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the list was opened for another act.
    pub async fn downtime_texts(&mut self, patients: &[Uuid], since: DateTime<Utc>) -> Result<Vec<DowntimeText>> {
        if self.opened.act != Act::WriteDowntime {
            return Err(Error::Forbidden(Refusal::Role));
        }
        let rows = query_as!(
            DowntimeRow,
            r#"select d.patient_id as "patient_id!", d.title as "title!", d.dated, d.author_name, v.blob_name as "blob_name!",
                v.sha256 as "sha256!", v.size_bytes as "size_bytes!"
            from unnest($1::uuid[]) p
            cross join lateral (
                select d.document_id, d.patient_id, d.title, d.current_version, d.author_name, d.authored_at,
                    coalesce(d.service_date, d.authored_at::date) as dated
                from documents d
                join document_types t on t.code = d.type_code
                left join encounters e on e.encounter_id = d.encounter_id
                where d.patient_id = p and d.authored_at >= $2
                    and coalesce(d.sensitivity, t.sensitivity, e.sensitivity) is null
                    and d.status in ('preliminary', 'final', 'addended', 'amended', 'corrected')
                order by d.authored_at desc, d.document_id
                limit 5
            ) d
            join document_versions v on v.document_id = d.document_id and v.version_no = d.current_version
            where v.content_type like 'text/plain%' and v.size_bytes <= 65536
            order by d.patient_id, d.authored_at desc"#,
            patients,
            since,
        )
        .fetch_all(&mut *self.connection)
        .await?;
        let mut texts = Vec::with_capacity(rows.len());
        for row in rows {
            self.seen.insert(row.patient_id);
            let sha256 =
                row.sha256.try_into().map_err(|_| Error::Internal("a stored hash of another length".into()))?;
            let size = u64::try_from(row.size_bytes).map_err(|_| Error::Internal("a negative size".into()))?;
            let ticket = Ticket { blob_name: row.blob_name, sha256, size };
            texts.push((row.patient_id, row.title, row.dated, row.author_name, ticket));
        }
        Ok(texts)
    }
}

/// For the tests of the store of bytes, which has no database at hand.
#[cfg(test)]
pub(crate) fn forged(blob_name: &str, sha256: [u8; 32], size: u64) -> Ticket {
    Ticket { blob_name: blob_name.into(), sha256, size }
}
