//! How values are written on screen and paper: one way for each, everywhere (design language, section 7).
//!
//! Dates `14-Nov-2026`, times on 24 hours in the facility's time zone, ages "71 y", names FAMILY, Given (Title), and
//! "not known" where nothing is recorded, because a blank can be read as "checked, none".

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use chrono_tz::Tz;

/// What stands where nothing is recorded.
pub const NOT_KNOWN: &str = "not known";

/// `14-Nov-2026`.
pub fn date(day: NaiveDate) -> String {
    day.format("%d-%b-%Y").to_string()
}

/// `14-Nov-2026`, or "not known".
pub fn date_or_unknown(day: Option<NaiveDate>) -> String {
    day.map_or_else(|| NOT_KNOWN.to_owned(), date)
}

/// `2026-11-14`, for the `datetime` attribute and for machines.
pub fn iso_date(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

/// `14-Nov-2026` as it was in that place.
pub fn day_of(instant: DateTime<Utc>, zone: Tz) -> String {
    date(instant.with_timezone(&zone).date_naive())
}

/// `14-Nov-2026 18:22`, local.
pub fn date_time(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%d-%b-%Y %H:%M").to_string()
}

/// `14-Nov-2026 18:22:09`, local, with seconds: for audit and saves, where they matter.
pub fn exact(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%d-%b-%Y %H:%M:%S").to_string()
}

/// `18:22`, local.
pub fn time(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%H:%M").to_string()
}

/// RFC 3339 with the zone's offset, for the `datetime` attribute.
pub fn iso(instant: DateTime<Utc>, zone: Tz) -> String {
    instant.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// `18:22` today, `14-Nov 18:22` this year, else the full date: for lists where "when" is read at a glance.
pub fn recent(instant: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (then, today) = (instant.with_timezone(&zone), now.with_timezone(&zone));
    let pattern = match () {
        () if then.date_naive() == today.date_naive() => "%H:%M",
        () if then.year() == today.year() => "%d-%b %H:%M",
        () => "%d-%b-%Y %H:%M",
    };
    then.format(pattern).to_string()
}

/// `71 y`, `5 mo` under two years, `3 d` under a month; the age on the day given (of death, if there was one).
pub fn age(born: NaiveDate, on: NaiveDate) -> String {
    if on < born {
        return NOT_KNOWN.to_owned();
    }
    let months = whole_months(born, on);
    match months {
        0 => format!("{} d", (on - born).num_days()),
        1..=23 => format!("{months} mo"),
        _ => format!("{} y", months / 12),
    }
}

/// Completed months between two days. Someone born on the 31st completes a month on the last day of a shorter one.
fn whole_months(from: NaiveDate, to: NaiveDate) -> i32 {
    let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
    let end_of_month = to.succ_opt().is_none_or(|next| next.month() != to.month());
    if to.day() < from.day() && !end_of_month { months - 1 } else { months }
}

/// How long something waits: `6 d`, `5 h`, `12 min`.
pub fn wait(length: Duration) -> String {
    match (length.num_days(), length.num_hours(), length.num_minutes()) {
        (days @ 1.., ..) => format!("{days} d"),
        (_, hours @ 1.., _) => format!("{hours} h"),
        (.., minutes) => format!("{} min", minutes.max(0)),
    }
}

/// FAMILY, Given (Title). A missing part is left out; a person without any recorded name is "not known".
pub fn name(family: &str, given: &str, title: &str) -> String {
    let mut text = match (family.trim(), given.trim()) {
        ("", "") => return NOT_KNOWN.to_owned(),
        ("", given) => given.to_owned(),
        (family, "") => family.to_uppercase(),
        (family, given) => format!("{}, {given}", family.to_uppercase()),
    };
    if !title.trim().is_empty() {
        text.push_str(" (");
        text.push_str(title.trim());
        text.push(')');
    }
    text
}

/// `(555) 010-7734` for ten digits of the North American plan, with or without its leading 1; anything else as recorded.
pub fn phone(recorded: &str) -> String {
    let digits: String = recorded.chars().filter(char::is_ascii_digit).collect();
    let plain = recorded.chars().all(|c| c.is_ascii_digit() || " +-.()".contains(c));
    let national = match digits.len() {
        10 => digits.as_str(),
        11 if digits.starts_with('1') => &digits[1..],
        _ => return if recorded.trim().is_empty() { NOT_KNOWN.to_owned() } else { recorded.trim().to_owned() },
    };
    if plain {
        format!("({}) {}-{}", &national[..3], &national[3..6], &national[6..])
    } else {
        recorded.trim().to_owned()
    }
}

/// `48 KB`, `3.2 MB`: decimal units, as file managers show them.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if value < 9.95 && unit > 0 { format!("{value:.1} {}", UNITS[unit]) } else { format!("{value:.0} {}", UNITS[unit]) }
}

/// `1,284,902`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 document`, `14 documents`, `5 entries`: a count with its unit.
pub fn counted(number: u64, unit: &str) -> String {
    let many = || unit.strip_suffix("ry").map_or_else(|| format!("{unit}s"), |stem| format!("{stem}ries"));
    format!("{} {}", count(number), if number == 1 { unit.to_owned() } else { many() })
}

/// A cell that a spreadsheet would run as a formula is text.
pub fn spreadsheet_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The text, or "not known" when it is blank.
pub fn or_unknown(text: &str) -> &str {
    if text.trim().is_empty() { NOT_KNOWN } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn dates_and_times_are_local_and_unambiguous() {
        let moment = instant("2026-11-14T03:22:09Z");
        assert_eq!(date(day("2026-11-04")), "04-Nov-2026");
        assert_eq!(date_time(moment, Tz::America__New_York), "13-Nov-2026 22:22");
        assert_eq!(exact(moment, Tz::UTC), "14-Nov-2026 03:22:09");
        assert_eq!(day_of(moment, Tz::America__Los_Angeles), "13-Nov-2026");
        assert_eq!(iso(moment, Tz::America__New_York), "2026-11-13T22:22:09-05:00");
        assert_eq!(date_or_unknown(None), "not known");
    }

    #[test]
    fn the_hour_that_happens_twice_keeps_its_offset() {
        let zone = Tz::America__New_York;
        assert_eq!(iso(instant("2026-11-01T05:30:00Z"), zone), "2026-11-01T01:30:00-04:00");
        assert_eq!(iso(instant("2026-11-01T06:30:00Z"), zone), "2026-11-01T01:30:00-05:00");
    }

    #[test]
    fn recent_moments_are_shorter() {
        let now = instant("2026-11-14T18:00:00Z");
        assert_eq!(recent(instant("2026-11-14T15:05:00Z"), now, Tz::UTC), "15:05");
        assert_eq!(recent(instant("2026-02-03T15:05:00Z"), now, Tz::UTC), "03-Feb 15:05");
        assert_eq!(recent(instant("2025-02-03T15:05:00Z"), now, Tz::UTC), "03-Feb-2025 15:05");
    }

    #[test]
    fn ages_change_unit_with_the_person() {
        let on = day("2026-11-14");
        assert_eq!(age(day("1955-03-14"), on), "71 y");
        assert_eq!(age(day("1955-11-15"), on), "70 y");
        assert_eq!(age(day("2024-11-14"), on), "2 y");
        assert_eq!(age(day("2024-11-15"), on), "23 mo");
        assert_eq!(age(day("2026-06-14"), on), "5 mo");
        assert_eq!(age(day("2026-11-11"), on), "3 d");
        assert_eq!(age(on, on), "0 d");
        assert_eq!(age(day("2027-01-01"), on), "not known");
    }

    #[test]
    fn a_month_ends_early_for_those_born_on_the_last_day() {
        assert_eq!(age(day("2026-01-31"), day("2026-02-28")), "1 mo");
        assert_eq!(age(day("2024-02-29"), day("2026-02-28")), "2 y");
    }

    #[test]
    fn names_follow_the_banner_order() {
        assert_eq!(name("Holloway", "Margaret Anne", "Ms"), "HOLLOWAY, Margaret Anne (Ms)");
        assert_eq!(name("Nguyễn", "", ""), "NGUYỄN");
        assert_eq!(name(" ", "Baby Girl", ""), "Baby Girl");
        assert_eq!(name("", "", "Dr"), "not known");
    }

    #[test]
    fn phones_are_grouped_only_when_they_are_north_american() {
        assert_eq!(phone("5550107734"), "(555) 010-7734");
        assert_eq!(phone("+1 555-010-7734"), "(555) 010-7734");
        assert_eq!(phone("+44 20 7946 0018"), "+44 20 7946 0018");
        assert_eq!(phone("555-010-7734 ext 2"), "555-010-7734 ext 2");
        assert_eq!(phone(" "), "not known");
    }

    #[test]
    fn a_cell_that_looks_like_a_formula_stays_text() {
        assert_eq!(spreadsheet_cell("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(spreadsheet_cell("O'BRIEN, Ann"), "O'BRIEN, Ann");
    }

    #[test]
    fn sizes_counts_and_waits() {
        assert_eq!(size(980), "980 B");
        assert_eq!(size(48_200), "48 KB");
        assert_eq!(size(3_240_000), "3.2 MB");
        assert_eq!(size(999_600), "1.0 MB");
        assert_eq!(count(1_284_902), "1,284,902");
        assert_eq!(count(999), "999");
        assert_eq!(counted(1, "document"), "1 document");
        assert_eq!(counted(1400, "page"), "1,400 pages");
        assert_eq!((counted(1, "entry"), counted(5, "entry")), ("1 entry".into(), "5 entries".into()));
        assert_eq!(wait(Duration::hours(150)), "6 d");
        assert_eq!(wait(Duration::minutes(-4)), "0 min");
    }
}
