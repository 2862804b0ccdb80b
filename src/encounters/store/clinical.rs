//! What came with the encounters: diagnoses, procedures, results, medications …, all as received.

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use crate::access::policy::{CodeSight, DocumentSight};
use crate::access::{Chart, Result};
use crate::base::id::EncounterId;
use crate::encounters::model::{ClinicalItem, ItemKind, Received, SourceCode};

/// Diagnoses of one encounter; only the admitting one for roles that see no more.
pub async fn diagnoses(chart: &mut Chart<'_>, encounter: EncounterId, limit: i64) -> Result<Vec<SourceCode>> {
    let sight = chart.sight();
    if sight.codes == CodeSight::None {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            SourceCode,
            r#"select d.system, d.code, d.label, d.role, d.rank, d.clinical_status as status, coalesce(d.onset_at, d.recorded_at) as dated_at
            from source_diagnoses d
            left join encounters e on e.encounter_id = d.encounter_id
            where d.patient_id = any($1) and d.encounter_id = $2
              and ($3 or e.sensitivity is null) and ($4 or d.role = 'admitting')
            order by d.rank nulls last, coalesce(d.onset_at, d.recorded_at) desc nulls last, d.diagnosis_id
            limit $5"#,
            &ids,
            encounter.0,
            sight.sensitive,
            sight.codes == CodeSight::All,
            limit,
        ))
        .await
}

/// Procedures of the chart, or of one encounter.
pub async fn procedures(chart: &mut Chart<'_>, encounter: Option<EncounterId>, limit: i64) -> Result<Vec<SourceCode>> {
    let sight = chart.sight();
    if sight.codes != CodeSight::All {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            SourceCode,
            r#"select d.system, d.code, d.label, d.performer as role, null::integer as rank, d.status, d.performed_at as dated_at
            from source_procedures d
            left join encounters e on e.encounter_id = d.encounter_id
            where d.patient_id = any($1) and ($2::uuid is null or d.encounter_id = $2) and ($3 or e.sensitivity is null)
            order by d.performed_at desc nulls last, d.procedure_id
            limit $4"#,
            &ids,
            encounter.map(|encounter| encounter.0),
            sight.sensitive,
            limit,
        ))
        .await
}

/// The kinds of clinical items the chart holds, with counts of what the viewer may see.
pub async fn kinds(chart: &mut Chart<'_>) -> Result<Vec<ItemKind>> {
    let sight = chart.sight();
    if !sight.notes {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            ItemKind,
            r#"select i.kind, count(*) as "count!"
            from clinical_items i
            left join encounters e on e.encounter_id = i.encounter_id
            where i.patient_id = any($1) and ($2 or e.sensitivity is null)
            group by i.kind
            order by i.kind"#,
            &ids,
            sight.sensitive,
        ))
        .await
}

/// [`Received`] as one row.
struct Gathered {
    diagnoses: Json<Vec<SourceCode>>,
    kinds: Json<Vec<ItemKind>>,
}

/// The chart's diagnoses and what else came, by one question: [`diagnoses`] and [`kinds`] of an overview.
pub async fn received(chart: &mut Chart<'_>, limit: i64) -> Result<Received> {
    let (sight, ids) = (chart.sight(), chart.ids().to_vec());
    let gathered = chart
        .one(sqlx::query_as!(
            Gathered,
            r#"select
                (select coalesce(json_agg(json_build_object('system', d.system, 'code', d.code, 'label', d.label, 'role', d.role, 'rank', d.rank,
                    'status', d.clinical_status, 'dated_at', d.dated_at)), '[]')
                from (
                    select d.system, d.code, d.label, d.role, d.rank, d.clinical_status, coalesce(d.onset_at, d.recorded_at) as dated_at
                    from source_diagnoses d
                    left join encounters e on e.encounter_id = d.encounter_id
                    where d.patient_id = any($1) and ($2 or e.sensitivity is null) and ($3 or d.role = 'admitting') and $4
                    order by d.rank nulls last, coalesce(d.onset_at, d.recorded_at) desc nulls last, d.diagnosis_id
                    limit $6
                ) d) as "diagnoses!: Json<Vec<SourceCode>>",
                (select coalesce(json_agg(json_build_object('kind', k.kind, 'count', k.count) order by k.kind), '[]')
                from (
                    select i.kind, count(*) as count
                    from clinical_items i
                    left join encounters e on e.encounter_id = i.encounter_id
                    where i.patient_id = any($1) and ($2 or e.sensitivity is null) and $5
                    group by i.kind
                ) k) as "kinds!: Json<Vec<ItemKind>>""#,
            &ids,
            sight.sensitive,
            sight.codes == CodeSight::All,
            sight.codes != CodeSight::None,
            sight.notes,
            limit,
        ))
        .await?;
    let Gathered { diagnoses: Json(diagnoses), kinds: Json(kinds) } = gathered;
    Ok(Received { diagnoses, kinds })
}

/// Which page of a kind's items.
pub struct ItemPage {
    pub kind: String,
    /// Date and id of the last one seen.
    pub before: Option<(DateTime<Utc>, Uuid)>,
    pub limit: i64,
}

/// Clinical items of one kind, newest first; undated ones last.
pub async fn items(chart: &mut Chart<'_>, page: &ItemPage) -> Result<Vec<ClinicalItem>> {
    let sight = chart.sight();
    if !sight.notes {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    let (dated, id) = page.before.unzip();
    chart
        .all(sqlx::query_as!(
            ClinicalItem,
            r#"select i.item_id as item, case when $7 and d.status <> 'retracted' then i.document_id end as "document: _", i.label, i.value, i.status,
                i.dated_at
            from clinical_items i
            left join encounters e on e.encounter_id = i.encounter_id
            left join documents d on d.document_id = i.document_id
            where i.patient_id = any($1) and i.kind = $2 and ($3 or e.sensitivity is null)
              and ($4::timestamptz is null or (coalesce(i.dated_at, '-infinity'), i.item_id) < ($4, $5))
            order by coalesce(i.dated_at, '-infinity') desc, i.item_id desc
            limit $6"#,
            &ids,
            page.kind,
            sight.sensitive,
            dated,
            id,
            page.limit,
            sight.documents == DocumentSight::Open,
        ))
        .await
}
