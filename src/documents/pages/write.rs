//! Writing: a new note, an addendum, a new version.

use askama::Template;
use chrono_tz::Tz;
use uuid::Uuid;

use super::super::standing::Entry;
use super::super::store::Opened;
use super::super::store::note::{Provider, TypeLine};
use super::super::urls;
use crate::base::id::PatientId;
use crate::encounters::model::{Visit, class_words};
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Choice, ErrorSummary, Field};

/// The longest note: a hundred pages.
pub const LONGEST: u32 = 200_000;

/// What was typed, name by name.
#[derive(Clone, Default)]
pub struct TypedNote {
    pub type_code: String,
    pub title: String,
    pub encounter: String,
    pub author: String,
    pub cosigner: String,
    pub date: String,
    pub time: String,
    pub late: bool,
    pub delay: String,
    pub text: String,
}

pub struct NoteForm {
    pub type_code: Field,
    pub title: Field,
    pub encounter: Field,
    pub author: Field,
    pub cosigner: Field,
    pub date: Field,
    pub time: Field,
    pub late: Field,
    pub delay: Field,
    pub text: Field,
}

impl NoteForm {
    pub fn new(typed: &TypedNote, types: &[TypeLine], visits: &[Visit], providers: &[Provider], zone: Tz) -> Self {
        let kinds = types.iter().filter(|line| line.needs_signature).map(|line| Choice::new(&line.code, &line.label));
        let people = |own: bool| {
            providers
                .iter()
                .filter(move |provider| own || !provider.own)
                .map(|provider| Choice::new(provider.practitioner.to_string(), provider_words(provider)))
        };
        let own = providers.iter().find(|provider| provider.own).map(|own| own.practitioner.to_string());
        let author = if typed.author.is_empty() { own.unwrap_or_default() } else { typed.author.clone() };
        let cosigners = std::iter::once(Choice::new("", "Nobody")).chain(people(false)).collect();
        Self {
            type_code: Field::select("type", "Type", kinds.collect())
                .value(if typed.type_code.is_empty() { "progress-note" } else { typed.type_code.as_str() })
                .required(),
            title: Field::text("title", "Title")
                .value(&typed.title)
                .hint("Left empty, the type is the title")
                .longest(200),
            encounter: encounter_field(visits, &typed.encounter, zone),
            author: Field::select("author", "Author", people(true).collect())
                .value(author)
                .hint("Writing for somebody else prepares it; they sign")
                .required(),
            cosigner: Field::select("cosigner", "Cosigner", cosigners).value(&typed.cosigner),
            date: Field::date("date", "Date of service").value(&typed.date).required(),
            time: Field::text("time", "Time").value(&typed.time).placeholder("hh:mm"),
            late: Field::tick("late", "Late entry", typed.late).hint("Written afterwards; say why below"),
            delay: Field::text("delay", "Reason for the delay").value(&typed.delay).longest(500),
            text: Field::area("text", "Note", 18).value(&typed.text).longest(LONGEST).required(),
        }
    }

    pub fn has_problems(&self) -> bool {
        self.problems().is_some()
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([
            &self.type_code,
            &self.title,
            &self.encounter,
            &self.author,
            &self.cosigner,
            &self.date,
            &self.time,
            &self.late,
            &self.delay,
            &self.text,
        ])
    }
}

fn provider_words(provider: &Provider) -> String {
    match provider.credential.as_deref() {
        Some(credential) if !credential.is_empty() => format!("{}, {credential}", provider.name),
        _ => provider.name.clone(),
    }
}

/// The file to send; the kinds are those that filing takes, and the limit the one that is set.
pub fn file_field(largest: u64) -> Field {
    let kinds = format!("PDF, PNG, JPEG, TIFF or plain text, up to {}", format::size(largest));
    Field::file("file", "File").hint(kinds).required()
}

/// The encounters of one patient to choose from; those the reader may not see are none of them.
pub fn encounter_field(visits: &[Visit], chosen: &str, zone: Tz) -> Field {
    let choices = visits.iter().filter(|visit| !visit.hidden).map(|visit| {
        let day = visit.started_at.map_or_else(|| "not begun".into(), |at| format::day_of(at, zone));
        Choice::new(visit.encounter.to_string(), format!("{} {day}, {}", class_words(&visit.class), visit.visit_number))
    });
    let choices = std::iter::once(Choice::new("", "None")).chain(choices).collect();
    Field::select("encounter", "Encounter", choices).value(chosen)
}

#[derive(Template)]
#[template(path = "documents/note.html")]
pub struct NotePage {
    pub layout: Layout,
    pub banner: Banner,
    pub patient: PatientId,
    /// The document it will be, so that sending twice writes once.
    pub key: Uuid,
    pub form: NoteForm,
}

impl NotePage {
    fn action(&self) -> String {
        urls::notes(self.patient)
    }

    fn back(&self) -> String {
        urls::list(self.patient)
    }
}

pub struct AddendumForm {
    pub entry: Field,
    pub text: Field,
}

impl AddendumForm {
    pub fn new(may_amend: bool, entry: &str, text: &str) -> Self {
        let mut choices = vec![Choice::new(Entry::Addendum.word(), "Addendum: adds information")];
        if may_amend {
            choices.push(Choice::new(Entry::Amendment.word(), "Amendment: clarifies what was written"));
        }
        Self {
            entry: Field::radios("entry", "Kind", choices)
                .value(if entry.is_empty() { Entry::Addendum.word() } else { entry })
                .required(),
            text: Field::area("text", "Text", 10).value(text).longest(LONGEST).required(),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.entry, &self.text])
    }
}

#[derive(Template)]
#[template(path = "documents/addendum.html")]
pub struct AddendumPage {
    pub layout: Layout,
    pub banner: Banner,
    pub opened: Opened,
    pub key: Uuid,
    pub form: AddendumForm,
}

impl AddendumPage {
    fn title(&self) -> &str {
        super::title(&self.opened)
    }

    fn action(&self) -> String {
        urls::addenda(self.opened.document.document)
    }

    fn back(&self) -> String {
        urls::show(self.opened.document.document)
    }
}

pub struct CorrectionForm {
    pub text: Field,
    pub file: Field,
    pub reason: Field,
}

impl CorrectionForm {
    pub fn new(text: &str, reason: &str, largest: u64) -> Self {
        Self {
            text: Field::area("text", "Text", 18).value(text).longest(LONGEST).required(),
            file: file_field(largest),
            reason: Field::text("reason", "Reason for the change").value(reason).longest(500).required(),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.text, &self.file, &self.reason])
    }
}

#[derive(Template)]
#[template(path = "documents/correction.html")]
pub struct CorrectionPage {
    pub layout: Layout,
    pub banner: Banner,
    pub opened: Opened,
    pub form: CorrectionForm,
    /// The content is a text that is written on here; else another file replaces it.
    pub is_text: bool,
    /// The version the writer saw.
    pub seen: i32,
    /// What somebody else saved meanwhile.
    pub theirs: Option<String>,
}

impl CorrectionPage {
    fn title(&self) -> &str {
        super::title(&self.opened)
    }

    fn is_draft(&self) -> bool {
        self.opened.document.status == super::super::model::Status::Draft
    }

    fn heading(&self) -> &'static str {
        if self.is_draft() { "Edit the draft" } else { "Correct the document" }
    }

    fn action(&self) -> String {
        urls::correction(self.opened.document.document)
    }

    fn upload(&self) -> String {
        urls::versions(self.opened.document.document)
    }

    fn back(&self) -> String {
        urls::show(self.opened.document.document)
    }
}
