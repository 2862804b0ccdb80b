//! Encounters by hand. Each change keeps what it replaced; an inpatient stay never shares time with another of the same patient and facility.

mod begin;
mod correct;
mod periods;
mod steps;

pub use begin::{Begun, begin};
pub use correct::correct;
pub use steps::{cancel, cancel_discharge, change_class, discharge, set_leave, transfer};

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::access::{Chart, Error, Result};
use crate::base::id::{EncounterId, FacilityId, PractitionerId};
use crate::encounters::rules::by_hand::{Stay, leave_days};

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

/// A change of one encounter, under an id of its own.
#[derive(Clone, Copy)]
pub struct Step {
    pub encounter: EncounterId,
    pub key: Uuid,
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
    step: Step,
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
            step.key,
            step.encounter.0,
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

/// Holds the patient and the encounter for a change. Nothing when the same form made it already.
///
/// # Errors
/// [`Error::Conflict`] for whoever had the encounter open in an older version.
pub async fn take(chart: &mut Chart<'_>, step: Step, version: i32) -> Result<Option<Standing>> {
    hold(chart).await?;
    let (at, encounter) = (chart.at(), step.encounter);
    let made = chart
        .one(sqlx::query_scalar!(
            r#"select exists (select from encounter_changes where change_id = $1 and encounter_id = $2) as "made!""#,
            step.key,
            encounter.0,
        ))
        .await?;
    if made {
        return Ok(None);
    }
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
    standing(chart, encounter).await.map(Some)
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
