//! When a consent is in force, and which dates make sense.

use chrono::NaiveDate;

use super::model::{Consent, Kind};

/// How a consent stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    InForce,
    Expired,
    Revoked,
    /// A later decision of its kind has taken its place.
    Superseded,
}

/// How each of these stands, in their order: the newest of a kind first. A second directive does not end the first.
pub fn standings(newest_first: &[Consent], today: NaiveDate) -> Vec<Standing> {
    let mut decided: Vec<&str> = Vec::new();
    newest_first
        .iter()
        .map(|consent| match () {
            () if consent.revoked_on.is_some_and(|day| day <= today) => Standing::Revoked,
            () if consent.expires_on.is_some_and(|day| day < today) => Standing::Expired,
            () if decided.contains(&consent.kind.as_str()) => Standing::Superseded,
            () => {
                if consent.kind != Kind::AdvanceDirective.word() {
                    decided.push(&consent.kind);
                }
                Standing::InForce
            }
        })
        .collect()
}

/// What is wrong with the days of a new consent: of signing, and of the end.
pub fn days(
    signed: Option<NaiveDate>,
    ends: Option<NaiveDate>,
    born: Option<NaiveDate>,
    today: NaiveDate,
) -> [Option<&'static str>; 2] {
    let Some(signed) = signed else { return [Some("Enter the day it was signed, such as 14-Nov-2026"), None] };
    [
        match () {
            () if signed > today => Some("It can't be signed after today"),
            () if born.is_some_and(|born| signed < born) => Some("That is before the patient was born"),
            () => None,
        },
        ends.filter(|ends| *ends < signed).map(|_| "It can't end before it is signed"),
    ]
}

/// What is wrong with the day of a revocation.
pub fn revoked(on: Option<NaiveDate>, signed: NaiveDate, today: NaiveDate) -> Option<&'static str> {
    match on {
        None => Some("Enter the day it was revoked, such as 14-Nov-2026"),
        Some(day) if day > today => Some("It can't be revoked after today"),
        Some(day) if day < signed => Some("It can't be revoked before it was signed"),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn consent(kind: Kind, signed: &str, ends: Option<&str>, revoked: Option<&str>) -> Consent {
        Consent {
            consent: uuid::Uuid::nil(),
            kind: kind.word().into(),
            decision: "given".into(),
            scope: String::new(),
            signed_on: on(signed),
            expires_on: ends.map(on),
            witness: None,
            document: None,
            recorded_by: None,
            recorded_at: "2026-11-23T15:00:00Z".parse().unwrap(),
            revoked_on: revoked.map(on),
            revocation_reason: None,
            revoked_by: None,
        }
    }

    #[test]
    fn the_latest_of_a_kind_counts_and_every_directive_does() {
        let file = [
            consent(Kind::AdvanceDirective, "2026-05-01", None, None),
            consent(Kind::Exchange, "2026-04-01", None, Some("2026-06-01")),
            consent(Kind::Exchange, "2025-04-01", None, None),
            consent(Kind::Exchange, "2024-04-01", None, None),
            consent(Kind::General, "2024-04-01", Some("2025-04-01"), None),
            consent(Kind::AdvanceDirective, "2020-05-01", None, None),
        ];
        use Standing::{Expired, InForce, Revoked, Superseded};
        assert_eq!(standings(&file, on("2026-11-23")), [InForce, Revoked, InForce, Superseded, Expired, InForce]);
        // The day before it was revoked, and the last day of a term.
        assert_eq!(standings(&file, on("2026-05-31"))[1], InForce);
        assert_eq!(standings(&file, on("2025-04-01"))[4], InForce);
    }

    #[test]
    fn days_make_sense() {
        let today = on("2026-11-23");
        let born = Some(on("1957-04-03"));
        assert_eq!(days(Some(today), None, born, today), [None, None]);
        assert!(days(None, None, born, today)[0].is_some());
        assert!(days(Some(on("2026-11-24")), None, born, today)[0].is_some());
        assert!(days(Some(on("1957-04-02")), None, born, today)[0].is_some());
        assert!(days(Some(today), Some(on("2026-11-22")), born, today)[1].is_some());
        assert_eq!(revoked(Some(today), today, today), None);
        for wrong in [None, Some(on("2026-11-24")), Some(on("2026-11-22"))] {
            assert!(revoked(wrong, today, today).is_some());
        }
    }
}
