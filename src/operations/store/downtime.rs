//! What a downtime copy holds, and what became of its log. Nothing of the specially protected categories is ever asked for.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::access::{About, Chart, Desk, Result, Roster};
use crate::base::id::PatientId;

/// Keeps the sealed passphrase, instead of the one before.
pub async fn keep(desk: &mut Desk<'_>, sealed: &[u8]) -> Result<()> {
    let (at, by) = (desk.at(), desk.actor_name().to_owned());
    desk.exec(sqlx::query!(
        "insert into downtime_passphrase (sealed, set_at, set_by)
        values ($1, $2, $3)
        on conflict (only_one) do update set sealed = excluded.sealed, set_at = excluded.set_at, set_by = excluded.set_by",
        sealed,
        at,
        by
    ))
    .await?;
    Ok(())
}

pub async fn passphrase(desk: &mut Desk<'_>) -> Result<Option<Vec<u8>>> {
    desk.optional(sqlx::query_scalar!("select sealed from downtime_passphrase")).await
}

/// Somebody in the copy.
pub struct Person {
    pub patient: PatientId,
    pub name: String,
    pub mrn: String,
    pub birth_date: Option<NaiveDate>,
    pub sex: String,
    pub restricted: bool,
    pub place: Option<String>,
}

impl About for Person {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// Who is here now, or was within the time.
pub async fn people(roster: &mut Roster<'_>, since: DateTime<Utc>) -> Result<Vec<Person>> {
    let now = roster.at();
    roster
        .all(sqlx::query_as!(
            Person,
            r#"select p.patient_id as "patient: PatientId", coalesce(upper(n.family) || ', ' || n.given, 'Name not known') as "name!",
                coalesce(i.value, '') as "mrn!", p.birth_date, p.sex, p.restricted, here.place as "place?"
            from patients p
            left join lateral (select family, given from patient_names n
                where n.patient_id = p.patient_id order by (n.use = 'official') desc, n.name_id limit 1) n on true
            left join lateral (select value from patient_identifiers i
                where i.patient_id = p.patient_id and i.type = 'MR' order by i.ended_on nulls first, i.identifier_id limit 1) i on true
            left join lateral (select coalesce((select l.location_name from encounter_locations l
                    where l.encounter_id = e.encounter_id and l.ended_at is null order by l.started_at desc limit 1), e.class) as place
                from encounters e
                where e.patient_id = p.patient_id and e.status in ('arrived', 'in-progress', 'on-leave')
                    and e.sensitivity is null and (e.ended_at is null or e.ended_at > $2)
                order by e.started_at desc limit 1) here on true
            where p.merged_into is null
                and (here.place is not null
                    or exists (select from encounters e where e.patient_id = p.patient_id and e.sensitivity is null
                        and e.status not in ('cancelled', 'entered-in-error')
                        and (e.started_at between $1 and $2 or e.ended_at between $1 and $2)))
            order by p.patient_id"#,
            since,
            now,
        ))
        .await
}

/// An allergy, a medication or a problem.
pub struct Item {
    pub patient: PatientId,
    pub kind: String,
    pub label: String,
}

impl About for Item {
    fn about(&self) -> PatientId {
        self.patient
    }
}

pub async fn items(roster: &mut Roster<'_>, patients: &[Uuid]) -> Result<Vec<Item>> {
    roster
        .all(sqlx::query_as!(
            Item,
            r#"select patient_id as "patient!: PatientId", kind as "kind!", label as "label!"
            from (
                select c.patient_id, case when c.kind = 'AllergyIntolerance' then 'allergy' else 'medication' end as kind, c.label, c.dated_at
                from clinical_items c
                left join encounters e on e.encounter_id = c.encounter_id
                where c.patient_id = any($1) and c.kind in ('AllergyIntolerance', 'MedicationRequest', 'MedicationStatement')
                    and e.sensitivity is null
                    and coalesce(c.status, 'active') not in ('inactive', 'resolved', 'stopped', 'completed', 'cancelled', 'entered-in-error')
                union all
                select d.patient_id, 'problem', d.label, coalesce(d.onset_at, d.recorded_at)
                from source_diagnoses d
                left join encounters e on e.encounter_id = d.encounter_id
                where d.patient_id = any($1) and e.sensitivity is null
                    and coalesce(d.clinical_status, 'active') not in ('inactive', 'resolved', 'remission')
                    and coalesce(d.verification_status, 'confirmed') not in ('refuted', 'entered-in-error')
            ) items
            order by patient_id, dated_at desc nulls last, label"#,
            patients,
        ))
        .await
}

/// Keeps that the copy was written, in the list's own transaction.
pub async fn written(roster: &mut Roster<'_>, copy: Uuid, patients: usize) -> Result<()> {
    let (event, at, by) = (roster.event().0, roster.at(), roster.actor_name().to_owned());
    let statement = sqlx::query!(
        "insert into downtime_copies (copy_id, event_id, written_at, written_by, patients) values ($1, $2, $3, $4, $5)",
        copy,
        event,
        at,
        by,
        i32::try_from(patients).unwrap_or(i32::MAX)
    );
    roster.exec_all(&[], statement).await?;
    Ok(())
}

/// Which entries of a copy's log are in the ledger; nothing when there was no such copy.
pub async fn known(desk: &mut Desk<'_>, copy: Uuid) -> Result<Option<Vec<i32>>> {
    desk.optional(sqlx::query_scalar!(
        r#"select array(select l.number from downtime_looks l where l.copy_id = c.copy_id) as "known!"
        from downtime_copies c
        where c.copy_id = $1"#,
        copy
    ))
    .await
}

/// Keeps that this entry is in the ledger now, by the event of the opened chart.
pub async fn look(chart: &mut Chart<'_>, copy: Uuid, number: i32) -> Result<()> {
    let event = chart.event().0;
    chart
        .exec(sqlx::query!(
            "insert into downtime_looks (copy_id, number, event_id) values ($1, $2, $3)",
            copy,
            number,
            event
        ))
        .await?;
    Ok(())
}
