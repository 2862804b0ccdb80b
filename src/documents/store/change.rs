//! Changing without forgetting: new versions, retractions with their tombstone, moves.

use uuid::Uuid;

use super::super::model::{NewVersion, Status};
use super::super::standing::Why;
use crate::access::{Chart, Error, Result};
use crate::base::id::{DocumentId, EncounterId, StaffId};

/// Adds a version after the newest, which must be the one the writer saw. It comes into force at once for what nobody signs and for what is
/// not signed yet; otherwise it waits for its signature.
///
/// # Errors
/// [`Error::Conflict`] when somebody else added one meanwhile.
pub async fn add_version(
    chart: &mut Chart<'_>,
    document: DocumentId,
    seen: i32,
    new: &NewVersion,
    in_force: Option<Status>,
) -> Result<i32> {
    let ids = chart.ids().to_vec();
    lock(chart, document).await?;
    let last = chart
        .one(sqlx::query!(
            "select version_id, version_no, patient_id
            from document_versions
            where document_id = $1
                and patient_id = any($2)
            order by version_no desc
            limit 1",
            document.0,
            &ids,
        ))
        .await?;
    if last.version_no != seen {
        return Err(Error::Conflict);
    }
    let (version, number) = (Uuid::now_v7(), seen + 1);
    chart
        .exec(sqlx::query!(
            "insert into document_versions (version_id, document_id, patient_id, original_patient_id, version_no, supersedes, reason, created_by,
                created_by_name, created_at, content_type, size_bytes, sha256, blob_name, page_count, defects)
            values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            version,
            document.0,
            last.patient_id,
            number,
            last.version_id,
            new.reason,
            new.created_by,
            new.created_by_name,
            new.created_at,
            new.filed.content_type,
            i64::try_from(new.filed.stored.size).unwrap_or(i64::MAX),
            &new.filed.stored.sha256[..],
            new.filed.stored.name,
            new.filed.pages,
            &new.filed.defects,
        ))
        .await?;
    if let Some(text) = &new.filed.text {
        chart
            .exec(sqlx::query!(
                "insert into document_texts (version_id, document_id, patient_id, original_patient_id, body) values ($1, $2, $3, $3, $4)",
                version,
                document.0,
                last.patient_id,
                text,
            ))
            .await?;
    }
    if let Some(status) = in_force {
        chart
            .exec(sqlx::query!(
                "update documents set current_version = $2, status = $3 where document_id = $1",
                document.0,
                number,
                status.word(),
            ))
            .await?;
    }
    Ok(number)
}

/// Nobody else changes the document until this is committed.
pub(super) async fn lock(chart: &mut Chart<'_>, document: DocumentId) -> Result<()> {
    let ids = chart.ids().to_vec();
    chart
        .one(sqlx::query!(
            "select document_id from documents where document_id = $1 and patient_id = any($2) for update",
            document.0,
            &ids,
        ))
        .await
        .map(drop)
}

/// A document on its way out of the record.
pub struct Taking<'a> {
    pub why: Why,
    pub reason: &'a str,
    pub by: StaffId,
    pub by_name: &'a str,
    /// Where it is filed again.
    pub successor: Option<DocumentId>,
}

/// Takes a document back: it keeps its place as a tombstone, and whatever stood on it is reopened (DOC-12).
///
/// # Errors
/// [`Error::Conflict`] when it was taken back meanwhile.
pub async fn retract(chart: &mut Chart<'_>, document: DocumentId, taking: &Taking<'_>) -> Result<()> {
    let (ids, at) = (chart.ids().to_vec(), chart.at());
    lock(chart, document).await?;
    let written = chart
        .exec(sqlx::query!(
            "insert into document_retractions (document_id, patient_id, original_patient_id, reason_code, reason, prior_status, successor_id,
                retracted_at, retracted_by, retracted_by_name)
            select d.document_id, d.patient_id, d.patient_id, $3, $4, d.status, $5, $6, $7, $8
            from documents d
            where d.document_id = $1
                and d.patient_id = any($2)
                and d.status <> 'retracted'
            on conflict (document_id) do nothing",
            document.0,
            &ids,
            taking.why.word(),
            taking.reason,
            taking.successor.map(|document| document.0),
            at,
            taking.by.0,
            taking.by_name,
        ))
        .await?;
    if written == 0 {
        return Err(Error::Conflict);
    }
    chart.exec(sqlx::query!("update documents set status = 'retracted' where document_id = $1", document.0)).await?;
    close_tasks(chart, document).await?;
    reopen(chart, document, taking.why).await
}

/// Work about a document that is out of the record is over.
async fn close_tasks(chart: &mut Chart<'_>, document: DocumentId) -> Result<()> {
    let (ids, at, staff) = (chart.ids().to_vec(), chart.at(), chart.staff().map(|staff| staff.0));
    chart
        .exec(sqlx::query!(
            "insert into task_closures (task_id, patient_id, original_patient_id, closed_at, closed_by, outcome)
            select t.task_id, t.patient_id, t.original_patient_id, $3, $4, 'document retracted'
            from tasks t
            where t.document_id = $1
                and t.patient_id = any($2)
            on conflict (task_id) do nothing",
            document.0,
            &ids,
            at,
            staff,
        ))
        .await
        .map(drop)
}

/// DOC-12: coding, releases and completion that rested on the document are looked at again, and a wrong patient goes to privacy as well. The
/// tasks name the chart, not the document: it is not theirs to open any more.
async fn reopen(chart: &mut Chart<'_>, document: DocumentId, why: Why) -> Result<()> {
    let (ids, at) = (chart.ids().to_vec(), chart.at());
    chart
        .exec(sqlx::query!(
            "with retracted as (
                select d.patient_id, d.encounter_id from documents d where d.document_id = $1 and d.patient_id = any($2)
            ), wanted (kind, role, note) as (
                select distinct case t.kind when 'coding' then 'coding-review' else t.kind end,
                    case t.kind when 'coding' then 'lead' when 'release' then 'release' else 'completion' end,
                    case t.kind when 'coding' then 'A document of this encounter was retracted: look at its codes again'
                        when 'release' then 'A document was retracted: find out whether it was sent'
                        else 'A document was retracted: look at what the chart lacks' end
                from tasks t, retracted r
                where t.patient_id = r.patient_id
                    and t.kind in ('coding', 'release', 'completion')
                    and (t.document_id = $1 or t.encounter_id = r.encounter_id or (t.kind = 'release' and t.encounter_id is null))
                union
                select 'privacy-case', 'privacy', 'A document of somebody else was in this chart: was it seen or sent?' where $4
            )
            insert into tasks (task_id, patient_id, original_patient_id, encounter_id, kind, assigned_role, note, opened_at)
            select gen_random_uuid(), r.patient_id, r.patient_id, r.encounter_id, w.kind, w.role, w.note, $3
            from wanted w, retracted r",
            document.0,
            &ids,
            at,
            why == Why::WrongPatient,
        ))
        .await
        .map(drop)
}

/// What moves: the description and every version, by name of its bytes. Nothing of the chart it leaves.
#[derive(Clone)]
pub struct Moving {
    document: MovingDocument,
    versions: Vec<MovingVersion>,
}

#[derive(Clone)]
struct MovingDocument {
    type_code: String,
    title: String,
    status: String,
    sensitivity: Option<String>,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    authored_at: Option<chrono::DateTime<chrono::Utc>>,
    service_date: Option<chrono::NaiveDate>,
    entry: String,
    event_at: Option<chrono::DateTime<chrono::Utc>>,
    delay_reason: Option<String>,
    cosigner_id: Option<Uuid>,
    needs_signature: bool,
}

#[derive(Clone)]
struct MovingVersion {
    version_id: Uuid,
    content_type: String,
    size_bytes: i64,
    sha256: Vec<u8>,
    blob_name: String,
    page_count: Option<i32>,
    defects: Vec<String>,
    body: Option<String>,
}

/// Reads what a move takes along: the version in force. Earlier ones stay behind the tombstone.
pub async fn pack(chart: &mut Chart<'_>, document: DocumentId) -> Result<Moving> {
    let ids = chart.ids().to_vec();
    lock(chart, document).await?;
    let head = chart
        .one(sqlx::query_as!(
            MovingDocument,
            "select d.type_code, d.title, d.status, d.sensitivity, d.author_id, d.author_name, d.authored_at, d.service_date, d.entry, d.event_at,
                d.delay_reason, d.cosigner_id, t.needs_signature
            from documents d
            join document_types t on t.code = d.type_code
            where d.document_id = $1
                and d.patient_id = any($2)",
            document.0,
            &ids,
        ))
        .await?;
    let versions = chart
        .all(sqlx::query_as!(
            MovingVersion,
            r#"select v.version_id, v.content_type, v.size_bytes, v.sha256, v.blob_name, v.page_count, v.defects, x.body as "body?"
            from document_versions v
            join documents d on d.document_id = v.document_id and d.current_version = v.version_no
            left join document_texts x on x.version_id = v.version_id
            where v.document_id = $1
                and v.patient_id = any($2)"#,
            document.0,
            &ids,
        ))
        .await?;
    Ok(Moving { document: head, versions })
}

/// Files it again in this chart. Within the same patient the signatures over the same bytes come along; in another patient's chart the author
/// signs again (DOC-13).
pub async fn unpack(
    chart: &mut Chart<'_>,
    moving: Moving,
    document: DocumentId,
    encounter: Option<EncounterId>,
    same_patient: bool,
    reason: &str,
) -> Result<()> {
    let (patient, at) = (chart.patient().0, chart.at());
    let (staff, name) = (chart.staff().map(|staff| staff.0), chart.actor_name().to_owned());
    let head = moving.document;
    let version = moving.versions.into_iter().next().ok_or(Error::NotFound)?;
    let status = match head.status.as_str() {
        "draft" => "draft",
        _ if !same_patient && head.needs_signature => "preliminary",
        "preliminary" => "preliminary",
        // Its addenda and history stay where they were written.
        _ => "final",
    };
    chart
        .exec(sqlx::query!(
            "insert into documents (document_id, patient_id, original_patient_id, encounter_id, type_code, title, status, sensitivity, author_id,
                author_name, authored_at, service_date, filed_at, current_version, source, entry, event_at, delay_reason, cosigner_id)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, 'local', $13, $14, $15, $16)",
            document.0,
            patient,
            encounter.map(|encounter| encounter.0),
            head.type_code,
            head.title,
            status,
            head.sensitivity,
            head.author_id,
            head.author_name,
            head.authored_at,
            head.service_date,
            at,
            head.entry,
            head.event_at,
            head.delay_reason,
            head.cosigner_id,
        ))
        .await?;
    let id = Uuid::now_v7();
    chart
        .exec(sqlx::query!(
            "insert into document_versions (version_id, document_id, patient_id, original_patient_id, version_no, reason, created_by,
                created_by_name, created_at, content_type, size_bytes, sha256, blob_name, page_count, defects)
            values ($1, $2, $3, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            id,
            document.0,
            patient,
            reason,
            staff,
            name,
            at,
            version.content_type,
            version.size_bytes,
            version.sha256,
            version.blob_name,
            version.page_count,
            &version.defects,
        ))
        .await?;
    if let Some(body) = version.body {
        chart
            .exec(sqlx::query!(
                "insert into document_texts (version_id, document_id, patient_id, original_patient_id, body) values ($1, $2, $3, $3, $4)",
                id,
                document.0,
                patient,
                body,
            ))
            .await?;
    }
    if same_patient {
        chart
            .exec(sqlx::query!(
                "insert into document_signatures (signature_id, document_id, version_id, patient_id, original_patient_id, signer_id,
                    practitioner_id, signer_name, credential, role, meaning, statement, signed_at, zone, sha256, method, carried_from, event_id)
                select gen_random_uuid(), $1, $2, $3, $3, s.signer_id, s.practitioner_id, s.signer_name, s.credential, s.role, s.meaning,
                    s.statement, s.signed_at, s.zone, s.sha256, s.method, s.signature_id, s.event_id
                from document_signatures s
                where s.version_id = $4",
                document.0,
                id,
                patient,
                version.version_id,
            ))
            .await?;
    }
    Ok(())
}

/// Says within one chart that the new place replaces the old one.
pub async fn relate_move(chart: &mut Chart<'_>, new: DocumentId, old: DocumentId) -> Result<()> {
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into document_relations (document_id, target_id, kind, patient_id, original_patient_id) values ($1, $2, 'replaces', $3, $3)
            on conflict do nothing",
            new.0,
            old.0,
            patient,
        ))
        .await
        .map(drop)
}
