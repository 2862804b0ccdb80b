//! What marks a whole record: a death, recorded or withdrawn, and a restriction.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{Entry, hold, remember, stored, take};
use crate::access::{Chart, Error, Result};
use crate::patients::model::Restriction;

/// A death as somebody reported it; without a time when only the fact is known.
pub async fn record_death(
    chart: &mut Chart<'_>,
    (key, version): (Uuid, i32),
    at: Option<DateTime<Utc>>,
    source: &str,
) -> Result<()> {
    if !take(chart, key, version).await? {
        return Ok(());
    }
    write_death(chart, key, at, source, "").await
}

async fn write_death(
    chart: &mut Chart<'_>,
    key: Uuid,
    at: Option<DateTime<Utc>>,
    source: &str,
    reason: &str,
) -> Result<()> {
    let was = stored(chart).await?;
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "update patients set deceased = true, deceased_at = $2, deceased_source = $3 where patient_id = $1",
            patient,
            at,
            source,
        ))
        .await?;
    let before = json!({ "deceased": was.deceased, "died at": was.deceased_at, "source": was.deceased_source });
    let after = json!({ "deceased": true, "died at": at, "source": source });
    remember(chart, Entry { key, section: "death", what: "Recorded a death", before, after, reason }).await
}

/// A death that a discharge tells (ENC-3), in the discharge's own transaction.
pub async fn record_death_of_discharge(chart: &mut Chart<'_>, at: DateTime<Utc>) -> Result<()> {
    hold(chart).await?;
    write_death(chart, Uuid::now_v7(), Some(at), "discharge", "Disposition of a discharge").await
}

/// A death that was none. Refused while a stay still says that the patient died.
pub async fn undo_death(chart: &mut Chart<'_>, (key, version): (Uuid, i32), reason: &str) -> Result<()> {
    if !take(chart, key, version).await? {
        return Ok(());
    }
    let was = stored(chart).await?;
    let (patient, ids) = (chart.patient().0, chart.ids().to_vec());
    let told = chart
        .one(sqlx::query_scalar!(
            r#"select count(*) as "told!" from encounters where patient_id = any($1) and disposition in ('20', '40', '41', '42')
                and status not in ('cancelled', 'entered-in-error')"#,
            &ids,
        ))
        .await?;
    if told > 0 {
        return Err(Error::Invalid(
            "An encounter ends with a disposition of death. Cancel that discharge first, then withdraw the death (ENC-3).".into(),
        ));
    }
    chart
        .exec(sqlx::query!(
            "update patients set deceased = false, deceased_at = null, deceased_source = null where patient_id = $1",
            patient,
        ))
        .await?;
    let before = json!({ "deceased": was.deceased, "died at": was.deceased_at, "source": was.deceased_source });
    remember(
        chart,
        Entry { key, section: "death", what: "Withdrew a death", before, after: json!({ "deceased": false }), reason },
    )
    .await
}

/// Restricts the record, or lifts the restriction.
pub async fn restrict(
    chart: &mut Chart<'_>,
    (key, version): (Uuid, i32),
    why: Option<Restriction>,
    reason: &str,
) -> Result<()> {
    if !take(chart, key, version).await? {
        return Ok(());
    }
    let was = stored(chart).await?;
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "update patients set restricted = $2, restricted_reason = $3 where patient_id = $1",
            patient,
            why.is_some(),
            why.map(Restriction::word),
        ))
        .await?;
    let (before, after) =
        (json!({ "restricted": was.restricted_reason }), json!({ "restricted": why.map(Restriction::word) }));
    remember(chart, Entry { key, section: "restriction", what: "Changed the restriction", before, after, reason }).await
}
