//! Whose chart this is.

use crate::access::{Chart, Result};
use crate::patients::header::Header;

/// The patient of an opened chart, by the name to show (use `official`, the newest).
pub async fn header(chart: &mut Chart<'_>) -> Result<Header> {
    let (patient, ids) = (chart.patient().0, chart.ids().to_vec());
    let (sight, today) = (chart.sight().consents, chart.at().date_naive());
    chart
        .one(sqlx::query_as!(
            Header,
            r#"select p.patient_id as "patient: _", n.family as "family!", n.given as "given!", n.prefix, n.suffix, p.sex, p.birth_date,
                p.birth_precision, p.deceased, p.deceased_at, p.restricted_reason, p.identity,
                (select i.value from patient_identifiers i where i.patient_id = p.patient_id and i.type = 'MR'
                    order by i.ended_on nulls first, i.identifier_id limit 1) as mrn,
                (select count(*) from patients m where m.merged_into = p.patient_id) as "merged_records!",
                case when $2 then consent_flags($3, $4) else '{}' end as "consents!"
            from patients p
            join lateral (select * from patient_names n where n.patient_id = p.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.patient_id = $1"#,
            patient,
            sight,
            &ids,
            today,
        ))
        .await
}
