//! A request recorded, its steps taken, and what each brings with it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::model::{Case, NewRequest, NewStep};
use crate::access::{Chart, Error, Result};
use crate::base::id::{DocumentId, StaffId, TaskId};
use crate::work::store::task::{NewRight, end, give};

/// Puts a request on file; sent twice, it is there once. A document of another chart is as good as none.
pub async fn record(chart: &mut Chart<'_>, new: &NewRequest) -> Result<()> {
    let (patient, ids, at) = (chart.patient().0, chart.ids().to_vec(), chart.at());
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let written = chart
        .exec(sqlx::query!(
            "insert into amendment_requests (request_id, patient_id, original_patient_id, requester, requester_name, entry, wanted, reason, paper_id,
                received_on, recorded_by, recorded_at)
            values ($1, $2, $2, $3, $4, $5, $6, $7, (select d.document_id from documents d where d.document_id = $8 and d.patient_id = any($12)),
                $9, $10, $11)
            on conflict (request_id) do nothing",
            new.request,
            patient,
            new.requester.word(),
            new.requester_name,
            new.entry,
            new.wanted,
            new.reason,
            new.paper.map(|paper| paper.0),
            new.received_on,
            staff.0,
            at,
            &ids,
        ))
        .await?;
    if written == 0 {
        return Ok(());
    }
    let wanted: Vec<Uuid> = new.documents.iter().map(|document| document.0).collect();
    chart
        .exec(sqlx::query!(
            "insert into amendment_targets (request_id, document_id, patient_id, original_patient_id)
            select $1, d.document_id, d.patient_id, d.patient_id from documents d where d.document_id = any($2) and d.patient_id = any($3)",
            new.request,
            &wanted,
            &ids,
        ))
        .await?;
    Ok(())
}

/// Holds the request until the commit, so that of two who act at once one sees the other's step.
pub async fn hold(chart: &mut Chart<'_>, request: Uuid) -> Result<()> {
    let ids = chart.ids().to_vec();
    let _held: Uuid = chart
        .one(sqlx::query_scalar!(
            "select request_id from amendment_requests where request_id = $1 and patient_id = any($2) for update",
            request,
            &ids,
        ))
        .await?;
    Ok(())
}

/// Adds a step.
pub async fn take(chart: &mut Chart<'_>, request: Uuid, new: &NewStep) -> Result<()> {
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let (at, ids) = (chart.at(), chart.ids().to_vec());
    let written = chart
        .exec(sqlx::query!(
            "insert into amendment_steps (step_id, request_id, patient_id, original_patient_id, step_no, kind, happened_on, note, assigned_to, until_on,
                ground, target_id, document_id, taken_by, taken_at)
            select $1, r.request_id, r.patient_id, r.patient_id,
                coalesce((select max(x.step_no) from amendment_steps x where x.request_id = r.request_id), 0) + 1, $3, $4, $5, $6, $7, $8,
                (select d.document_id from documents d where d.document_id = $9 and d.patient_id = any($13)),
                (select d.document_id from documents d where d.document_id = $10 and d.patient_id = any($13)), $11, $12
            from amendment_requests r
            where r.request_id = $2 and r.patient_id = any($13)",
            new.step,
            request,
            new.kind.word(),
            new.happened_on,
            new.note,
            new.assigned_to.map(|staff| staff.0),
            new.until_on,
            new.ground.map(|ground| ground.word()),
            new.target.map(|target| target.0),
            new.document.map(|document| document.0),
            staff.0,
            at,
            &ids,
        ))
        .await?;
    if written == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Gives whoever it is assigned to the right to open what it is about: a task a document, or one for the chart where none is named. Whoever
/// had it before has it no more.
pub async fn assign(
    chart: &mut Chart<'_>,
    case: &Case,
    staff: StaffId,
    note: &str,
    due_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let request = case.request.request;
    end_tasks(chart, request, "assigned to somebody else").await?;
    let words = if note.is_empty() { case.request.wanted.as_str() } else { note };
    let documents: Vec<(Option<DocumentId>, bool)> = match case.targets.as_slice() {
        [] => vec![(None, false)],
        targets => targets.iter().map(|target| (Some(target.document), target.sensitive)).collect(),
    };
    for (document, sensitive) in documents {
        let right = NewRight { kind: "amendment", staff, document, sensitive, note: words, due_at, ends_at: None };
        let task = give(chart, right).await?;
        let patient = chart.patient().0;
        chart
            .exec(sqlx::query!(
                "insert into amendment_tasks (task_id, request_id, patient_id, original_patient_id) values ($1, $2, $3, $3)",
                task.0,
                request,
                patient,
            ))
            .await?;
    }
    Ok(())
}

/// The work is over: so is the right.
pub async fn end_tasks(chart: &mut Chart<'_>, request: Uuid, outcome: &str) -> Result<()> {
    let ids = chart.ids().to_vec();
    let open: Vec<Uuid> = chart
        .all(sqlx::query_scalar!(
            "select a.task_id from amendment_tasks a
            where a.request_id = $1 and a.patient_id = any($2) and not exists (select from task_closures c where c.task_id = a.task_id)",
            request,
            &ids,
        ))
        .await?;
    for task in open {
        end(chart, TaskId(task), outcome).await?;
    }
    Ok(())
}

/// One more to be told of the amendment; sent twice, they are there once.
pub async fn add_recipient(
    chart: &mut Chart<'_>,
    request: Uuid,
    recipient: Uuid,
    [name, address, why]: [&str; 3],
) -> Result<()> {
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let (at, ids) = (chart.at(), chart.ids().to_vec());
    chart
        .exec(sqlx::query!(
            "insert into amendment_recipients (recipient_id, request_id, patient_id, original_patient_id, name, address, why, added_by, added_at)
            select $1, r.request_id, r.patient_id, r.patient_id, $3, $4, $5, $6, $7
            from amendment_requests r
            where r.request_id = $2 and r.patient_id = any($8)
            on conflict (recipient_id) do nothing",
            recipient,
            request,
            name,
            address,
            why,
            staff.0,
            at,
            &ids,
        ))
        .await
        .map(drop)
}

/// They were told.
pub async fn tell(chart: &mut Chart<'_>, request: Uuid, recipient: Uuid, told_on: NaiveDate, how: &str) -> Result<()> {
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let (at, ids) = (chart.at(), chart.ids().to_vec());
    let written = chart
        .exec(sqlx::query!(
            "insert into amendment_notices (recipient_id, patient_id, original_patient_id, told_on, how, told_by, recorded_at)
            select r.recipient_id, r.patient_id, r.patient_id, $3, $4, $5, $6
            from amendment_recipients r
            where r.recipient_id = $1 and r.request_id = $2 and r.patient_id = any($7)
            on conflict (recipient_id) do nothing",
            recipient,
            request,
            told_on,
            how,
            staff.0,
            at,
            &ids,
        ))
        .await?;
    if written == 0 { Err(Error::Conflict) } else { Ok(()) }
}
