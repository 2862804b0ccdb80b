//! Notes written in place: what a draft needs beside its document, and the people it may name.

use chrono::{DateTime, Utc};

use super::super::model::Type;
use super::super::standing::Entry;
use crate::access::{Chart, Desk, Result};
use crate::base::id::{DocumentId, PractitionerId};

/// What a new draft says of itself beyond a filed document.
pub struct Marks<'a> {
    pub entry: Entry,
    pub event_at: Option<DateTime<Utc>>,
    pub delay_reason: Option<&'a str>,
    pub cosigner: Option<PractitionerId>,
}

/// Marks a document that was filed in this transaction.
pub async fn mark(chart: &mut Chart<'_>, document: DocumentId, marks: &Marks<'_>) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update documents set entry = $2, event_at = $3, delay_reason = $4, cosigner_id = $5 where document_id = $1",
            document.0,
            marks.entry.word(),
            marks.event_at,
            marks.delay_reason,
            marks.cosigner.map(|cosigner| cosigner.0),
        ))
        .await
        .map(drop)
}

/// Somebody who may have written a document of this patient.
pub struct Provider {
    pub practitioner: PractitionerId,
    pub name: String,
    pub credential: Option<String>,
    /// The reader themself.
    pub own: bool,
}

/// The reader, if they are a provider, and everybody who cares or cared for the patient.
pub async fn providers(chart: &mut Chart<'_>) -> Result<Vec<Provider>> {
    let (ids, staff) = (chart.ids().to_vec(), chart.staff().map(|staff| staff.0));
    chart
        .all(sqlx::query_as!(
            Provider,
            r#"select p.practitioner_id as "practitioner: PractitionerId", concat_ws(', ', nullif(p.family, ''), nullif(p.given, '')) as "name!",
                p.credential, coalesce(p.practitioner_id = s.practitioner_id, false) as "own!"
            from practitioners p
            left join staff s on s.staff_id = $2
            where p.practitioner_id = s.practitioner_id
                or p.practitioner_id in (select ep.practitioner_id from encounter_providers ep where ep.patient_id = any($1))
            order by 4 desc, p.family, p.given, p.practitioner_id
            limit 200"#,
            &ids,
            staff,
        ))
        .await
}

/// A kind of document to choose.
pub struct TypeLine {
    pub code: String,
    pub label: String,
    pub loinc: Option<String>,
    pub needs_signature: bool,
    pub sensitivity: Option<String>,
}

/// The kinds there are. Sensitive ones too: whoever files a paper must be able to say what it is, even if they can't open it afterwards.
/// Psychotherapy notes are kept apart from the record (45 CFR 164.501).
pub async fn types(chart: &mut Chart<'_>) -> Result<Vec<TypeLine>> {
    chart
        .all(sqlx::query_as!(
            TypeLine,
            "select code, label, loinc, needs_signature, sensitivity
            from document_types
            where sensitivity is distinct from 'psychotherapy'
            order by label",
        ))
        .await
}

/// Every type with all it says of itself.
pub async fn all_types(desk: &mut Desk<'_>) -> Result<Vec<Type>> {
    desk.all(sqlx::query_as!(
        Type,
        r#"select code, label, loinc, owner_role, in_legal_health_record, in_designated_record_set,
            is_electronic_health_information as "is_electronic_health_information!", sensitivity, retention_class, needs_signature,
            needs_cosignature, deficiency_rule
        from document_types
        order by label, code"#,
    ))
    .await
}
