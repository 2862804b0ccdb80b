//! What two identifiers are, and when a paper is late (DOC-14, DOC-17). Pure.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use super::model::Identifiers;
use crate::patients::query::dates;

/// Loose paper is in its chart within a day of its receipt (DOC-17).
pub fn is_late(received: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - received > Duration::hours(24)
}

/// What was typed from the paper.
#[derive(Clone, Copy, Default)]
pub struct Typed<'a> {
    pub mrn: &'a str,
    pub family: &'a str,
    pub given: &'a str,
    pub birth_date: &'a str,
}

/// Which field is to be mended, and how.
pub type Problem = (&'static str, String);

/// Two identifiers, one of them the birth date; a record number goes before a name.
pub fn two_identifiers(typed: Typed<'_>, today: NaiveDate) -> Result<(Identifiers, NaiveDate), Vec<Problem>> {
    let mut problems = Vec::new();
    let which = match (typed.mrn.trim(), typed.family.trim(), typed.given.trim()) {
        ("", "", _) => {
            problems.push(("mrn", "Enter the MRN, or family and given name".into()));
            None
        }
        ("", _, "") => {
            problems.push(("given", "Enter the given name as well".into()));
            None
        }
        ("", _, _) => Some(Identifiers::NameAndBirthDate),
        _ => Some(Identifiers::MrnAndBirthDate),
    };
    let day = match typed.birth_date.trim() {
        "" => {
            problems.push(("birth_date", "Enter the birth date on the paper".into()));
            None
        }
        text => match dates::read_field(text, today).map(|born| born.day()) {
            Ok(Some(day)) => Some(day),
            Ok(None) => {
                problems.push(("birth_date", "Enter the whole birth date".into()));
                None
            }
            Err(words) => {
                problems.push(("birth_date", words));
                None
            }
        },
    };
    match (which, day) {
        (Some(which), Some(day)) => Ok((which, day)),
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed<'a>(mrn: &'a str, family: &'a str, given: &'a str, birth_date: &'a str) -> Typed<'a> {
        Typed { mrn, family, given, birth_date }
    }

    #[test]
    fn doc_14_two_identifiers_or_none() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        let born = NaiveDate::from_ymd_opt(1957, 4, 3).unwrap();
        let read = |typed| two_identifiers(typed, today);
        assert_eq!(read(typed("0048-1129", "", "", "3-Apr-1957")), Ok((Identifiers::MrnAndBirthDate, born)));
        assert_eq!(read(typed("", "Lee", "Ann", "4/3/1957")), Ok((Identifiers::NameAndBirthDate, born)));
        for (lacking, field) in [
            (typed("0048-1129", "", "", ""), "birth_date"),
            (typed("", "", "", "4/3/1957"), "mrn"),
            (typed("", "Lee", "", "4/3/1957"), "given"),
            (typed("0048-1129", "", "", "1957"), "birth_date"),
            (typed("0048-1129", "", "", "yesterday"), "birth_date"),
        ] {
            assert_eq!(read(lacking).unwrap_err()[0].0, field);
        }
        assert_eq!(read(Typed::default()).unwrap_err().len(), 2, "both are asked for at once");
    }

    #[test]
    fn doc_17_paper_is_late_after_a_day() {
        let received: DateTime<Utc> = "2026-11-24T15:00:00Z".parse().unwrap();
        assert!(!is_late(received, received + Duration::hours(24)));
        assert!(is_late(received, received + Duration::hours(24) + Duration::seconds(1)));
    }
}
