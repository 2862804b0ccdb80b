//! What a person has several of: names, addresses, numbers, people, coverage. Rows are added and end; none is overwritten.

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Entry, hold, remember};
use crate::access::{Chart, Error, Result};
use crate::patients::model::{
    ContactKind, ContactPerson, ContactPoint, InsuranceCoverage, PatientIdentifier, PersonName, PostalAddress,
};
use crate::patients::names;

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
    hold(chart).await?;
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
    remember(chart, Entry { key: row, section, what, before, after, reason }).await
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
    hold(chart).await?;
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
            let entry = Entry {
                key: Uuid::now_v7(),
                section: kind.word(),
                what: "Ended",
                before,
                after: json!({ "until": on }),
                reason: "",
            };
            remember(chart, entry).await
        }
        // Ended already, perhaps by the same press sent twice.
        None => Ok(()),
    }
}
