//! Birth dates in the orders people write them: `3/4/57`, `03-Apr-1957`, `1957-04-03`, `19570403`, `April 3, 1957`, `4/1957`, `1957`.
//!
//! Month before day, as the country writes it, unless only the other order makes a date. A year of two digits is the latest such year that is
//! not in the future: nobody is born tomorrow.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use crate::web::format;

/// Nobody alive was born before, and a number before it is rather part of a record number.
const EARLIEST_YEAR: i32 = 1880;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A day of birth, or a month or a year when no more was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Born {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Born {
    pub fn on(day: NaiveDate) -> Self {
        Self { from: day, to: day }
    }

    /// The day, when it is one.
    pub fn day(self) -> Option<NaiveDate> {
        (self.from == self.to).then_some(self.from)
    }

    pub fn covers(self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// The days one slip away: day and month swapped, a day, month, year or decade off.
    pub fn near(self) -> Vec<NaiveDate> {
        let Some(day) = self.day() else { return Vec::new() };
        let swapped = NaiveDate::from_ymd_opt(day.year(), day.day(), day.month());
        let year = |by: i32| NaiveDate::from_ymd_opt(day.year() + by, day.month(), day.day());
        let mut near: Vec<NaiveDate> = [
            swapped,
            day.checked_add_days(Days::new(1)),
            day.checked_sub_days(Days::new(1)),
            day.checked_add_months(Months::new(1)),
            day.checked_sub_months(Months::new(1)),
            year(1),
            year(-1),
            year(10),
            year(-10),
        ]
        .into_iter()
        .flatten()
        .filter(|other| *other != day)
        .collect();
        near.sort_unstable();
        near.dedup();
        near
    }

    /// As it was read, so that the person can see it: `03-Apr-1957`, `Apr-1957`, `1957`.
    pub fn words(self) -> String {
        match self.day() {
            Some(day) => format::date(day),
            None if self.from.month() == self.to.month() => self.from.format("%b-%Y").to_string(),
            None => self.from.format("%Y").to_string(),
        }
    }

    fn month(year: i32, month: u32) -> Option<Self> {
        let from = NaiveDate::from_ymd_opt(year, month, 1)?;
        Some(Self { from, to: from.checked_add_months(Months::new(1))?.pred_opt()? })
    }

    fn year(year: i32) -> Option<Self> {
        Some(Self { from: NaiveDate::from_ymd_opt(year, 1, 1)?, to: NaiveDate::from_ymd_opt(year, 12, 31)? })
    }
}

/// What a text shaped like a date came to: a date, or words that say what was read.
pub type Reading = Result<Born, String>;

/// Reads a text that may be a date; `None` when it is not shaped like one.
pub fn read(text: &str, today: NaiveDate) -> Option<Reading> {
    let groups = groups(text)?;
    let numbers: Vec<&str> = groups.iter().map(String::as_str).collect();
    let lengths: Vec<usize> = numbers.iter().map(|group| group.len()).collect();
    match (numbers.as_slice(), lengths.as_slice()) {
        (&[one, two, year], &[1 | 2, 1 | 2, 2 | 4]) if all_digits(&numbers) => {
            Some(month_first(text, one, two, year, today))
        }
        (&[year, month, day], &[4, 1 | 2, 1 | 2]) if all_digits(&numbers) => {
            // A record number may be shaped like a date of the Middle Ages.
            (number(year) >= EARLIEST_YEAR).then(|| of_parts(text, number(year), number(month), number(day), today))
        }
        (&[day, month, year], &[1..=4, _, 2 | 4]) if is_digits(year) && named_month(month).is_some() => {
            named(text, day, month, year, today)
        }
        (&[month, day, year], &[_, 1..=4, 2 | 4]) if is_digits(year) && named_month(month).is_some() => {
            named(text, day, month, year, today)
        }
        (&[digits], &[8]) if is_digits(digits) => eight(digits, today).map(Ok),
        _ => None,
    }
}

/// Reads the date of birth field, where a year, a month with its year and six digits are dates too.
pub fn read_field(text: &str, today: NaiveDate) -> Reading {
    let text = text.trim();
    if let Some(reading) = read(text, today) {
        return reading;
    }
    let groups = groups(text).unwrap_or_default();
    let partial = match groups.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [year] if year.len() == 4 && is_digits(year) => year_of(year, today).and_then(Born::year),
        [month, year] if year.len() == 4 && is_digits(year) && is_digits(month) && month.len() <= 2 => {
            year_of(year, today).and_then(|year| Born::month(year, number(month).unsigned_abs()))
        }
        [month, year] if year.len() == 4 && is_digits(year) => year_of(year, today)
            .zip(named_month(month))
            .and_then(|(year, month)| Born::month(year, month.unsigned_abs())),
        [digits] if digits.len() == 6 && is_digits(digits) => {
            return month_first(text, &digits[..2], &digits[2..4], &digits[4..], today);
        }
        _ => None,
    };
    partial.filter(|born| born.from <= today).ok_or_else(|| {
        format!("“{}” is not read as a date. Write it like 7/22/1968, 22-Jul-1968 or 1968-07-22.", shorten(text))
    })
}

/// Reads a year beside a name ("smith 1957").
pub fn read_year(text: &str, today: NaiveDate) -> Option<Born> {
    (text.len() == 4 && is_digits(text)).then(|| year_of(text, today).and_then(Born::year)).flatten()
}

/// The runs of digits and letters of a text, or `None` when something else than date signs parts them.
fn groups(text: &str) -> Option<Vec<String>> {
    let mut groups: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in text.chars() {
        let starts = !last.is_ascii_alphanumeric() || last.is_ascii_digit() != c.is_ascii_digit();
        match c {
            c if c.is_ascii_alphanumeric() && starts => groups.push(c.to_ascii_lowercase().into()),
            c if c.is_ascii_alphanumeric() => groups.last_mut()?.push(c.to_ascii_lowercase()),
            '/' | '-' | '.' | ' ' | ',' | '\'' => {}
            _ => return None,
        }
        last = c;
    }
    // "3rd", "22nd"
    groups.retain(|group| !matches!(group.as_str(), "st" | "nd" | "rd" | "th"));
    Some(groups)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn all_digits(groups: &[&str]) -> bool {
    groups.iter().all(|group| is_digits(group))
}

/// At most eight digits, so it always fits.
fn number(digits: &str) -> i32 {
    digits.parse().unwrap_or(0)
}

fn named_month(word: &str) -> Option<i32> {
    if word.len() < 3 {
        return None;
    }
    let word = if word == "sept" { "sep" } else { word };
    MONTHS.iter().position(|month| month.starts_with(word)).and_then(|at| i32::try_from(at + 1).ok())
}

fn named(text: &str, day: &str, month: &str, year: &str, today: NaiveDate) -> Option<Reading> {
    (is_digits(day) && day.len() <= 2)
        .then(|| of_parts(text, century(year, today), named_month(month).unwrap_or(0), number(day), today))
}

fn month_first(text: &str, one: &str, two: &str, year: &str, today: NaiveDate) -> Reading {
    let year = if year.len() == 4 { number(year) } else { century_for(number(year), number(one), number(two), today) };
    let (one, two) = (number(one), number(two));
    // 22/7/1968 can only be the twenty-second of July.
    if one > 12 && two <= 12 { of_parts(text, year, two, one, today) } else { of_parts(text, year, one, two, today) }
}

fn eight(digits: &str, today: NaiveDate) -> Option<Born> {
    let plausible = |year: &str, month: &str, day: &str| {
        day_of(number(year), number(month), number(day)).filter(|day| day.year() >= EARLIEST_YEAR && *day <= today)
    };
    plausible(&digits[..4], &digits[4..6], &digits[6..])
        .or_else(|| plausible(&digits[4..], &digits[..2], &digits[2..4]))
        .map(Born::on)
}

fn day_of(year: i32, month: i32, day: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

fn year_of(digits: &str, today: NaiveDate) -> Option<i32> {
    Some(number(digits)).filter(|year| (EARLIEST_YEAR..=today.year()).contains(year))
}

/// The year meant by two or four digits.
fn century(digits: &str, today: NaiveDate) -> i32 {
    match number(digits) {
        year if digits.len() == 4 => year,
        year => latest(year, today, |_| true),
    }
}

/// The year meant by two digits, knowing the day: 11/30/26 on 22-Nov-2026 is 1926.
fn century_for(year: i32, one: i32, two: i32, today: NaiveDate) -> i32 {
    latest(year, today, |full| day_of(full, one, two).or_else(|| day_of(full, two, one)).is_none_or(|day| day <= today))
}

fn latest(year: i32, today: NaiveDate, fits: impl Fn(i32) -> bool) -> i32 {
    let this_century = today.year() - today.year() % 100 + year;
    if this_century <= today.year() && fits(this_century) { this_century } else { this_century - 100 }
}

fn of_parts(text: &str, year: i32, month: i32, day: i32, today: NaiveDate) -> Reading {
    let said = shorten(text);
    match day_of(year, month, day) {
        None => {
            Err(format!("“{said}” was read as month {month}, day {day}, year {year:04}, and there is no such day."))
        }
        // A two-digit year in a named month lands here when the day is later this year.
        Some(date) if date > today && !text.contains(&year.to_string()) => {
            of_parts(text, year - 100, month, day, today)
        }
        Some(date) if date > today => {
            Err(format!("“{said}” was read as {}, which is in the future.", format::date(date)))
        }
        Some(date) if year < EARLIEST_YEAR => {
            Err(format!("“{said}” was read as {}, too long ago for a birth date.", format::date(date)))
        }
        Some(date) => Ok(Born::on(date)),
    }
}

/// Messages repeat what was typed, but not a page of it.
fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    const TODAY: &str = "2026-11-22";

    #[test]
    fn handbook_1_3_birth_dates_in_several_formats() {
        for (text, date) in [
            ("3/4/57", "1957-03-04"),
            ("03/04/1957", "1957-03-04"),
            ("3-4-57", "1957-03-04"),
            ("3.4.1957", "1957-03-04"),
            ("7/22/1968", "1968-07-22"),
            ("22/7/1968", "1968-07-22"),
            ("1957-04-03", "1957-04-03"),
            ("1957/4/3", "1957-04-03"),
            ("03-Apr-1957", "1957-04-03"),
            ("3apr57", "1957-04-03"),
            ("03 April 1957", "1957-04-03"),
            ("April 3, 1957", "1957-04-03"),
            ("apr 3rd 1957", "1957-04-03"),
            ("19570403", "1957-04-03"),
            ("04031957", "1957-04-03"),
            ("2/29/2024", "2024-02-29"),
            ("22-Jul-1968", "1968-07-22"),
            ("Sept 5 2001", "2001-09-05"),
        ] {
            assert_eq!(read(text, day(TODAY)), Some(Ok(Born::on(day(date)))), "{text}");
        }
    }

    #[test]
    fn two_digit_years_never_lie_in_the_future() {
        for (text, date) in [
            ("11/22/26", "2026-11-22"),
            ("11/23/26", "1926-11-23"),
            ("1/1/27", "1927-01-01"),
            ("1/1/00", "2000-01-01"),
            ("23-Nov-26", "1926-11-23"),
            ("25/12/26", "1926-12-25"),
            ("2/29/24", "2024-02-29"),
        ] {
            assert_eq!(read(text, day(TODAY)), Some(Ok(Born::on(day(date)))), "{text}");
        }
    }

    #[test]
    fn an_impossible_date_names_what_was_read() {
        for (text, words) in [
            ("13/45/1957", "month 13, day 45, year 1957"),
            ("2/30/57", "month 2, day 30, year 1957"),
            ("1957-02-30", "month 2, day 30, year 1957"),
            ("31-Feb-1957", "month 2, day 31, year 1957"),
            ("3/4/2057", "04-Mar-2057, which is in the future"),
            ("3/4/1857", "too long ago"),
            ("0/0/57", "month 0, day 0"),
        ] {
            let problem = read(text, day(TODAY)).expect(text).expect_err(text);
            assert!(problem.contains(words) && problem.contains(text), "{text}: {problem}");
        }
    }

    #[test]
    fn what_is_no_date_is_left_to_others() {
        for text in [
            "smith",
            "0071-5530",
            "555-010-7734",
            "219-09-4419",
            "1002-4471-8",
            "1002-12-8",
            "12345678",
            "may",
            "57",
            "3/4",
            "",
        ] {
            assert_eq!(read(text, day(TODAY)), None, "{text}");
        }
    }

    #[test]
    fn the_field_also_takes_a_month_or_a_year() {
        let today = day(TODAY);
        assert_eq!(read_field("1957", today).unwrap().words(), "1957");
        assert_eq!(read_field("4/1957", today).unwrap().words(), "Apr-1957");
        assert_eq!(read_field("Apr 1957", today).unwrap(), Born { from: day("1957-04-01"), to: day("1957-04-30") });
        assert_eq!(read_field("040357", today).unwrap().words(), "03-Apr-1957");
        for text in ["soon", "57", "2057", "14/1957", "1/2/3/4", "🎂"] {
            assert!(read_field(text, today).expect_err(text).contains(text), "{text}");
        }
    }

    #[test]
    fn near_days_are_one_slip_away() {
        let near = Born::on(day("1957-03-04")).near();
        for slip in ["1957-04-03", "1957-03-05", "1958-03-04", "1967-03-04", "1957-02-04"] {
            assert!(near.contains(&day(slip)), "{slip}");
        }
        assert!(!near.contains(&day("1957-03-04")));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_without_a_fall(text in any::<String>()) {
            let _ = read(&text, day(TODAY));
            if let Ok(born) = read_field(&text, day(TODAY)) {
                prop_assert!(born.from <= day(TODAY));
            }
        }

        #[test]
        fn every_way_to_write_a_day_reads_back(offset in 0_u64..45_000) {
            let today = day(TODAY);
            let date = today - Days::new(offset);
            for pattern in ["%m/%d/%Y", "%-m/%-d/%Y", "%d-%b-%Y", "%Y-%m-%d", "%Y%m%d", "%B %-d, %Y", "%d %b %Y"] {
                let text = date.format(pattern).to_string();
                prop_assert_eq!(read(&text, today), Some(Ok(Born::on(date))), "{}", text);
            }
        }
    }
}
