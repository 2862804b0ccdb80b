//! The ways to search, each a `select patient_id, rank, leg_rows` on an index of its own.
//!
//! A leg looks at no more rows than it must and says when it stopped early. `rank` decides only who is cut when too many are found; the
//! points people see are given afterwards (`hits.rs`).

use std::cmp::Reverse;

use chrono::NaiveDate;
use sqlx::{Postgres, QueryBuilder};

use super::search::{Ceiling, Surnames, number_variants};
use crate::access::{Result, Roster};
use crate::patients::names;
use crate::patients::query::dates::Born;
use crate::patients::query::{Name, Reading};
use crate::patients::ssn;
use crate::vault::Vault;

/// A leg stops here; what it then has not seen is announced as "more".
pub const MOST_LOOKED_AT: i64 = 200;
/// Beginnings shorter than this sound like everybody.
const SHORTEST_SOUND: usize = 4;

/// One way to search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leg {
    Identifier(String),
    Policy(Vec<String>),
    Visit(Vec<String>),
    Account(Vec<String>),
    Ssn(Vec<u8>),
    Last4(Vec<u8>),
    Phone(String),
    LocalPhone(String),
    /// Born that day, whatever the name.
    BornAlone(NaiveDate),
    /// Born that day, and a name that is near.
    BornNamed(NaiveDate, Spelling),
    /// Born a slip away from that day, and the name as typed.
    BornNear(Vec<NaiveDate>, Name),
    /// The name begins so.
    Beginning(Name, Option<Born>),
    /// Only a given name was typed.
    GivenBeginning(String, Option<Born>),
    /// A slip in the surname, or one word of a double one.
    Misspelt(Spelling, Option<Born>),
    /// The surname is right and the given name has a slip.
    GivenMisspelt(Name, Option<Born>),
    Sounds(Spelling, Option<Born>),
    SoundsAlternate(Spelling, Option<Born>),
}

impl Leg {
    /// Whether the value is equal to a key, so that one index is the short way whatever it is.
    pub fn is_by_key(&self) -> bool {
        match self {
            Leg::Identifier(_) | Leg::Policy(_) | Leg::Visit(_) | Leg::Account(_) => true,
            Leg::Ssn(_) | Leg::Last4(_) | Leg::Phone(_) | Leg::LocalPhone(_) => true,
            Leg::BornAlone(_) | Leg::BornNamed(..) | Leg::BornNear(..) => false,
            Leg::Beginning(..) | Leg::GivenBeginning(..) | Leg::Misspelt(..) | Leg::GivenMisspelt(..) => false,
            Leg::Sounds(..) | Leg::SoundsAlternate(..) => false,
        }
    }
}

/// A name with everything that counts as near.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelling {
    pub name: Name,
    /// Surnames of the dictionary one slip away.
    pub alike: Vec<String>,
    pub sounds: Vec<String>,
    pub given_sound: String,
}

/// The legs of these readings, without repeats.
pub(super) async fn of(
    roster: &mut Roster<'_>,
    vault: &Vault,
    ceiling: &Ceiling,
    readings: &[Reading],
) -> Result<Vec<Leg>> {
    let families: Vec<&str> =
        readings.iter().filter_map(|reading| reading.name.as_ref()).map(|name| name.family.as_str()).collect();
    let dictionary = dictionary(roster, &families).await?;
    let mut legs = Vec::new();
    for reading in readings {
        for leg in of_reading(vault, ceiling, reading, &dictionary) {
            if !legs.contains(&leg) {
                legs.push(leg);
            }
        }
    }
    Ok(legs)
}

/// The surnames that share a dictionary entry with one of these.
async fn dictionary(roster: &mut Roster<'_>, families: &[&str]) -> Result<Vec<String>> {
    let typed: Vec<String> = families.iter().flat_map(|family| names::typo_keys(family)).collect();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let found = roster
        .figure(sqlx::query_as!(
            Surnames,
            r#"select coalesce(array_agg(distinct d.family_key), '{}') as "keys!" from surname_deletions d where d.deletion = any($1)"#,
            &typed,
        ))
        .await?;
    Ok(found.keys)
}

fn of_reading(vault: &Vault, ceiling: &Ceiling, reading: &Reading, dictionary: &[String]) -> Vec<Leg> {
    let mut legs = Vec::new();
    if let Some(number) = &reading.number {
        let variants = number_variants(std::slice::from_ref(reading));
        legs.extend([Leg::Identifier(names::identifier_key(number)), Leg::Policy(variants.clone())]);
        if ceiling.encounters {
            legs.extend([Leg::Visit(variants.clone()), Leg::Account(variants)]);
        }
    }
    legs.extend(reading.ssn.as_ref().map(|number| Leg::Ssn(ssn::index(vault, number))));
    if !legs.is_empty() {
        // Whoever has the number is the answer; the rest of what was typed only says how far to trust it.
        return legs;
    }
    let day = reading.born.and_then(Born::day);
    legs.extend(reading.last4.as_ref().zip(day).map(|(last4, day)| Leg::Last4(ssn::last4_index(vault, last4, day))));
    legs.extend(reading.phone.as_ref().map(|phone| match phone.len() {
        7 => Leg::LocalPhone(phone.clone()),
        _ => Leg::Phone(phone.clone()),
    }));
    match (&reading.name, day) {
        (Some(name), Some(day)) => {
            legs.push(Leg::BornNamed(day, spelling(name, dictionary)));
            legs.push(Leg::BornNear(Born::on(day).near(), name.clone()));
        }
        (Some(name), None) => legs.extend(of_name(name, reading.born, dictionary)),
        (None, Some(day)) if legs.is_empty() => legs.push(Leg::BornAlone(day)),
        (None, _) => {}
    }
    legs
}

fn of_name(name: &Name, born: Option<Born>, dictionary: &[String]) -> Vec<Leg> {
    if name.family.is_empty() {
        return vec![Leg::GivenBeginning(name.given.clone(), born)];
    }
    let spelling = spelling(name, dictionary);
    let mut legs = vec![Leg::Beginning(name.clone(), born)];
    if !spelling.alike.is_empty() {
        legs.push(Leg::Misspelt(spelling.clone(), born));
    }
    if name.given.len() >= SHORTEST_SOUND {
        legs.push(Leg::GivenMisspelt(name.clone(), born));
    }
    let told_apart = !name.given.is_empty() || born.is_some();
    if !spelling.sounds.is_empty() && (told_apart || name.family.len() >= SHORTEST_SOUND) {
        legs.extend([Leg::Sounds(spelling.clone(), born), Leg::SoundsAlternate(spelling, born)]);
    }
    legs
}

fn spelling(name: &Name, dictionary: &[String]) -> Spelling {
    let (primary, alternate) = names::sounds(&name.family);
    let mut sounds = vec![primary, alternate];
    sounds.retain(|sound| !sound.is_empty());
    sounds.dedup();
    let is_word_of = |key: &str| name.family.len() > 2 && key.len() > name.family.len() && key.contains(&name.family);
    let alike =
        dictionary.iter().filter(|key| names::one_typo_apart(key, &name.family) || is_word_of(key)).cloned().collect();
    Spelling { name: name.clone(), alike, sounds, given_sound: names::sounds(&name.given).0 }
}

/// Writes the legs as one union. Whoever the best one finds stands above all others; when it finds as many as it may look at, which is several lists
/// full, the lesser ones are not walked.
pub(super) fn push(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, legs: &[Leg]) {
    let mut legs: Vec<&Leg> = legs.iter().collect();
    legs.sort_by_key(|leg| Reverse(weight(leg)));
    let Some((best, others)) = legs.split_first() else {
        statement.push("with hits as (select null::uuid as patient_id, 0 as rank, 0::bigint as leg_rows where false)");
        return;
    };
    statement.push("with best as materialized (");
    push_ranked(statement, ceiling, best);
    statement.push("), hits as materialized (select * from best");
    for leg in others {
        statement.push(" union all (");
        push_ranked(statement, ceiling, leg);
        if weight(leg) < weight(best) {
            statement.push(" where (select count(*) from best) < ").push_bind(MOST_LOOKED_AT);
        }
        statement.push(")");
    }
    statement.push(")");
}

/// One leg; earlier rows of it are better ones.
fn push_ranked(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, leg: &Leg) {
    statement.push("select x.patient_id, ").push_bind(weight(leg));
    statement
        .push("::int * 1000 + x.r * 1000 - (row_number() over ())::int as rank, count(*) over () as leg_rows from (");
    push_leg(statement, ceiling, leg);
    statement.push(" limit ").push_bind(MOST_LOOKED_AT).push(") x");
}

/// Who stays when too many are found.
fn weight(leg: &Leg) -> i32 {
    match leg {
        Leg::Identifier(_) => 100,
        Leg::Ssn(_) => 99,
        Leg::Visit(_) | Leg::Account(_) | Leg::Policy(_) => 98,
        Leg::Last4(_) => 97,
        // 80 to 94 with how near the name is
        Leg::BornNamed(..) => 80,
        Leg::Phone(_) => 79,
        Leg::LocalPhone(_) => 78,
        Leg::Beginning(..) | Leg::GivenBeginning(..) | Leg::BornAlone(_) => 70,
        Leg::GivenMisspelt(..) => 65,
        Leg::Misspelt(..) => 60,
        Leg::BornNear(..) => 55,
        Leg::Sounds(..) | Leg::SoundsAlternate(..) => 50,
    }
}

/// The rows of one leg: `patient_id` and `r`, a rank among them.
fn push_leg(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, leg: &Leg) {
    match leg {
        Leg::Identifier(key) => {
            statement.push("select i.patient_id, 0 as r from patient_identifiers i");
            push_ceiling(statement, ceiling, "i", None);
            statement.push(" and i.value_key = ").push_bind(key.clone());
        }
        Leg::Policy(variants) => {
            statement.push("select c.patient_id, 0 as r from coverages c");
            push_ceiling(statement, ceiling, "c", None);
            statement.push(" and c.member_id = any(").push_bind(variants.clone()).push(")");
        }
        Leg::Visit(variants) => push_encounter(statement, ceiling, "e.visit_number", variants),
        Leg::Account(variants) => push_encounter(statement, ceiling, "e.account_number", variants),
        Leg::Ssn(index) => push_person(statement, ceiling, "p.ssn_index", index),
        Leg::Last4(index) => push_person(statement, ceiling, "p.ssn_last4_index", index),
        Leg::Phone(digits) => push_phone(statement, ceiling, "t.value_key", digits),
        Leg::LocalPhone(digits) => push_phone(statement, ceiling, "t.local_key", digits),
        Leg::BornAlone(day) => push_person(statement, ceiling, "p.birth_date", day),
        Leg::BornNamed(day, spelling) => push_born_named(statement, ceiling, *day, spelling),
        Leg::BornNear(days, name) => push_born_near(statement, ceiling, days, name),
        Leg::Beginning(name, born) => {
            push_names(statement, ceiling, *born);
            push_range(statement, "n.family_key", &name.family);
            push_range(statement, "n.given_key", &name.given);
            statement.push(" order by n.family_key, n.given_key");
        }
        Leg::GivenBeginning(given, born) => {
            push_names(statement, ceiling, *born);
            push_range(statement, "n.given_key", given);
            statement.push(" order by n.given_key, n.family_key");
        }
        Leg::Misspelt(spelling, born) => {
            push_names(statement, ceiling, *born);
            statement.push(" and n.family_key = any(").push_bind(spelling.alike.clone()).push(")");
            push_range(statement, "n.given_key", &spelling.name.given);
        }
        Leg::GivenMisspelt(name, born) => push_given_misspelt(statement, ceiling, name, *born),
        Leg::Sounds(spelling, born) => push_sounds(statement, ceiling, "n.family_sound", spelling, *born),
        Leg::SoundsAlternate(spelling, born) => {
            push_sounds(statement, ceiling, "n.family_sound_alternate", spelling, *born);
            statement.push(" and n.family_sound_alternate <> n.family_sound");
        }
    }
}

/// The part every leg shares: whose row, known to the viewer's facilities, born then. `offset 0` keeps it a look-up by id, row by row: the leg
/// then walks its index in order and stops when it has enough, however the planner guesses.
fn push_ceiling(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, of: &'static str, born: Option<Born>) {
    statement.push(" cross join lateral (select from patients p where p.patient_id = ").push(of);
    statement.push(".patient_id and p.facility_ids && ").push_bind(ceiling.facilities.clone());
    if let Some(born) = born {
        statement.push(" and p.birth_date between ").push_bind(born.from).push(" and ").push_bind(born.to);
    }
    statement.push(" offset 0) p where true");
}

fn push_names(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, born: Option<Born>) {
    statement.push("select n.patient_id, 0 as r from patient_names n");
    push_ceiling(statement, ceiling, "n", born);
}

/// `key` begins with `prefix`; nothing to say about an empty one.
fn push_range(statement: &mut QueryBuilder<Postgres>, column: &'static str, prefix: &str) {
    if !prefix.is_empty() {
        statement.push(" and ").push(column).push(" >= ").push_bind(prefix.to_owned());
        statement.push(" and ").push(column).push(" < ").push_bind(names::end_of(prefix));
    }
}

fn push_encounter(
    statement: &mut QueryBuilder<Postgres>,
    ceiling: &Ceiling,
    column: &'static str,
    variants: &[String],
) {
    statement.push("select e.patient_id, 0 as r from encounters e");
    push_ceiling(statement, ceiling, "e", None);
    statement.push(" and e.facility_id = any(").push_bind(ceiling.facilities.clone());
    statement.push(") and ").push(column).push(" = any(").push_bind(variants.to_vec()).push(")");
    // A protected visit does not answer to its number.
    statement.push(" and e.sensitivity is null");
}

fn push_person<'a, T>(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, column: &'static str, value: &'a T)
where
    T: ToOwned,
    T::Owned: for<'q> sqlx::Encode<'q, Postgres> + sqlx::Type<Postgres> + Send + 'static,
{
    statement.push("select p.patient_id, 0 as r from patients p where ").push(column).push(" = ");
    statement.push_bind(value.to_owned());
    statement.push(" and p.facility_ids && ").push_bind(ceiling.facilities.clone());
}

fn push_phone(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, column: &'static str, digits: &str) {
    statement.push("select t.patient_id, 0 as r from patient_telecoms t");
    push_ceiling(statement, ceiling, "t", None);
    statement.push(" and ").push(column).push(" = ").push_bind(digits.to_owned());
    statement.push(" and t.kind in ('phone', 'fax')");
}

/// Few people share a birthday, so it leads and the names of those few are compared every way.
fn push_born_named(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, day: NaiveDate, spelling: &Spelling) {
    let name = &spelling.name;
    statement.push("select y.patient_id, y.r from (with b as materialized (select p.patient_id from patients p where p.birth_date = ");
    statement.push_bind(day);
    statement.push(" and p.facility_ids && ").push_bind(ceiling.facilities.clone());
    statement.push(") select n.patient_id, case");
    let (family, given) = (!name.family.is_empty(), !name.given.is_empty());
    let when = |statement: &mut QueryBuilder<Postgres>, near: Near, and_given: bool, rank: i32| {
        statement.push(" when true");
        near.push(statement, spelling);
        if and_given {
            push_range(statement, "n.given_key", &name.given);
        }
        statement.push(" then ").push_bind(rank);
    };
    if family {
        when(statement, Near::Beginning, true, 14);
        when(statement, Near::Misspelt, true, 12);
        when(statement, Near::Sound, true, 11);
    }
    if family && given {
        when(statement, Near::Beginning, false, 8);
        when(statement, Near::Misspelt, false, 7);
        when(statement, Near::Sound, false, 6);
    }
    if given {
        // The surname changed, with a marriage perhaps.
        when(statement, Near::Any, true, 3);
    }
    statement.push(" end as r from b join patient_names n on n.patient_id = b.patient_id) y where y.r is not null order by y.r desc");
}

/// How near a surname has to be.
#[derive(Clone, Copy)]
enum Near {
    Beginning,
    Misspelt,
    Sound,
    Any,
}

impl Near {
    fn push(self, statement: &mut QueryBuilder<Postgres>, spelling: &Spelling) {
        match self {
            Near::Beginning => push_range(statement, "n.family_key", &spelling.name.family),
            Near::Misspelt => {
                statement.push(" and n.family_key = any(").push_bind(spelling.alike.clone()).push(")");
            }
            Near::Sound => {
                statement.push(" and (n.family_sound = any(").push_bind(spelling.sounds.clone());
                statement.push(") or n.family_sound_alternate = any(").push_bind(spelling.sounds.clone()).push("))");
            }
            Near::Any => {}
        }
    }
}

fn push_born_near(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, days: &[NaiveDate], name: &Name) {
    statement.push("select n.patient_id, 0 as r from (select p.patient_id from patients p where p.birth_date = any(");
    statement.push_bind(days.to_vec());
    statement.push(") and p.facility_ids && ").push_bind(ceiling.facilities.clone());
    statement.push(" offset 0) b join patient_names n on n.patient_id = b.patient_id where true");
    if name.given.is_empty() {
        statement.push(" and n.family_key = ").push_bind(name.family.clone());
    } else {
        push_range(statement, "n.family_key", &name.family);
        push_range(statement, "n.given_key", &name.given);
    }
}

/// The given name sounds the same, or its beginning is one letter away from what was typed: one left out, one too many, another, or two swapped.
fn push_given_misspelt(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling, name: &Name, born: Option<Born>) {
    push_names(statement, ceiling, born);
    statement.push(" and n.family_key = ").push_bind(name.family.clone());
    // Hardly anybody slips on the first letter.
    push_range(statement, "n.given_key", &name.given[..1]);
    let deletions: Vec<String> = names::typo_keys(&name.given).into_iter().collect();
    let length = i32::try_from(name.given.len()).unwrap_or(i32::MAX - 1);
    statement.push(" and (n.given_sound = ").push_bind(names::sounds(&name.given).0);
    statement.push(" or left(n.given_key, ").push_bind(length - 1).push(") = any(").push_bind(deletions.clone());
    statement.push(") or exists (select from generate_series(1, ").push_bind(length + 1);
    statement.push(") i where overlay(left(n.given_key, ").push_bind(length);
    statement.push(") placing '' from i for 1) = any(").push_bind(deletions);
    statement.push(") or overlay(left(n.given_key, ").push_bind(length + 1);
    statement.push(") placing '' from i for 1) = ").push_bind(name.given.clone()).push("))");
}

fn push_sounds(
    statement: &mut QueryBuilder<Postgres>,
    ceiling: &Ceiling,
    column: &'static str,
    spelling: &Spelling,
    born: Option<Born>,
) {
    push_names(statement, ceiling, born);
    statement.push(" and ").push(column).push(" = any(").push_bind(spelling.sounds.clone()).push(")");
    match (spelling.name.given.as_str(), spelling.given_sound.as_str()) {
        (given, "") => push_range(statement, "n.given_key", given),
        (_, sound) => push_range(statement, "n.given_sound", sound),
    }
}
