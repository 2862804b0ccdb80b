//! The notes of a stay, section by section.

use chrono::{DateTime, Duration, Utc};

use super::super::dice::Dice;
use super::super::people::Person;
use super::super::stays::{Stay, day_of};
use super::super::world::{self, PRACTITIONERS};
use super::results::{line, values};
use super::telling::{fold, tell};

/// Letters in a line of a note.
const WIDTH: usize = 92;

/// Writes the notes of one stay. Chosen words stay chosen: the story reads alike in every paper.
pub struct Writer<'a> {
    pub person: &'a Person,
    pub stay: &'a Stay,
    seed: u64,
}

impl<'a> Writer<'a> {
    pub fn new(seed: u64, person: &'a Person, stay: &'a Stay) -> Self {
        Self { person, stay, seed }
    }

    /// The scenario's words about this person; the same words are told the same way every time.
    fn told(&self, words: &str) -> String {
        tell(words, self.person, self.stay, &mut Dice::new(self.seed, "telling", self.stay.number))
    }

    /// Name, number, birthday and visit at the head of each paper.
    fn head(&self, title: &str, at: DateTime<Utc>) -> String {
        let (person, stay) = (self.person, self.stay);
        let place = &world::FACILITIES[stay.facility];
        format!(
            "{} - {}\n{}\n\nPatient: {}\nMRN: {}    Date of birth: {}    Age: {}    Sex: {}\nVisit: {}    Date: {}\n",
            world::SYSTEM_NAME,
            place.name,
            title.to_uppercase(),
            person.written(),
            person.mrn_at(stay.facility).unwrap_or("-"),
            person.born.format("%m/%d/%Y"),
            age(person, stay),
            super::telling::capital(person.sex),
            stay.visit_number,
            clock(at),
        )
    }

    fn vitals(&self, day: i64) -> String {
        let dice = &mut Dice::new(self.seed, "vitals", self.stay.number * 64 + day as u64);
        let child = self.person.age_on(day_of(self.stay.started_at)) < 12;
        let ill = if day == 0 { 1 } else { 0 };
        let (temperature, pulse) =
            (dice.between(974, 988) + ill * dice.between(0, 14), dice.between(62, 88) + ill * dice.between(4, 24));
        let (upper, lower) = if child {
            (dice.between(88, 108), dice.between(50, 66))
        } else {
            (dice.between(104, 146), dice.between(58, 88))
        };
        format!(
            "T {}.{} F, P {}, R {}, BP {upper}/{lower}, SpO2 {} %",
            temperature / 10,
            temperature % 10,
            if child { pulse + 24 } else { pulse },
            dice.between(14, 20) + if child { 6 } else { 0 },
            dice.between(94 - 2 * ill, 99),
        )
    }

    fn results(&self) -> String {
        let lines: Vec<String> = values(self.seed, self.stay).map(|(lab, value)| line(lab, &value)).collect();
        if lines.is_empty() { "None obtained.".into() } else { lines.join("\n") }
    }

    fn medications(&self) -> String {
        self.stay.scenario.medications.iter().map(|one| format!("- {one}")).collect::<Vec<_>>().join("\n")
    }

    /// Things one asks everybody; thrown once for the person.
    fn background(&self) -> (String, String) {
        const ALLERGIES: &[&str] = &[
            "No known drug allergies.",
            "Penicillin: rash as a child.",
            "Sulfa drugs: hives.",
            "Latex: itching.",
            "No known drug allergies.",
            "Codeine: nausea.",
        ];
        const SOCIAL: &[&str] = &[
            "Lives with family. Does not smoke. Drinks a glass of wine now and then.",
            "Lives alone on one floor. Quit smoking many years ago. No alcohol.",
            "Retired from the mill. Never smoked. Two beers at weekends.",
            "Married, two grown children nearby. Never smoked. No drugs.",
            "Works full time. Smokes half a pack a day and would like to stop. No drugs.",
        ];
        let dice = &mut Dice::new(self.seed, "background", self.person.index);
        let allergies = (*dice.pick(ALLERGIES)).to_string();
        let young = self.person.age_on(day_of(self.stay.started_at)) < 18;
        let social = if young { "Lives at home with family." } else { dice.pick(SOCIAL) };
        (allergies, social.to_string())
    }

    fn assessment(&self) -> String {
        let listed: Vec<String> =
            self.stay.scenario.diagnoses.iter().enumerate().map(|(n, dx)| format!("{}. {}", n + 1, dx.label)).collect();
        listed.join("\n")
    }

    pub fn triage(&self, at: DateTime<Utc>) -> String {
        let (allergies, _) = self.background();
        let level = if self.stay.scenario.days.0 > 1 { 2 } else { 3 };
        self.page(
            "Emergency triage note",
            at,
            &[
                (
                    "ARRIVAL",
                    format!(
                        "Arrived {} {}. Identity checked by name and date of birth, band placed.",
                        clock(self.stay.started_at),
                        if level == 2 { "by ambulance" } else { "on foot" }
                    ),
                ),
                ("REASON", self.stay.scenario.reason.to_string()),
                ("VITAL SIGNS", self.vitals(0)),
                ("ALLERGIES", allergies),
                ("TRIAGE LEVEL", format!("Level {level}. Placed in a room, physician told.")),
            ],
        )
    }

    pub fn emergency(&self, at: DateTime<Utc>) -> String {
        let scenario = self.stay.scenario;
        let (allergies, social) = self.background();
        self.page(
            "Emergency department note",
            at,
            &[
                ("CHIEF COMPLAINT", scenario.reason.into()),
                ("HISTORY OF PRESENT ILLNESS", self.told(scenario.story)),
                ("PAST HISTORY", self.told(scenario.history)),
                ("MEDICATIONS", self.medications()),
                ("ALLERGIES", allergies),
                ("SOCIAL HISTORY", social),
                ("EXAMINATION", format!("{}\n{}", self.vitals(0), self.told(scenario.exam))),
                ("RESULTS", self.results()),
                ("ASSESSMENT AND PLAN", self.told(scenario.plan)),
                (
                    "DISPOSITION",
                    if self.stay.is_bedded() {
                        "Discussed with the admitting service, who accept.".into()
                    } else {
                        format!("Home. {}", scenario.follow_up)
                    },
                ),
            ],
        )
    }

    pub fn history(&self, at: DateTime<Utc>) -> String {
        let scenario = self.stay.scenario;
        let (allergies, social) = self.background();
        self.page(
            "History and physical",
            at,
            &[
                ("CHIEF COMPLAINT", scenario.reason.into()),
                ("HISTORY OF PRESENT ILLNESS", self.told(scenario.story)),
                ("PAST MEDICAL HISTORY", self.told(scenario.history)),
                ("MEDICATIONS AT HOME", self.medications()),
                ("ALLERGIES", allergies),
                ("SOCIAL HISTORY", social),
                ("REVIEW OF SYSTEMS", "As in the history; the rest was asked and is negative.".into()),
                ("PHYSICAL EXAMINATION", format!("{}\n{}", self.vitals(0), self.told(scenario.exam))),
                ("DATA", self.results()),
                ("ASSESSMENT", self.assessment()),
                ("PLAN", self.told(scenario.plan)),
            ],
        )
    }

    pub fn progress(&self, at: DateTime<Utc>, day: i64) -> String {
        let scenario = self.stay.scenario;
        let word = match scenario.daily {
            [] => scenario.plan,
            daily => daily[(day as usize).min(daily.len() - 1)],
        };
        self.page(
            "Progress note",
            at,
            &[
                ("DAY", format!("Day {} of the stay. Interval history taken, chart reviewed.", day + 1)),
                ("SUBJECTIVE AND COURSE", self.told(word)),
                ("OBJECTIVE", format!("{}\nExamined at the bedside; changes as above.", self.vitals(day + 1))),
                ("ASSESSMENT", self.assessment()),
                ("PLAN", "As written above. Discussed with the nurse and the patient, who agrees.".into()),
            ],
        )
    }

    pub fn visit(&self, at: DateTime<Utc>, title: &str) -> String {
        let scenario = self.stay.scenario;
        let (allergies, _) = self.background();
        self.page(
            title,
            at,
            &[
                ("REASON FOR VISIT", scenario.reason.into()),
                ("HISTORY", self.told(scenario.story)),
                ("PAST HISTORY", self.told(scenario.history)),
                ("MEDICATIONS", self.medications()),
                ("ALLERGIES", allergies),
                ("EXAMINATION", self.told(scenario.exam)),
                ("RESULTS", self.results()),
                ("ASSESSMENT", self.assessment()),
                ("PLAN", self.told(scenario.plan)),
                ("FOLLOW-UP", scenario.follow_up.into()),
            ],
        )
    }

    pub fn consult(&self, at: DateTime<Utc>, specialty: &str, opinion: &str) -> String {
        self.page(
            &format!("{specialty} consult"),
            at,
            &[
                ("ASKED BY", PRACTITIONERS[self.stay.attending].signed()),
                ("HISTORY", self.told(self.stay.scenario.story)),
                ("EXAMINATION", self.told(self.stay.scenario.exam)),
                ("OPINION AND ADVICE", self.told(opinion)),
            ],
        )
    }

    pub fn operation(&self, at: DateTime<Utc>) -> String {
        let Some(operation) = &self.stay.scenario.operation else { return String::new() };
        let before = self.stay.scenario.diagnoses[0].label;
        self.page(
            "Operative report",
            at,
            &[
                ("PROCEDURE", operation.title.into()),
                ("DIAGNOSIS BEFORE", before.into()),
                ("DIAGNOSIS AFTER", "The same.".into()),
                ("TIME OUT", "Patient, procedure and side confirmed by the whole team. Consent on the chart.".into()),
                ("FINDINGS", operation.findings.into()),
                ("DESCRIPTION", operation.account.into()),
                ("BLOOD LOSS", operation.blood_loss.into()),
                ("SPECIMENS", operation.specimen.unwrap_or("None").into()),
                ("COMPLICATIONS", "None.".into()),
                ("CONDITION", "Stable to recovery. Counts correct.".into()),
            ],
        )
    }

    pub fn nursing(&self, at: DateTime<Utc>, day: i64) -> String {
        const CARE: &[&str] = &[
            "Resting comfortably, call light in reach, bed low. Turned and repositioned. Skin whole over heels and sacrum.",
            "Walked to the bathroom with one helper, steady. Ate most of the meal. Family visited.",
            "Awake part of the night. Pain given as ordered with relief in half an hour. Line site clean and dry.",
            "Teaching on medicines with teach-back. Says {he} understands. Questions written down for the physician.",
        ];
        let dice = &mut Dice::new(self.seed, "nursing", self.stay.number * 64 + day as u64);
        let care = self.told(dice.pick::<&str>(CARE));
        self.page(
            "Nursing note",
            at,
            &[
                ("VITAL SIGNS", self.vitals(day + 1)),
                ("CARE", care),
                ("PAIN", format!("{} of 10.", dice.between(0, 5))),
                ("FALL RISK", format!("{}. Precautions in place.", dice.pick(&["Low", "Moderate", "High"]))),
            ],
        )
    }

    pub fn summary(&self, at: DateTime<Utc>) -> String {
        let (stay, scenario) = (self.stay, self.stay.scenario);
        let end = stay.ended_at.unwrap_or(at);
        let dead = stay.disposition == Some("20");
        let course = if dead {
            format!(
                "{}\nIn spite of treatment {} grew weaker. Care was turned to comfort with the family's agreement. Death was pronounced on {}. The family was present. The coroner was told and released the case.",
                self.told(scenario.course),
                self.told("{he}"),
                clock(end)
            )
        } else {
            self.told(scenario.course)
        };
        let disposition = world::disposition_words(stay.disposition.unwrap_or("01"));
        let mut sections = vec![
            ("ADMITTED", clock(stay.admitted_at.unwrap_or(stay.started_at))),
            ("DISCHARGED", clock(end)),
            ("DIAGNOSES", self.assessment()),
            ("PRESENTATION", self.told(scenario.story)),
            ("HOSPITAL COURSE", course),
        ];
        if let Some(operation) = &scenario.operation {
            sections.push(("PROCEDURES", operation.title.into()));
        }
        sections
            .push(("CONDITION AND DISPOSITION", format!("{}. {disposition}.", if dead { "Died" } else { "Stable" })));
        if !dead {
            sections.push(("MEDICATIONS", self.medications()));
            sections.push(("FOLLOW-UP", scenario.follow_up.into()));
        }
        self.page("Discharge summary", at, &sections)
    }

    pub fn imaging(&self, at: DateTime<Utc>, examination: &str, report: &str) -> String {
        self.page(
            examination,
            at,
            &[
                ("EXAMINATION", examination.into()),
                ("INDICATION", self.stay.scenario.reason.into()),
                ("COMPARISON", "None available.".into()),
                ("FINDINGS AND IMPRESSION", report.into()),
            ],
        )
    }

    pub fn laboratory(&self, at: DateTime<Utc>) -> String {
        self.page(
            "Laboratory report",
            at,
            &[
                ("COLLECTED", clock(at - Duration::minutes(50))),
                ("RESULTS (value, unit, reference range, H or L when outside)", self.results()),
                ("LABORATORY", "Tamarack Valley Health Laboratory, 400 Lakeshore Drive, Lakemere, OH".into()),
            ],
        )
    }

    pub fn pathology(&self, at: DateTime<Utc>, report: &str) -> String {
        let specimen =
            self.stay.scenario.operation.as_ref().and_then(|operation| operation.specimen).unwrap_or("Tissue");
        self.page(
            "Pathology report",
            at,
            &[
                ("SPECIMEN", specimen.into()),
                ("CLINICAL HISTORY", self.stay.scenario.reason.into()),
                ("GROSS DESCRIPTION", "Received in formalin, labeled with the patient's name and record number. Processed whole in one cassette.".into()),
                ("DIAGNOSIS", report.into()),
            ],
        )
    }

    fn page(&self, title: &str, at: DateTime<Utc>, sections: &[(&str, String)]) -> String {
        let mut page = self.head(title, at);
        for (heading, text) in sections {
            page.push_str(&format!("\n{heading}\n{}\n", fold(text, WIDTH).join("\n")));
        }
        page
    }
}

/// An instant as the hospital's clock shows it.
pub fn clock(at: DateTime<Utc>) -> String {
    at.with_timezone(&world::TIME_ZONE).format("%m/%d/%Y %H:%M").to_string()
}

fn age(person: &Person, stay: &Stay) -> String {
    let day = day_of(stay.started_at);
    match person.age_on(day) {
        0 => format!("{} d", (day - person.born).num_days().max(0)),
        years => format!("{years} y"),
    }
}
