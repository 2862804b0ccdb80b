//! FHIR dates and times: whole or partial (a year, a month), with or without a zone, and those that are none.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use super::json::{text_of, word};
use super::notes::Notes;

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    Day,
    Month,
    Year,
}

/// A date as a FHIR `date`: `1956`, `1956-08`, `1956-08-03`. A time after it is cut off.
pub(crate) fn date(text: &str) -> Option<(NaiveDate, Precision)> {
    let text = text.trim();
    let day = text.split_once('T').map_or(text, |(day, _)| day);
    let mut parts = day.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map(|part| number(part, 2));
    let day = parts.next().map(|part| number(part, 2));
    if parts.next().is_some() || year == 0 {
        return None;
    }
    let precision = match (month, day) {
        (None, _) => Precision::Year,
        (Some(_), None) => Precision::Month,
        (Some(_), Some(_)) => Precision::Day,
    };
    let whole = NaiveDate::from_ymd_opt(
        i32::try_from(year).ok()?,
        month.map_or(Some(1), |month| month)?,
        day.map_or(Some(1), |day| day)?,
    )?;
    Some((whole, precision))
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Whether a moment given as a day alone means its beginning or its end.
#[derive(Clone, Copy)]
pub(crate) enum Edge {
    Start,
    End,
}

/// A moment as a FHIR `dateTime` or `instant`. Without a zone it is the facility's; a day alone is its first or last second there.
pub(crate) fn moment(text: &str, zone: Tz, edge: Edge) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return sane(exact.with_timezone(&Utc));
    }
    if text.contains('T') || text.contains(' ') {
        let bare = text.replacen(' ', "T", 1);
        for form in ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"] {
            if let Ok(local) = NaiveDateTime::parse_from_str(&bare, form) {
                return sane(in_zone(local, zone));
            }
        }
        // A zone without its colon, or a minute without seconds before a zone.
        for form in ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"] {
            if let Ok(exact) = DateTime::parse_from_str(&bare, form) {
                return sane(exact.with_timezone(&Utc));
            }
        }
        return None;
    }
    let (first, precision) = date(text)?;
    let local = match edge {
        Edge::Start => first.and_time(NaiveTime::MIN),
        Edge::End => last_day(first, precision)?.and_hms_opt(23, 59, 59)?,
    };
    sane(in_zone(local, zone))
}

fn last_day(first: NaiveDate, precision: Precision) -> Option<NaiveDate> {
    match precision {
        Precision::Day => Some(first),
        Precision::Month => first.checked_add_months(chrono::Months::new(1))?.pred_opt(),
        Precision::Year => NaiveDate::from_ymd_opt(first.year(), 12, 31),
    }
}

fn in_zone(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        chrono::LocalResult::Single(at) | chrono::LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        // A clock that was put forward has no such time: an hour later there is one.
        chrono::LocalResult::None => Utc.from_utc_datetime(&local),
    }
}

/// What the database can hold and a chart can mean.
fn sane(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (1..=9999).contains(&at.year()).then_some(at)
}

/// A field as a date; what is there and is none is noted and left out.
pub(crate) fn date_at(value: &Value, key: &str, notes: &Notes) -> Option<NaiveDate> {
    let text = word(value, key)?;
    let found = date(&text).map(|(date, _)| date);
    if found.is_none() {
        notes.add(format!("{key} is not a date; left out"));
    }
    found
}

/// A field as a moment.
pub(crate) fn moment_at(value: &Value, key: &str, zone: Tz, edge: Edge, notes: &Notes) -> Option<DateTime<Utc>> {
    moment_of(super::json::one(value, key), key, zone, edge, notes)
}

pub(crate) fn moment_of(value: &Value, key: &str, zone: Tz, edge: Edge, notes: &Notes) -> Option<DateTime<Utc>> {
    let text = text_of(value)?;
    let found = moment(&text, zone, edge);
    if found.is_none() {
        notes.add(format!("{key} is not a date and time; left out"));
    }
    found
}

/// The start and end of a Period; an end before the start is left out (and said).
pub(crate) fn period(
    value: &Value,
    name: &str,
    zone: Tz,
    notes: &Notes,
) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let start = moment_at(value, "start", zone, Edge::Start, notes);
    let end = moment_at(value, "end", zone, Edge::End, notes);
    match (start, end) {
        (Some(from), Some(to)) if to < from => {
            notes.add(format!("{name} ends before it starts; its end was left out"));
            (start, None)
        }
        _ => (start, end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOSTON: Tz = chrono_tz::America::New_York;

    #[test]
    fn dates_keep_their_precision_and_nonsense_is_none() {
        let day = NaiveDate::from_ymd_opt(1956, 8, 3).unwrap();
        assert_eq!(date("1956-08-03"), Some((day, Precision::Day)));
        assert_eq!(date("1956-08").unwrap().1, Precision::Month);
        assert_eq!(date("1956").unwrap().1, Precision::Year);
        for wrong in
            ["", "1956-13-01", "2026-02-30", "03/08/1956", "56", "0000-01-01", "1956-8-3", "1956-08-03-01", "٢٠٢٠"]
        {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments_without_a_zone_are_the_facility_s() {
        let at = |text: &str| moment(text, BOSTON, Edge::Start).map(|at| at.to_rfc3339());
        assert_eq!(at("2026-01-05T08:00:00Z").as_deref(), Some("2026-01-05T08:00:00+00:00"));
        assert_eq!(at("2026-01-05T08:00:00").as_deref(), Some("2026-01-05T13:00:00+00:00"));
        assert_eq!(at("2026-01-05 08:00").as_deref(), Some("2026-01-05T13:00:00+00:00"));
        assert_eq!(at("2026-01-05T08:00-0500").as_deref(), Some("2026-01-05T13:00:00+00:00"));
        assert_eq!(at("2026-01-05").as_deref(), Some("2026-01-05T05:00:00+00:00"));
        assert_eq!(at("2026-02-30T08:00:00Z"), None);
        assert_eq!(at("yesterday"), None);
        assert_eq!(moment("2026-02", BOSTON, Edge::End).unwrap().to_rfc3339(), "2026-03-01T04:59:59+00:00");
    }

    #[test]
    fn a_period_that_ends_before_it_starts_keeps_its_start() {
        let notes = Notes::default();
        let told = serde_json::json!({"start": "2026-01-05", "end": "2026-01-01"});
        let (start, end) = period(&told, "period", BOSTON, &notes);
        assert!(start.is_some() && end.is_none());
        assert_eq!(notes.into_vec().len(), 1);
    }
}
