//! Every statement of the room.

use chrono::NaiveDate;
use uuid::Uuid;

use super::model::{Consent, NewConsent};
use crate::access::{Chart, Error, Result};

/// Everything on file, the newest first.
pub async fn on_file(chart: &mut Chart<'_>) -> Result<Vec<Consent>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Consent,
            r#"select c.consent_id as consent, c.kind, c.decision, c.scope, c.signed_on, c.expires_on, c.witness, c.document_id as "document: _",
                (select s.full_name from staff s where s.staff_id = c.recorded_by) as recorded_by, c.recorded_at,
                r.revoked_on as "revoked_on?", r.reason as "revocation_reason?",
                (select s.full_name from staff s where s.staff_id = r.revoked_by) as revoked_by
            from consents c
            left join consent_revocations r on r.consent_id = c.consent_id
            where c.patient_id = any($1)
            order by c.signed_on desc, c.recorded_at desc, c.consent_id desc
            limit 500"#,
            &ids,
        ))
        .await
}

/// Puts one on file; sent twice, it is there once. A document of another chart is as good as none.
pub async fn record(chart: &mut Chart<'_>, new: &NewConsent) -> Result<()> {
    let (patient, ids, at) = (chart.patient().0, chart.ids().to_vec(), chart.at());
    let staff = chart.staff().ok_or(Error::NotFound)?;
    chart
        .exec(sqlx::query!(
            "insert into consents (consent_id, patient_id, original_patient_id, kind, decision, scope, signed_on, expires_on, witness, document_id,
                recorded_by, recorded_at)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, (select d.document_id from documents d where d.document_id = $9 and d.patient_id = any($12)),
                $10, $11)
            on conflict (consent_id) do nothing",
            new.consent,
            patient,
            new.kind.word(),
            if new.given { "given" } else { "refused" },
            new.scope,
            new.signed_on,
            new.expires_on,
            new.witness,
            new.document.map(|document| document.0),
            staff.0,
            at,
            &ids,
        ))
        .await?;
    Ok(())
}

/// Revokes one, unless it is revoked already.
pub async fn revoke(chart: &mut Chart<'_>, consent: Uuid, on: NaiveDate, reason: &str) -> Result<()> {
    let (ids, at) = (chart.ids().to_vec(), chart.at());
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let revoked = chart
        .exec(sqlx::query!(
            "insert into consent_revocations (consent_id, patient_id, original_patient_id, revoked_on, reason, revoked_by, revoked_at)
            select c.consent_id, c.patient_id, c.original_patient_id, $2, $3, $4, $5 from consents c where c.consent_id = $1 and c.patient_id = any($6)
            on conflict (consent_id) do nothing",
            consent,
            on,
            reason,
            staff.0,
            at,
            &ids,
        ))
        .await?;
    if revoked == 0 { Err(Error::Conflict) } else { Ok(()) }
}
