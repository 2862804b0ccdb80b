//! What patients signed when they came, and what others asked the records department for: consents on file, chart requests, and what the
//! patients themselves asked to have changed.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use uuid::Uuid;

use super::amendments::{Amendment, amendment};
use super::dice::Dice;
use super::people::Person;
use super::stays;

/// A consent on file.
pub struct Consent {
    pub id: Uuid,
    pub kind: &'static str,
    pub decision: &'static str,
    pub scope: &'static str,
    pub signed_on: NaiveDate,
    pub witness: Option<&'static str>,
    /// The day, and why.
    pub revoked: Option<(NaiveDate, &'static str)>,
}

/// A chart request and what became of it.
pub struct Request {
    pub id: Uuid,
    pub role: &'static str,
    pub purpose: &'static str,
    pub wanted: &'static str,
    pub asked_at: DateTime<Utc>,
    pub needed_by: DateTime<Utc>,
    /// When the clerk took it, with the id of the step and of the clerk's task.
    pub accepted: Option<(Uuid, DateTime<Utc>, Uuid)>,
    /// How it ended: step, kind, when, note.
    pub ended: Option<(Uuid, &'static str, DateTime<Utc>, &'static str)>,
}

#[derive(Default)]
pub struct Asked {
    pub consents: Vec<Consent>,
    pub requests: Vec<Request>,
    pub amendments: Vec<Amendment>,
}

const WANTED: &[(&str, &str, &str)] = &[
    ("coder", "HPAYMT", "Operative report and pathology of the last stay"),
    ("coder", "HPAYMT", "Outside records that came by fax: is the condition old?"),
    ("billing", "HPAYMT", "Discharge summary for the payer's question"),
    ("physician", "TREAT", "Earlier cardiology letters before the visit"),
    ("physician", "TREAT", "Paper chart from before the conversion"),
    ("cdi", "HPAYMT", "Earlier stay for the query about kidney function"),
    ("completion", "HOPERAT", "Original of the consent form: the scan is unreadable"),
    ("release", "PATRQT", "Films on disc for a copy the patient asked for"),
    ("registrar", "HOPERAT", "Proof of identity that was copied at the first visit"),
];

/// What one person signed, and what was asked about them.
pub fn asked(seed: u64, person: &Person, now: DateTime<Utc>) -> Asked {
    let dice = &mut Dice::new(seed, "asked", person.index);
    let requests =
        if person.restricted.is_none() && dice.chance(6) { vec![request(person, dice, now)] } else { Vec::new() };
    let consents = consents(person, dice, now);
    Asked { consents, requests, amendments: amendment(person, dice, now).into_iter().collect() }
}

fn consents(person: &Person, dice: &mut Dice, now: DateTime<Utc>) -> Vec<Consent> {
    const WITNESSES: &[&str] = &["Dana Whitcombe", "Rosalind Okafor", "Night registrar"];
    let first = stays::day_of(person.created_at);
    let today = stays::day_of(now);
    let mut file = Vec::new();
    let mut sign = |dice: &mut Dice, kind, decision, scope, signed_on: NaiveDate, revoked| {
        let witness = dice.chance(30).then(|| *dice.pick(WITNESSES));
        file.push(Consent {
            id: dice.id(person.index),
            kind,
            decision,
            scope,
            signed_on: signed_on.min(today),
            witness,
            revoked,
        });
    };
    if dice.chance(94) {
        sign(dice, "general", "given", "Treatment, payment and teaching", first, None);
    }
    match dice.between(1, 100) {
        1..=86 => sign(dice, "privacy-notice", "given", "Notice of 2025", first, None),
        87..=92 => sign(dice, "privacy-notice", "refused", "Handed out at the desk", first, None),
        _ => {}
    }
    match dice.between(1, 100) {
        1..=45 => sign(dice, "exchange", "given", "Tamarack Valley exchange", first, None),
        46..=53 => sign(dice, "exchange", "refused", "Tamarack Valley exchange", first, None),
        _ => {}
    }
    let old = (today - person.born).num_days() / 365;
    if old >= 18 && dice.chance(if old >= 60 { 35 } else { 4 }) {
        let scope = *dice.pick(&["Living will", "Health care proxy: spouse", "Living will and health care proxy"]);
        let revoked = dice.chance(6).then_some((today, "Patient said at the bedside that it no longer holds"));
        sign(dice, "advance-directive", "given", scope, first, revoked);
    }
    file
}

fn request(person: &Person, dice: &mut Dice, now: DateTime<Utc>) -> Request {
    let (role, purpose, wanted) = *dice.pick(WANTED);
    let asked_at = (now - Duration::minutes(dice.between(20, 60 * 40))).max(person.created_at).min(now);
    let needed_by = asked_at + Duration::hours(*dice.pick(&[4, 24, 24, 72, 168]));
    let (id, accept, task, end) =
        (dice.id(person.index), dice.id(person.index), dice.id(person.index), dice.id(person.index));
    let later = |dice: &mut Dice, from: DateTime<Utc>| (from + Duration::minutes(dice.between(5, 200))).min(now);
    let fate = dice.between(1, 100);
    let accepted = (fate > 55).then(|| (accept, later(dice, asked_at), task));
    let ended = match (fate, accepted) {
        (81.., Some((_, at, _))) => {
            let note = *dice.pick(&[
                "Scanned and opened for you",
                "Sent to the unit in a sealed envelope",
                "Shown at the desk",
            ]);
            Some((end, "delivered", later(dice, at), note))
        }
        (76..=80, Some((_, at, _))) => {
            Some((end, "declined", later(dice, at), "Another hospital holds this; ask them"))
        }
        _ => None,
    };
    Request { id, role, purpose, wanted, asked_at, needed_by, accepted, ended }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::people::street;
    use super::super::world;
    use super::*;

    #[test]
    fn there_is_something_of_every_kind_and_nothing_before_its_time() {
        let now: DateTime<Utc> = "2026-11-22T15:20:00Z".parse().unwrap();
        let (mut kinds, mut roles, mut fates) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for person in (0..20).flat_map(|number| street(5, number, now)) {
            let told = asked(5, &person, now);
            for consent in &told.consents {
                kinds.insert((consent.kind, consent.decision));
                assert!(consent.signed_on <= stays::day_of(now));
            }
            for request in &told.requests {
                assert!(request.asked_at <= now && world::STAFF.iter().any(|staff| staff.role == request.role));
                if let Some((_, at, _)) = request.accepted {
                    assert!(at >= request.asked_at && at <= now);
                    assert!(
                        request.ended.is_none_or(|(_, _, ended, note)| ended >= at && ended <= now && note.len() >= 3)
                    );
                }
                roles.insert(request.role);
                fates.insert((request.accepted.is_some(), request.ended.map(|(_, kind, ..)| kind)));
            }
        }
        assert_eq!(kinds.len(), 6, "{kinds:?}");
        assert!(roles.len() >= 5 && fates.len() >= 3, "{roles:?} {fates:?}");
    }
}
