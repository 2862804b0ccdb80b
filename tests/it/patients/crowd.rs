//! Many invented people, written the fast way by the owner of the tables, with the keys the program itself makes.

use chrono::{Days, NaiveDate};
use custodian::base::id::PatientId;
use custodian::patients::names::{NameKeys, dictionary_keys, phone_key};
use custodian::patients::rules::Ssn;
use custodian::patients::ssn;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;
use uuid::Uuid;

use crate::support::app::App;

const ONSETS: [&str; 24] = [
    "b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "sch", "st", "t", "th",
    "v", "w", "z",
];
const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "ai", "ee", "ou"];
const ENDS: [&str; 10] = ["n", "son", "er", "ski", "ez", "berg", "ton", "ley", "man", "s"];
const GIVEN: [&str; 20] = [
    "John",
    "Mary",
    "Robert",
    "Patricia",
    "Jennifer",
    "Michael",
    "Linda",
    "David",
    "Elizabeth",
    "William",
    "Barbara",
    "Richard",
    "Susan",
    "Joseph",
    "Jessica",
    "Thomas",
    "Sarah",
    "Christopher",
    "Karen",
    "Nancy",
];

/// One of the crowd, as a searcher may know them.
#[derive(Clone)]
pub struct Known {
    pub family: String,
    pub given: String,
    pub born: NaiveDate,
    pub mrn: String,
    pub visit: String,
    pub phone: String,
    pub ssn: String,
}

/// Surnames as in a census: few are common, most are rare.
fn surname(random: &mut ChaCha8Rng) -> String {
    let rank = random.random::<f64>().powi(3);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number below 46080")]
    let mut number = (rank * 46_080.0) as usize;
    let mut take = |list: &[&'static str]| {
        let at = number % list.len();
        number /= list.len();
        list[at]
    };
    let (first, vowel, second, end) = (take(&ONSETS), take(&VOWELS), take(&ONSETS), take(&ENDS));
    let text = format!("{first}{vowel}{second}{end}");
    format!("{}{}", text[..1].to_uppercase(), &text[1..])
}

/// Adds `count` people to the main hospital.
pub async fn crowd(app: &App, count: usize) -> Vec<Known> {
    let mut random = ChaCha8Rng::seed_from_u64(count as u64);
    let first = NaiveDate::from_ymd_opt(1930, 1, 1).unwrap();
    let mut known = Vec::with_capacity(count);
    for at in 0..count {
        known.push(Known {
            family: surname(&mut random),
            given: GIVEN[random.random_range(0..GIVEN.len())].to_owned(),
            born: first + Days::new(random.random_range(0..35_000)),
            mrn: format!("{:04}-{:05}", at / 100_000, at % 100_000),
            visit: format!("V{at:08}"),
            phone: format!(
                "({:03}) {:03}-{:04}",
                random.random_range(201..989),
                random.random_range(200..999),
                random.random_range(0..9999)
            ),
            ssn: format!(
                "{:03}{:02}{:04}",
                random.random_range(1..665),
                random.random_range(1..99),
                random.random_range(1..9999)
            ),
        });
    }
    for part in known.chunks(5_000) {
        write(app, part).await;
    }
    let mut owner = app.owner().await;
    for table in [
        "patients",
        "patient_names",
        "surname_deletions",
        "patient_identifiers",
        "patient_telecoms",
        "encounters",
        "coverages",
    ] {
        sqlx::raw_sql(AssertSqlSafe(format!("analyze {table}"))).execute(&mut owner).await.unwrap();
    }
    known
}

async fn write(app: &App, people: &[Known]) {
    let mut owner = app.owner().await;
    let vault = &app.state.vault;
    let ids: Vec<Uuid> = people.iter().map(|_| PatientId::new().0).collect();
    let keys: Vec<NameKeys> = people.iter().map(|person| NameKeys::of(&person.family, &person.given)).collect();
    let texts = |of: fn(&NameKeys) -> &String| keys.iter().map(|key| of(key).clone()).collect::<Vec<String>>();
    let ssns: Vec<Option<Ssn>> = people.iter().map(|person| Ssn::parse(&person.ssn)).collect();
    sqlx::query(
        "insert into patients (patient_id, original_patient_id, facility_id, facility_ids, sex, birth_date, ssn_index, ssn_last4_index, created_at, changed_at)
        select id, id, $2, array[$2], 'female', born, whole, last4, $3, $3 from unnest($1::uuid[], $4::date[], $5::bytea[], $6::bytea[]) as u(id, born, whole, last4)",
    )
    .bind(&ids)
    .bind(app.facility)
    .bind(app.now())
    .bind(people.iter().map(|person| person.born).collect::<Vec<_>>())
    .bind(ssns.iter().map(|number| number.as_ref().map(|number| ssn::index(vault, number))).collect::<Vec<_>>())
    .bind(
        ssns.iter()
            .zip(people)
            .map(|(number, person)| number.as_ref().map(|number| ssn::last4_index(vault, number.last4(), person.born)))
            .collect::<Vec<_>>(),
    )
    .execute(&mut owner)
    .await
    .unwrap();
    sqlx::query(
        "insert into patient_names (name_id, patient_id, original_patient_id, use, family, given, family_key, given_key, family_sound, family_sound_alternate, given_sound)
        select gen_random_uuid(), id, id, 'official', f, g, fk, gk, fs, fa, gs
        from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) as u(id, f, g, fk, gk, fs, fa, gs)",
    )
    .bind(&ids)
    .bind(people.iter().map(|person| person.family.clone()).collect::<Vec<_>>())
    .bind(people.iter().map(|person| person.given.clone()).collect::<Vec<_>>())
    .bind(texts(|key| &key.family_key))
    .bind(texts(|key| &key.given_key))
    .bind(texts(|key| &key.family_sound))
    .bind(texts(|key| &key.family_sound_alternate))
    .bind(texts(|key| &key.given_sound))
    .execute(&mut owner)
    .await
    .unwrap();
    let surnames: BTreeSet<&str> = people.iter().map(|person| person.family.as_str()).collect();
    let entries: Vec<(String, String)> = surnames
        .iter()
        .flat_map(|family| {
            dictionary_keys(family).into_iter().map(|entry| (entry, NameKeys::of(family, "").family_key))
        })
        .collect();
    let (deletions, families): (Vec<String>, Vec<String>) = entries.into_iter().unzip();
    sqlx::query("insert into surname_deletions select * from unnest($1::text[], $2::text[]) on conflict do nothing")
        .bind(deletions)
        .bind(families)
        .execute(&mut owner)
        .await
        .unwrap();
    sqlx::query(
        "insert into patient_identifiers (identifier_id, patient_id, original_patient_id, type, authority, value, value_key)
        select gen_random_uuid(), id, id, 'MR', 'urn:test:main', m, replace(m, '-', '') from unnest($1::uuid[], $2::text[]) as u(id, m)",
    )
    .bind(&ids)
    .bind(people.iter().map(|person| person.mrn.clone()).collect::<Vec<_>>())
    .execute(&mut owner)
    .await
    .unwrap();
    sqlx::query(
        "insert into patient_telecoms (telecom_id, patient_id, original_patient_id, kind, value, value_key)
        select gen_random_uuid(), id, id, 'phone', v, k from unnest($1::uuid[], $2::text[], $3::text[]) as u(id, v, k)",
    )
    .bind(&ids)
    .bind(people.iter().map(|person| person.phone.clone()).collect::<Vec<_>>())
    .bind(people.iter().map(|person| phone_key(&person.phone)).collect::<Vec<_>>())
    .execute(&mut owner)
    .await
    .unwrap();
    sqlx::query(
        "insert into encounters (encounter_id, patient_id, original_patient_id, facility_id, visit_number, account_number, class, status, started_at, created_at, changed_at)
        select gen_random_uuid(), id, id, $3, v, 'A' || v, 'ambulatory', 'finished', $4, $4, $4 from unnest($1::uuid[], $2::text[]) as u(id, v)",
    )
    .bind(&ids)
    .bind(people.iter().map(|person| person.visit.clone()).collect::<Vec<_>>())
    .bind(app.facility)
    .bind(app.now())
    .execute(&mut owner)
    .await
    .unwrap();
}
