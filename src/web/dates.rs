//! Days in the orders people write them: `11/7/2026`, `07-Nov-2026`, `2026-11-07`, `20261107`, `Nov 7, 2026`, `today`, `yesterday`.
//!
//! Month before day, as the country writes it, unless only the other order makes a date.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The day that was meant, or none.
pub fn day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = text.trim().to_lowercase();
    match text.as_str() {
        "today" => return Some(today),
        "yesterday" => return today.checked_sub_days(Days::new(1)),
        _ => {}
    }
    if let (8, Ok(_)) = (text.len(), text.parse::<u32>()) {
        return NaiveDate::parse_from_str(&text, "%Y%m%d").ok();
    }
    let parts: Vec<&str> = text.split([' ', '-', '/', '.', ',']).filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [one, two, three] => three_parts(one, two, three),
        [one, two] => three_parts(one, two, &today.year().to_string()),
        _ => None,
    }
    .filter(|day| (1900..=2200).contains(&day.year()))
}

fn three_parts(one: &str, two: &str, three: &str) -> Option<NaiveDate> {
    match (month(one), month(two)) {
        (Some(month), _) => NaiveDate::from_ymd_opt(year(three)?, month, number(two)?),
        (_, Some(month)) if one.len() == 4 => NaiveDate::from_ymd_opt(year(one)?, month, number(three)?),
        (_, Some(month)) => NaiveDate::from_ymd_opt(year(three)?, month, number(one)?),
        _ if one.len() == 4 => NaiveDate::from_ymd_opt(year(one)?, number(two)?, number(three)?),
        _ => {
            let (first, second, year) = (number(one)?, number(two)?, year(three)?);
            NaiveDate::from_ymd_opt(year, first, second).or_else(|| NaiveDate::from_ymd_opt(year, second, first))
        }
    }
}

fn month(text: &str) -> Option<u32> {
    let short = text.get(..3).filter(|_| text.chars().all(char::is_alphabetic))?;
    (1..).zip(MONTHS).find_map(|(number, name)| (name == short).then_some(number))
}

fn number(text: &str) -> Option<u32> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let plain = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn year(text: &str) -> Option<i32> {
    match (text.len(), text.parse::<i32>()) {
        (4, Ok(year)) => Some(year),
        (2, Ok(year @ 0..)) => Some(2000 + year),
        _ => None,
    }
}

/// The first instant of a day in that place; where the clock skips midnight, the first that there is.
pub fn begins(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..4)
        .find_map(|hour| zone.from_local_datetime(&(midnight + TimeDelta::hours(hour))).earliest())
        .map(|local| local.to_utc())
}

/// The first instant after a day.
pub fn ends(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    begins(day.succ_opt()?, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn any_common_order_is_read() {
        let today = on("2026-11-22");
        for text in [
            "2026-11-07",
            "07-Nov-2026",
            "7 nov 26",
            "11/7/2026",
            "11/07/26",
            "20261107",
            "Nov 7, 2026",
            "November 7th 2026",
            "7 November 2026",
            "11/7",
            " 2026/11/7 ",
        ] {
            assert_eq!(day(text, today), Some(on("2026-11-07")), "{text}");
        }
        assert_eq!(day("22/11/2026", today), Some(today), "only the other order makes a date");
        assert_eq!(day("today", today), Some(today));
        assert_eq!(day("Yesterday", today), Some(on("2026-11-21")));
    }

    #[test]
    fn what_is_no_date_is_not_guessed_at() {
        let today = on("2026-11-22");
        for text in [
            "",
            "soon",
            "31-Feb-2026",
            "13/13/2026",
            "2026",
            "1/2/3/4",
            "éé 7 2026",
            "20261332",
            "+1/+2/2026",
            "7-Nov-0026",
        ] {
            assert_eq!(day(text, today), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_as_long_as_the_clock_makes_it() {
        let zone = Tz::America__New_York;
        let length = |text| ends(on(text), zone).expect("an instant") - begins(on(text), zone).expect("an instant");
        assert_eq!(length("2026-11-01").num_hours(), 25);
        assert_eq!(length("2026-03-08").num_hours(), 23);
        assert_eq!(length("2026-11-22").num_hours(), 24);
        let skipped = begins(on("2018-11-04"), Tz::America__Sao_Paulo).expect("midnight did not happen");
        assert_eq!(skipped.to_rfc3339(), "2018-11-04T03:00:00+00:00");
    }
}
