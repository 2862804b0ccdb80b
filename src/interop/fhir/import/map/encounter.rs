//! Encounter: a visit with its class and status periods, its places, its providers, and how it began and ended (handbook 2.1 to 2.6).

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::dates::{Edge, moment_at, period};
use super::json::{Coding, codings, label, label_at, many, one, whole_number, word};
use super::labels;
use super::notes::Notes;
use super::reference::{Reference, Target};
use super::{Refusal, Setting};

pub(crate) type Moment = Option<DateTime<Utc>>;

#[derive(Debug)]
pub(crate) struct Encounter {
    /// The source's own visit number, if it gives one.
    pub visit_number: Option<String>,
    pub account_number: Option<String>,
    pub class: &'static str,
    pub status: &'static str,
    pub started_at: Moment,
    pub ended_at: Moment,
    pub admitted_at: Moment,
    pub admission_type: Option<&'static str>,
    pub point_of_origin: Option<String>,
    pub disposition: Option<String>,
    pub admit_source_text: Option<String>,
    pub disposition_text: Option<String>,
    pub service: Option<String>,
    pub visit_type: Option<String>,
    pub reason: Option<String>,
    pub sensitivity: Option<&'static str>,
    pub status_periods: Vec<Period>,
    pub class_periods: Vec<Period>,
    pub places: Vec<Place>,
    pub providers: Vec<Provider>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub what: &'static str,
    pub started_at: Moment,
    pub ended_at: Moment,
}

#[derive(Debug)]
pub(crate) struct Place {
    pub location: Option<Reference>,
    pub name: Option<String>,
    pub started_at: Moment,
    pub ended_at: Moment,
}

#[derive(Debug)]
pub(crate) struct Provider {
    pub practitioner: Reference,
    pub role: &'static str,
}

/// A diagnosis as the visit lists it.
#[derive(Debug)]
pub(crate) struct Listed {
    pub condition: Reference,
    pub role: String,
    pub rank: Option<i32>,
}

pub(crate) fn map(value: &Value, setting: Setting, notes: &Notes) -> Result<Encounter, Refusal> {
    let when = if one(value, "period").is_object() { one(value, "period") } else { one(value, "actualPeriod") };
    let (started_at, ended_at) = period(when, "period", setting.zone, notes);
    let stay =
        if one(value, "hospitalization").is_object() { one(value, "hospitalization") } else { one(value, "admission") };
    let mut class = class(value, notes);
    let mut admission_type = admission_type(value);
    let (mut point_of_origin, born_here) = point_of_origin(stay);
    if born_here {
        // Type 4 turns code 5 into "born in this hospital" (ENC-9).
        class = if class == "inpatient" { "newborn" } else { class };
        admission_type = Some("4");
    }
    if admission_type == Some("4") && !matches!(point_of_origin.as_deref(), None | Some("5" | "6")) {
        notes.add("hospitalization.admitSource does not go with a newborn admission (ENC-9); kept as text");
        point_of_origin = None;
    }
    let class_periods = class_periods(value, setting, notes);
    let status = status(value, ended_at, notes);
    if started_at.is_none() {
        notes.add("period.start is missing: the visit has no place in the chart's order");
    }
    Ok(Encounter {
        visit_number: number(value, &["VN"]).or_else(|| number(value, &[])),
        account_number: number(value, &["AN"]),
        class,
        status,
        started_at,
        ended_at,
        admitted_at: admitted_at(class, started_at, &class_periods),
        admission_type,
        point_of_origin,
        disposition: disposition(stay),
        admit_source_text: label_at(stay, "admitSource"),
        disposition_text: label_at(stay, "dischargeDisposition"),
        service: label_at(value, "serviceType"),
        visit_type: many(value, "type").find_map(label),
        reason: reason(value),
        sensitivity: labels::sensitivity(value, &[]),
        status_periods: status_periods(value, status, started_at, ended_at, setting, notes),
        class_periods: if class_periods.is_empty() {
            vec![Period { what: class, started_at, ended_at }]
        } else {
            class_periods
        },
        places: places(value, setting, notes),
        providers: providers(value, notes),
    })
}

/// The visit number: the identifier of that type, or (with no type asked for) the first that is not of another.
fn number(value: &Value, types: &[&str]) -> Option<String> {
    many(value, "identifier").find_map(|found| {
        let number = word(found, "value").filter(|number| number.chars().count() <= 64)?;
        let kinds = codings(one(found, "type"));
        let fits = if types.is_empty() {
            kinds.is_empty()
        } else {
            kinds.iter().any(|kind| types.contains(&kind.code.as_str()))
        };
        fits.then_some(number)
    })
}

fn class(value: &Value, notes: &Notes) -> &'static str {
    let told = codings(super::json::raw(value, "class")).into_iter().chain(codings(one(value, "classification")));
    let mut any = false;
    for coding in told {
        any = true;
        if let Some(class) = class_of(&coding.code) {
            return class;
        }
    }
    notes.add(if any { "class is none we know; kept as ambulatory" } else { "class is missing; kept as ambulatory" });
    "ambulatory"
}

fn class_of(code: &str) -> Option<&'static str> {
    Some(match code.to_ascii_uppercase().as_str() {
        "IMP" | "ACUTE" | "NONAC" | "I" | "INPATIENT" => "inpatient",
        "OBSENC" | "OBS" | "OBSERVATION" => "observation",
        "EMER" | "E" | "EMERGENCY" => "emergency",
        "AMB" | "O" | "OUTPATIENT" | "AMBULATORY" | "FLD" | "FIELD" => "ambulatory",
        "SS" | "DAYTIME" => "day-surgery",
        "R" => "series",
        "PRENC" | "P" => "pre-admit",
        "HH" | "HOME" => "home-health",
        "VR" | "VIRTUAL" => "virtual",
        _ => return None,
    })
}

fn status(value: &Value, ended: Moment, notes: &Notes) -> &'static str {
    let told = word(value, "status").unwrap_or_default();
    status_of(&told).unwrap_or_else(|| {
        let read = if ended.is_some() { "finished" } else { "in-progress" };
        notes.add(format!("status is missing or unknown; read as {read}"));
        read
    })
}

fn status_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "planned" => "planned",
        "arrived" | "triaged" => "arrived",
        "in-progress" => "in-progress",
        "onleave" | "on-hold" => "on-leave",
        "discharged" => "discharged",
        "finished" | "completed" => "finished",
        "cancelled" | "discontinued" => "cancelled",
        "entered-in-error" => "entered-in-error",
        _ => return None,
    })
}

/// UB-04 FL 14.
fn admission_type(value: &Value) -> Option<&'static str> {
    codings(one(value, "priority")).into_iter().find_map(|coding| match coding.code.to_ascii_uppercase().as_str() {
        "EM" | "E" => Some("1"),
        "UR" | "U" => Some("2"),
        "EL" | "C" => Some("3"),
        "N" => Some("4"),
        digit => ["1", "2", "3", "4", "5", "9"].into_iter().find(|known| *known == digit),
    })
}

/// UB-04 FL 15 where the source's code has one, and whether the person was born in this stay.
fn point_of_origin(stay: &Value) -> (Option<String>, bool) {
    for coding in codings(one(stay, "admitSource")) {
        let code = match coding.code.to_ascii_lowercase().as_str() {
            "born" => return (Some("5".into()), true),
            "hosp-trans" => "4",
            // Having come through the emergency department says no more than: from home.
            "emd" => "1",
            "outp" | "gp" | "mp" => "2",
            "nursing" => "5",
            "psych" | "rehab" => "6",
            _ if is_national(&coding) => {
                let code = coding.code.to_ascii_uppercase();
                if ["1", "2", "4", "5", "6", "8", "9", "D", "E", "F", "G"].contains(&code.as_str()) {
                    return (Some(code), false);
                }
                continue;
            }
            _ => continue,
        };
        return (Some(code.into()), false);
    }
    (None, false)
}

/// Codes of the national billing lists (NUBC), or of HL7's tables that carry them.
fn is_national(coding: &Coding) -> bool {
    let system = coding.system.to_ascii_lowercase();
    system.contains("nubc")
        || coding.of_system("v2-0112")
        || coding.of_system("v2-0023")
        || system.contains("2.16.840.1.113883.6.301")
}

/// UB-04 FL 17 where FHIR's code leaves no doubt. "hosp" is hospice (at home or in a facility?), "long" and "other-hcf" are several: text only.
fn disposition(stay: &Value) -> Option<String> {
    codings(one(stay, "dischargeDisposition")).into_iter().find_map(|coding| {
        if is_national(&coding) || coding.system.is_empty() {
            let digits = coding.code.trim_start_matches('0');
            if (1..=2).contains(&coding.code.len())
                && coding.code.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.is_empty()
            {
                return Some(format!("{:0>2}", coding.code));
            }
        }
        let code = match coding.code.as_str() {
            "home" => "01",
            "snf" => "03",
            "aadvice" => "07",
            "exp" => "20",
            "rehab" => "62",
            "psy" => "65",
            _ => return None,
        };
        Some(code.into())
    })
}

/// The inpatient order, not the arrival (ENC-2): where the class history has an inpatient part, its start.
fn admitted_at(class: &str, started_at: Moment, periods: &[Period]) -> Moment {
    if !matches!(class, "inpatient" | "newborn") {
        return None;
    }
    periods
        .iter()
        .filter(|period| period.what == "inpatient")
        .filter_map(|period| period.started_at)
        .min()
        .or(started_at)
}

fn class_periods(value: &Value, setting: Setting, notes: &Notes) -> Vec<Period> {
    let mut periods: Vec<Period> = many(value, "classHistory")
        .filter_map(|found| {
            let what =
                codings(super::json::raw(found, "class")).into_iter().find_map(|coding| class_of(&coding.code))?;
            let (started_at, ended_at) = period(one(found, "period"), "classHistory.period", setting.zone, notes);
            Some(Period { what, started_at, ended_at })
        })
        .collect();
    periods.sort_by_key(|period| period.started_at);
    // A move between ward and intensive care is no change of class (ENC-1).
    periods.dedup_by(|next, before| {
        let same = next.what == before.what && before.ended_at == next.started_at;
        if same {
            before.ended_at = next.ended_at;
        }
        same
    });
    periods
}

fn status_periods(
    value: &Value,
    status: &'static str,
    started_at: Moment,
    ended_at: Moment,
    setting: Setting,
    notes: &Notes,
) -> Vec<Period> {
    let periods: Vec<Period> = many(value, "statusHistory")
        .filter_map(|found| {
            let what = status_of(&word(found, "status")?)?;
            let (started_at, ended_at) = period(one(found, "period"), "statusHistory.period", setting.zone, notes);
            Some(Period { what, started_at, ended_at })
        })
        .collect();
    if periods.is_empty() { vec![Period { what: status, started_at, ended_at }] } else { periods }
}

fn places(value: &Value, setting: Setting, notes: &Notes) -> Vec<Place> {
    many(value, "location")
        .filter_map(|found| {
            let told = one(found, "location");
            let location = Reference::read(told, Target::Location);
            let name = word(told, "display");
            if location.is_none() && name.is_none() {
                return None;
            }
            let (started_at, ended_at) = period(one(found, "period"), "location.period", setting.zone, notes);
            Some(Place { location, name, started_at, ended_at })
        })
        .collect()
}

fn providers(value: &Value, notes: &Notes) -> Vec<Provider> {
    let mut providers = Vec::new();
    for found in many(value, "participant") {
        let told = if one(found, "individual").is_null() { one(found, "actor") } else { one(found, "individual") };
        let Some(practitioner) = Reference::read(told, Target::Practitioner) else {
            let named = word(told, "reference").unwrap_or_default();
            if !["RelatedPerson", "Patient", "Group", "Device", "HealthcareService"]
                .iter()
                .any(|kind| named.contains(kind))
            {
                notes.add("participant names no practitioner; left out");
            }
            continue;
        };
        let roles: Vec<&'static str> =
            many(found, "type").flat_map(codings).filter_map(|coding| role_of(&coding.code)).collect();
        for role in if roles.is_empty() { vec!["primary-performer"] } else { roles } {
            let known = |other: &Provider| other.role == role && other.practitioner.keys == practitioner.keys;
            if !providers.iter().any(known) {
                providers.push(Provider { practitioner: practitioner.clone(), role });
            }
        }
    }
    providers
}

fn role_of(code: &str) -> Option<&'static str> {
    Some(match code.to_ascii_uppercase().as_str() {
        "ATND" => "attending",
        "ADM" => "admitting",
        "DIS" => "discharging",
        "CON" => "consulting",
        "REF" => "referring",
        "PPRF" => "primary-performer",
        "SPRF" => "secondary-performer",
        "PART" | "ESC" | "CALLBCK" | "TRANSLATOR" | "EMERGENCY" => "participant",
        _ => return None,
    })
}

fn reason(value: &Value) -> Option<String> {
    let mut reasons: Vec<String> = Vec::new();
    let told = many(value, "reasonCode").filter_map(label).chain(many(value, "reason").flat_map(|found| {
        let values: Vec<String> = many(found, "value").filter_map(label).collect();
        if values.is_empty() { label(found).into_iter().collect() } else { values }
    }));
    for reason in told {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// The diagnoses a visit lists, with their role (`AD`, `DD`, `CM` …, in our words) and rank.
pub(crate) fn listed(value: &Value) -> Vec<Listed> {
    let mut listed: Vec<Listed> = Vec::new();
    for found in many(value, "diagnosis") {
        let rank = whole_number(found, "rank").and_then(|rank| i32::try_from(rank).ok()).filter(|rank| *rank > 0);
        for told in many(found, "condition") {
            let Some(condition) = Reference::read(told, Target::Condition) else { continue };
            let uses: Vec<String> =
                many(found, "use").flat_map(codings).map(|coding| diagnosis_role(&coding.code)).collect();
            for role in if uses.is_empty() { vec!["listed".to_owned()] } else { uses } {
                if !listed.iter().any(|other| other.role == role && other.condition.keys == condition.keys) {
                    listed.push(Listed { condition: condition.clone(), role, rank });
                }
            }
        }
    }
    listed
}

fn diagnosis_role(code: &str) -> String {
    match code {
        "AD" | "admission" => "admitting".into(),
        "DD" | "discharge" => "discharge".into(),
        "CC" => "chief-complaint".into(),
        "CM" => "comorbidity".into(),
        "pre-op" => "pre-operative".into(),
        "post-op" => "post-operative".into(),
        "billing" => "billing".into(),
        other => other.to_ascii_lowercase().chars().take(40).collect(),
    }
}

/// The moment a visit is remembered by, for choosing among several.
pub(crate) fn performed(value: &Value, key: &str, setting: Setting, notes: &Notes) -> (Moment, Moment) {
    let (moment, interval) = (format!("{key}DateTime"), format!("{key}Period"));
    if word(value, &moment).is_some() {
        return (moment_at(value, &moment, setting.zone, Edge::Start, notes), None);
    }
    period(one(value, &interval), &interval, setting.zone, notes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mapped(value: Value) -> (Encounter, Vec<String>) {
        let notes = Notes::default();
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let visit = map(&value, Setting { zone: chrono_tz::UTC, today }, &notes).unwrap();
        (visit, notes.into_vec())
    }

    fn stay(origin: &str, disposition: Value) -> Value {
        json!({"status": "finished", "class": {"code": "IMP"}, "period": {"start": "2026-01-01T10:00:00Z", "end": "2026-01-05"},
            "hospitalization": {"admitSource": {"coding": [{"code": origin}]}, "dischargeDisposition": {"coding": [disposition]}}})
    }

    #[test]
    fn classes_of_r4_r5_and_v2_meet_in_ours_handbook_2_1() {
        for (told, ours) in [
            (json!({"code": "IMP"}), "inpatient"),
            (json!([{"coding": [{"code": "EMER"}]}]), "emergency"),
            (json!("OBSENC"), "observation"),
            (json!({"code": "SS"}), "day-surgery"),
            (json!({"code": "VR"}), "virtual"),
        ] {
            let (visit, notes) = mapped(json!({"status": "planned", "class": told, "period": {"start": "2026-01-01"}}));
            assert_eq!(visit.class, ours);
            assert!(notes.is_empty(), "{notes:?}");
        }
        let (visit, notes) =
            mapped(json!({"status": "planned", "class": {"code": "XYZ"}, "period": {"start": "2026-01-01"}}));
        assert_eq!((visit.class, notes.len()), ("ambulatory", 1));
    }

    #[test]
    fn dispositions_map_only_where_there_is_no_doubt_handbook_2_6() {
        let disposition = |told: Value| mapped(stay("emd", told)).0.disposition;
        for (code, ours) in
            [("home", "01"), ("exp", "20"), ("snf", "03"), ("aadvice", "07"), ("rehab", "62"), ("psy", "65")]
        {
            assert_eq!(
                disposition(
                    json!({"system": "http://terminology.hl7.org/CodeSystem/discharge-disposition", "code": code})
                )
                .as_deref(),
                Some(ours)
            );
        }
        for doubtful in ["hosp", "long", "alt-home", "other-hcf", "oth"] {
            assert_eq!(
                disposition(
                    json!({"system": "http://terminology.hl7.org/CodeSystem/discharge-disposition", "code": doubtful})
                ),
                None,
                "{doubtful}"
            );
        }
        assert_eq!(
            disposition(json!({"system": "http://www.nubc.org/patient-discharge", "code": "01"})).as_deref(),
            Some("01")
        );
        assert_eq!(
            disposition(json!({"system": "http://terminology.hl7.org/CodeSystem/v2-0112", "code": "3"})).as_deref(),
            Some("03")
        );
        let (visit, _) = mapped(stay("emd", json!({"code": "oth", "display": "Other"})));
        assert_eq!(visit.disposition_text.as_deref(), Some("Other"));
    }

    #[test]
    fn a_birth_is_a_newborn_stay_of_type_4_enc_9() {
        let (visit, _) = mapped(stay("born", json!({"code": "home"})));
        assert_eq!(
            (visit.class, visit.admission_type, visit.point_of_origin.as_deref()),
            ("newborn", Some("4"), Some("5"))
        );
        let mut odd = stay("emd", json!({"code": "home"}));
        odd["priority"] = json!({"coding": [{"code": "N"}]});
        let (visit, notes) = mapped(odd);
        assert_eq!((visit.admission_type, visit.point_of_origin, notes.len()), (Some("4"), None, 1));
    }

    #[test]
    fn the_inpatient_order_is_the_admission_enc_2() {
        let mut value = stay("emd", json!({"code": "home"}));
        value["classHistory"] = json!([
            {"class": {"code": "ACUTE"}, "period": {"start": "2026-01-02T00:00:00Z", "end": "2026-01-05"}},
            {"class": {"code": "EMER"}, "period": {"start": "2026-01-01T10:00:00Z", "end": "2026-01-01T14:00:00Z"}},
            {"class": {"code": "IMP"}, "period": {"start": "2026-01-01T14:00:00Z", "end": "2026-01-02T00:00:00Z"}}]);
        let (visit, _) = mapped(value);
        assert_eq!(visit.admitted_at.unwrap().to_rfc3339(), "2026-01-01T14:00:00+00:00");
        let classes: Vec<_> = visit.class_periods.iter().map(|period| period.what).collect();
        assert_eq!(classes, ["emergency", "inpatient"], "ACUTE after IMP is no change of class (ENC-1)");
    }

    #[test]
    fn listed_diagnoses_keep_role_and_rank() {
        let told = listed(&json!({"diagnosis": [
            {"condition": {"reference": "Condition/c1"}, "use": {"coding": [{"code": "DD"}]}, "rank": 1},
            {"condition": {"reference": "Condition/c1"}, "use": {"coding": [{"code": "AD"}]}, "rank": 1},
            {"condition": {"reference": "Condition/c1"}, "use": {"coding": [{"code": "DD"}]}, "rank": 1},
            {"condition": [{"reference": {"reference": "Condition/c2"}}], "use": [{"coding": [{"code": "CM"}]}]}]}));
        let told: Vec<_> =
            told.iter().map(|found| (found.condition.keys[0].id.as_str(), found.role.as_str(), found.rank)).collect();
        assert_eq!(told, [("c1", "discharge", Some(1)), ("c1", "admitting", Some(1)), ("c2", "comorbidity", None)]);
    }

    #[test]
    fn participants_without_a_type_are_primary_performers() {
        let (visit, _) = mapped(json!({"status": "finished", "class": {"code": "AMB"}, "period": {"start": "2026"},
            "participant": [{"individual": {"reference": "urn:uuid:p1"}}, {"type": [{"coding": [{"code": "ATND"}]}], "actor": {"reference": "Practitioner/p2"}}]}));
        let roles: Vec<_> = visit.providers.iter().map(|found| found.role).collect();
        assert_eq!(roles, ["primary-performer", "attending"]);
    }
}
