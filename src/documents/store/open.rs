//! One document, opened: what is known of it, its versions and relations, and the ticket for its bytes.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::model::{Document, Relation, RelationKind, Status, Version};
use super::super::standing::{Entry, Meaning, Retraction, Signature, Standing};
use crate::access::{Chart, Error, Result, Ticket};
use crate::base::id::{DocumentId, EncounterId, PatientId, PractitionerId, StaffId};

/// What the viewer needs, short of the bytes.
pub struct Opened {
    pub document: Document,
    /// Newest first.
    pub versions: Vec<Version>,
    /// The number of the version asked for.
    pub shown: i32,
    pub relations: Vec<Relation>,
    pub standing: Standing,
    /// Oldest first, of every version.
    pub signatures: Vec<Signature>,
    pub retraction: Option<Retraction>,
    /// What is on file about amending it; words of `amendment_flags`.
    pub amendments: Vec<String>,
}

impl Opened {
    /// The version asked for.
    pub fn version(&self) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == self.shown)
    }
}

struct Head {
    document_id: Uuid,
    patient_id: Uuid,
    encounter_id: Option<Uuid>,
    title: String,
    type_label: String,
    loinc: Option<String>,
    status: String,
    sensitivity: Option<String>,
    author: Option<String>,
    authored_at: Option<DateTime<Utc>>,
    service_date: Option<NaiveDate>,
    filed_at: DateTime<Utc>,
    source: String,
    current_version: i32,
}

/// Reads one document of this chart, and hands out the ticket for the wanted version (the current one when none is named).
///
/// # Errors
/// [`Error::NotFound`] when the chart has no such document or version, [`Error::Forbidden`] when the chart was opened for something else.
pub async fn open(chart: &mut Chart<'_>, document: DocumentId, version: Option<i32>) -> Result<(Opened, Ticket)> {
    let document = head(chart, document).await?;
    let shown = version.unwrap_or(document.current_version);
    let versions = versions(chart, document.document).await?;
    if !versions.iter().any(|version| version.number == shown) {
        return Err(Error::NotFound);
    }
    let ticket = chart.ticket(document.document, shown).await?;
    Ok((whole(chart, document, versions, shown).await?, ticket))
}

/// What is known of one document, without a ticket: for acts that change it.
///
/// # Errors
/// [`Error::NotFound`] when the chart has no such document.
pub async fn describe(chart: &mut Chart<'_>, document: DocumentId) -> Result<Opened> {
    let document = head(chart, document).await?;
    let versions = versions(chart, document.document).await?;
    let shown = document.current_version;
    whole(chart, document, versions, shown).await
}

async fn whole(chart: &mut Chart<'_>, document: Document, versions: Vec<Version>, shown: i32) -> Result<Opened> {
    let id = document.document;
    Ok(Opened {
        relations: relations(chart, id).await?,
        standing: standing(chart, id).await?,
        signatures: signatures(chart, id).await?,
        retraction: retraction(chart, id).await?,
        amendments: amendments(chart, id).await?,
        document,
        versions,
        shown,
    })
}

async fn head(chart: &mut Chart<'_>, document: DocumentId) -> Result<Document> {
    let ids = chart.ids().to_vec();
    let head = chart
        .one(sqlx::query_as!(
            Head,
            r#"select d.document_id, d.patient_id, d.encounter_id, d.title, t.label as type_label, t.loinc, d.status,
                coalesce(d.sensitivity, t.sensitivity, e.sensitivity) as sensitivity,
                coalesce(d.author_name, concat_ws(', ', nullif(p.family, ''), nullif(p.given, ''))) as author,
                d.authored_at, d.service_date, d.filed_at, d.source, d.current_version
            from documents d
            join document_types t on t.code = d.type_code
            left join encounters e on e.encounter_id = d.encounter_id
            left join practitioners p on p.practitioner_id = d.author_id
            where d.document_id = $1
                and d.patient_id = any($2)"#,
            document.0,
            &ids,
        ))
        .await?;
    let status = Status::parse(&head.status).ok_or_else(|| Error::Internal("a status of another version".into()))?;
    Ok(Document {
        document: DocumentId(head.document_id),
        patient: PatientId(head.patient_id),
        encounter: head.encounter_id.map(EncounterId),
        title: head.title,
        type_label: head.type_label,
        loinc: head.loinc,
        status,
        sensitivity: head.sensitivity,
        author: head.author.filter(|author| !author.is_empty()),
        authored_at: head.authored_at,
        service_date: head.service_date,
        filed_at: head.filed_at,
        source: head.source,
        current_version: head.current_version,
    })
}

async fn versions(chart: &mut Chart<'_>, document: DocumentId) -> Result<Vec<Version>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Version,
            r#"select version_no as number, reason, created_by_name as created_by, created_at, content_type, size_bytes as size, sha256,
                page_count as pages, defects
            from document_versions
            where document_id = $1
                and patient_id = any($2)
            order by version_no desc"#,
            document.0,
            &ids,
        ))
        .await
}

struct RelationRow {
    kind: String,
    other: Uuid,
    outgoing: bool,
}

/// A relation to a document of another patient (a retraction and its new place) is not told: that chart was not opened.
async fn relations(chart: &mut Chart<'_>, document: DocumentId) -> Result<Vec<Relation>> {
    let ids = chart.ids().to_vec();
    let rows = chart
        .all(sqlx::query_as!(
            RelationRow,
            r#"select r.kind, case when r.document_id = $1 then r.target_id else r.document_id end as "other!",
                r.document_id = $1 as "outgoing!"
            from document_relations r
            where (r.document_id = $1 or r.target_id = $1)
                and r.patient_id = any($2)
            order by r.kind, 2"#,
            document.0,
            &ids,
        ))
        .await?;
    let relation = |row: RelationRow| {
        Some(Relation { kind: RelationKind::parse(&row.kind)?, other: DocumentId(row.other), outgoing: row.outgoing })
    };
    Ok(rows.into_iter().filter_map(relation).collect())
}

struct StandingRow {
    type_code: String,
    entry: String,
    event_at: Option<DateTime<Utc>>,
    delay_reason: Option<String>,
    author_id: Option<Uuid>,
    cosigner_id: Option<Uuid>,
    cosigner_name: Option<String>,
    needs_signature: bool,
    filed_by: Option<Uuid>,
    newest: i32,
    current: i32,
    author_is_gone: bool,
    reader: Option<Uuid>,
    reader_credential: Option<String>,
    check_is_open: bool,
}

/// What the rules ask, about the document and about who reads it.
async fn standing(chart: &mut Chart<'_>, document: DocumentId) -> Result<Standing> {
    let (ids, staff, roles) = (chart.ids().to_vec(), chart.staff().map(|staff| staff.0), chart.role_words());
    let row = chart
        .one(sqlx::query_as!(
            StandingRow,
            r#"select d.type_code, d.entry, d.event_at, d.delay_reason, d.author_id, d.cosigner_id,
                concat_ws(', ', nullif(c.family, ''), nullif(c.given, '')) as cosigner_name, t.needs_signature,
                (select v.created_by from document_versions v where v.document_id = d.document_id and v.version_no = 1) as filed_by,
                coalesce((select max(v.version_no) from document_versions v where v.document_id = d.document_id), 0) as "newest!",
                d.current_version as current,
                not exists (select from staff s where s.practitioner_id = d.author_id
                    and not exists (select from staff_disablements x where x.staff_id = s.staff_id)) as "author_is_gone!",
                r.practitioner_id as "reader?", r.credential as "reader_credential?",
                exists (select from tasks k where k.document_id = d.document_id and k.kind = 'quality-check'
                    and (k.assigned_to = $3 or (k.assigned_to is null and k.assigned_role = any($4)))
                    and k.is_open) as "check_is_open!"
            from documents d
            join document_types t on t.code = d.type_code
            left join practitioners c on c.practitioner_id = d.cosigner_id
            left join staff r on r.staff_id = $3
            where d.document_id = $1
                and d.patient_id = any($2)"#,
            document.0,
            &ids,
            staff,
            &roles,
        ))
        .await?;
    Ok(Standing {
        type_code: row.type_code,
        entry: Entry::parse(&row.entry).unwrap_or_default(),
        event_at: row.event_at,
        delay_reason: row.delay_reason,
        author: row.author_id.map(PractitionerId),
        cosigner: row.cosigner_id.map(PractitionerId),
        cosigner_name: row.cosigner_name.filter(|name| !name.is_empty()),
        needs_signature: row.needs_signature,
        filed_by: row.filed_by.map(StaffId),
        newest: row.newest,
        current: row.current,
        author_is_gone: row.author_is_gone,
        reader: row.reader.map(PractitionerId),
        reader_credential: row.reader_credential,
        check_is_open: row.check_is_open,
    })
}

struct SignatureRow {
    version: i32,
    signer: Uuid,
    signer_name: String,
    credential: Option<String>,
    role: String,
    meaning: String,
    statement: Option<String>,
    signed_at: DateTime<Utc>,
    zone: String,
    method: String,
    carried: bool,
}

async fn signatures(chart: &mut Chart<'_>, document: DocumentId) -> Result<Vec<Signature>> {
    let ids = chart.ids().to_vec();
    let rows = chart
        .all(sqlx::query_as!(
            SignatureRow,
            r#"select v.version_no as version, s.signer_id as signer, s.signer_name, s.credential, s.role, s.meaning, s.statement, s.signed_at,
                s.zone, s.method, s.carried_from is not null as "carried!"
            from document_signatures s
            join document_versions v on v.version_id = s.version_id
            where s.document_id = $1
                and s.patient_id = any($2)
            order by s.signed_at, s.signature_id"#,
            document.0,
            &ids,
        ))
        .await?;
    let signature = |row: SignatureRow| {
        Some(Signature {
            version: row.version,
            signer: StaffId(row.signer),
            signer_name: row.signer_name,
            credential: row.credential,
            role: row.role,
            meaning: Meaning::parse(&row.meaning)?,
            statement: row.statement,
            signed_at: row.signed_at,
            zone: row.zone,
            method: row.method,
            carried: row.carried,
        })
    };
    Ok(rows.into_iter().filter_map(signature).collect())
}

async fn retraction(chart: &mut Chart<'_>, document: DocumentId) -> Result<Option<Retraction>> {
    let ids = chart.ids().to_vec();
    chart
        .optional(sqlx::query_as!(
            Retraction,
            r#"select reason_code, reason, retracted_at, retracted_by_name as retracted_by, successor_id is not null as "moved!"
            from document_retractions
            where document_id = $1
                and patient_id = any($2)"#,
            document.0,
            &ids,
        ))
        .await
}

async fn amendments(chart: &mut Chart<'_>, document: DocumentId) -> Result<Vec<String>> {
    chart.one(sqlx::query_scalar!(r#"select amendment_flags($1) as "flags!""#, document.0)).await
}
