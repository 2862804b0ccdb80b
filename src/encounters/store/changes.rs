//! Encounters by hand. Each change keeps what it replaced; an inpatient stay never shares time with another of the same patient and facility.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{Chart, Error, Result};
use crate::base::id::{EncounterId, FacilityId, PractitionerId};
use crate::encounters::rules::by_hand::{Correction, Leaving, Stay, is_inpatient, leave_days};

/// A place to begin an encounter: one of the viewer's facilities.
pub struct Site {
    pub facility: FacilityId,
    pub name: String,
    pub time_zone: String,
}

pub async fn sites(chart: &mut Chart<'_>) -> Result<Vec<Site>> {
    let facilities = chart.facilities();
    chart
        .all(sqlx::query_as!(
            Site,
            r#"select facility_id as "facility: _", name, time_zone from facilities where facility_id = any($1) order by name, facility_id"#,
            &facilities,
        ))
        .await
}

/// A provider to choose.
pub struct Named {
    pub practitioner: PractitionerId,
    pub name: String,
}

/// Active providers by NPI, or by the beginning of "family, given".
pub async fn providers(chart: &mut Chart<'_>, words: &str) -> Result<Vec<Named>> {
    let (family, given) =
        words.split_once(',').map_or((words.trim(), ""), |(family, given)| (family.trim(), given.trim()));
    chart
        .all(sqlx::query_as!(
            Named,
            r#"select practitioner_id as "practitioner: _", concat_ws(', ', family, nullif(given, '')) || coalesce(' · ' || specialty, '') as "name!"
            from practitioners
            where active and (npi = $1 or starts_with(lower(family), lower($1)) and starts_with(lower(given), lower($2)))
            order by family, given, practitioner_id limit 20"#,
            family,
            given,
        ))
        .await
}

pub async fn provider(chart: &mut Chart<'_>, id: PractitionerId) -> Result<Option<Named>> {
    chart
        .optional(sqlx::query_as!(
            Named,
            r#"select practitioner_id as "practitioner: _", concat_ws(', ', family, nullif(given, '')) as "name!"
            from practitioners where practitioner_id = $1 and active"#,
            id.0,
        ))
        .await
}

/// Since when the patient is dead, for encounters that begin.
pub async fn died_at(chart: &mut Chart<'_>) -> Result<Option<DateTime<Utc>>> {
    let patient = chart.patient().0;
    chart.one(sqlx::query_scalar!("select deceased_at from patients where patient_id = $1", patient)).await
}

/// An encounter as it stands, with what its forms need.
pub struct Standing {
    pub stay: Stay,
    pub version: i32,
    pub facility: FacilityId,
    pub time_zone: String,
    pub attending: Option<String>,
    /// When its second class, status or place began: the first can't begin later.
    pub second_change: Option<DateTime<Utc>>,
    /// Leaves that are over, in whole days of the facility (handbook 2.9).
    pub leave_days: i64,
    pub last_by: Option<String>,
    pub last_at: Option<DateTime<Utc>>,
}

struct Row {
    class: String,
    status: String,
    started_at: Option<DateTime<Utc>>,
    admitted_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    admission_type: Option<String>,
    point_of_origin: Option<String>,
    disposition: Option<String>,
    attending: Option<String>,
    deceased: bool,
    deceased_at: Option<DateTime<Utc>>,
    last_change: Option<DateTime<Utc>>,
    second_change: Option<DateTime<Utc>>,
    documents: i64,
    version: i32,
    facility: FacilityId,
    time_zone: String,
    last_by: Option<String>,
    last_at: Option<DateTime<Utc>>,
}

pub async fn standing(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Standing> {
    let ids = chart.ids().to_vec();
    let row = chart
        .one(sqlx::query_as!(
            Row,
            r#"with begun as (
                select started_at from encounter_class_periods where encounter_id = $1
                union select started_at from encounter_status_periods where encounter_id = $1
                union select started_at from encounter_locations where encounter_id = $1)
            select e.class, e.status, e.started_at, e.admitted_at, e.ended_at, e.admission_type, e.point_of_origin, e.disposition,
                nullif(concat_ws(', ', a.family, nullif(a.given, '')), '') as attending, p.deceased, p.deceased_at,
                (select max(b.started_at) from begun b) as last_change,
                (select b.started_at from begun b where b.started_at is not null order by b.started_at offset 1 limit 1) as second_change,
                (select count(*) from documents d where d.encounter_id = e.encounter_id and d.status <> 'retracted') as "documents!",
                e.version, e.facility_id as "facility: _", f.time_zone, c.changed_by_name as "last_by?", c.changed_at as "last_at?"
            from encounters e
            join patients p on p.patient_id = e.patient_id
            join facilities f on f.facility_id = e.facility_id
            left join practitioners a on a.practitioner_id = e.attending_id
            left join lateral (select changed_by_name, changed_at from encounter_changes c where c.encounter_id = e.encounter_id
                order by c.changed_at desc, c.change_id desc limit 1) c on true
            where e.encounter_id = $1 and e.patient_id = any($2)"#,
            encounter.0,
            &ids,
        ))
        .await?;
    let leaves = leaves(chart, encounter).await?;
    let zone = row.time_zone.parse().unwrap_or(chrono_tz::UTC);
    Ok(Standing {
        leave_days: leave_days(&leaves, zone),
        stay: Stay {
            class: row.class,
            status: row.status,
            started_at: row.started_at,
            admitted_at: row.admitted_at,
            ended_at: row.ended_at,
            admission_type: row.admission_type,
            point_of_origin: row.point_of_origin,
            disposition: row.disposition,
            has_attending: row.attending.is_some(),
            deceased: row.deceased,
            deceased_at: row.deceased_at,
            last_change: row.last_change,
            documents: row.documents,
        },
        version: row.version,
        facility: row.facility,
        time_zone: row.time_zone,
        attending: row.attending,
        second_change: row.second_change,
        last_by: row.last_by,
        last_at: row.last_at,
    })
}

struct Leave {
    out: DateTime<Utc>,
    back: DateTime<Utc>,
}

async fn leaves(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Vec<(DateTime<Utc>, DateTime<Utc>)>> {
    let leaves = chart
        .all(sqlx::query_as!(
            Leave,
            r#"select started_at as "out!", ended_at as "back!" from encounter_status_periods
            where encounter_id = $1 and status = 'on-leave' and started_at is not null and ended_at is not null"#,
            encounter.0,
        ))
        .await?;
    Ok(leaves.into_iter().map(|leave| (leave.out, leave.back)).collect())
}

/// Somebody new comes in.
pub struct Begun {
    pub encounter: EncounterId,
    pub facility: FacilityId,
    pub class: String,
    pub started_at: DateTime<Utc>,
    pub admitted_at: Option<DateTime<Utc>>,
    pub admission_type: Option<String>,
    pub point_of_origin: Option<String>,
    pub service: Option<String>,
    pub visit_type: Option<String>,
    pub reason: Option<String>,
    pub place: Option<String>,
    pub attending: Option<PractitionerId>,
}

struct Other {
    visit_number: String,
}

/// ENC-4. The patient's row is held first, so that two stays registered at once wait for each other. Distinct-part units (origin D) have a
/// claim, and a stay, of their own.
async fn refuse_overlap(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    facility: FacilityId,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    origin: Option<&str>,
) -> Result<()> {
    if origin == Some("D") {
        return Ok(());
    }
    let ids = chart.ids().to_vec();
    let other = chart
        .optional(sqlx::query_as!(
            Other,
            "select e.visit_number from encounters e
            where e.patient_id = any($1) and e.facility_id = $2 and e.encounter_id <> $3 and e.class in ('inpatient', 'newborn')
              and e.status not in ('cancelled', 'entered-in-error', 'planned') and e.point_of_origin is distinct from 'D'
              and coalesce(e.admitted_at, e.started_at) < coalesce($5, 'infinity'::timestamptz) and coalesce(e.ended_at, 'infinity') > $4
            limit 1",
            &ids,
            facility.0,
            encounter.0,
            from,
            to,
        ))
        .await?;
    match other {
        Some(other) => Err(Error::Invalid(format!(
            "The patient is an inpatient here at that time already, visit {} (ENC-4). End or correct that stay first.",
            other.visit_number
        ))),
        None => Ok(()),
    }
}

async fn hold(chart: &mut Chart<'_>) -> Result<()> {
    let patient = chart.patient().0;
    chart.one(sqlx::query_scalar!("select version from patients where patient_id = $1 for update", patient)).await?;
    Ok(())
}

pub async fn begin(chart: &mut Chart<'_>, begun: &Begun) -> Result<()> {
    hold(chart).await?;
    let (patient, at, encounter) = (chart.patient().0, chart.at(), begun.encounter);
    if is_inpatient(&begun.class) {
        let from = begun.admitted_at.unwrap_or(begun.started_at);
        refuse_overlap(chart, encounter, begun.facility, from, None, begun.point_of_origin.as_deref()).await?;
    }
    let status = if begun.class == "pre-admit" { "planned" } else { "in-progress" };
    chart
        .exec(sqlx::query!(
            "insert into encounters (encounter_id, patient_id, original_patient_id, facility_id, visit_number, class, status, started_at,
                admitted_at, admission_type, point_of_origin, service, visit_type, reason, attending_id, created_at, changed_at)
            select $1, $2, $2, $3, issue_visit_number($3), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14",
            encounter.0,
            patient,
            begun.facility.0,
            begun.class,
            status,
            begun.started_at,
            begun.admitted_at,
            begun.admission_type,
            begun.point_of_origin,
            begun.service,
            begun.visit_type,
            begun.reason,
            begun.attending.map(|attending| attending.0),
            at,
        ))
        .await?;
    // The facility knows this person from now on (PRV-1).
    chart
        .exec(sqlx::query!(
            "update patients set facility_ids = array_append(facility_ids, $2) where patient_id = $1 and not $2 = any(facility_ids)",
            patient,
            begun.facility.0,
        ))
        .await?;
    open_class(chart, encounter, &begun.class, begun.started_at).await?;
    open_status(chart, encounter, status, begun.started_at).await?;
    if let Some(place) = &begun.place {
        open_place(chart, encounter, place, begun.started_at).await?;
    }
    if let Some(attending) = begun.attending {
        attend(chart, encounter, attending).await?;
    }
    let after = json!({ "class": begun.class, "start": begun.started_at, "inpatient order": begun.admitted_at });
    remember(chart, encounter, "Added", Value::Null, after, "").await
}

async fn open_class(chart: &mut Chart<'_>, encounter: EncounterId, class: &str, at: DateTime<Utc>) -> Result<()> {
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into encounter_class_periods (period_id, encounter_id, patient_id, original_patient_id, class, started_at)
            values ($1, $2, $3, $3, $4, $5)",
            Uuid::now_v7(),
            encounter.0,
            patient,
            class,
            at,
        ))
        .await?;
    Ok(())
}

async fn open_status(chart: &mut Chart<'_>, encounter: EncounterId, status: &str, at: DateTime<Utc>) -> Result<()> {
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into encounter_status_periods (period_id, encounter_id, patient_id, original_patient_id, status, started_at)
            values ($1, $2, $3, $3, $4, $5)",
            Uuid::now_v7(),
            encounter.0,
            patient,
            status,
            at,
        ))
        .await?;
    Ok(())
}

async fn open_place(chart: &mut Chart<'_>, encounter: EncounterId, place: &str, at: DateTime<Utc>) -> Result<()> {
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into encounter_locations (stay_id, encounter_id, patient_id, original_patient_id, location_id, location_name, started_at)
            values ($1, $2, $3, $3, (select location_id from locations where name = $4 order by location_id limit 1), $4, $5)",
            Uuid::now_v7(),
            encounter.0,
            patient,
            place,
            at,
        ))
        .await?;
    Ok(())
}

async fn close_class(chart: &mut Chart<'_>, encounter: EncounterId, at: DateTime<Utc>) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update encounter_class_periods set ended_at = $2 where encounter_id = $1 and ended_at is null",
            encounter.0,
            at,
        ))
        .await?;
    Ok(())
}

async fn close_status(chart: &mut Chart<'_>, encounter: EncounterId, at: DateTime<Utc>) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update encounter_status_periods set ended_at = $2 where encounter_id = $1 and ended_at is null",
            encounter.0,
            at,
        ))
        .await?;
    Ok(())
}

async fn close_place(chart: &mut Chart<'_>, encounter: EncounterId, at: DateTime<Utc>) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update encounter_locations set ended_at = $2 where encounter_id = $1 and ended_at is null",
            encounter.0,
            at,
        ))
        .await?;
    Ok(())
}

async fn attend(chart: &mut Chart<'_>, encounter: EncounterId, attending: PractitionerId) -> Result<()> {
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into encounter_providers (encounter_id, patient_id, original_patient_id, practitioner_id, role)
            values ($1, $2, $2, $3, 'attending') on conflict do nothing",
            encounter.0,
            patient,
            attending.0,
        ))
        .await?;
    Ok(())
}

async fn remember(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    what: &str,
    before: Value,
    after: Value,
    reason: &str,
) -> Result<()> {
    let (patient, at, event) = (chart.patient().0, chart.at(), chart.event().0);
    let (staff, name) = (chart.staff().map(|staff| staff.0), chart.actor_name().to_owned());
    chart
        .exec(sqlx::query!(
            "insert into encounter_changes (change_id, encounter_id, patient_id, original_patient_id, changed_at, changed_by, changed_by_name,
                event_id, what, before, after, reason)
            values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            Uuid::now_v7(),
            encounter.0,
            patient,
            at,
            staff,
            name,
            event,
            what,
            before,
            after,
            reason,
        ))
        .await?;
    Ok(())
}

/// Holds the patient and the encounter for a change; whoever had it open in an older version is told.
pub async fn take(chart: &mut Chart<'_>, encounter: EncounterId, version: i32) -> Result<Standing> {
    hold(chart).await?;
    let at = chart.at();
    let taken = chart
        .exec(sqlx::query!(
            "update encounters set version = version + 1, changed_at = $3 where encounter_id = $1 and version = $2",
            encounter.0,
            version,
            at,
        ))
        .await?;
    if taken == 0 {
        return Err(Error::Conflict);
    }
    standing(chart, encounter).await
}

pub async fn discharge(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    leaving: &Leaving,
    attending: Option<PractitionerId>,
) -> Result<()> {
    let row = chart
        .one(sqlx::query_scalar!(
            r#"update encounters set status = case when class in ('inpatient', 'observation', 'emergency', 'newborn', 'day-surgery')
                    then 'discharged' else 'finished' end,
                ended_at = $2, disposition = $3, attending_id = coalesce($4, attending_id)
            where encounter_id = $1 returning status"#,
            encounter.0,
            leaving.at,
            leaving.disposition,
            attending.map(|attending| attending.0),
        ))
        .await?;
    close_class(chart, encounter, leaving.at).await?;
    close_status(chart, encounter, leaving.at).await?;
    close_place(chart, encounter, leaving.at).await?;
    if let Some(attending) = attending {
        attend(chart, encounter, attending).await?;
    }
    let after = json!({ "status": row, "end": leaving.at, "disposition": leaving.disposition });
    remember(chart, encounter, "Discharged", Value::Null, after, "").await
}

/// A13: date and disposition go; the last class, status and place go on.
pub async fn cancel_discharge(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    was: &Standing,
    reason: &str,
) -> Result<()> {
    if is_inpatient(&was.stay.class)
        && let Some(from) = was.stay.admitted_at.or(was.stay.started_at)
    {
        refuse_overlap(chart, encounter, was.facility, from, None, was.stay.point_of_origin.as_deref()).await?;
    }
    chart
        .exec(sqlx::query!(
            "update encounters set status = 'in-progress', ended_at = null, disposition = null where encounter_id = $1",
            encounter.0,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_class_periods set ended_at = null where period_id = (select period_id from encounter_class_periods
                where encounter_id = $1 order by started_at desc nulls last, period_id desc limit 1)",
            encounter.0,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_status_periods set ended_at = null where period_id = (select period_id from encounter_status_periods
                where encounter_id = $1 and status = 'in-progress' order by started_at desc nulls last, period_id desc limit 1)",
            encounter.0,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_locations set ended_at = null where stay_id = (select stay_id from encounter_locations
                where encounter_id = $1 order by started_at desc nulls last, stay_id desc limit 1)",
            encounter.0,
        ))
        .await?;
    let before = json!({ "status": was.stay.status, "end": was.stay.ended_at, "disposition": was.stay.disposition });
    remember(chart, encounter, "Cancelled the discharge", before, json!({ "status": "in-progress" }), reason).await
}

/// ENC-1: one stay, with each class in its period. ENC-2: becoming an inpatient is the order.
pub async fn change_class(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    was: &Standing,
    to: &str,
    at: DateTime<Utc>,
    types: (Option<&str>, Option<&str>),
    reason: &str,
) -> Result<()> {
    let ordered = is_inpatient(to).then_some(at);
    let origin = types.1.or(was.stay.point_of_origin.as_deref());
    if is_inpatient(to) {
        refuse_overlap(chart, encounter, was.facility, at, None, origin).await?;
    }
    chart
        .exec(sqlx::query!(
            "update encounters set class = $2, status = case when status = 'planned' then 'in-progress' else status end,
                started_at = case when status = 'planned' then $3 else started_at end,
                admitted_at = $4, admission_type = coalesce($5, admission_type), point_of_origin = coalesce($6, point_of_origin)
            where encounter_id = $1",
            encounter.0,
            to,
            at,
            ordered,
            types.0,
            types.1,
        ))
        .await?;
    if was.stay.status == "planned" {
        // Planned for another hour than the arrival: what was planned ends where it is overtaken.
        let until = was.stay.started_at.map_or(at, |planned| planned.max(at));
        close_class(chart, encounter, until).await?;
        close_status(chart, encounter, until).await?;
        open_status(chart, encounter, "in-progress", at).await?;
    } else {
        close_class(chart, encounter, at).await?;
    }
    open_class(chart, encounter, to, at).await?;
    let before = json!({ "class": was.stay.class, "inpatient order": was.stay.admitted_at });
    remember(
        chart,
        encounter,
        "Changed the class",
        before,
        json!({ "class": to, "inpatient order": ordered, "from": at }),
        reason,
    )
    .await
}

pub async fn transfer(chart: &mut Chart<'_>, encounter: EncounterId, place: &str, at: DateTime<Utc>) -> Result<()> {
    close_place(chart, encounter, at).await?;
    open_place(chart, encounter, place, at).await?;
    remember(chart, encounter, "Transferred", Value::Null, json!({ "place": place, "from": at }), "").await
}

/// Out on leave, or back from it.
pub async fn set_leave(chart: &mut Chart<'_>, encounter: EncounterId, out: bool, at: DateTime<Utc>) -> Result<()> {
    let (status, what) = if out { ("on-leave", "Left on leave") } else { ("in-progress", "Returned from leave") };
    chart.exec(sqlx::query!("update encounters set status = $2 where encounter_id = $1", encounter.0, status)).await?;
    close_status(chart, encounter, at).await?;
    open_status(chart, encounter, status, at).await?;
    remember(chart, encounter, what, Value::Null, json!({ "from": at }), "").await
}

/// ENC-7: the row stays, with who, when and why.
pub async fn cancel(chart: &mut Chart<'_>, encounter: EncounterId, was: &Standing, reason: &str) -> Result<()> {
    let (patient, at, staff) = (chart.patient().0, chart.at(), chart.staff().map(|staff| staff.0));
    chart.exec(sqlx::query!("update encounters set status = 'cancelled' where encounter_id = $1", encounter.0)).await?;
    chart
        .exec(sqlx::query!(
            "insert into encounter_cancellations (encounter_id, patient_id, original_patient_id, cancelled_at, cancelled_by, reason)
            values ($1, $2, $2, $3, $4, $5)",
            encounter.0,
            patient,
            at,
            staff,
            reason,
        ))
        .await?;
    let before = json!({ "status": was.stay.status });
    remember(chart, encounter, "Cancelled", before, json!({ "status": "cancelled" }), reason).await
}

pub async fn correct(
    chart: &mut Chart<'_>,
    encounter: EncounterId,
    was: &Standing,
    right: &Correction,
    reason: &str,
) -> Result<()> {
    if is_inpatient(&was.stay.class)
        && let Some(from) = right.admitted_at.or(right.started_at)
    {
        refuse_overlap(chart, encounter, was.facility, from, right.ended_at, right.point_of_origin.as_deref()).await?;
    }
    chart
        .exec(sqlx::query!(
            "update encounters set started_at = $2, admitted_at = $3, ended_at = $4, admission_type = $5, point_of_origin = $6, disposition = $7
            where encounter_id = $1",
            encounter.0,
            right.started_at,
            right.admitted_at,
            right.ended_at,
            right.admission_type,
            right.point_of_origin,
            right.disposition,
        ))
        .await?;
    // The first period begins, and the last ends, with the encounter.
    chart
        .exec(sqlx::query!(
            "update encounter_class_periods set started_at = case when started_at is not distinct from $2 then $3 else started_at end,
                ended_at = case when ended_at is not distinct from $4 then $5 else ended_at end
            where encounter_id = $1",
            encounter.0,
            was.stay.started_at,
            right.started_at,
            was.stay.ended_at,
            right.ended_at,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_status_periods set started_at = case when started_at is not distinct from $2 then $3 else started_at end,
                ended_at = case when ended_at is not distinct from $4 then $5 else ended_at end
            where encounter_id = $1",
            encounter.0,
            was.stay.started_at,
            right.started_at,
            was.stay.ended_at,
            right.ended_at,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update encounter_locations set started_at = case when started_at is not distinct from $2 then $3 else started_at end,
                ended_at = case when ended_at is not distinct from $4 then $5 else ended_at end
            where encounter_id = $1",
            encounter.0,
            was.stay.started_at,
            right.started_at,
            was.stay.ended_at,
            right.ended_at,
        ))
        .await?;
    let stay = &was.stay;
    // A stay that began as an emergency: its inpatient period begins, and the one before ends, with the order (ENC-2).
    if stay.admitted_at != stay.started_at && stay.admitted_at.is_some() && right.admitted_at.is_some() {
        chart
            .exec(sqlx::query!(
                "update encounter_class_periods set started_at = case when started_at = $2 then $3 else started_at end,
                    ended_at = case when ended_at = $2 then $3 else ended_at end
                where encounter_id = $1 and (started_at = $2 or ended_at = $2)",
                encounter.0,
                stay.admitted_at,
                right.admitted_at,
            ))
            .await?;
    }
    let before = json!({ "start": stay.started_at, "inpatient order": stay.admitted_at, "end": stay.ended_at, "type": stay.admission_type,
        "origin": stay.point_of_origin, "disposition": stay.disposition });
    let after = json!({ "start": right.started_at, "inpatient order": right.admitted_at, "end": right.ended_at,
        "type": right.admission_type, "origin": right.point_of_origin, "disposition": right.disposition });
    remember(chart, encounter, "Corrected", before, after, reason).await
}

/// One entry of an encounter's history.
pub struct Change {
    pub at: DateTime<Utc>,
    pub by: String,
    pub what: String,
    pub before: Value,
    pub after: Value,
    pub reason: String,
}

pub async fn history(chart: &mut Chart<'_>, encounter: EncounterId) -> Result<Vec<Change>> {
    chart
        .all(sqlx::query_as!(
            Change,
            "select changed_at as at, changed_by_name as by, what, before, after, reason from encounter_changes
            where encounter_id = $1 order by changed_at desc, change_id desc limit 200",
            encounter.0,
        ))
        .await
}
