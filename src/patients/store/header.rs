//! Whose chart this is.

use crate::access::{Chart, Result};
use crate::patients::header::Header;

/// The patient of an opened chart, by the name to show (use `official`, the newest).
pub async fn header(chart: &mut Chart<'_>) -> Result<Header> {
    let patient = chart.patient().0;
    // The gate found these two already.
    let merged_records = chart.ids().len() as i64 - 1;
    let mrn = chart.mrn().map(str::to_owned);
    chart
        .one(sqlx::query_as!(
            Header,
            r#"select p.patient_id as "patient: _", n.family as "family!", n.given as "given!", n.prefix, n.suffix, p.sex, p.birth_date,
                p.birth_precision, p.deceased, p.deceased_at, p.restricted_reason, p.identity, $2::text as mrn, $3::bigint as "merged_records!"
            from patients p
            join lateral (select * from patient_names n where n.patient_id = p.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.patient_id = $1"#,
            patient,
            mrn,
            merged_records,
        ))
        .await
}
