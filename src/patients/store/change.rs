//! Changes of demographics. Nothing is overwritten unseen: names, addresses and numbers end, and every change leaves what stood there, what
//! stands there now, who, when and why.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{Chart, Error, Result};
use crate::base::id::FacilityId;
use crate::patients::model::{
    ContactKind, ContactPerson, ContactPoint, InsuranceCoverage, PatientIdentifier, PersonName, PostalAddress,
    Restriction,
};
use crate::patients::registration::{self, Person};
use crate::patients::rules::Ssn;
use crate::patients::{names, ssn};
use crate::vault::{Use, Vault};

/// The person's own values as they stand.
pub struct Stored {
    pub version: i32,
    pub facility: FacilityId,
    pub authority: String,
    pub time_zone: String,
    pub sex: String,
    pub birth_date: Option<NaiveDate>,
    pub birth_precision: String,
    pub birth_time: Option<NaiveTime>,
    pub multiple_birth: bool,
    pub birth_order: Option<i16>,
    pub marital_status: Option<String>,
    pub language: Option<String>,
    pub interpreter_needed: Option<bool>,
    pub religion: Option<String>,
    pub mothers_maiden_name: Option<String>,
    pub ethnicity: Option<String>,
    pub races: Vec<String>,
    pub deceased: bool,
    pub deceased_at: Option<DateTime<Utc>>,
    pub deceased_source: Option<String>,
    pub restricted_reason: Option<String>,
    pub identity: String,
    pub ssn_sealed: Option<Vec<u8>>,
    /// Who changed something last, and when.
    pub last_by: Option<String>,
    pub last_at: Option<DateTime<Utc>>,
}

pub async fn stored(chart: &mut Chart<'_>) -> Result<Stored> {
    let (patient, masked) = (chart.patient().0, chart.sight().ssn_masked);
    chart
        .one(sqlx::query_as!(
            Stored,
            r#"select p.version, p.facility_id as "facility: _", f.mrn_authority as authority, f.time_zone, p.sex, p.birth_date, p.birth_precision,
                p.birth_time, p.multiple_birth, p.birth_order, p.marital_status, p.language, p.interpreter_needed, p.religion,
                p.mothers_maiden_name, p.ethnicity,
                array(select r.code from patient_races r where r.patient_id = p.patient_id order by r.code) as "races!",
                p.deceased, p.deceased_at, p.deceased_source, p.restricted_reason, p.identity,
                case when $2 then p.ssn_sealed end as ssn_sealed, c.changed_by_name as "last_by?", c.changed_at as "last_at?"
            from patients p
            join facilities f on f.facility_id = p.facility_id
            left join lateral (select changed_by_name, changed_at from patient_changes c where c.patient_id = p.patient_id
                order by c.changed_at desc, c.change_id desc limit 1) c on true
            where p.patient_id = $1"#,
            patient,
            masked,
        ))
        .await
}

/// One entry of the history.
pub struct Change {
    pub at: DateTime<Utc>,
    pub by: String,
    pub section: String,
    pub what: String,
    pub before: Value,
    pub after: Value,
    pub reason: String,
}

pub async fn history(chart: &mut Chart<'_>, limit: i64) -> Result<Vec<Change>> {
    let ids = chart.ids().to_vec();
    chart
        .all(sqlx::query_as!(
            Change,
            "select changed_at as at, changed_by_name as by, section, what, before, after, reason from patient_changes
            where patient_id = any($1) order by changed_at desc, change_id desc limit $2",
            &ids,
            limit,
        ))
        .await
}

/// What an entry of the history says.
pub struct Entry<'e> {
    pub section: &'static str,
    pub what: &'e str,
    pub before: Value,
    pub after: Value,
    pub reason: &'e str,
}

/// Adds to the history of the opened patient, and moves the record's version on.
async fn remember(chart: &mut Chart<'_>, entry: Entry<'_>) -> Result<()> {
    let (patient, at, event) = (chart.patient().0, chart.at(), chart.event().0);
    let (staff, name) = (chart.staff().map(|staff| staff.0), chart.actor_name().to_owned());
    chart
        .exec(sqlx::query!(
            "insert into patient_changes (change_id, patient_id, original_patient_id, changed_at, changed_by, changed_by_name, event_id,
                section, what, before, after, reason)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            Uuid::now_v7(),
            patient,
            at,
            staff,
            name,
            event,
            entry.section,
            entry.what,
            entry.before,
            entry.after,
            entry.reason,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "update patients set version = version + 1, changed_at = $2 where patient_id = $1",
            patient,
            at
        ))
        .await?;
    Ok(())
}

/// Holds the record for this change; whoever had it open in an older version is told.
async fn hold(chart: &mut Chart<'_>, version: Option<i32>) -> Result<()> {
    let patient = chart.patient().0;
    let now = chart
        .one(sqlx::query_scalar!("select version from patients where patient_id = $1 for update", patient))
        .await?;
    if version.is_some_and(|version| version != now) { Err(Error::Conflict) } else { Ok(()) }
}

/// The person's own values, whole.
pub async fn save_person(chart: &mut Chart<'_>, vault: &Vault, version: i32, person: &Person) -> Result<()> {
    hold(chart, Some(version)).await?;
    let was = stored(chart).await?;
    let patient = chart.patient();
    // The index of the last four digits is bound to the birth date.
    let last4_index = match (&was.ssn_sealed, person.birth_date) {
        (Some(sealed), Some(born)) => {
            ssn::last4(vault, patient, sealed).map(|last4| ssn::last4_index(vault, &last4, born))
        }
        _ => None,
    };
    chart
        .exec(sqlx::query!(
            "update patients set sex = $2, birth_date = $3, birth_precision = $4, birth_time = $5, multiple_birth = $6, birth_order = $7,
                marital_status = $8, language = $9, interpreter_needed = $10, religion = $11, mothers_maiden_name = $12, ethnicity = $13,
                ssn_last4_index = $14
            where patient_id = $1",
            patient.0,
            person.sex.word(),
            person.birth_date,
            person.birth_precision.word(),
            person.birth_time,
            person.multiple_birth,
            person.birth_order,
            person.marital_status,
            person.language,
            person.interpreter_needed,
            person.religion,
            person.mothers_maiden_name,
            person.ethnicity,
            last4_index,
        ))
        .await?;
    chart
        .exec(sqlx::query!(
            "delete from patient_races where patient_id = $1 and code <> all($2)",
            patient.0,
            &person.races
        ))
        .await?;
    for code in &person.races {
        let race = registration::race(code);
        chart
            .exec(sqlx::query!(
                "insert into patient_races (patient_id, original_patient_id, code, label) values ($1, $1, $2, $3) on conflict do nothing",
                patient.0,
                race.code,
                race.label,
            ))
            .await?;
    }
    let (before, after) = changed(&told(&was), &told_of(person));
    let entry =
        Entry { section: "person", what: "Changed the person’s values", before, after, reason: &person.born_reason };
    remember(chart, entry).await
}

fn told(was: &Stored) -> Value {
    json!({
        "sex": was.sex, "born": was.birth_date, "birth precision": was.birth_precision, "birth time": was.birth_time,
        "multiple birth": was.multiple_birth, "birth order": was.birth_order, "marital status": was.marital_status,
        "language": was.language, "interpreter": was.interpreter_needed, "religion": was.religion,
        "mother’s maiden name": was.mothers_maiden_name, "ethnicity": was.ethnicity, "race": was.races,
    })
}

fn told_of(person: &Person) -> Value {
    json!({
        "sex": person.sex.word(), "born": person.birth_date, "birth precision": person.birth_precision.word(),
        "birth time": person.birth_time, "multiple birth": person.multiple_birth, "birth order": person.birth_order,
        "marital status": person.marital_status, "language": person.language, "interpreter": person.interpreter_needed,
        "religion": person.religion, "mother’s maiden name": person.mothers_maiden_name, "ethnicity": person.ethnicity,
        "race": person.races,
    })
}

/// Only what differs, on both sides.
fn changed(before: &Value, after: &Value) -> (Value, Value) {
    let (mut was, mut is) = (serde_json::Map::new(), serde_json::Map::new());
    for (name, value) in before.as_object().into_iter().flatten() {
        let now = after.get(name).unwrap_or(&Value::Null);
        if now != value {
            was.insert(name.clone(), value.clone());
            is.insert(name.clone(), now.clone());
        }
    }
    (Value::Object(was), Value::Object(is))
}

/// Something to add: its row is new, and of its kind an older one may end with it.
pub enum Addition {
    Name(PersonName),
    Address(PostalAddress),
    Telecom(ContactPoint),
    Contact(ContactPerson),
    Coverage(InsuranceCoverage),
    Identifier(PatientIdentifier),
}

/// Adds a row under an id the form was given, so that sending it twice adds it once. `replaces` ends the current ones of the same use.
pub async fn add(
    chart: &mut Chart<'_>,
    row: Uuid,
    addition: &Addition,
    replaces: Option<NaiveDate>,
    reason: &str,
) -> Result<()> {
    hold(chart, None).await?;
    let (patient, at) = (chart.patient().0, chart.at());
    let before = match replaces {
        Some(on) => end_alike(chart, addition, on).await?,
        None => Value::Null,
    };
    let (section, what, after) = match addition {
        Addition::Name(name) => {
            insert_name(chart, row, name).await?;
            let after = json!({ "use": name.usage.word(), "family": name.family, "given": name.given, "prefix": name.prefix,
                "suffix": name.suffix, "from": name.started_on });
            if name.usage == crate::patients::model::NameUse::Official {
                // Whoever has a name of their own is no longer unknown; the alias stays to be found by.
                chart
                    .exec(sqlx::query!(
                        "update patients set identity = 'known' where patient_id = $1 and identity in ('unknown', 'newborn')",
                        patient,
                    ))
                    .await?;
            }
            ("names", "Added a name", after)
        }
        Addition::Address(address) => {
            chart
                .exec(sqlx::query!(
                    "insert into patient_addresses (address_id, patient_id, original_patient_id, use, lines, city, state, postal_code, country,
                        started_on, ended_on)
                    values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, null)",
                    row,
                    patient,
                    address.usage.word(),
                    address.lines,
                    address.city,
                    address.state,
                    address.postal_code,
                    address.country,
                    address.started_on,
                ))
                .await?;
            let after = json!({ "use": address.usage.word(), "street": address.lines, "town": address.city, "state": address.state,
                "postal code": address.postal_code, "country": address.country });
            ("addresses", "Added an address", after)
        }
        Addition::Telecom(telecom) => {
            chart
                .exec(sqlx::query!(
                    "insert into patient_telecoms (telecom_id, patient_id, original_patient_id, kind, use, value, value_key)
                    values ($1, $2, $2, $3, $4, $5, $6)",
                    row,
                    patient,
                    telecom.kind.word(),
                    telecom.usage,
                    telecom.value,
                    telecom.key(),
                ))
                .await?;
            let after = json!({ "kind": telecom.kind.word(), "use": telecom.usage, "value": telecom.value });
            (
                "telecoms",
                if telecom.kind == ContactKind::Email { "Added an e-mail address" } else { "Added a number" },
                after,
            )
        }
        Addition::Contact(contact) => {
            chart
                .exec(sqlx::query!(
                    "insert into patient_contacts (contact_id, patient_id, original_patient_id, relationship, name, phone)
                    values ($1, $2, $2, $3, $4, $5)",
                    row,
                    patient,
                    contact.relationship,
                    contact.name,
                    contact.phone,
                ))
                .await?;
            let after = json!({ "name": contact.name, "relationship": contact.relationship, "phone": contact.phone });
            ("contacts", "Added a person to contact", after)
        }
        Addition::Coverage(coverage) => {
            chart
                .exec(sqlx::query!(
                    "insert into coverages (coverage_id, patient_id, original_patient_id, payer, plan, member_id, relationship, status, started_on)
                    values ($1, $2, $2, $3, $4, $5, $6, $7, $8)",
                    row,
                    patient,
                    coverage.payer,
                    coverage.plan,
                    coverage.member_id,
                    coverage.relationship,
                    coverage.status,
                    coverage.started_on,
                ))
                .await?;
            let after = json!({ "payer": coverage.payer, "plan": coverage.plan, "member": coverage.member_id, "from": coverage.started_on });
            ("coverages", "Added coverage", after)
        }
        Addition::Identifier(identifier) => {
            chart
                .exec(sqlx::query!(
                    "insert into patient_identifiers (identifier_id, patient_id, original_patient_id, type, authority, value, value_key, started_on)
                    values ($1, $2, $2, $3, $4, $5, $6, $7)",
                    row,
                    patient,
                    identifier.kind,
                    identifier.authority,
                    identifier.value,
                    names::identifier_key(&identifier.value),
                    at.date_naive(),
                ))
                .await?;
            let after = json!({ "type": identifier.kind, "issuer": identifier.authority, "value": identifier.value });
            ("identifiers", "Added a number of another issuer", after)
        }
    };
    remember(chart, Entry { section, what, before, after, reason }).await
}

async fn insert_name(chart: &mut Chart<'_>, row: Uuid, name: &PersonName) -> Result<()> {
    let keys = names::NameKeys::of(&name.family, &name.given);
    let patient = chart.patient().0;
    chart
        .exec(sqlx::query!(
            "insert into patient_names (name_id, patient_id, original_patient_id, use, family, given, prefix, suffix, started_on,
                family_key, given_key, family_sound, family_sound_alternate, given_sound)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            row,
            patient,
            name.usage.word(),
            name.family,
            name.given,
            name.prefix,
            name.suffix,
            name.started_on,
            keys.family_key,
            keys.given_key,
            keys.family_sound,
            keys.family_sound_alternate,
            keys.given_sound,
        ))
        .await?;
    let deletions: Vec<String> = names::dictionary_keys(&name.family).into_iter().collect();
    chart
        .exec(sqlx::query!(
            "insert into surname_deletions (deletion, family_key) select d, $2 from unnest($1::text[]) d on conflict do nothing",
            &deletions,
            keys.family_key,
        ))
        .await?;
    Ok(())
}

/// Ends what the new row takes the place of; answers what ended.
async fn end_alike(chart: &mut Chart<'_>, addition: &Addition, on: NaiveDate) -> Result<Value> {
    let patient = chart.patient().0;
    let ended: Vec<Option<Value>> = match addition {
        Addition::Name(name) => {
            chart
                .all(sqlx::query_scalar!(
                    "update patient_names set ended_on = $3 where patient_id = $1 and ended_on is null
                        and (use = $2 or ($2 = 'official' and use = 'temp'))
                    returning jsonb_build_object('use', use, 'family', family, 'given', given)",
                    patient,
                    name.usage.word(),
                    on,
                ))
                .await?
        }
        Addition::Address(address) => {
            chart
                .all(sqlx::query_scalar!(
                    "update patient_addresses set ended_on = $3 where patient_id = $1 and ended_on is null and use = $2
                    returning jsonb_build_object('use', use, 'street', lines, 'town', city)",
                    patient,
                    address.usage.word(),
                    on,
                ))
                .await?
        }
        Addition::Telecom(telecom) => {
            chart
                .all(sqlx::query_scalar!(
                    "update patient_telecoms set ended_on = $4 where patient_id = $1 and ended_on is null and kind = $2
                        and use is not distinct from $3
                    returning jsonb_build_object('kind', kind, 'use', use, 'value', value)",
                    patient,
                    telecom.kind.word(),
                    telecom.usage,
                    on,
                ))
                .await?
        }
        Addition::Contact(_) | Addition::Coverage(_) | Addition::Identifier(_) => Vec::new(),
    };
    Ok(Value::Array(ended.into_iter().flatten().collect()))
}

/// What ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Names,
    Addresses,
    Telecoms,
    Contacts,
    Coverages,
    Identifiers,
}

impl Kind {
    pub fn parse(word: &str) -> Option<Self> {
        [Kind::Names, Kind::Addresses, Kind::Telecoms, Kind::Contacts, Kind::Coverages, Kind::Identifiers]
            .into_iter()
            .find(|kind| kind.word() == word)
    }

    pub fn word(self) -> &'static str {
        match self {
            Kind::Names => "names",
            Kind::Addresses => "addresses",
            Kind::Telecoms => "telecoms",
            Kind::Contacts => "contacts",
            Kind::Coverages => "coverages",
            Kind::Identifiers => "identifiers",
        }
    }
}

/// Ends one row today. What has ended already stays as it is; a record keeps at least one name, and its own record number.
pub async fn end(chart: &mut Chart<'_>, kind: Kind, row: Uuid, on: NaiveDate) -> Result<()> {
    hold(chart, None).await?;
    let ids = chart.ids().to_vec();
    let ended: Option<Option<Value>> = match kind {
        Kind::Names => {
            let others = chart
                .one(sqlx::query_scalar!(
                    r#"select count(*) as "others!" from patient_names where patient_id = any($1) and name_id <> $2 and ended_on is null"#,
                    &ids,
                    row,
                ))
                .await?;
            if others == 0 {
                return Err(Error::Invalid("A record keeps at least one name. Add the new name first.".into()));
            }
            chart
                .optional(sqlx::query_scalar!(
                    "update patient_names set ended_on = $3 where name_id = $1 and patient_id = any($2) and ended_on is null
                    returning jsonb_build_object('use', use, 'family', family, 'given', given)",
                    row,
                    &ids,
                    on,
                ))
                .await?
        }
        Kind::Addresses => {
            chart
                .optional(sqlx::query_scalar!(
                    "update patient_addresses set ended_on = $3 where address_id = $1 and patient_id = any($2) and ended_on is null
                    returning jsonb_build_object('use', use, 'street', lines, 'town', city)",
                    row,
                    &ids,
                    on,
                ))
                .await?
        }
        Kind::Telecoms => {
            chart
                .optional(sqlx::query_scalar!(
                    "update patient_telecoms set ended_on = $3 where telecom_id = $1 and patient_id = any($2) and ended_on is null
                    returning jsonb_build_object('kind', kind, 'use', use, 'value', value)",
                    row,
                    &ids,
                    on,
                ))
                .await?
        }
        Kind::Contacts => {
            chart
                .optional(sqlx::query_scalar!(
                    "update patient_contacts set ended_on = $3 where contact_id = $1 and patient_id = any($2) and ended_on is null
                    returning jsonb_build_object('name', name, 'relationship', relationship, 'phone', phone)",
                    row,
                    &ids,
                    on,
                ))
                .await?
        }
        Kind::Coverages => {
            chart
                .optional(sqlx::query_scalar!(
                    "update coverages set ended_on = $3 where coverage_id = $1 and patient_id = any($2) and ended_on is null
                    returning jsonb_build_object('payer', payer, 'plan', plan, 'member', member_id)",
                    row,
                    &ids,
                    on,
                ))
                .await?
        }
        Kind::Identifiers => {
            chart
                .optional(sqlx::query_scalar!(
                    "update patient_identifiers set ended_on = $3 where identifier_id = $1 and patient_id = any($2) and ended_on is null
                        and (type <> 'MR' or authority not in (select f.mrn_authority from facilities f))
                    returning jsonb_build_object('type', type, 'issuer', authority, 'value', value)",
                    row,
                    &ids,
                    on,
                ))
                .await?
        }
    };
    match ended.flatten() {
        Some(before) => {
            let entry =
                Entry { section: kind.word(), what: "Ended", before, after: json!({ "until": on }), reason: "" };
            remember(chart, entry).await
        }
        // Ended already, perhaps by the same press sent twice.
        None => Ok(()),
    }
}

/// Replaces or clears the number. History shows its end; the old one is kept whole, but sealed as it was.
pub async fn save_ssn(
    chart: &mut Chart<'_>,
    vault: &Vault,
    version: i32,
    number: Option<&Ssn>,
    reason: &str,
) -> Result<()> {
    hold(chart, Some(version)).await?;
    let was = stored(chart).await?;
    let patient = chart.patient();
    let sealed = number
        .map(|number| ssn::seal(vault, patient, number, was.birth_date))
        .transpose()
        .map_err(|error| Error::Internal(error.to_string()))?;
    chart
        .exec(sqlx::query!(
            "update patients set ssn_sealed = $2, ssn_index = $3, ssn_last4_index = $4 where patient_id = $1",
            patient.0,
            sealed.as_ref().map(|sealed| sealed.sealed.as_slice()),
            sealed.as_ref().map(|sealed| sealed.index.as_slice()),
            sealed.as_ref().and_then(|sealed| sealed.last4_index.as_deref()),
        ))
        .await?;
    let old = was
        .ssn_sealed
        .as_deref()
        .and_then(|sealed| vault.open(Use::SocialSecurityNumber, patient.0.as_bytes(), sealed).ok());
    let masked =
        |digits: Option<&str>| digits.and_then(|digits| digits.get(5..)).map(|last4| format!("••• •• {last4}"));
    let kept = was.ssn_sealed.as_deref().map(|sealed| STANDARD.encode(sealed));
    let before = json!({ "SSN": masked(old.as_deref().and_then(|old| std::str::from_utf8(old).ok())), "sealed": kept });
    let after = json!({ "SSN": masked(number.map(Ssn::expose)) });
    remember(chart, Entry { section: "ssn", what: "Changed the SSN", before, after, reason }).await
}

/// A death as somebody reported it; without a time when only the fact is known.
pub async fn record_death(chart: &mut Chart<'_>, version: i32, at: Option<DateTime<Utc>>, source: &str) -> Result<()> {
    hold(chart, Some(version)).await?;
    write_death(chart, at, source, "").await
}

async fn write_death(chart: &mut Chart<'_>, at: Option<DateTime<Utc>>, source: &str, reason: &str) -> Result<()> {
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
    remember(chart, Entry { section: "death", what: "Recorded a death", before, after, reason }).await
}

/// A death that a discharge tells (ENC-3), in the discharge's own transaction.
pub async fn record_death_of_discharge(chart: &mut Chart<'_>, at: DateTime<Utc>) -> Result<()> {
    hold(chart, None).await?;
    write_death(chart, Some(at), "discharge", "Disposition of a discharge").await
}

/// A death that was none. Refused while a stay still says that the patient died.
pub async fn undo_death(chart: &mut Chart<'_>, version: i32, reason: &str) -> Result<()> {
    hold(chart, Some(version)).await?;
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
        Entry { section: "death", what: "Withdrew a death", before, after: json!({ "deceased": false }), reason },
    )
    .await
}

/// Restricts the record, or lifts the restriction.
pub async fn restrict(chart: &mut Chart<'_>, version: i32, why: Option<Restriction>, reason: &str) -> Result<()> {
    hold(chart, Some(version)).await?;
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
    remember(chart, Entry { section: "restriction", what: "Changed the restriction", before, after, reason }).await
}

/// A current row of the record, with the id to end it by.
pub struct Line {
    pub kind: String,
    pub row: Uuid,
    pub words: String,
    pub note: String,
}

/// Everything that can end.
pub async fn lines(chart: &mut Chart<'_>) -> Result<Vec<Line>> {
    let (ids, contact) = (chart.ids().to_vec(), chart.sight().contact);
    chart
        .all(sqlx::query_as!(
            Line,
            r#"select kind as "kind!", id as "row!", words as "words!", note as "note!" from (
                select 'names' as kind, name_id as id, concat_ws(', ', nullif(upper(family), ''), nullif(given, '')) as words, use as note
                from patient_names where patient_id = any($1) and ended_on is null
                union all
                select 'addresses', address_id, concat_ws(', ', nullif(lines, ''), city, state, postal_code), use
                from patient_addresses where $2 and patient_id = any($1) and ended_on is null
                union all
                select 'telecoms', telecom_id, value, concat_ws(', ', kind, use)
                from patient_telecoms where $2 and patient_id = any($1) and ended_on is null
                union all
                select 'contacts', contact_id, concat_ws(', ', name, phone), coalesce(relationship, '')
                from patient_contacts where $2 and patient_id = any($1) and ended_on is null
                union all
                select 'coverages', coverage_id, concat_ws(', ', payer, plan, member_id), coalesce(relationship, '')
                from coverages where $2 and patient_id = any($1) and ended_on is null
                union all
                select 'identifiers', identifier_id, value, type || ', ' || authority
                from patient_identifiers where patient_id = any($1) and ended_on is null
                    and (type <> 'MR' or authority not in (select f.mrn_authority from facilities f))
            ) l order by array_position(array['names', 'addresses', 'telecoms', 'contacts', 'coverages', 'identifiers'], kind), id"#,
            &ids,
            contact,
        ))
        .await
}

/// The mother as her newborn's registration needs her.
pub struct Mother {
    pub family: String,
    pub given: String,
    pub facility: FacilityId,
    pub authority: String,
    pub time_zone: String,
    pub sex: String,
}

pub async fn mother(chart: &mut Chart<'_>) -> Result<Mother> {
    let patient = chart.patient().0;
    chart
        .one(sqlx::query_as!(
            Mother,
            r#"select n.family as "family!", n.given as "given!", p.facility_id as "facility: _", f.mrn_authority as authority, f.time_zone, p.sex
            from patients p
            join facilities f on f.facility_id = p.facility_id
            join lateral (select * from patient_names n where n.patient_id = p.patient_id
                order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id limit 1) n on true
            where p.patient_id = $1"#,
            patient,
        ))
        .await
}
