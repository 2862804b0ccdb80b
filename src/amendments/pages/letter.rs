//! Letters to the person: of an extension, of the decision, of a rebuttal. What a denial has to say is 164.526(d)(1).

use askama::Template;
use chrono::NaiveDate;

use super::super::model::{Case, Ground, Letter, Step, StepKind};
use super::super::rules::due_on;
use super::super::urls;
use crate::chart::Frame;
use crate::patients::header::sex_word;
use crate::web::format;
use crate::web::layout::Layout;

#[derive(Template)]
#[template(path = "amendments/letter.html")]
pub struct LetterPage {
    pub frame: Frame,
    pub case: Case,
    pub letter: Letter,
    /// The step it tells of.
    pub step: Step,
    pub address: Option<String>,
    /// The privacy office, where the settings name it.
    pub contact: Option<String>,
    pub complaints_to: String,
    pub today: NaiveDate,
}

impl LetterPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn back(&self) -> String {
        urls::request(self.frame.patient(), self.case.request.request)
    }

    fn title(&self) -> &'static str {
        match (self.letter, self.step.kind) {
            (Letter::Extension, _) => "We need more time for your request",
            (Letter::Rebuttal, _) => "Our answer to your statement of disagreement",
            (Letter::Decision, StepKind::Granted) => "Your request for amendment is granted",
            (Letter::Decision, StepKind::GrantedInPart) => "Your request for amendment is granted in part",
            (Letter::Decision, _) => "Your request for amendment is denied",
        }
    }

    fn born(&self) -> String {
        format::date_or_unknown(self.frame.header.birth_date)
    }

    fn sex(&self) -> &str {
        format::or_unknown(sex_word(&self.frame.header.sex))
    }

    fn mrn(&self) -> &str {
        format::or_unknown(self.frame.header.mrn.as_deref().unwrap_or_default())
    }

    /// Whoever asked; a letter about somebody's record goes to who may have it.
    fn addressee(&self) -> String {
        let name = self.frame.header.name();
        match &self.case.request.requester_name {
            Some(representative) => format!("{representative}, for {name}"),
            None => name,
        }
    }

    fn dated(&self) -> String {
        format::date(self.today)
    }

    fn received(&self) -> String {
        format::date(self.case.request.received_on)
    }

    fn first_day(&self) -> String {
        format::date(due_on(self.case.request.received_on))
    }

    fn due(&self) -> String {
        format::date(self.case.due_on())
    }

    fn ground(&self) -> &'static str {
        self.step.ground.map_or("", Ground::sentence)
    }

    fn titles(&self) -> Vec<&str> {
        self.case.targets.iter().filter_map(|target| target.title.as_deref()).collect()
    }

    fn grants(&self) -> bool {
        self.letter == Letter::Decision && self.step.kind.grants()
    }

    fn denies(&self) -> bool {
        self.letter == Letter::Decision && self.step.kind.denies()
    }

    fn is_extension(&self) -> bool {
        self.letter == Letter::Extension
    }

    fn is_rebuttal(&self) -> bool {
        self.letter == Letter::Rebuttal
    }

    fn office(&self) -> &str {
        self.contact.as_deref().unwrap_or("the privacy office")
    }
}
