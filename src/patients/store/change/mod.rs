//! Changes of demographics. Nothing is overwritten unseen: names, addresses and numbers end, and every change leaves what stood there, what
//! stands there now, who, when and why.

mod marks;
mod person;
mod rows;

pub use marks::{record_death, record_death_of_discharge, restrict, undo_death};
pub use person::{save_person, save_ssn};
pub use rows::{Addition, Kind, add, end};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::access::{Chart, Error, Result};
use crate::base::id::FacilityId;

/// The person's own values as they stand.
pub struct Stored {
    pub version: i32,
    pub facility: FacilityId,
    pub authority: String,
    pub time_zone: String,
    pub sex: String,
    pub birth_date: Option<NaiveDate>,
    pub birth_precision: String,
    pub birth_time: Option<NaiveTime>,
    pub multiple_birth: bool,
    pub birth_order: Option<i16>,
    pub marital_status: Option<String>,
    pub language: Option<String>,
    pub interpreter_needed: Option<bool>,
    pub religion: Option<String>,
    pub mothers_maiden_name: Option<String>,
    pub ethnicity: Option<String>,
    pub races: Vec<String>,
    pub deceased: bool,
    pub deceased_at: Option<DateTime<Utc>>,
    pub deceased_source: Option<String>,
    pub restricted_reason: Option<String>,
    pub identity: String,
    pub ssn_sealed: Option<Vec<u8>>,
    /// Who changed something last, and when.
    pub last_by: Option<String>,
    pub last_at: Option<DateTime<Utc>>,
}

impl Stored {
    /// The coded values as they stand, by field. One that is none of ours, from another system, may stay when its form is saved.
    pub fn codes(&self) -> Vec<(&'static str, String)> {
        let one =
            [("marital_status", &self.marital_status), ("language", &self.language), ("ethnicity", &self.ethnicity)];
        let one = one.into_iter().filter_map(|(field, code)| Some((field, code.clone()?)));
        one.chain(self.races.iter().map(|code| ("race", code.clone()))).collect()
    }
}

pub async fn stored(chart: &mut Chart<'_>) -> Result<Stored> {
    let (patient, masked) = (chart.patient().0, chart.sight().ssn_masked);
    chart
        .one(sqlx::query_as!(
            Stored,
            r#"select p.version, p.facility_id as "facility: _", f.mrn_authority as authority, f.time_zone, p.sex, p.birth_date, p.birth_precision,
                p.birth_time, p.multiple_birth, p.birth_order, p.marital_status, p.language, p.interpreter_needed, p.religion,
                p.mothers_maiden_name, p.ethnicity,
                array(select r.code from patient_races r where r.patient_id = p.patient_id order by r.code) as "races!",
                p.deceased, p.deceased_at, p.deceased_source, p.restricted_reason, p.identity,
                case when $2 then p.ssn_sealed end as ssn_sealed, c.changed_by_name as "last_by?", c.changed_at as "last_at?"
            from patients p
            join facilities f on f.facility_id = p.facility_id
            left join lateral (select changed_by_name, changed_at from patient_changes c where c.patient_id = p.patient_id
                order by c.changed_at desc, c.change_id desc limit 1) c on true
            where p.patient_id = $1"#,
            patient,
            masked,
        ))
        .await
}

/// One entry of the history.
pub struct Change {
    pub at: DateTime<Utc>,
    pub by: String,
    pub section: String,
    pub what: String,
    pub before: Value,
    pub after: Value,
    pub reason: String,
}

pub async fn history(chart: &mut Chart<'_>, limit: i64) -> Result<Vec<Change>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Change,
            "select changed_at as at, changed_by_name as by, section, what, before, after, reason from patient_changes
            where patient_id = any($1) order by changed_at desc, change_id desc limit $2",
            &ids,
            limit,
        ))
        .await
}

/// What an entry of the history says.
struct Entry<'e> {
    /// Its id. A form brings one along, so that sending it twice is one change.
    key: Uuid,
    section: &'static str,
    what: &'e str,
    before: Value,
    after: Value,
    reason: &'e str,
}

/// Adds to the history of the opened patient, and moves the record's version on.
async fn remember(chart: &mut Chart<'_>, entry: Entry<'_>) -> Result<()> {
    let (patient, at, event) = (chart.patient().0, chart.at(), chart.event().0);
    let (staff, name) = (chart.staff().map(|staff| staff.0), chart.actor_name().to_owned());
    chart
        .exec(sqlx::query!(
            "insert into patient_changes (change_id, patient_id, original_patient_id, changed_at, changed_by, changed_by_name, event_id,
                section, what, before, after, reason)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            entry.key,
            patient,
            at,
            staff,
            name,
            event,
            entry.section,
            entry.what,
            entry.before,
            entry.after,
            entry.reason,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update patients set version = version + 1, changed_at = $2 where patient_id = $1",
            patient,
            at
        ))
        .await?;
    Ok(())
}

/// Holds the record; answers its version.
async fn hold(chart: &mut Chart<'_>) -> Result<i32> {
    let patient = chart.patient().0;
    chart.one(sqlx::query_scalar!("select version from patients where patient_id = $1 for update", patient)).await
}

/// Holds the record for the change of a form, and answers whether it is still to be made: the same form may have made it already.
///
/// # Errors
/// [`Error::Conflict`] for whoever had the record open in an older version.
async fn take(chart: &mut Chart<'_>, key: Uuid, version: i32) -> Result<bool> {
    let now = hold(chart).await?;
    let ids = chart.ids().to_vec();
    let made = chart
        .one(sqlx::query_scalar!(
            r#"select exists (select from patient_changes where change_id = $1 and patient_id = any($2)) as "made!""#,
            key,
            &ids,
        ))
        .await?;
    if !made && version != now {
        return Err(Error::Conflict);
    }
    Ok(!made)
}

/// A current row of the record, with the id to end it by.
pub struct Line {
    pub kind: String,
    pub row: Uuid,
    pub words: String,
    pub note: String,
}

/// Everything that can end.
pub async fn lines(chart: &mut Chart<'_>) -> Result<Vec<Line>> {
    let (ids, contact) = (chart.ids().to_vec(), chart.sight().contact);
    chart
        .all(sqlx::query_as!(
            Line,
            r#"select kind as "kind!", id as "row!", words as "words!", note as "note!" from (
                select 'names' as kind, name_id as id, concat_ws(', ', nullif(upper(family), ''), nullif(given, '')) as words, use as note
                from patient_names where patient_id = any($1) and ended_on is null
                union all
                select 'addresses', address_id, concat_ws(', ', nullif(lines, ''), city, state, postal_code), use
                from patient_addresses where $2 and patient_id = any($1) and ended_on is null
                union all
                select 'telecoms', telecom_id, value, concat_ws(', ', kind, use)
                from patient_telecoms where $2 and patient_id = any($1) and ended_on is null
                union all
                select 'contacts', contact_id, concat_ws(', ', name, phone), coalesce(relationship, '')
                from patient_contacts where $2 and patient_id = any($1) and ended_on is null
                union all
                select 'coverages', coverage_id, concat_ws(', ', payer, plan, member_id), coalesce(relationship, '')
                from coverages where $2 and patient_id = any($1) and ended_on is null
                union all
                select 'identifiers', identifier_id, value, type || ', ' || authority
                from patient_identifiers where patient_id = any($1) and ended_on is null
                    and (type <> 'MR' or authority not in (select f.mrn_authority from facilities f))
            ) l order by array_position(array['names', 'addresses', 'telecoms', 'contacts', 'coverages', 'identifiers'], kind), id"#,
            &ids,
            contact,
        ))
        .await
}

/// The mother as her newborn's registration needs her.
pub struct Mother {
    pub family: String,
    pub given: String,
    pub facility: FacilityId,
    pub authority: String,
    pub time_zone: String,
    pub sex: String,
}

pub async fn mother(chart: &mut Chart<'_>) -> Result<Mother> {
    let patient = chart.patient().0;
    chart
        .one(sqlx::query_as!(
            Mother,
            r#"select n.family as "family!", n.given as "given!", p.facility_id as "facility: _", f.mrn_authority as authority, f.time_zone, p.sex
            from patients p
            join facilities f on f.facility_id = p.facility_id
            join lateral (select * from patient_names n where n.patient_id = p.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.patient_id = $1"#,
            patient,
        ))
        .await
}
