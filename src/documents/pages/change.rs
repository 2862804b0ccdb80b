//! Taking back and moving; searching the chart.

use askama::Template;
use chrono_tz::Tz;

use super::super::standing::Why;
use super::super::store::Opened;
use super::super::store::search::Hit;
use super::super::urls;
use crate::base::id::PatientId;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Choice, ErrorSummary, Field, Tag};

pub struct RetractionForm {
    pub why: Field,
    pub reason: Field,
}

impl RetractionForm {
    pub fn new(why: &str, reason: &str) -> Self {
        let choices = Why::ALL.map(|why| Choice::new(why.word(), why.label()));
        Self {
            why: Field::radios("why", "What is wrong", choices.into()).value(why).required(),
            reason: Field::area("explanation", "Reason for the file", 3)
                .value(reason)
                .hint("At least 10 characters; it stays with the tombstone")
                .longest(1000)
                .required(),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.why, &self.reason])
    }
}

#[derive(Template)]
#[template(path = "documents/retraction.html")]
pub struct RetractionPage {
    pub layout: Layout,
    pub banner: Banner,
    pub opened: Opened,
    pub form: RetractionForm,
}

impl RetractionPage {
    fn title(&self) -> &str {
        super::title(&self.opened)
    }

    fn action(&self) -> String {
        urls::retraction(self.opened.document.document)
    }

    fn back(&self) -> String {
        urls::show(self.opened.document.document)
    }

    fn relocation(&self) -> String {
        urls::relocation(self.opened.document.document)
    }
}

/// What was typed to say where it belongs.
#[derive(Clone, Default)]
pub struct TypedMove {
    pub encounter: String,
    pub mrn: String,
    pub birth_date: String,
    pub reason: String,
}

pub struct MoveForm {
    pub encounter: Field,
    pub mrn: Field,
    pub birth_date: Field,
    pub reason: Field,
}

impl MoveForm {
    pub fn new(typed: &TypedMove, encounter: Field) -> Self {
        Self {
            encounter: encounter.hint("Another encounter of this patient"),
            mrn: Field::text("mrn", "MRN on the paper").value(&typed.mrn).longest(40),
            birth_date: Field::date("birth_date", "Birth date on the paper").value(&typed.birth_date),
            reason: Field::area("explanation", "Reason for the file", 3)
                .value(&typed.reason)
                .hint("At least 10 characters")
                .longest(1000)
                .required(),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.encounter, &self.mrn, &self.birth_date, &self.reason])
    }
}

#[derive(Template)]
#[template(path = "documents/relocation.html")]
pub struct MovePage {
    pub layout: Layout,
    pub banner: Banner,
    pub opened: Opened,
    pub form: MoveForm,
}

impl MovePage {
    fn title(&self) -> &str {
        super::title(&self.opened)
    }

    fn action(&self) -> String {
        urls::relocation(self.opened.document.document)
    }

    fn back(&self) -> String {
        urls::show(self.opened.document.document)
    }
}

#[derive(Template)]
#[template(path = "documents/search.html")]
pub struct SearchPage {
    pub layout: Layout,
    pub banner: Banner,
    pub patient: PatientId,
    pub words: Field,
    pub hits: Vec<Hit>,
    pub zone: Tz,
}

impl SearchPage {
    fn action(&self) -> String {
        urls::search(self.patient)
    }

    fn back(&self) -> String {
        urls::list(self.patient)
    }

    fn href(&self, hit: &Hit) -> String {
        urls::show(hit.document)
    }

    fn date(&self, hit: &Hit) -> String {
        format::day_of(hit.dated_at, self.zone)
    }

    fn author(&self, hit: &Hit) -> String {
        hit.author.clone().unwrap_or_default()
    }

    fn state(&self, hit: &Hit) -> Option<Tag> {
        hit.status.map(super::state_tag)
    }

    fn count(&self) -> String {
        format::counted(self.hits.len() as u64, "document")
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.words])
    }
}
