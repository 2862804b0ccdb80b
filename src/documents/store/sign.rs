//! Signing: over the bytes that were shown, by the person who was shown them, in one transaction with what the signature makes of the document.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::super::model::Status;
use super::super::rules::{self, Doer};
use super::super::standing::{Entry, Meaning};
use super::change::lock;
use super::open::describe;
use crate::access::policy::Refusal;
use crate::access::{About, Chart, Error, Result, Role, Roster};
use crate::base::id::{DocumentId, PatientId, SessionId};

/// The one explicit act (DOC-7): what was on the page, and what is said by signing.
pub struct Signing<'a> {
    pub version: i32,
    pub sha256: &'a [u8],
    pub meaning: Meaning,
    pub statement: Option<&'a str>,
    pub session: SessionId,
    pub roles: &'a [Role],
    pub zone: &'a str,
    /// How the signer was known: the stored word.
    pub method: &'static str,
}

/// Signs the newest version.
///
/// # Errors
/// [`Error::Conflict`] when the document is not what was shown any more, [`Error::Forbidden`] when it is not this person's to sign, and
/// [`Error::Invalid`] when this session has not been shown it whole (DOC-8). Nothing is signed then.
pub async fn sign(chart: &mut Chart<'_>, document: DocumentId, signing: &Signing<'_>) -> Result<()> {
    lock(chart, document).await?;
    let opened = describe(chart, document).await?;
    let newest = opened.versions.first().ok_or(Error::NotFound)?;
    if newest.number != signing.version
        || newest.sha256 != signing.sha256
        || opened.document.status == Status::Retracted
    {
        return Err(Error::Conflict);
    }
    let doer = Doer { staff: chart.staff(), roles: signing.roles };
    let may = rules::meanings(opened.document.status, &opened.standing, &opened.signatures, doer);
    if !may.contains(&signing.meaning) {
        // A second press: it is signed already, and stays so.
        let again = opened.signatures.iter().any(|signature| {
            signature.version == signing.version
                && signature.meaning == signing.meaning
                && Some(signature.signer) == doer.staff
        });
        return if again { Ok(()) } else { Err(Error::Forbidden(Refusal::NotYours)) };
    }
    if !was_shown(chart, document, signing.version, signing.session).await? {
        return Err(Error::Invalid("Open the document and read it here before you sign it.".into()));
    }
    write(chart, document, signing).await?;
    if signing.meaning.authenticates() {
        let (from, standing) = (opened.document.status, &opened.standing);
        let status = match from {
            Status::Draft | Status::Preliminary => Status::Final,
            // The correction comes into force with its signature.
            _ if signing.version > opened.document.current_version => Status::Corrected,
            other => other,
        };
        settle(chart, document, signing.version, status).await?;
        if matches!(from, Status::Draft | Status::Preliminary)
            && matches!(standing.entry, Entry::Addendum | Entry::Amendment)
        {
            settle_parent(chart, document, standing.entry).await?;
        }
        if standing.cosigner.is_some() {
            ask_cosigner(chart, document).await?;
        }
    }
    close_completion(chart, document).await
}

/// Whether this very session was shown this version whole: the page that shows all of it says so in its event.
async fn was_shown(chart: &mut Chart<'_>, document: DocumentId, version: i32, session: SessionId) -> Result<bool> {
    let staff = chart.staff().map(|staff| staff.0);
    chart
        .one(sqlx::query_scalar!(
            r#"select document_was_shown($1, $2, $3, $4) as "shown!""#,
            staff,
            session.0,
            document.0,
            version,
        ))
        .await
}

async fn write(chart: &mut Chart<'_>, document: DocumentId, signing: &Signing<'_>) -> Result<()> {
    let (ids, at, event) = (chart.ids().to_vec(), chart.at(), chart.event().0);
    let (staff, name) = (chart.staff().map(|staff| staff.0), chart.actor_name().to_owned());
    let role = if signing.meaning == Meaning::AdministrativeClosure { Role::Manager } else { Role::Physician };
    let written = chart
        .exec(sqlx::query!(
            "insert into document_signatures (signature_id, document_id, version_id, patient_id, original_patient_id, signer_id, practitioner_id,
                signer_name, credential, role, meaning, statement, signed_at, zone, sha256, method, event_id)
            select $1, v.document_id, v.version_id, v.patient_id, v.patient_id, s.staff_id, s.practitioner_id, $2, s.credential, $3, $4, $5, $6, $7,
                v.sha256, $13, $8
            from document_versions v
            join staff s on s.staff_id = $9
            where v.document_id = $10
                and v.version_no = $11
                and v.patient_id = any($12)",
            Uuid::now_v7(),
            name,
            role.word(),
            signing.meaning.word(),
            signing.statement,
            at,
            signing.zone,
            event,
            staff,
            document.0,
            signing.version,
            &ids,
            signing.method,
        ))
        .await;
    match written {
        Ok(0) => Err(Error::NotFound),
        Ok(_) => Ok(()),
        // The database's own word on the same rules: whatever slipped past is still nothing signed.
        Err(Error::Constraint(name)) if name == "signature_of_other_content" => Err(Error::Conflict),
        Err(Error::Constraint(name)) if name == "signature_for_somebody_else" => {
            Err(Error::Forbidden(Refusal::NotYours))
        }
        Err(error) => Err(error),
    }
}

async fn settle(chart: &mut Chart<'_>, document: DocumentId, version: i32, status: Status) -> Result<()> {
    chart
        .exec(sqlx::query!(
            "update documents set current_version = $2, status = $3 where document_id = $1",
            document.0,
            version,
            status.word(),
        ))
        .await
        .map(drop)
}

/// The document an addendum or amendment belongs to says that there is one.
async fn settle_parent(chart: &mut Chart<'_>, document: DocumentId, entry: Entry) -> Result<()> {
    let ids = chart.ids().to_vec();
    let parents = chart
        .all(sqlx::query!(
            "select d.document_id, d.status
            from document_relations r
            join documents d on d.document_id = r.target_id
            where r.document_id = $1
                and r.kind = 'appends'
                and r.patient_id = any($2)
            for update of d",
            document.0,
            &ids,
        ))
        .await?;
    for parent in parents {
        let Some(status) = Status::parse(&parent.status) else { continue };
        let after = entry.makes_of(status);
        if after != status {
            chart
                .exec(sqlx::query!(
                    "update documents set status = $2 where document_id = $1",
                    parent.document_id,
                    after.word()
                ))
                .await?;
        }
    }
    Ok(())
}

/// A note of a trainee that awaits its cosigner is a deficiency of the cosigner (handbook 3.4).
async fn ask_cosigner(chart: &mut Chart<'_>, document: DocumentId) -> Result<()> {
    let (ids, at) = (chart.ids().to_vec(), chart.at());
    chart
        .exec(sqlx::query!(
            "insert into tasks (task_id, patient_id, original_patient_id, encounter_id, document_id, kind, assigned_to, note, opened_at)
            select $1, d.patient_id, d.patient_id, d.encounter_id, d.document_id, 'completion', s.staff_id, 'Cosign: ' || d.title, $2
            from documents d
            join staff s on s.practitioner_id = d.cosigner_id
            where d.document_id = $3
                and d.patient_id = any($4)",
            Uuid::now_v7(),
            at,
            document.0,
            &ids,
        ))
        .await
        .map(drop)
}

/// Signing is what the signer was asked for.
async fn close_completion(chart: &mut Chart<'_>, document: DocumentId) -> Result<()> {
    let (ids, at, staff) = (chart.ids().to_vec(), chart.at(), chart.staff().map(|staff| staff.0));
    chart
        .exec(sqlx::query!(
            "insert into task_closures (task_id, patient_id, original_patient_id, closed_at, closed_by, outcome)
            select t.task_id, t.patient_id, t.original_patient_id, $3, $4, 'signed'
            from tasks t
            where t.document_id = $1
                and t.patient_id = any($2)
                and t.kind = 'completion'
                and t.assigned_to = $4
            on conflict (task_id) do nothing",
            document.0,
            &ids,
            at,
            staff,
        ))
        .await
        .map(drop)
}

/// One document that waits for the reader's signature.
pub struct Waiting {
    pub document: DocumentId,
    pub patient: PatientId,
    pub family: String,
    pub given: String,
    pub mrn: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub title: String,
    pub type_label: String,
    pub written_at: DateTime<Utc>,
    pub version: i32,
    pub sha256: Vec<u8>,
    pub cosign: bool,
    /// Somebody else wrote it down (DOC-9: a delegate prepares, the author signs).
    pub prepared_by: Option<String>,
    /// Shown whole in this session, so that it may be signed from the list (DOC-8).
    pub shown: bool,
}

impl About for Waiting {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// What waits for the reader's signature, oldest first, after the key of the last one seen. Restricted charts they are not part of are left to
/// the chart itself, which asks for a reason.
pub async fn waiting(
    roster: &mut Roster<'_>,
    session: SessionId,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Waiting>> {
    let (staff, roles, facilities, at) =
        (roster.staff().map(|staff| staff.0), roster.role_words(), roster.facilities(), roster.at());
    let (written, id) = after.unzip();
    roster
        .all(sqlx::query_as!(
            Waiting,
            r#"with me as (select s.practitioner_id from staff s where s.staff_id = $1 and s.practitioner_id is not null), mine as (
                select d.document_id, d.patient_id, d.title, d.type_code, coalesce(d.authored_at, d.filed_at) as written_at, false as cosign
                from documents d, me
                where d.author_id = me.practitioner_id
                    and d.status in ('draft', 'preliminary')
                union all
                -- a correction that waits
                select d.document_id, d.patient_id, d.title, d.type_code, v.created_at, false
                from documents d, me, document_versions v
                where d.author_id = me.practitioner_id
                    and d.status in ('final', 'addended', 'amended', 'corrected')
                    and v.document_id = d.document_id
                    and v.version_no = d.current_version + 1
                union all
                select d.document_id, d.patient_id, d.title, d.type_code, coalesce(d.authored_at, d.filed_at), true
                from documents d, me
                where d.cosigner_id = me.practitioner_id
                    and d.status in ('final', 'addended', 'amended', 'corrected')
                    and exists (select from document_signatures s join document_versions v on v.version_id = s.version_id
                        where s.document_id = d.document_id and s.meaning = 'author' and v.version_no = d.current_version)
                    and not exists (select from document_signatures s join document_versions v on v.version_id = s.version_id
                        where s.document_id = d.document_id and s.meaning = 'cosigner' and v.version_no = d.current_version)
            )
            select m.document_id as "document!: DocumentId", m.patient_id as "patient!: PatientId", coalesce(n.family, '') as "family!",
                coalesce(n.given, '') as "given!",
                (select i.value from patient_identifiers i where i.patient_id = m.patient_id and i.type = 'MR'
                    order by i.ended_on nulls first, i.identifier_id limit 1) as mrn,
                p.birth_date, m.title as "title!", t.label as "type_label!", m.written_at as "written_at!", v.version_no as "version!",
                v.sha256 as "sha256!",
                m.cosign as "cosign!", case when v.created_by <> $1 then v.created_by_name end as prepared_by,
                document_was_shown($1, $2, m.document_id, v.version_no) as "shown!"
            from mine m
            join patients p on p.patient_id = m.patient_id
            join document_types t on t.code = m.type_code
            join lateral (select v.version_no, v.sha256, v.created_by, v.created_by_name from document_versions v
                where v.document_id = m.document_id order by v.version_no desc limit 1) v on true
            left join lateral (select * from patient_names n where n.patient_id = m.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.facility_ids && $3
                and (not p.restricted or access_related($1, $4, p.patient_id, $5))
                and ($6::timestamptz is null or (m.written_at, m.document_id) > ($6, $7))
            order by m.written_at, m.document_id
            limit $8"#,
            staff,
            session.0,
            &facilities,
            &roles,
            at,
            written,
            id,
            limit,
        ))
        .await
}
