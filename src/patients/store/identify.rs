//! One person by two identifiers, as they stand on a paper: record number or name, and always the birth date. No near misses: a guess would be
//! a wrong chart (DOC-14, DOC-18).

use chrono::NaiveDate;

use crate::access::{About, Result, Roster};
use crate::base::id::PatientId;
use crate::patients::names;

/// What was typed from the paper.
pub struct Typed<'a> {
    pub mrn: &'a str,
    pub family: &'a str,
    pub given: &'a str,
    pub birth_date: NaiveDate,
}

/// A chart both identifiers lead to.
pub struct Identified {
    pub patient: PatientId,
}

impl About for Identified {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// The charts of the actor's facilities that bear both; two are enough to know that it isn't one. A record number goes before a name.
pub async fn identify(roster: &mut Roster<'_>, typed: &Typed<'_>) -> Result<Vec<Identified>> {
    let facilities = roster.facilities();
    if !typed.mrn.trim().is_empty() {
        return roster
            .all(sqlx::query_as!(
                Identified,
                r#"select distinct coalesce(p.merged_into, p.patient_id) as "patient!: PatientId"
                from patient_identifiers i
                join patients p on p.patient_id = i.patient_id
                where i.value_key = $1
                    and i.type = 'MR'
                    and p.birth_date = $2
                    and p.facility_ids && $3
                limit 2"#,
                names::identifier_key(typed.mrn),
                typed.birth_date,
                &facilities,
            ))
            .await;
    }
    roster
        .all(sqlx::query_as!(
            Identified,
            r#"select distinct coalesce(p.merged_into, p.patient_id) as "patient!: PatientId"
            from patient_names n
            join patients p on p.patient_id = n.patient_id
            where n.family_key = $1
                and (n.given_key = $2 or n.given_key like $3 || '%')
                and $3 <> ''
                and p.birth_date = $4
                and p.facility_ids && $5
            limit 2"#,
            names::family_key(typed.family),
            names::given_key(typed.given),
            names::first_given_key(typed.given),
            typed.birth_date,
            &facilities,
        ))
        .await
}
