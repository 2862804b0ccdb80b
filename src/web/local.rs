//! A date and a time as somebody at a facility writes them, as an instant. Twice a year an hour is missing or happens twice.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use super::format;

/// Reads a time like `14:30`, `1430`, `2:30 pm`; in the hour that happens twice with the zone's name behind it, `01:30 EST`.
///
/// # Errors
/// Words for the person who typed.
pub fn instant(day: NaiveDate, typed: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    let typed = typed.trim();
    let (clock, name) = match typed.rsplit_once(' ') {
        Some((clock, name)) if !name.eq_ignore_ascii_case("am") && !name.eq_ignore_ascii_case("pm") => {
            (clock, Some(name))
        }
        _ => (typed, None),
    };
    let time = ["%H:%M", "%H%M", "%I:%M %p"]
        .iter()
        .find_map(|way| NaiveTime::parse_from_str(clock, way).ok())
        .ok_or("Write a time like 14:30")?;
    let at = day.and_time(time);
    let named = |at: &DateTime<Tz>| at.format("%Z").to_string();
    match (zone.from_local_datetime(&at), name) {
        (LocalResult::Single(at), None) => Ok(at.to_utc()),
        (LocalResult::Single(at), Some(name)) if named(&at).eq_ignore_ascii_case(name) => Ok(at.to_utc()),
        (LocalResult::Single(at), Some(_)) => Err(format!("That day’s time is {}; write {clock} alone", named(&at))),
        (LocalResult::Ambiguous(first, second), name) => [first, second]
            .into_iter()
            .find(|at| name.is_some_and(|name| named(at).eq_ignore_ascii_case(name)))
            .map(|at| at.to_utc())
            .ok_or_else(|| {
                let (first, second) = (named(&first), named(&second));
                format!(
                    "{clock} came twice on {}, when clocks went back. Write {clock} {first} or {clock} {second}",
                    format::date(day)
                )
            }),
        (LocalResult::None, _) => {
            Err(format!("{clock} did not exist on {}: clocks went forward over it", format::date(day)))
        }
    }
}

/// The date and time of an instant as [`instant`] reads them back.
pub fn written(at: DateTime<Utc>, zone: Tz) -> (String, String) {
    let local = at.with_timezone(&zone);
    let twice = matches!(zone.from_local_datetime(&local.naive_local()), LocalResult::Ambiguous(..));
    let time = if twice { local.format("%H:%M %Z") } else { local.format("%H:%M") };
    (format::date(local.date_naive()), time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_know_when_clocks_change() {
        let zone = Tz::America__New_York;
        for (day, typed, wanted) in [
            ("2026-11-23", "14:30", Ok("2026-11-23T19:30:00Z")),
            ("2026-11-23", "1430", Ok("2026-11-23T19:30:00Z")),
            ("2026-11-23", "2:30 pm", Ok("2026-11-23T19:30:00Z")),
            ("2026-11-01", "01:30 EDT", Ok("2026-11-01T05:30:00Z")),
            ("2026-11-01", "01:30 EST", Ok("2026-11-01T06:30:00Z")),
            ("2026-11-01", "01:30", Err("came twice")),
            ("2026-11-01", "01:30 PST", Err("came twice")),
            ("2026-03-08", "02:30", Err("did not exist")),
            ("2026-07-01", "10:00 EST", Err("EDT")),
            ("2026-07-01", "25:00", Err("14:30")),
            ("2026-07-01", "", Err("14:30")),
            ("2026-07-01", "🕐", Err("14:30")),
        ] {
            let day: NaiveDate = day.parse().unwrap();
            match (instant(day, typed, zone), wanted) {
                (Ok(at), Ok(wanted)) => {
                    assert_eq!(at, wanted.parse::<DateTime<Utc>>().unwrap(), "{day} {typed}");
                    let (date, time) = written(at, zone);
                    assert_eq!(date, format::date(day));
                    assert_eq!(instant(day, &time, zone), Ok(at), "what was written is read back");
                }
                (Err(words), Err(part)) => assert!(words.contains(part), "{words}"),
                (got, wanted) => panic!("{day} {typed}: {got:?}, not {wanted:?}"),
            }
        }
    }
}
