//! Rows of the master patient index.

use std::collections::HashSet;

use uuid::Uuid;

use super::super::dice::Dice;
use super::super::people::{Coverage, Person};
use super::super::world::FACILITIES;
use super::load::{Into, Load};
use crate::access::{Error, Result};
use crate::patients::names::{NameKeys, dictionary_keys, identifier_key, phone_key};
use crate::patients::rules::Ssn;
use crate::patients::ssn;
use crate::vault::Vault;

/// Puts a person's rows on the load. `surnames` are those whose misspellings are in the dictionary already.
///
/// # Errors
/// Only what the vault says.
pub fn person(
    load: &mut Load,
    seed: u64,
    person: &Person,
    vault: &Vault,
    surnames: &mut HashSet<String>,
) -> Result<()> {
    let id = person.id.0;
    load.patients.push(id);
    let sealed = match person.ssn.as_deref().and_then(Ssn::parse) {
        Some(number) => Some(
            ssn::seal(vault, person.id, &number, Some(person.born))
                .map_err(|error| Error::Internal(error.to_string()))?,
        ),
        None => None,
    };
    let facilities: Vec<Uuid> = person.facilities.iter().map(|place| FACILITIES[*place].id().0).collect();
    load.row(
        Into::Patients,
        &[
            &id,
            &id,
            &facilities[0],
            &facilities,
            &person.restricted.is_some(),
            &person.restricted,
            &person.sex,
            &person.born,
            &person.birth_precision,
            &person.birth_time,
            &person.died_at.is_some(),
            &person.died_at,
            &person.multiple_birth,
            &person.birth_order,
            &person.mother.map(|mother| mother.0),
            &person.marital_status,
            &person.language,
            &person.interpreter_needed,
            &person.religion,
            &person.mothers_maiden_name,
            &person.ethnicity,
            &person.identity,
            &sealed.as_ref().map(|sealed| sealed.sealed.clone()),
            &sealed.as_ref().map(|sealed| sealed.index.clone()),
            &sealed.as_ref().and_then(|sealed| sealed.last4_index.clone()),
            &person.created_at,
            &person.created_at,
            &1_i32,
        ],
    );
    let ids = &mut Dice::new(seed, "rows", person.index);
    names(load, person, ids, surnames);
    reachable(load, person, ids);
    for coverage in &person.coverages {
        insured(load, id, coverage, ids.id(person.index));
    }
    Ok(())
}

fn names(load: &mut Load, person: &Person, ids: &mut Dice, surnames: &mut HashSet<String>) {
    let id = person.id.0;
    for name in &person.names {
        let keys = NameKeys::of(&name.family, &name.given);
        if surnames.insert(keys.family_key.clone()) {
            for deletion in dictionary_keys(&name.family) {
                load.row(Into::Deletions, &[&deletion, &keys.family_key]);
            }
        }
        load.row(
            Into::Names,
            &[
                &ids.id(person.index),
                &id,
                &id,
                &name.usage,
                &name.family,
                &name.given,
                &name.prefix,
                &name.suffix,
                &name.started_on,
                &name.ended_on,
                &keys.family_key,
                &keys.given_key,
                &keys.family_sound,
                &keys.family_sound_alternate,
                &keys.given_sound,
            ],
        );
    }
    for identifier in &person.identifiers {
        let key = identifier_key(&identifier.value);
        let row = ids.id(person.index);
        load.row(
            Into::Identifiers,
            &[&row, &id, &id, &identifier.kind, &identifier.authority, &identifier.value, &key],
        );
    }
    for (code, label) in &person.races {
        load.row(Into::Races, &[&id, &id, code, label]);
    }
}

fn reachable(load: &mut Load, person: &Person, ids: &mut Dice) {
    let id = person.id.0;
    for address in &person.addresses {
        let row = ids.id(person.index);
        load.row(
            Into::Addresses,
            &[
                &row,
                &id,
                &id,
                &address.usage,
                &address.lines,
                &address.city,
                &"OH",
                &address.postal_code,
                &"US",
                &address.ended_on,
            ],
        );
    }
    for telecom in &person.telecoms {
        let key = if telecom.kind == "phone" { phone_key(&telecom.value) } else { telecom.value.to_lowercase() };
        let row = ids.id(person.index);
        load.row(Into::Telecoms, &[&row, &id, &id, &telecom.kind, &telecom.usage, &telecom.value, &key]);
    }
    for contact in &person.contacts {
        let row = ids.id(person.index);
        load.row(Into::Contacts, &[&row, &id, &id, &contact.relationship, &contact.name, &contact.phone]);
    }
}

fn insured(load: &mut Load, id: Uuid, coverage: &Coverage, row: Uuid) {
    load.row(
        Into::Coverages,
        &[
            &row,
            &id,
            &id,
            &coverage.payer,
            &coverage.plan,
            &coverage.member_id,
            &coverage.relationship,
            &"active",
            &coverage.started_on,
        ],
    );
}
