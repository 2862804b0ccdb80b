//! Checking scans (DOC-15 to DOC-17): somebody else looks, passes it, or says what is wrong.

use uuid::Uuid;

use super::super::standing::ScanError;
use crate::access::{Chart, Error, Result};
use crate::base::id::{DocumentId, StaffId};

/// Asks for a check of a document that was just indexed; the task is the checker's right to open it (privacy handbook 7.2, note 7).
pub async fn ask(chart: &mut Chart<'_>, document: DocumentId, sensitive: bool) -> Result<()> {
    let (ids, at) = (chart.ids().to_vec(), chart.at());
    chart
        .exec(sqlx::query!(
            "insert into tasks (task_id, patient_id, original_patient_id, encounter_id, document_id, kind, assigned_role, needs_sensitive, note,
                opened_at, due_at)
            select $1, d.patient_id, d.patient_id, d.encounter_id, d.document_id, 'quality-check', 'scanqc', $2, 'Check: ' || t.label, $3::timestamptz,
                $3::timestamptz + interval '24 hours'
            from documents d
            join document_types t on t.code = d.type_code
            where d.document_id = $4
                and d.patient_id = any($5)",
            Uuid::now_v7(),
            sensitive,
            at,
            document.0,
            &ids,
        ))
        .await
        .map(drop)
}

/// Writes what the check found and ends its task; a rejected scan goes back to who indexed it.
///
/// # Errors
/// [`Error::Conflict`] when somebody else answered it meanwhile.
pub async fn answer(
    chart: &mut Chart<'_>,
    document: DocumentId,
    indexed_by: StaffId,
    found: Option<ScanError>,
    note: Option<&str>,
) -> Result<()> {
    let (ids, at, staff, roles) =
        (chart.ids().to_vec(), chart.at(), chart.staff().map(|staff| staff.0), chart.role_words());
    let outcome = found.map_or("passed", ScanError::word);
    let closed = chart
        .exec(sqlx::query!(
            "insert into task_closures (task_id, patient_id, original_patient_id, closed_at, closed_by, outcome)
            select t.task_id, t.patient_id, t.original_patient_id, $3, $4, $6
            from tasks t
            where t.document_id = $1
                and t.patient_id = any($2)
                and t.kind = 'quality-check'
                and (t.assigned_to = $4 or (t.assigned_to is null and t.assigned_role = any($5)))
            on conflict (task_id) do nothing",
            document.0,
            &ids,
            at,
            staff,
            &roles,
            outcome,
        ))
        .await?;
    if closed == 0 {
        return Err(Error::Conflict);
    }
    chart
        .exec(sqlx::query!(
            "insert into scan_checks (check_id, document_id, version_no, patient_id, original_patient_id, indexed_by, checked_by, checked_at,
                error_class, note)
            select $1, d.document_id, d.current_version, d.patient_id, d.patient_id, $2, $3, $4, $5, $6
            from documents d
            where d.document_id = $7
                and d.patient_id = any($8)",
            Uuid::now_v7(),
            indexed_by.0,
            staff,
            at,
            found.map(ScanError::word),
            note,
            document.0,
            &ids,
        ))
        .await?;
    if let Some(found) = found {
        chart
            .exec(sqlx::query!(
                "insert into tasks (task_id, patient_id, original_patient_id, encounter_id, document_id, kind, assigned_to, note, opened_at)
                select $1, d.patient_id, d.patient_id, d.encounter_id, d.document_id, 'indexing', $2, $3, $4
                from documents d
                where d.document_id = $5
                    and d.patient_id = any($6)",
                Uuid::now_v7(),
                indexed_by.0,
                format!("Scan check: {}", found.label()),
                at,
                document.0,
                &ids,
            ))
            .await?;
    }
    Ok(())
}
