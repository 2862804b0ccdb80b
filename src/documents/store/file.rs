//! Filing: documents with their versions and relations, many of one patient at a time.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Postgres, query};
use uuid::Uuid;

use super::super::model::NewDocument;
use crate::access::{Chart, Error, Result, Roster};
use crate::base::id::PatientId;

/// Files documents of one patient, in an open roster (imports, sample data).
///
/// # Errors
/// [`Error::Invalid`] for a document without a version; constraint errors by name.
pub async fn file(roster: &mut Roster<'_>, patient: PatientId, documents: &[NewDocument]) -> Result<()> {
    let rows = Rows::of(documents, roster.at())?;
    roster.exec(patient, rows.documents(patient.0)).await?;
    roster.exec(patient, rows.versions(patient.0)).await?;
    if !rows.worded.is_empty() {
        roster.exec(patient, rows.texts(patient.0)).await?;
    }
    if !rows.relation_from.is_empty() {
        roster.exec(patient, rows.relations(patient.0)).await?;
    }
    Ok(())
}

/// Files documents of the opened patient.
///
/// # Errors
/// As [`file`].
pub async fn file_in_chart(chart: &mut Chart<'_>, documents: &[NewDocument]) -> Result<()> {
    let (rows, patient) = (Rows::of(documents, chart.at())?, chart.patient().0);
    chart.exec(rows.documents(patient)).await?;
    chart.exec(rows.versions(patient)).await?;
    if !rows.worded.is_empty() {
        chart.exec(rows.texts(patient)).await?;
    }
    if !rows.relation_from.is_empty() {
        chart.exec(rows.relations(patient)).await?;
    }
    Ok(())
}

/// The same rows column by column, as one statement for all wants them.
#[derive(Default)]
struct Rows {
    filed_at: DateTime<Utc>,
    document: Vec<Uuid>,
    encounter: Vec<Option<Uuid>>,
    type_code: Vec<String>,
    title: Vec<String>,
    status: Vec<String>,
    sensitivity: Vec<Option<String>>,
    author: Vec<Option<Uuid>>,
    author_name: Vec<Option<String>>,
    authored_at: Vec<Option<DateTime<Utc>>>,
    service_date: Vec<Option<NaiveDate>>,
    current_version: Vec<i32>,
    source: Vec<String>,

    version: Vec<Uuid>,
    version_of: Vec<Uuid>,
    number: Vec<i32>,
    supersedes: Vec<Option<Uuid>>,
    reason: Vec<Option<String>>,
    created_by: Vec<Option<Uuid>>,
    created_by_name: Vec<String>,
    created_at: Vec<DateTime<Utc>>,
    content_type: Vec<String>,
    size: Vec<i64>,
    sha256: Vec<Vec<u8>>,
    blob_name: Vec<String>,
    pages: Vec<Option<i32>>,
    /// Words joined by a comma: an array of arrays of different lengths is none.
    defects: Vec<String>,

    worded: Vec<Uuid>,
    worded_of: Vec<Uuid>,
    body: Vec<String>,

    relation_from: Vec<Uuid>,
    relation_to: Vec<Uuid>,
    relation_kind: Vec<String>,
}

impl Rows {
    fn of(documents: &[NewDocument], filed_at: DateTime<Utc>) -> Result<Self> {
        let mut rows = Self { filed_at, ..Self::default() };
        for document in documents {
            rows.add(document)?;
        }
        Ok(rows)
    }

    fn add(&mut self, new: &NewDocument) -> Result<()> {
        let count = i32::try_from(new.versions.len()).ok().filter(|count| *count > 0);
        let current = count.ok_or_else(|| Error::Invalid("A document needs content to be filed.".into()))?;
        self.document.push(new.document.0);
        self.encounter.push(new.encounter.map(|encounter| encounter.0));
        self.type_code.push(new.type_code.clone());
        self.title.push(storable(&new.title));
        self.status.push(new.status.word().into());
        self.sensitivity.push(new.sensitivity.clone());
        self.author.push(new.author.map(|author| author.0));
        self.author_name.push(new.author_name.as_deref().map(storable));
        self.authored_at.push(new.authored_at);
        self.service_date.push(new.service_date);
        self.current_version.push(current);
        self.source.push(new.source.clone());
        let mut previous = None;
        for (number, version) in (1..).zip(&new.versions) {
            let id = Uuid::now_v7();
            self.version.push(id);
            self.version_of.push(new.document.0);
            self.number.push(number);
            self.supersedes.push(previous.replace(id));
            self.reason.push(version.reason.as_deref().map(storable));
            self.created_by.push(version.created_by);
            self.created_by_name.push(storable(&version.created_by_name));
            self.created_at.push(version.created_at);
            self.content_type.push(storable(&version.filed.content_type));
            self.size.push(i64::try_from(version.filed.stored.size).unwrap_or(i64::MAX));
            self.sha256.push(version.filed.stored.sha256.to_vec());
            self.blob_name.push(version.filed.stored.name.clone());
            self.pages.push(version.filed.pages);
            self.defects.push(version.filed.defects.join(","));
            if let Some(text) = &version.filed.text {
                self.worded.push(id);
                self.worded_of.push(new.document.0);
                self.body.push(storable(text));
            }
        }
        for (kind, target) in &new.relations {
            self.relation_from.push(new.document.0);
            self.relation_to.push(target.0);
            self.relation_kind.push(kind.word().into());
        }
        Ok(())
    }

    fn documents(&self, patient: Uuid) -> Query<'_, Postgres, PgArguments> {
        query!(
            "insert into documents (document_id, patient_id, original_patient_id, encounter_id, type_code, title, status, sensitivity, author_id,
                author_name, authored_at, service_date, filed_at, current_version, source)
            select u.document_id, $1, $1, u.encounter_id, u.type_code, u.title, u.status, u.sensitivity, u.author_id, u.author_name, u.authored_at,
                u.service_date, $2, u.current_version, u.source
            from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::uuid[], $10::text[], $11::timestamptz[],
                $12::date[], $13::integer[], $14::text[])
                as u (document_id, encounter_id, type_code, title, status, sensitivity, author_id, author_name, authored_at, service_date,
                    current_version, source)",
            patient,
            self.filed_at,
            &self.document,
            &self.encounter as &[Option<Uuid>],
            &self.type_code,
            &self.title,
            &self.status,
            &self.sensitivity as &[Option<String>],
            &self.author as &[Option<Uuid>],
            &self.author_name as &[Option<String>],
            &self.authored_at as &[Option<DateTime<Utc>>],
            &self.service_date as &[Option<NaiveDate>],
            &self.current_version,
            &self.source,
        )
    }

    fn versions(&self, patient: Uuid) -> Query<'_, Postgres, PgArguments> {
        query!(
            "insert into document_versions (version_id, document_id, patient_id, original_patient_id, version_no, supersedes, reason, created_by,
                created_by_name, created_at, content_type, size_bytes, sha256, blob_name, page_count, defects)
            select u.version_id, u.document_id, $1, $1, u.version_no, u.supersedes, u.reason, u.created_by, u.created_by_name, u.created_at,
                u.content_type, u.size_bytes, u.sha256, u.blob_name, u.page_count, string_to_array(u.defects, ',')
            from unnest($2::uuid[], $3::uuid[], $4::integer[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::timestamptz[], $10::text[],
                $11::bigint[], $12::bytea[], $13::text[], $14::integer[], $15::text[])
                as u (version_id, document_id, version_no, supersedes, reason, created_by, created_by_name, created_at, content_type, size_bytes,
                    sha256, blob_name, page_count, defects)",
            patient,
            &self.version,
            &self.version_of,
            &self.number,
            &self.supersedes as &[Option<Uuid>],
            &self.reason as &[Option<String>],
            &self.created_by as &[Option<Uuid>],
            &self.created_by_name,
            &self.created_at,
            &self.content_type,
            &self.size,
            &self.sha256,
            &self.blob_name,
            &self.pages as &[Option<i32>],
            &self.defects,
        )
    }

    fn texts(&self, patient: Uuid) -> Query<'_, Postgres, PgArguments> {
        query!(
            "insert into document_texts (version_id, document_id, patient_id, original_patient_id, body)
            select u.version_id, u.document_id, $1, $1, u.body
            from unnest($2::uuid[], $3::uuid[], $4::text[]) as u (version_id, document_id, body)",
            patient,
            &self.worded,
            &self.worded_of,
            &self.body,
        )
    }

    fn relations(&self, patient: Uuid) -> Query<'_, Postgres, PgArguments> {
        query!(
            "insert into document_relations (document_id, target_id, kind, patient_id, original_patient_id)
            select u.document_id, u.target_id, u.kind, $1, $1
            from unnest($2::uuid[], $3::uuid[], $4::text[]) as u (document_id, target_id, kind)
            on conflict do nothing",
            patient,
            &self.relation_from,
            &self.relation_to,
            &self.relation_kind,
        )
    }
}

/// PostgreSQL holds no NUL; a source that sends one in a title means nothing by it.
fn storable(text: &str) -> String {
    text.replace('\0', "")
}
