//! What an encounter must be, and what its dates add up to. Pure.

pub mod by_hand;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::model::Encounter;

/// Length of stay in days: discharge date minus admission date in the facility's zone, a same-day stay is 1, whole days of leave come off
/// (handbook 2.9).
pub fn length_of_stay(admitted: NaiveDate, discharged: NaiveDate, leave_days: i64) -> i64 {
    ((discharged - admitted).num_days() - leave_days).max(1)
}

/// Midnights since care began, for the two-midnight rule (42 CFR 412.3(d)(1), ENC-14).
pub fn midnights(from: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> i64 {
    (to.with_timezone(&zone).date_naive() - from.with_timezone(&zone).date_naive()).num_days().max(0)
}

/// What a person reads for a UB-04 FL 17 patient status, in our own words (the manual's are licensed; ENC-10).
pub fn disposition_words(code: &str) -> Option<&'static str> {
    Some(match code {
        "01" => "Home or self-care",
        "02" => "Another short-term hospital",
        "03" => "Skilled nursing facility",
        "04" => "Custodial or supportive care",
        "05" => "Cancer centre or children's hospital",
        "06" => "Home with home-health care",
        "07" => "Left against medical advice",
        "09" => "Admitted here as inpatient",
        "20" => "Died",
        "21" => "Court or law enforcement",
        "30" => "Still a patient",
        "40" => "Died at home (hospice)",
        "41" => "Died in a facility (hospice)",
        "42" => "Died, place unknown (hospice)",
        "43" => "Federal hospital",
        "50" => "Hospice at home",
        "51" => "Hospice in a facility",
        "61" => "Swing bed here",
        "62" => "Inpatient rehabilitation",
        "63" => "Long-term care hospital",
        "64" => "Medicaid nursing facility",
        "65" => "Psychiatric hospital or unit",
        "66" => "Critical access hospital",
        "69" => "Disaster alternate care site",
        "70" => "Other institution",
        "81" => "Home, readmission planned",
        "82" => "Short-term hospital, readmission planned",
        "83" => "Skilled nursing, readmission planned",
        "84" => "Custodial care, readmission planned",
        "85" => "Cancer or children's hospital, readmission planned",
        "86" => "Home health, readmission planned",
        "87" => "Law enforcement, readmission planned",
        "88" => "Federal hospital, readmission planned",
        "89" => "Swing bed, readmission planned",
        "90" => "Rehabilitation, readmission planned",
        "91" => "Long-term care hospital, readmission planned",
        "92" => "Medicaid nursing facility, readmission planned",
        "93" => "Psychiatric hospital, readmission planned",
        "94" => "Critical access hospital, readmission planned",
        "95" => "Other institution, readmission planned",
        _ => return None,
    })
}

/// Whether FL 17 may be used for an inpatient discharge on this date (CMS MCE 2.0 v43.1 table; ENC-10).
pub fn disposition_is_valid(code: &str, discharged: NaiveDate) -> bool {
    let since = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).is_some_and(|first| discharged >= first);
    let until = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).is_some_and(|last| discharged <= last);
    match code {
        "01" | "02" | "03" | "04" | "05" | "06" | "07" | "20" | "30" | "50" | "51" => since(1980, 10, 1),
        "08" => since(1994, 10, 1) && until(2005, 9, 30),
        "21" => since(2009, 10, 1),
        "43" | "65" => since(2003, 10, 1),
        "61" | "62" | "63" => since(2001, 10, 1),
        "64" => since(2002, 10, 1),
        "66" => since(2005, 10, 1),
        "69" => since(2013, 10, 1),
        "70" => since(2008, 4, 1),
        "71" | "72" => until(2003, 9, 30),
        "81" | "82" | "83" | "84" | "85" | "86" | "87" | "88" | "89" | "90" | "91" | "92" | "93" | "94" | "95" => {
            since(2013, 10, 1)
        }
        _ => false,
    }
}

/// Whether FL 15 may stand beside FL 14: 5 and 6 mean something else for newborns (ENC-9).
pub fn origin_fits_type(admission_type: &str, point_of_origin: &str) -> bool {
    match admission_type {
        "4" => matches!(point_of_origin, "5" | "6"),
        _ => matches!(point_of_origin, "1" | "2" | "4" | "5" | "6" | "8" | "9" | "D" | "E" | "F" | "G"),
    }
}

/// Whether this disposition says that the patient died (ENC-3).
pub fn disposition_is_death(code: &str) -> bool {
    matches!(code, "20" | "40" | "41" | "42")
}

/// What does not fit together in a stored encounter; source data is kept and shown with these, never silently mended.
pub fn problems(encounter: &Encounter, deceased: bool, zone: Tz) -> Vec<String> {
    let mut problems = Vec::new();
    let ended = matches!(encounter.status.as_str(), "discharged" | "finished");
    if let (Some(started), Some(ended)) = (encounter.started_at, encounter.ended_at)
        && ended < started
    {
        problems.push("It ends before it starts (ENC-3).".into());
    }
    if encounter.class == "inpatient" && ended {
        match (&encounter.disposition, encounter.ended_at) {
            (None, _) => problems.push("The discharge has no disposition code (ENC-3).".into()),
            (Some(code), Some(at)) if !disposition_is_valid(code, at.with_timezone(&zone).date_naive()) => {
                problems
                    .push(format!("Disposition {code} is not valid for an inpatient discharge on this date (ENC-10)."));
            }
            _ => {}
        }
        if encounter.attending.is_none() {
            problems.push("The discharge has no attending provider (ENC-3).".into());
        }
    }
    if let Some(code) = &encounter.disposition
        && disposition_is_death(code)
        && !deceased
    {
        problems.push(format!("Disposition {code} says that the patient died, but no death is recorded (ENC-3)."));
    }
    if let (Some(kind), Some(origin)) = (&encounter.admission_type, &encounter.point_of_origin)
        && !origin_fits_type(kind, origin)
    {
        problems.push(format!("Point of origin {origin} does not go with admission type {kind} (ENC-9)."));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn length_of_stay_as_the_handbook_counts_it() {
        for (admitted, discharged, leave, days) in [
            ("2026-12-28", "2027-01-02", 0, 5),
            ("2026-03-10", "2026-03-10", 0, 1),
            ("2028-02-27", "2028-03-01", 0, 3),
            ("2026-03-01", "2026-03-11", 2, 8),
        ] {
            assert_eq!(length_of_stay(day(admitted), day(discharged), leave), days, "{admitted} to {discharged}");
        }
    }

    #[test]
    fn midnights_are_the_facilitys_own_even_when_clocks_change() {
        let zone = chrono_tz::America::New_York;
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        // 1 November 2026: clocks go back in New York; still one midnight.
        assert_eq!(midnights(at("2026-11-01T03:30:00Z"), at("2026-11-01T05:30:00Z"), zone), 1);
        assert_eq!(midnights(at("2026-11-01T05:30:00Z"), at("2026-11-02T04:30:00Z"), zone), 0);
    }

    #[test]
    fn enc_10_dispositions_by_discharge_date() {
        for (code, date, valid) in [
            ("21", "2009-09-30", false),
            ("21", "2009-10-01", true),
            ("81", "2013-09-30", false),
            ("81", "2013-10-01", true),
            ("09", "2026-11-20", false),
            ("40", "2026-11-20", false),
            ("08", "2005-09-30", true),
            ("08", "2005-10-01", false),
            ("71", "2003-10-01", false),
            ("01", "2026-11-20", true),
        ] {
            assert_eq!(disposition_is_valid(code, day(date)), valid, "{code} on {date}");
        }
    }

    #[test]
    fn enc_9_newborn_origin() {
        assert!(!origin_fits_type("4", "1"));
        assert!(origin_fits_type("4", "5"));
        assert!(!origin_fits_type("1", "7"));
        assert!(origin_fits_type("1", "1"));
    }

    #[test]
    fn enc_3_a_discharge_says_where_to_and_by_whom() {
        let encounter = Encounter {
            encounter: Default::default(),
            patient: Default::default(),
            facility: String::new(),
            visit_number: "1".into(),
            account_number: None,
            class: "inpatient".into(),
            status: "finished".into(),
            started_at: Some("2026-11-01T12:00:00Z".parse().unwrap()),
            ended_at: Some("2026-11-03T12:00:00Z".parse().unwrap()),
            admitted_at: None,
            admission_type: None,
            point_of_origin: None,
            disposition: None,
            admit_source_text: None,
            disposition_text: None,
            service: None,
            visit_type: None,
            reason: None,
            attending: None,
            part_of: None,
            sensitivity: None,
        };
        let zone = chrono_tz::UTC;
        assert_eq!(problems(&encounter, false, zone).len(), 2);
        let died = Encounter { disposition: Some("20".into()), attending: Some("Dr Who".into()), ..encounter };
        assert!(problems(&died, false, zone)[0].contains("no death is recorded"));
        assert!(problems(&died, true, zone).is_empty());
    }
}
