//! What brings people to a hospital: each scenario is one believable story with its codes, findings, course and papers, told in our own words.
//!
//! Texts hold slots that [`super::papers::telling`] fills: `{age}`, `{person}`, `{he}`, `{him}`, `{his}`, `{He}`, `{His}`, and `[one|or the other]`.

mod bones_and_skin;
mod clinic;
mod heart_and_lung;
mod medicine;
mod mind;
mod mothers_and_children;
mod series;
mod surgery;

/// How a person comes and through which classes the stay goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// Emergency department and home again.
    Emergency,
    /// Emergency department, then a bed.
    EmergencyToInpatient,
    /// Emergency department, then observation, then home.
    EmergencyToObservation,
    /// Emergency department, observation, inpatient order: one continuous stay with three periods (ENC-1).
    ThroughObservation,
    /// Planned admission.
    Elective,
    DaySurgery,
    Clinic,
    Virtual,
    /// One account, many visits.
    Series,
    HomeHealth,
    /// Testing before a planned admission.
    PreAdmit,
    Delivery,
    Birth,
}

/// A diagnosis with our own short label; the code is an ICD-10-CM literal.
pub struct Diagnosis {
    pub code: &'static str,
    pub label: &'static str,
}

/// An inpatient procedure (ICD-10-PCS) and the day of the stay it was done.
pub struct Procedure {
    pub code: &'static str,
    pub label: &'static str,
    pub day: i64,
}

/// A laboratory value: name, unit, reference range, and the range this story's results fall in, in tenths.
pub struct Lab {
    pub name: &'static str,
    pub unit: &'static str,
    pub reference: &'static str,
    pub tenths: (i64, i64),
    pub abnormal: bool,
}

/// An operation or delivery, as dictated.
pub struct Operation {
    pub title: &'static str,
    pub specialty: &'static str,
    pub findings: &'static str,
    pub account: &'static str,
    pub blood_loss: &'static str,
    pub specimen: Option<&'static str>,
}

/// One story.
pub struct Scenario {
    pub key: &'static str,
    pub route: Route,
    /// `Some(true)`: women only.
    pub women: Option<bool>,
    pub ages: (i64, i64),
    pub weight: u32,
    pub service: &'static str,
    pub specialty: &'static str,
    pub reason: &'static str,
    /// Days in a bed (or weeks of a series), shortest and longest.
    pub days: (i64, i64),
    pub diagnoses: &'static [Diagnosis],
    pub procedures: &'static [Procedure],
    pub story: &'static str,
    pub history: &'static str,
    pub medications: &'static [&'static str],
    pub exam: &'static str,
    pub labs: &'static [Lab],
    /// Examination and report.
    pub imaging: Option<(&'static str, &'static str)>,
    pub plan: &'static str,
    /// One for each day, the last repeated.
    pub daily: &'static [&'static str],
    pub course: &'static str,
    /// Specialty and opinion.
    pub consult: Option<(&'static str, &'static str)>,
    pub operation: Option<Operation>,
    pub pathology: Option<&'static str>,
    pub follow_up: &'static str,
    /// UB-04 FL 17 with weights.
    pub dispositions: &'static [(&'static str, u32)],
    pub sensitivity: Option<&'static str>,
}

/// What most scenarios leave as it is.
pub const PLAIN: Scenario = Scenario {
    key: "",
    route: Route::Clinic,
    women: None,
    ages: (18, 99),
    weight: 10,
    service: "Medicine",
    specialty: "Internal medicine",
    reason: "",
    days: (0, 0),
    diagnoses: &[],
    procedures: &[],
    story: "",
    history: "",
    medications: &[],
    exam: "",
    labs: &[],
    imaging: None,
    plan: "",
    daily: &[],
    course: "",
    consult: None,
    operation: None,
    pathology: None,
    follow_up: "Primary care in one week.",
    dispositions: &[("01", 1)],
    sensitivity: None,
};

const fn dx(code: &'static str, label: &'static str) -> Diagnosis {
    Diagnosis { code, label }
}

const fn px(code: &'static str, label: &'static str, day: i64) -> Procedure {
    Procedure { code, label, day }
}

/// A result outside its reference range.
const fn off(name: &'static str, unit: &'static str, reference: &'static str, low: i64, high: i64) -> Lab {
    Lab { name, unit, reference, tenths: (low, high), abnormal: true }
}

/// A result within it.
const fn fine(name: &'static str, unit: &'static str, reference: &'static str, low: i64, high: i64) -> Lab {
    Lab { name, unit, reference, tenths: (low, high), abnormal: false }
}

/// Every story there is.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    [
        heart_and_lung::SCENARIOS,
        medicine::SCENARIOS,
        bones_and_skin::SCENARIOS,
        surgery::SCENARIOS,
        mothers_and_children::SCENARIOS,
        mind::SCENARIOS,
        clinic::SCENARIOS,
        series::SCENARIOS,
    ]
    .into_iter()
    .flatten()
}

impl Scenario {
    /// Whether it could happen to somebody of this sex and age.
    pub fn fits(&self, woman: bool, age: i64) -> bool {
        self.women.is_none_or(|wanted| wanted == woman) && (self.ages.0..=self.ages.1).contains(&age)
    }
}

/// The scenario of that key.
pub fn named(key: &str) -> Option<&'static Scenario> {
    all().find(|scenario| scenario.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_is_told_whole() {
        assert!(all().count() >= 30);
        for scenario in all() {
            let key = scenario.key;
            assert!(!key.is_empty() && !scenario.reason.is_empty(), "{key}");
            assert!(!scenario.diagnoses.is_empty(), "{key}");
            assert!(scenario.story.len() > 200 && scenario.plan.len() > 60 && scenario.exam.len() > 40, "{key}");
            let stays = matches!(
                scenario.route,
                Route::EmergencyToInpatient
                    | Route::ThroughObservation
                    | Route::Elective
                    | Route::Delivery
                    | Route::Birth
            );
            assert_eq!(
                stays,
                scenario.days.1 > 0 && !matches!(scenario.route, Route::Series | Route::HomeHealth),
                "{key}"
            );
            assert!(!stays || !scenario.course.is_empty() && !scenario.daily.is_empty(), "{key}");
            assert!(scenario.procedures.is_empty() || stays, "{key}: ICD-10-PCS is for inpatients (handbook 5.1)");
        }
    }

    #[test]
    fn codes_have_the_form_of_their_set() {
        for scenario in all() {
            for diagnosis in scenario.diagnoses {
                let plain = diagnosis.code.replace('.', "");
                assert!((3..=7).contains(&plain.len()), "{}", diagnosis.code);
                assert!(plain.starts_with(|c: char| c.is_ascii_uppercase()));
                assert_eq!(diagnosis.code.find('.').unwrap_or(3), 3, "{}", diagnosis.code);
            }
            for procedure in scenario.procedures {
                assert_eq!(procedure.code.len(), 7);
                assert!(!procedure.code.contains(['I', 'O']), "{}", procedure.code);
            }
        }
    }

    #[test]
    fn slots_are_closed() {
        for scenario in all() {
            for text in [scenario.story, scenario.exam, scenario.plan, scenario.course, scenario.history] {
                assert_eq!(text.matches('[').count(), text.matches(']').count(), "{}", scenario.key);
                assert_eq!(text.matches('{').count(), text.matches('}').count(), "{}", scenario.key);
            }
        }
    }
}
