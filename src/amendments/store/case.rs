//! Requests of one chart with all that was done about them.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::model::{Assignable, Case, Ground, Recipient, Request, SignedEntry, Step, StepKind, Target};
use crate::access::policy::DocumentSight;
use crate::access::{Chart, Error, Result};
use crate::base::id::DocumentId;

/// One request of this chart.
///
/// # Errors
/// [`Error::NotFound`] when the chart has no such request.
pub async fn case(chart: &mut Chart<'_>, request: Uuid) -> Result<Case> {
    read(chart, Some(request), None).await?.into_iter().next().ok_or(Error::NotFound)
}

/// Every request of this chart, oldest first: what [`super::super::rules::accompanies`] asks.
pub async fn cases(chart: &mut Chart<'_>) -> Result<Vec<Case>> {
    read(chart, None, None).await
}

/// The requests about one document, oldest first.
pub async fn of_document(chart: &mut Chart<'_>, document: DocumentId) -> Result<Vec<Case>> {
    read(chart, None, Some(document)).await
}

async fn read(chart: &mut Chart<'_>, request: Option<Uuid>, document: Option<DocumentId>) -> Result<Vec<Case>> {
    let ids = chart.ids().to_vec();
    let requests = chart
        .all(sqlx::query_as!(
            Request,
            r#"select r.request_id as request, r.requester, r.requester_name, r.entry, r.wanted, r.reason, r.paper_id as "paper: DocumentId",
                r.received_on, s.full_name as recorded_by, r.recorded_at
            from amendment_requests r
            join staff s on s.staff_id = r.recorded_by
            where r.patient_id = any($1)
              and ($2::uuid is null or r.request_id = $2)
              and ($3::uuid is null or exists (select from amendment_targets t where t.request_id = r.request_id and t.document_id = $3)
                or exists (select from amendment_steps x where x.request_id = r.request_id and x.target_id = $3))
            order by r.received_on, r.request_id"#,
            &ids,
            request,
            document.map(|document| document.0),
        ))
        .await?;
    let wanted: Vec<Uuid> = requests.iter().map(|request| request.request).collect();
    let mut cases: Vec<Case> = requests
        .into_iter()
        .map(|request| Case { request, targets: Vec::new(), steps: Vec::new(), recipients: Vec::new() })
        .collect();
    for (of, target) in targets(chart, &wanted).await? {
        at(&mut cases, of, |case| case.targets.push(target));
    }
    for (of, step) in steps(chart, &wanted).await? {
        at(&mut cases, of, |case| case.steps.push(step));
    }
    for (of, recipient) in recipients(chart, &wanted).await? {
        at(&mut cases, of, |case| case.recipients.push(recipient));
    }
    Ok(cases)
}

fn at(cases: &mut [Case], request: Uuid, put: impl FnOnce(&mut Case)) {
    if let Some(case) = cases.iter_mut().find(|case| case.request.request == request) {
        put(case);
    }
}

struct TargetRow {
    request: Uuid,
    document: Uuid,
    title: Option<String>,
    in_designated_record_set: bool,
    from_here: bool,
    sensitive: bool,
}

/// A title is shown to whom the list of documents would show it.
async fn targets(chart: &mut Chart<'_>, requests: &[Uuid]) -> Result<Vec<(Uuid, Target)>> {
    let (ids, sight) = (chart.ids().to_vec(), chart.sight());
    let rows = chart
        .all(sqlx::query_as!(
            TargetRow,
            r#"select a.request_id as request, a.document_id as document,
                case when $3 and (k.sensitivity is null or ($4 and k.sensitivity <> 'psychotherapy')) and (d.status <> 'retracted' or $5)
                    then coalesce(nullif(btrim(d.title), ''), t.label) end as title,
                t.in_designated_record_set, d.source = 'local' as "from_here!",
                k.sensitivity is not null and k.sensitivity <> 'psychotherapy' as "sensitive!"
            from amendment_targets a
            join documents d on d.document_id = a.document_id
            join document_types t on t.code = d.type_code
            left join encounters e on e.encounter_id = d.encounter_id
            cross join lateral (select coalesce(d.sensitivity, t.sensitivity, e.sensitivity) as sensitivity) k
            where a.request_id = any($1) and a.patient_id = any($2)
            order by d.authored_at nulls last, d.document_id"#,
            requests,
            &ids,
            sight.documents > DocumentSight::None,
            sight.sensitive,
            sight.retracted,
        ))
        .await?;
    let target = |row: TargetRow| {
        let TargetRow { request, document, title, in_designated_record_set, from_here, sensitive } = row;
        (request, Target { document: DocumentId(document), title, in_designated_record_set, from_here, sensitive })
    };
    Ok(rows.into_iter().map(target).collect())
}

struct StepRow {
    request: Uuid,
    step: Uuid,
    kind: String,
    happened_on: NaiveDate,
    note: String,
    assigned_to: Option<Uuid>,
    assignee: Option<String>,
    until_on: Option<NaiveDate>,
    ground: Option<String>,
    target: Option<Uuid>,
    document: Option<Uuid>,
    taker: String,
    taken_at: DateTime<Utc>,
}

async fn steps(chart: &mut Chart<'_>, requests: &[Uuid]) -> Result<Vec<(Uuid, Step)>> {
    let ids = chart.ids().to_vec();
    let rows = chart
        .all(sqlx::query_as!(
            StepRow,
            r#"select x.request_id as request, x.step_id as step, x.kind, x.happened_on, x.note, x.assigned_to,
                (select a.full_name from staff a where a.staff_id = x.assigned_to) as assignee, x.until_on, x.ground, x.target_id as target,
                x.document_id as document, s.full_name as taker, x.taken_at
            from amendment_steps x
            join staff s on s.staff_id = x.taken_by
            where x.request_id = any($1) and x.patient_id = any($2)
            order by x.request_id, x.step_no"#,
            requests,
            &ids,
        ))
        .await?;
    let step = |row: StepRow| {
        Some((
            row.request,
            Step {
                step: row.step,
                kind: StepKind::parse(&row.kind)?,
                happened_on: row.happened_on,
                note: row.note,
                assigned_to: row.assigned_to.map(crate::base::id::StaffId),
                assignee: row.assignee,
                until_on: row.until_on,
                ground: row.ground.as_deref().and_then(Ground::parse),
                target: row.target.map(DocumentId),
                document: row.document.map(DocumentId),
                taker: row.taker,
                taken_at: row.taken_at,
            },
        ))
    };
    Ok(rows.into_iter().filter_map(step).collect())
}

struct RecipientRow {
    request: Uuid,
    recipient: Uuid,
    name: String,
    address: String,
    why: String,
    told_on: Option<NaiveDate>,
    how: Option<String>,
}

async fn recipients(chart: &mut Chart<'_>, requests: &[Uuid]) -> Result<Vec<(Uuid, Recipient)>> {
    let ids = chart.ids().to_vec();
    let rows = chart
        .all(sqlx::query_as!(
            RecipientRow,
            r#"select r.request_id as request, r.recipient_id as recipient, r.name, r.address, r.why, n.told_on as "told_on?", n.how as "how?"
            from amendment_recipients r
            left join amendment_notices n on n.recipient_id = r.recipient_id
            where r.request_id = any($1) and r.patient_id = any($2)
            order by r.added_at, r.recipient_id"#,
            requests,
            &ids,
        ))
        .await?;
    let recipient = |row: RecipientRow| {
        let RecipientRow { request, recipient, name, address, why, told_on, how } = row;
        (request, Recipient { recipient, name, address, why, told_on, how })
    };
    Ok(rows.into_iter().map(recipient).collect())
}

/// Whom the request may be assigned to: the authors of its documents, and those of a common site who decide.
pub async fn assignable(chart: &mut Chart<'_>, request: Uuid) -> Result<Vec<Assignable>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Assignable,
            r#"with authors as (
                select distinct d.author_id
                from amendment_targets t
                join documents d on d.document_id = t.document_id
                where t.request_id = $1 and t.patient_id = any($2) and d.author_id is not null
            )
            select s.staff_id as "staff: _", s.full_name as name, coalesce(s.practitioner_id in (select author_id from authors), false) as "is_author!"
            from staff s
            where not exists (select from staff_disablements x where x.staff_id = s.staff_id)
              and (s.patient_id is null or s.patient_id <> all($2))
              and exists (select from staff_facilities f join patients p on f.facility_id = any(p.facility_ids)
                where f.staff_id = s.staff_id and p.patient_id = any($2))
              and ((s.practitioner_id in (select author_id from authors) and exists (select from staff_roles r where r.staff_id = s.staff_id and r.role = 'physician'))
                or exists (select from staff_roles r where r.staff_id = s.staff_id and r.role in ('privacy', 'manager')))
            order by 3 desc, s.full_name, s.staff_id
            limit 200"#,
            request,
            &ids,
        ))
        .await
}

/// Amendments that the authors of the request's documents have written and signed since it came in, and that are not linked yet.
pub async fn signed_entries(chart: &mut Chart<'_>, request: Uuid) -> Result<Vec<SignedEntry>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            SignedEntry,
            r#"select d.document_id as "document: _", l.target_id as "target: _", d.title
            from amendment_requests r
            join amendment_targets t on t.request_id = r.request_id
            join document_relations l on l.target_id = t.document_id and l.kind = 'appends'
            join documents d on d.document_id = l.document_id
            where r.request_id = $1 and r.patient_id = any($2) and d.entry = 'amendment' and d.status in ('final', 'addended', 'amended', 'corrected')
              and d.filed_at >= r.recorded_at
              and exists (select from document_signatures g where g.document_id = d.document_id and g.meaning = 'author')
              and not exists (select from amendment_steps x where x.document_id = d.document_id)
            order by d.filed_at, d.document_id
            limit 50"#,
            request,
            &ids,
        ))
        .await
}
