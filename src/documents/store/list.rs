//! The documents of a chart, cut to the viewer's sight by the query itself: what a person may not see does not leave the database.
//!
//! Segmented documents (psychiatric, substance use under 42 CFR Part 2, HIV, genetic, minor-consented) are veiled for those who work on
//! content but have no right to these: one row that says "sensitive document", without title, type, author, date or encounter, at the end of
//! the list, so that they can ask for it with a reason. Those who see titles only, or claim documents only, are not told of them at all.
//! Psychotherapy notes are in nobody's list: they are their originator's (45 CFR 164.508(a)(2)).
//! Retracted documents leave a tombstone without title or author, except for those who answer for the record.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::super::model::{Listed, Status, Veil};
use crate::access::policy::{DocumentSight, Sight};
use crate::access::{Chart, Result};
use crate::base::id::{DocumentId, EncounterId};

/// Which part of the list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub encounter: Option<EncounterId>,
    /// The key of the last row seen.
    pub before: Option<(DateTime<Utc>, Uuid)>,
    pub limit: i64,
}

impl Page {
    pub fn first(limit: i64) -> Self {
        Self { encounter: None, before: None, limit }
    }
}

struct Row {
    document_id: Uuid,
    veiled: bool,
    retracted: bool,
    encounter_id: Option<Uuid>,
    title: Option<String>,
    type_label: Option<String>,
    status: Option<String>,
    sensitivity: Option<String>,
    for_claims: bool,
    author: Option<String>,
    dated_at: Option<DateTime<Utc>>,
    pages: Option<i32>,
    sorted_at: DateTime<Utc>,
}

/// The documents of the chart, newest first, veiled ones last.
pub async fn list(chart: &mut Chart<'_>, page: &Page) -> Result<Vec<Listed>> {
    let sight = chart.sight();
    if sight.documents == DocumentSight::None {
        return Ok(Vec::new());
    }
    let ids = chart.ids().to_vec();
    let (before, before_id) = page.before.unzip();
    let rows = chart
        .all(sqlx::query_as!(
            Row,
            r#"with seen as (
                select d.document_id, d.encounter_id, d.title, t.label, d.status, d.author_name, d.author_id, d.authored_at, d.filed_at,
                    d.current_version, t.for_claims, d.status = 'retracted' as retracted,
                    coalesce(d.sensitivity, t.sensitivity, e.sensitivity) as sensitivity,
                    coalesce(d.sensitivity, t.sensitivity, e.sensitivity) is not null and not $2 as veiled
                from documents d
                join document_types t on t.code = d.type_code
                left join encounters e on e.encounter_id = d.encounter_id
                where d.patient_id = any($1)
                    and coalesce(d.sensitivity, t.sensitivity, e.sensitivity) is distinct from 'psychotherapy'
            ), cut as (
                select s.*, s.veiled or (s.retracted and not $3) as bare,
                    case when s.veiled then '1800-01-01Z'::timestamptz else coalesce(s.authored_at, s.filed_at) end as sorted_at
                from seen s
                where (not s.veiled or $4)
                    and ($5::uuid is null or (s.encounter_id = $5 and not s.veiled))
            )
            select c.document_id, c.veiled as "veiled!", c.retracted as "retracted!", c.sorted_at as "sorted_at!", c.for_claims,
                case when not c.veiled then c.encounter_id end as encounter_id,
                case when not c.bare then c.title end as title,
                case when not c.bare then c.label end as type_label,
                case when not c.veiled then c.status end as status,
                case when not c.bare then c.sensitivity end as sensitivity,
                case when not c.bare then coalesce(c.author_name, concat_ws(', ', nullif(p.family, ''), nullif(p.given, ''))) end as author,
                case when not c.veiled then coalesce(c.authored_at, c.filed_at) end as dated_at,
                case when not c.bare then v.page_count end as pages
            from cut c
            left join practitioners p on p.practitioner_id = c.author_id
            left join document_versions v on v.document_id = c.document_id and v.version_no = c.current_version
            where $6::timestamptz is null or (c.sorted_at, c.document_id) < ($6, $7)
            order by c.sorted_at desc, c.document_id desc
            limit $8"#,
            &ids,
            sight.sensitive,
            sight.retracted,
            sight.documents == DocumentSight::Open,
            page.encounter.map(|encounter| encounter.0),
            before,
            before_id,
            page.limit,
        ))
        .await?;
    Ok(rows.into_iter().map(|row| row.into_listed(sight)).collect())
}

/// How many documents the list has, by the same rule.
pub async fn count(chart: &mut Chart<'_>) -> Result<i64> {
    let sight = chart.sight();
    if sight.documents == DocumentSight::None {
        return Ok(0);
    }
    let ids = chart.ids().to_vec();
    chart
        .one(sqlx::query_scalar!(
            r#"select count(*) as "count!"
            from documents d
            join document_types t on t.code = d.type_code
            left join encounters e on e.encounter_id = d.encounter_id
            where d.patient_id = any($1)
                and coalesce(d.sensitivity, t.sensitivity, e.sensitivity) is distinct from 'psychotherapy'
                and (coalesce(d.sensitivity, t.sensitivity, e.sensitivity) is null or $2 or $3)"#,
            &ids,
            sight.sensitive,
            sight.documents == DocumentSight::Open,
        ))
        .await
}

impl Row {
    fn into_listed(self, sight: Sight) -> Listed {
        let veil = match (self.veiled, self.retracted && !sight.retracted) {
            (true, _) => Veil::Sensitive,
            (_, true) => Veil::Retracted,
            _ => Veil::None,
        };
        let may_open = match sight.documents {
            DocumentSight::Open => veil != Veil::Retracted,
            DocumentSight::Claims => veil == Veil::None && self.for_claims && self.sensitivity.is_none(),
            DocumentSight::Titles | DocumentSight::None => false,
        };
        Listed {
            document: DocumentId(self.document_id),
            veil,
            may_open,
            encounter: self.encounter_id.map(EncounterId),
            title: self.title,
            type_label: self.type_label,
            status: self.status.as_deref().and_then(Status::parse),
            sensitivity: self.sensitivity,
            author: self.author.filter(|author| !author.is_empty()),
            dated_at: self.dated_at,
            pages: self.pages,
            sorted_at: self.sorted_at,
        }
    }
}
