//! Every statement of the room.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::model::{Identifiers, Quality, Received};
use crate::access::{Chart, Error, Result, Roster};
use crate::base::id::{DocumentId, IntakeId, PatientId, StaffId};
use crate::blobs::Stored;
use crate::documents::model::Filed;
use crate::documents::rules::Indexer;

/// Puts a file, whose bytes are stored, into the quarantine of the actor's first facility.
pub async fn receive(roster: &mut Roster<'_>, file: IntakeId, name: &str, filed: &Filed) -> Result<()> {
    let (at, staff, by) = (roster.at(), roster.staff().map(|staff| staff.0), roster.actor_name().to_owned());
    let Some(facility) = roster.facilities().first().copied() else {
        return Err(Error::Invalid("You work at no facility, so there is nowhere to keep the file.".into()));
    };
    let stored = filed.stored();
    roster
        .unowned(sqlx::query!(
            "insert into intake_files (file_id, facility_id, name, content_type, size_bytes, sha256, blob_name, page_count, defects, received_at,
                received_by, received_by_name)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            file.0,
            facility,
            name,
            filed.content_type(),
            i64::try_from(stored.size).unwrap_or(i64::MAX),
            &stored.sha256[..],
            stored.name,
            filed.pages(),
            filed.defects(),
            at,
            staff,
            by,
        ))
        .await
        .map(drop)
}

/// What waits, oldest first, after the key of the last one seen.
pub async fn waiting(
    roster: &mut Roster<'_>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Received>> {
    let facilities = roster.facilities();
    let (received, id) = after.unzip();
    roster
        .all_unowned(sqlx::query_as!(
            Received,
            r#"select f.file_id as "file: IntakeId", f.name, f.content_type, f.size_bytes as size, f.page_count as pages, f.defects, f.received_at,
                f.received_by as "received_by: StaffId", f.received_by_name
            from intake_files f
            where f.facility_id = any($1)
                and not exists (select from intake_outcomes o where o.file_id = f.file_id)
                and ($2::timestamptz is null or (f.received_at, f.file_id) > ($2, $3))
            order by f.received_at, f.file_id
            limit $4"#,
            &facilities,
            received,
            id,
            limit,
        ))
        .await
}

/// One file that waits; to whoever may not list the quarantine, only what they sent themselves.
pub async fn one(roster: &mut Roster<'_>, file: IntakeId, own_only: bool) -> Result<Received> {
    let (facilities, staff) = (roster.facilities(), roster.staff().map(|staff| staff.0));
    roster
        .all_unowned(sqlx::query_as!(
            Received,
            r#"select f.file_id as "file: IntakeId", f.name, f.content_type, f.size_bytes as size, f.page_count as pages, f.defects, f.received_at,
                f.received_by as "received_by: StaffId", f.received_by_name
            from intake_files f
            where f.file_id = $1
                and f.facility_id = any($2)
                and (f.received_by = $3 or not $4)
                and not exists (select from intake_outcomes o where o.file_id = f.file_id)"#,
            file.0,
            &facilities,
            staff,
            own_only,
        ))
        .await?
        .pop()
        .ok_or(Error::NotFound)
}

/// Keeps that two identifiers led to this chart.
pub async fn matched(roster: &mut Roster<'_>, file: IntakeId, patient: PatientId, by: Identifiers) -> Result<()> {
    let (at, staff) = (roster.at(), roster.staff().map(|staff| staff.0));
    roster
        .exec(
            patient,
            sqlx::query!(
                "insert into intake_matches (match_id, file_id, patient_id, original_patient_id, identifiers, matched_by, matched_at)
                values ($1, $2, $3, $3, $4, $5, $6)",
                Uuid::now_v7(),
                file.0,
                patient.0,
                by.word(),
                staff,
                at,
            ),
        )
        .await
        .map(drop)
}

/// Takes a file that is no patient's out of the queue; its bytes stay.
///
/// # Errors
/// [`Error::Conflict`] when somebody filed it or set it aside meanwhile.
pub async fn set_aside(roster: &mut Roster<'_>, file: IntakeId, reason: &str) -> Result<()> {
    let (at, staff, facilities) = (roster.at(), roster.staff().map(|staff| staff.0), roster.facilities());
    let written = roster
        .unowned(sqlx::query!(
            "insert into intake_outcomes (file_id, outcome, reason, decided_at, decided_by)
            select f.file_id, 'set-aside', $2, $3, $4
            from intake_files f
            where f.file_id = $1
                and f.facility_id = any($5)
            on conflict (file_id) do nothing",
            file.0,
            reason,
            at,
            staff,
            &facilities,
        ))
        .await?;
    if written == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// How the checks of the last thirty days went.
pub async fn quality(roster: &mut Roster<'_>) -> Result<Quality> {
    let since = roster.at() - Duration::days(30);
    let checked = roster
        .figure(sqlx::query_scalar!(r#"select count(*) as "count!" from scan_checks where checked_at >= $1"#, since))
        .await?;
    let errors = roster
        .figure(sqlx::query_scalar!(
            r#"select count(*) as "count!" from scan_checks where checked_at >= $1 and error_class is not null"#,
            since
        ))
        .await?;
    Ok(Quality { checked: checked.unsigned_abs(), errors: errors.unsigned_abs() })
}

struct KeptFile {
    content_type: String,
    size_bytes: i64,
    sha256: Vec<u8>,
    blob_name: String,
    page_count: Option<i32>,
    defects: Vec<String>,
}

/// A file that the same person matched to this very chart and that still waits.
///
/// # Errors
/// [`Error::Conflict`] when it was filed or set aside meanwhile, [`Error::NotFound`] when nobody matched it.
pub async fn matched_file(chart: &mut Chart<'_>, file: IntakeId, text: Option<String>) -> Result<Filed> {
    let (ids, staff) = (chart.ids().to_vec(), chart.staff().map(|staff| staff.0));
    let row = chart
        .one(sqlx::query_as!(
            KeptFile,
            "select f.content_type, f.size_bytes, f.sha256, f.blob_name, f.page_count, f.defects
            from intake_files f
            where f.file_id = $1
                and exists (select from intake_matches m where m.file_id = f.file_id and m.patient_id = any($2) and m.matched_by = $3)",
            file.0,
            &ids,
            staff,
        ))
        .await?;
    let sha256 = row.sha256.try_into().map_err(|_| Error::Internal("a stored hash of another length".into()))?;
    let size = u64::try_from(row.size_bytes).map_err(|_| Error::Internal("a negative size".into()))?;
    let stored = Stored { name: row.blob_name, sha256, size };
    Ok(Filed::kept(stored, row.content_type, row.page_count, text, row.defects))
}

/// Whether this file was matched to this chart by the reader and waits.
pub async fn is_matched(chart: &mut Chart<'_>, file: IntakeId) -> Result<bool> {
    let (ids, staff) = (chart.ids().to_vec(), chart.staff().map(|staff| staff.0));
    chart
        .one(sqlx::query_scalar!(
            r#"select exists (select from intake_matches m where m.file_id = $1 and m.patient_id = any($2) and m.matched_by = $3)
                and not exists (select from intake_outcomes o where o.file_id = $1) as "matched!""#,
            file.0,
            &ids,
            staff,
        ))
        .await
}

struct Desk {
    since: DateTime<Utc>,
    filed: i64,
}

/// How new the reader is at this desk; documents are counted no further than it matters.
pub async fn indexer(chart: &mut Chart<'_>, most: u32) -> Result<Indexer> {
    let (at, staff) = (chart.at(), chart.staff().map(|staff| staff.0));
    let desk = chart
        .one(sqlx::query_as!(
            Desk,
            r#"select s.created_at as since, (select count(*) from (
                select from intake_outcomes o where o.decided_by = s.staff_id and o.outcome = 'filed' limit $2) filed) as "filed!"
            from staff s
            where s.staff_id = $1"#,
            staff,
            i64::from(most),
        ))
        .await?;
    Ok(Indexer { days: (at - desk.since).num_days(), filed: desk.filed })
}

/// The file left the quarantine into this chart; once.
///
/// # Errors
/// [`Error::Conflict`] when it left before.
pub async fn filed(chart: &mut Chart<'_>, file: IntakeId, document: DocumentId) -> Result<()> {
    let (at, staff) = (chart.at(), chart.staff().map(|staff| staff.0));
    let written = chart
        .exec(sqlx::query!(
            "insert into intake_outcomes (file_id, outcome, document_id, decided_at, decided_by) values ($1, 'filed', $2, $3, $4)
            on conflict (file_id) do nothing",
            file.0,
            document.0,
            at,
            staff,
        ))
        .await?;
    if written == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// What a file became in this chart, when it was filed here before.
pub async fn filed_as(chart: &mut Chart<'_>, file: IntakeId) -> Result<Option<DocumentId>> {
    let ids = chart.ids().to_vec();
    let found = chart
        .optional(sqlx::query_scalar!(
            r#"select d.document_id
            from intake_outcomes o
            join documents d on d.document_id = o.document_id
            where o.file_id = $1
                and d.patient_id = any($2)"#,
            file.0,
            &ids,
        ))
        .await?;
    Ok(found.map(DocumentId))
}
