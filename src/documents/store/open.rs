//! One document, opened: what is known of it, its versions and relations, and the ticket for its bytes.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::model::{Document, Relation, RelationKind, Status, Version};
use crate::access::{Chart, Error, Result, Ticket};
use crate::base::id::{DocumentId, EncounterId, PatientId};

/// What the viewer needs, short of the bytes.
pub struct Opened {
    pub document: Document,
    /// Newest first.
    pub versions: Vec<Version>,
    /// The number of the version asked for.
    pub shown: i32,
    pub relations: Vec<Relation>,
}

impl Opened {
    /// The version asked for.
    pub fn version(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == self.shown)
    }
}

struct Head {
    document_id: Uuid,
    patient_id: Uuid,
    encounter_id: Option<Uuid>,
    title: String,
    type_label: String,
    loinc: Option<String>,
    status: String,
    sensitivity: Option<String>,
    author: Option<String>,
    authored_at: Option<DateTime<Utc>>,
    service_date: Option<NaiveDate>,
    filed_at: DateTime<Utc>,
    source: String,
    current_version: i32,
}

/// Reads one document of this chart, and hands out the ticket for the wanted version (the current one when none is named).
///
/// # Errors
/// [`Error::NotFound`] when the chart has no such document or version, [`Error::Forbidden`] when the chart was opened for something else.
pub async fn open(chart: &mut Chart<'_>, document: DocumentId, version: Option<i32>) -> Result<(Opened, Ticket)> {
    let document = head(chart, document).await?;
    let shown = version.unwrap_or(document.current_version);
    let versions = versions(chart, document.document).await?;
    if !versions.iter().any(|version| version.number == shown) {
        return Err(Error::NotFound);
    }
    let relations = relations(chart, document.document).await?;
    let ticket = chart.ticket(document.document, shown).await?;
    Ok((Opened { document, versions, shown, relations }, ticket))
}

async fn head(chart: &mut Chart<'_>, document: DocumentId) -> Result<Document> {
    let ids = chart.ids().to_vec();
    let head = chart
        .one(sqlx::query_as!(
            Head,
            r#"select d.document_id, d.patient_id, d.encounter_id, d.title, t.label as type_label, t.loinc, d.status,
                coalesce(d.sensitivity, t.sensitivity, e.sensitivity) as sensitivity,
                coalesce(d.author_name, concat_ws(', ', nullif(p.family, ''), nullif(p.given, ''))) as author,
                d.authored_at, d.service_date, d.filed_at, d.source, d.current_version
            from documents d
            join document_types t on t.code = d.type_code
            left join encounters e on e.encounter_id = d.encounter_id
            left join practitioners p on p.practitioner_id = d.author_id
            where d.document_id = $1
                and d.patient_id = any($2)"#,
            document.0,
            &ids,
        ))
        .await?;
    let status = Status::parse(&head.status).ok_or_else(|| Error::Internal("a status of another version".into()))?;
    Ok(Document {
        document: DocumentId(head.document_id),
        patient: PatientId(head.patient_id),
        encounter: head.encounter_id.map(EncounterId),
        title: head.title,
        type_label: head.type_label,
        loinc: head.loinc,
        status,
        sensitivity: head.sensitivity,
        author: head.author.filter(|author| !author.is_empty()),
        authored_at: head.authored_at,
        service_date: head.service_date,
        filed_at: head.filed_at,
        source: head.source,
        current_version: head.current_version,
    })
}

async fn versions(chart: &mut Chart<'_>, document: DocumentId) -> Result<Vec<Version>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Version,
            r#"select version_no as number, reason, created_by_name as created_by, created_at, content_type, size_bytes as size, sha256,
                page_count as pages
            from document_versions
            where document_id = $1
                and patient_id = any($2)
            order by version_no desc"#,
            document.0,
            &ids,
        ))
        .await
}

struct RelationRow {
    kind: String,
    other: Uuid,
    outgoing: bool,
}

/// A relation to a document of another patient (a retraction and its new place) is not told: that chart was not opened.
async fn relations(chart: &mut Chart<'_>, document: DocumentId) -> Result<Vec<Relation>> {
    let ids = chart.ids().to_vec();
    let rows = chart
        .all(sqlx::query_as!(
            RelationRow,
            r#"select r.kind, case when r.document_id = $1 then r.target_id else r.document_id end as "other!",
                r.document_id = $1 as "outgoing!"
            from document_relations r
            where (r.document_id = $1 or r.target_id = $1)
                and r.patient_id = any($2)
            order by r.kind, 2"#,
            document.0,
            &ids,
        ))
        .await?;
    let relation = |row: RelationRow| {
        Some(Relation { kind: RelationKind::parse(&row.kind)?, other: DocumentId(row.other), outgoing: row.outgoing })
    };
    Ok(rows.into_iter().filter_map(relation).collect())
}
