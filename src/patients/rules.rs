//! Which numbers and dates can be true at all: Social Security numbers, provider and Medicare numbers, birth dates (handbook 1.1 and 1.2).

use chrono::{Datelike as _, Days, NaiveDate};

/// The oldest age taken without a second look (the Medicare Code Editor's range is 0 to 124).
pub const OLDEST_AGE: i32 = 124;

/// Social Security numbers printed in wallets and advertisements, and the one everybody types.
const ADVERTISED: [&str; 3] = ["078051120", "219099999", "123456789"];

/// A Social Security number that was really issued, as far as its digits can tell. Prints nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Ssn([u8; 9]);

impl std::fmt::Debug for Ssn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ssn(hidden)")
    }
}

impl Ssn {
    /// Reads nine digits, with or without dashes and spaces. `None` for what was never issued: those count as missing, not as a difference
    /// (handbook 1.1).
    pub fn parse(text: &str) -> Option<Self> {
        if text.chars().any(|c| !(c.is_ascii_digit() || c == '-' || c == ' ')) {
            return None;
        }
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let bytes: [u8; 9] = digits.as_bytes().try_into().ok()?;
        let (area, group, serial) = (&digits[..3], &digits[3..5], &digits[5..]);
        let never_issued = matches!(area, "000" | "666")
            // 900 to 999 may be a taxpayer number (ITIN), which is another type of identifier.
            || area.starts_with('9')
            || group == "00"
            || serial == "0000"
            || bytes.iter().all(|digit| *digit == bytes[0])
            || ADVERTISED.contains(&digits.as_str());
        (!never_issued).then_some(Self(bytes))
    }

    /// All nine digits: for sealing and indexing, never for a page.
    pub fn expose(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_else(|_| unreachable!("digits"))
    }

    pub fn last4(&self) -> &str {
        &self.expose()[5..]
    }
}

/// A provider number (NPI): ten digits whose check digit fits once 80840 is put in front (45 CFR 162.406).
pub fn npi_is_valid(text: &str) -> bool {
    if text.len() != 10 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = format!("80840{text}")
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (u32::from(digit - b'0'), place % 2) {
            (digit, 0) => digit,
            (digit, _) => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A Medicare beneficiary number (MBI): eleven places C A AN N A AN N A A N N, no S L O I B Z, first digit not 0.
pub fn mbi_is_valid(text: &str) -> bool {
    let key = super::names::identifier_key(text);
    let letter = |c: char| c.is_ascii_uppercase() && !"SLOIBZ".contains(c);
    key.chars().count() == 11
        && key.chars().zip("CAXNAXNAANN".chars()).all(|(c, place)| match place {
            'C' => matches!(c, '1'..='9'),
            'N' => c.is_ascii_digit(),
            'A' => letter(c),
            _ => c.is_ascii_digit() || letter(c),
        })
}

/// Why a birth date can't be kept without an override.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BirthDateProblem {
    Future,
    TooOld,
}

/// Whether somebody could be born on that day and still be registered today.
pub fn birth_date_problem(born: NaiveDate, today: NaiveDate) -> Option<BirthDateProblem> {
    // A child of the day can be registered from a place whose day has begun already.
    if born > today.checked_add_days(Days::new(1)).unwrap_or(today) {
        return Some(BirthDateProblem::Future);
    }
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    let age = today.year() - born.year() - i32::from(!had_birthday);
    (age > OLDEST_AGE).then_some(BirthDateProblem::TooOld)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handbook_1_1_ssn_rejects_count_as_missing() {
        for text in [
            "000-12-3456",
            "666-12-3456",
            "900-12-3456",
            "999-12-3456",
            "123-00-4567",
            "123-45-0000",
            "111111111",
            "222-22-2222",
            "123456789",
            "078051120",
            "078-05-1120",
            "219099999",
            "12345678",
            "1234567890",
            "12345678a",
            "",
        ] {
            assert_eq!(Ssn::parse(text), None, "{text}");
        }
        for text in ["219-09-4419", "219094419", "899-12-3456", "665123456", "001 01 0001"] {
            assert!(Ssn::parse(text).is_some(), "{text}");
        }
        let ssn = Ssn::parse("219-09-4419").unwrap();
        assert_eq!((ssn.expose(), ssn.last4()), ("219094419", "4419"));
        assert_eq!(format!("{ssn:?}"), "Ssn(hidden)");
    }

    #[test]
    fn handbook_1_1_npi_check_digit() {
        assert!(npi_is_valid("1234567893"));
        for wrong in ["1234567890", "1234567983", "123456789", "12345678930", "123456789x", ""] {
            assert!(!npi_is_valid(wrong), "{wrong}");
        }
    }

    #[test]
    fn handbook_1_1_mbi_format() {
        for right in ["1EG4-TE5-MK73", "1eg4te5mk73", "1EG4TE5MK72"] {
            assert!(mbi_is_valid(right), "{right}");
        }
        for wrong in [
            "0EG4TE5MK73",
            "1SG4TE5MK73",
            "1EG4TE5MK7",
            "1EG4TE5MK733",
            "1EO4TE5MK73",
            "11G4TE5MK73",
            "1EG4TE5M173",
            "",
        ] {
            assert!(!mbi_is_valid(wrong), "{wrong}");
        }
    }

    #[test]
    fn handbook_1_2_birth_dates_future_or_above_124_need_an_override() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2026-11-22");
        assert_eq!(birth_date_problem(day("2026-11-22"), today), None);
        assert_eq!(birth_date_problem(day("2026-11-24"), today), Some(BirthDateProblem::Future));
        assert_eq!(birth_date_problem(day("1901-11-23"), today), None);
        assert_eq!(birth_date_problem(day("1901-11-22"), today), Some(BirthDateProblem::TooOld));
    }
}
