//! Amending on the patient's request (DOC-11): an entry appended to its document without touching it, linked both ways.

use uuid::Uuid;

use super::super::model::{Filed, Status};
use super::super::standing::Entry;
use super::change::lock;
use crate::access::{Chart, Error, Result};
use crate::base::id::DocumentId;

/// Files an amendment of `target` and marks that one amended. It is nobody's signature: it says who appended it, and is as final as its
/// document, since what was granted is no draft.
///
/// # Errors
/// [`Error::NotFound`] when the chart has no such document, [`Error::Conflict`] when it was taken back meanwhile.
pub async fn append_amendment(
    chart: &mut Chart<'_>,
    target: DocumentId,
    entry: DocumentId,
    filed: &Filed,
    reason: &str,
) -> Result<()> {
    lock(chart, target).await?;
    let (ids, at, name) = (chart.ids().to_vec(), chart.at(), chart.actor_name().to_owned());
    let written = chart
        .exec(sqlx::query!(
            "insert into documents (document_id, patient_id, original_patient_id, encounter_id, type_code, title, status, sensitivity, author_name,
                authored_at, service_date, filed_at, current_version, source, entry)
            select $1, d.patient_id, d.patient_id, d.encounter_id, d.type_code, left('Amendment on request: ' || d.title, 200), 'final',
                d.sensitivity, $3, $4, d.service_date, $4, 1, 'local', 'amendment'
            from documents d
            where d.document_id = $2
                and d.patient_id = any($5)
                and d.status <> 'retracted'",
            entry.0,
            target.0,
            name,
            at,
            &ids,
        ))
        .await?;
    if written == 0 {
        return Err(Error::Conflict);
    }
    let version = Uuid::now_v7();
    chart
        .exec(sqlx::query!(
            "insert into document_versions (version_id, document_id, patient_id, original_patient_id, version_no, reason, created_by,
                created_by_name, created_at, content_type, size_bytes, sha256, blob_name, page_count, defects)
            select $1, d.document_id, d.patient_id, d.patient_id, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
            from documents d
            where d.document_id = $2",
            version,
            entry.0,
            reason,
            chart.staff().map(|staff| staff.0),
            name,
            at,
            filed.content_type(),
            i64::try_from(filed.stored().size).unwrap_or(i64::MAX),
            &filed.sha256()[..],
            filed.stored().name,
            filed.pages(),
            filed.defects(),
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "insert into document_texts (version_id, document_id, patient_id, original_patient_id, body)
            select $1, d.document_id, d.patient_id, d.patient_id, $3 from documents d where d.document_id = $2 and $3::text is not null",
            version,
            entry.0,
            filed.text.as_deref(),
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "insert into document_relations (document_id, target_id, kind, patient_id, original_patient_id)
            select d.document_id, $2, 'appends', d.patient_id, d.patient_id from documents d where d.document_id = $1",
            entry.0,
            target.0,
        ))
        .await?;
    mark_amended(chart, target).await
}

/// Marks a document amended where its life has such a step (handbook 3.3).
pub async fn mark_amended(chart: &mut Chart<'_>, target: DocumentId) -> Result<()> {
    let ids = chart.ids().to_vec();
    let status = chart
        .one(sqlx::query_scalar!(
            "select status from documents where document_id = $1 and patient_id = any($2)",
            target.0,
            &ids,
        ))
        .await?;
    let before = Status::parse(&status).ok_or_else(|| Error::Internal("a status of another version".into()))?;
    let after = Entry::Amendment.makes_of(before);
    if after == before {
        return Ok(());
    }
    chart
        .exec(sqlx::query!(
            "update documents set status = $2 where document_id = $1 and patient_id = any($3)",
            target.0,
            after.word(),
            &ids,
        ))
        .await
        .map(drop)
}
