//! Whose chart this is.

use crate::access::{Chart, Result};
use crate::patients::header::Header;

/// The patient of an opened chart, by the name to show (use `official`, the newest).
pub async fn header(chart: &mut Chart<'_>) -> Result<Header> {
    let (patient, ids) = (chart.patient().0, chart.ids().to_vec());
    // The gate found these two already.
    let (mrn, merged_records) = (chart.mrn().map(str::to_owned), ids.len() as i64 - 1);
    let (sight, today) = (chart.sight().consents, chart.at().date_naive());
    chart
        .one(sqlx::query_as!(
            Header,
            r#"select p.patient_id as "patient: _", n.family as "family!", n.given as "given!", n.prefix, n.suffix, p.sex, p.birth_date,
                p.birth_precision, p.deceased, p.deceased_at, p.restricted_reason, p.identity, $5::text as mrn, $6::bigint as "merged_records!",
                case when $2 then consent_flags($3, $4) else '{}' end as "consents!"
            from patients p
            join lateral (select * from patient_names n where n.patient_id = p.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.patient_id = $1"#,
            patient,
            sight,
            &ids,
            today,
            mrn,
            merged_records,
        ))
        .await
}
