//! Registers somebody new: what is needed beforehand, who they might be already, and the record itself.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::types::Json;
use uuid::Uuid;

use super::insert::{self, Registered};
use super::search;
use crate::access::scope::Figure;
use crate::access::{Result, Roster};
use crate::base::id::PatientId;
use crate::patients::hits::Candidate;
use crate::patients::likeness::{self, Called, Described, Shared};
use crate::patients::model::{ContactKind, PatientRecord, Sex};
use crate::patients::query::dates::Born;
use crate::patients::{names, registration, ssn};
use crate::vault::Vault;

/// A facility that registers people.
#[derive(Clone, Deserialize)]
pub struct Site {
    pub facility: crate::base::id::FacilityId,
    pub name: String,
    pub authority: String,
}

struct Sites {
    sites: Json<Vec<Site>>,
}

impl Figure for Sites {}

/// The viewer's facilities, by name.
pub async fn sites(roster: &mut Roster<'_>) -> Result<Vec<Site>> {
    let facilities = roster.facilities();
    let found = roster
        .figure(sqlx::query_as!(
            Sites,
            r#"select coalesce(jsonb_agg(jsonb_build_object('facility', f.facility_id, 'name', f.name, 'authority', f.mrn_authority)
                order by f.name, f.facility_id), '[]'::jsonb) as "sites!: Json<Vec<Site>>"
            from facilities f where f.facility_id = any($1)"#,
            &facilities,
        ))
        .await?;
    Ok(found.sites.0)
}

/// A record that may be the same person, with the reasons why.
pub struct Likely {
    pub person: Candidate,
    pub points: i32,
    pub reasons: Vec<&'static str>,
}

/// Somebody of the index who shares a key with the new person.
#[derive(Deserialize)]
struct Neighbour {
    patient: PatientId,
    born: Option<NaiveDate>,
    sex: String,
    ssn: bool,
    other_ssn: bool,
    phone: bool,
    names: Vec<(String, String, Option<String>)>,
}

/// They are compared and forgotten: only those like enough are shown, and then recorded as shown.
struct Neighbours {
    people: Json<Vec<Neighbour>>,
}

impl Figure for Neighbours {}

/// What two registrations of one person have in common, as the keys of locks: whoever comes second waits for the first to be done, and then
/// finds them.
fn lock_keys(vault: &Vault, record: &PatientRecord) -> Vec<i64> {
    let mut words = BTreeSet::new();
    words.extend(record.ssn.as_ref().map(|number| format!("ssn {:?}", ssn::index(vault, number))));
    if let Some(born) = record.birth_date {
        let other = likeness::swapped(born).unwrap_or(born);
        words.insert(format!("born {}", born.min(other)));
    }
    words.extend(phones(record).into_iter().map(|phone| format!("phone {phone}")));
    for name in &record.names {
        let keys = names::NameKeys::of(&name.family, &name.given);
        words.insert(format!("sound {}", keys.family_sound));
        words.insert(format!("sound {}", keys.family_sound_alternate));
    }
    let mut keys: Vec<i64> = words
        .iter()
        .map(|word| {
            let hash = Sha256::digest(format!("registration {word}").as_bytes());
            i64::from_be_bytes(std::array::from_fn(|at| hash[at]))
        })
        .collect();
    // Always in the same order, so that no two wait for each other.
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn phones(record: &PatientRecord) -> Vec<String> {
    record
        .telecoms
        .iter()
        .filter(|telecom| matches!(telecom.kind, ContactKind::Phone | ContactKind::Fax))
        .map(|telecom| telecom.key())
        .filter(|key| key.len() >= 7)
        .collect()
}

/// Waits for every registration under way that could be of the same person. Held to the end of the transaction.
pub async fn wait_for_others(roster: &mut Roster<'_>, vault: &Vault, record: &PatientRecord) -> Result<()> {
    let keys = lock_keys(vault, record);
    roster
        .figure(sqlx::query_scalar!(
            r#"select count(*) as "locks!" from unnest($1::bigint[]) k where pg_advisory_xact_lock(k)::text is not null"#,
            &keys,
        ))
        .await?;
    Ok(())
}

/// The records at or above the lower threshold, most alike first, whatever the names they go by: `but` leaves out the new one itself.
pub async fn likely(
    roster: &mut Roster<'_>,
    vault: &Vault,
    record: &PatientRecord,
) -> Result<Vec<(PatientId, likeness::Likeness)>> {
    let number = record.ssn.as_ref().map(|number| ssn::index(vault, number));
    let born: Vec<NaiveDate> =
        record.birth_date.into_iter().flat_map(|born| likeness::swapped(born).into_iter().chain([born])).collect();
    let near: Vec<NaiveDate> = record.birth_date.map(|born| Born::on(born).near()).unwrap_or_default();
    let keys: Vec<names::NameKeys> =
        record.names.iter().map(|name| names::NameKeys::of(&name.family, &name.given)).collect();
    let families: Vec<String> = keys.iter().map(|keys| keys.family_key.clone()).collect();
    let givens: Vec<String> = keys.iter().map(|keys| keys.given_key.clone()).collect();
    let sounds: Vec<String> =
        keys.iter().map(|keys| keys.family_sound.clone()).filter(|sound| !sound.is_empty()).collect();
    let (phones, facilities) = (phones(record), roster.facilities());
    let found = roster
        .figure(sqlx::query_as!(
            Neighbours,
            r#"with near as (
                select p.patient_id from patients p where p.birth_date = any($3) offset 0
            ), block as (
                (select p.patient_id from patients p where p.ssn_index = $1 limit 50)
                union (select p.patient_id from patients p where p.birth_date = any($2) limit 1000)
                union (select n.patient_id from near join patient_names n on n.patient_id = near.patient_id where n.family_sound = any($4) limit 200)
                union (select t.patient_id from patient_telecoms t where t.value_key = any($5) limit 100)
                union (select n.patient_id from patient_names n join unnest($6::text[], $7::text[]) k (family, given)
                        on n.family_key = k.family and n.given_key = k.given
                    join patients p on p.patient_id = n.patient_id
                    where (p.birth_date is null or $8::date is null) limit 200)
            ), people as (
                select distinct coalesce(p.merged_into, p.patient_id) as patient_id from block b join patients p on p.patient_id = b.patient_id
            )
            select coalesce(jsonb_agg(jsonb_build_object('patient', p.patient_id, 'born', p.birth_date, 'sex', p.sex,
                'ssn', coalesce(p.ssn_index = $1, false), 'other_ssn', coalesce(p.ssn_index <> $1, false),
                'phone', exists (select from patient_telecoms t where t.patient_id = p.patient_id and t.value_key = any($5)),
                'names', (select coalesce(jsonb_agg(jsonb_build_array(n.family, n.given, n.suffix)), '[]'::jsonb)
                    from patient_names n where n.patient_id = p.patient_id))), '[]'::jsonb) as "people!: Json<Vec<Neighbour>>"
            from people q join patients p on p.patient_id = q.patient_id
            where p.merged_into is null and p.facility_ids && $9 and p.patient_id <> $10"#,
            number,
            &born,
            &near,
            &sounds,
            &phones,
            &families,
            &givens,
            record.birth_date,
            &facilities,
            record.patient.0,
        ))
        .await?;
    let new = registration::describe(record);
    let mut likely: Vec<(PatientId, likeness::Likeness)> = found
        .people
        .0
        .into_iter()
        .map(|known| (known.patient, likeness::compare(&new, &described(&known), shared(&known))))
        .filter(|(_, likeness)| likeness.is_likely())
        .collect();
    likely.sort_by(|one, other| other.1.points.cmp(&one.1.points).then(one.0.cmp(&other.0)));
    Ok(likely)
}

fn described(known: &Neighbour) -> Described {
    let called = |(family, given, suffix): &(String, String, Option<String>)| Called {
        family: family.clone(),
        given: given.clone(),
        suffix: suffix.clone(),
    };
    Described { names: known.names.iter().map(called).collect(), born: known.born, sex: Sex::parse(&known.sex) }
}

fn shared(known: &Neighbour) -> Shared {
    Shared { ssn: known.ssn, other_ssn: known.other_ssn, phone: known.phone }
}

/// More than these help nobody decide; the rest is still refused until the best are dealt with.
const MOST_SHOWN: usize = 12;

/// The likely ones as a page shows them, each recorded as shown; restricted people masked (MPI-S2).
pub async fn compared(
    roster: &mut Roster<'_>,
    vault: &Vault,
    likely: Vec<(PatientId, likeness::Likeness)>,
) -> Result<Vec<Likely>> {
    let best: Vec<_> = likely.into_iter().take(MOST_SHOWN).collect();
    let ids: Vec<Uuid> = best.iter().map(|(patient, _)| patient.0).collect();
    let mut people = search::people(roster, vault, &ids).await?;
    Ok(best
        .into_iter()
        .filter_map(|(patient, likeness)| {
            let at = people.iter().position(|person| person.patient_id == patient)?;
            let person = people.swap_remove(at);
            // Why a masked person is near would tell what is masked.
            let reasons = if person.hidden { Vec::new() } else { likeness.reasons };
            Some(Likely { person, points: likeness.points, reasons })
        })
        .collect())
}

/// Why somebody was registered although others were like them.
pub struct NoneOfThese {
    pub candidates: Vec<PatientId>,
    pub reason: String,
}

/// Stores the record under a record number of its own, with the first entry of its history.
pub async fn register(
    roster: &mut Roster<'_>,
    vault: &Vault,
    record: &PatientRecord,
    authority: &str,
    none_of_these: &NoneOfThese,
) -> Result<()> {
    let told = json!({ "identity": record.identity.word(), "not": none_of_these.candidates });
    let registered = Registered { authority, told, reason: &none_of_these.reason };
    insert::register(roster, vault, record, registered).await
}

/// The next number for somebody nobody can name.
pub async fn unidentified(roster: &mut Roster<'_>) -> Result<u64> {
    let number = roster.figure(sqlx::query_scalar!(r#"select next_unidentified_person() as "number!""#)).await?;
    Ok(number.unsigned_abs())
}

/// Whether this mother has a newborn of that day in that place of the birth order already.
pub async fn newborn_known(roster: &mut Roster<'_>, record: &PatientRecord) -> Result<bool> {
    let mother = record.mother.map(|mother| mother.0);
    roster
        .figure(sqlx::query_scalar!(
            r#"select exists (select from patients p where p.mother_id = $1 and p.birth_date = $2 and p.birth_order is not distinct from $3
                and p.merged_into is null and p.patient_id <> $4) as "known!""#,
            mother,
            record.birth_date,
            record.birth_order,
            record.patient.0,
        ))
        .await
}
