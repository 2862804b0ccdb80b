//! The pages of the room: the queue, one file beside its chart search, one file beside its index form.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::model::{Quality, Received};
use super::{rules, urls};
use crate::base::id::{IntakeId, PatientId};
use crate::documents::pages::file_field;
use crate::documents::render::{Block, BlockKind, Defect};
use crate::documents::rules::accuracy;
use crate::documents::store::note::{Provider, TypeLine};
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Choice, ErrorSummary, Field, Kind, Pager, Tag};

/// What there is to see of a file.
pub enum Preview {
    Text(Vec<Block>),
    Pictures(Vec<String>),
    Problem(String),
}

/// The form a file is sent with.
pub struct Sending {
    pub file: Field,
    /// Where its sender came from.
    pub chart: Option<PatientId>,
}

impl Sending {
    pub fn new(largest: u64, chart: Option<PatientId>, problem: Option<String>) -> Self {
        Self { file: file_field(largest).error(problem), chart }
    }

    fn action(&self) -> &'static str {
        urls::FILES
    }

    fn problems(&self) -> Option<ErrorSummary> {
        let summary = ErrorSummary::of([&self.file])?;
        Some(ErrorSummary { title: "Nothing was filed".into(), ..summary })
    }
}

#[derive(Template)]
#[template(path = "filing/queue.html")]
pub struct QueuePage {
    pub layout: Layout,
    pub waiting: Vec<Received>,
    pub sending: Sending,
    pub may_send: bool,
    pub quality: Quality,
    pub pager: Pager,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl QueuePage {
    fn href(&self, file: &Received) -> String {
        urls::file(file.file, None)
    }

    fn received(&self, file: &Received) -> String {
        format::date_time(file.received_at, self.zone)
    }

    fn age(&self, file: &Received) -> String {
        format::wait(self.now - file.received_at)
    }

    fn late(&self, file: &Received) -> Option<Tag> {
        rules::is_late(file.received_at, self.now).then(|| Tag::new(Kind::Bad, "Late", "clock"))
    }

    fn what(&self, file: &Received) -> String {
        what(file)
    }

    fn defect(&self, file: &Received) -> Option<Tag> {
        (!file.defects.is_empty()).then(|| Tag::new(Kind::Warn, "Damaged in part", "file-warning"))
    }

    fn quality(&self) -> String {
        match accuracy(self.quality.checked, self.quality.errors) {
            None => "No scan was checked in the last 30 days.".into(),
            Some(share) => format!(
                "Scan checks in 30 days: {} checked, {}, accuracy {share:.1} %.",
                format::count(self.quality.checked),
                format::counted(self.quality.errors, "error")
            ),
        }
    }
}

fn what(file: &Received) -> String {
    let kind = match file.content_type.as_str() {
        "application/pdf" => "PDF",
        "image/tiff" => "TIFF",
        "image/png" => "PNG",
        "image/jpeg" => "JPEG",
        _ => "Text",
    };
    let pages = file.pages.and_then(|pages| u64::try_from(pages).ok());
    let pages = pages.map_or_else(String::new, |pages| format!("{}, ", format::counted(pages, "page")));
    format!("{kind}, {pages}{}", format::size(file.size.unsigned_abs()))
}

pub struct MatchForm {
    pub mrn: Field,
    pub family: Field,
    pub given: Field,
    pub birth_date: Field,
}

impl MatchForm {
    pub fn new(typed: rules::Typed<'_>) -> Self {
        Self {
            mrn: Field::text("mrn", "MRN").value(typed.mrn).longest(40),
            family: Field::text("family", "Family name").value(typed.family).longest(100),
            given: Field::text("given", "Given name").value(typed.given).longest(100),
            birth_date: Field::date("birth_date", "Birth date").value(typed.birth_date).required(),
        }
    }

    pub fn mark(&mut self, name: &str, words: String) {
        let field = match name {
            "family" => &mut self.family,
            "given" => &mut self.given,
            "birth_date" => &mut self.birth_date,
            _ => &mut self.mrn,
        };
        field.error = Some(words);
    }
}

/// One file, and the two identifiers on it.
#[derive(Template)]
#[template(path = "filing/file.html")]
pub struct FilePage {
    pub layout: Layout,
    pub file: Received,
    pub preview: Preview,
    pub form: MatchForm,
    /// Where its sender came from.
    pub chart: Option<PatientId>,
    pub reason: Field,
    pub may_set_aside: bool,
    pub zone: Tz,
}

impl FilePage {
    fn action(&self) -> String {
        urls::matching(self.file.file)
    }

    fn set_aside(&self) -> String {
        urls::outcome(self.file.file)
    }

    fn what(&self) -> String {
        what(&self.file)
    }

    fn received(&self) -> String {
        format!("{} by {}", format::date_time(self.file.received_at, self.zone), self.file.received_by_name)
    }

    fn defects(&self) -> String {
        self.file.defects.iter().map(|word| Defect::words(word)).collect::<Vec<_>>().join("; ")
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.form.mrn, &self.form.family, &self.form.given, &self.form.birth_date, &self.reason])
    }

    fn columns(&self, block: &Block) -> bool {
        block.kind == BlockKind::Columns
    }

    fn heading(&self, block: &Block) -> bool {
        block.kind == BlockKind::Heading
    }
}

/// What was typed into the index form.
#[derive(Clone, Default)]
pub struct TypedIndex {
    pub type_code: String,
    pub title: String,
    pub date: String,
    pub encounter: String,
    pub signature: String,
    pub author_name: String,
}

pub struct IndexForm {
    pub type_code: Field,
    pub title: Field,
    pub date: Field,
    pub encounter: Field,
    pub signature: Field,
    pub author_name: Field,
}

impl IndexForm {
    pub fn new(typed: &TypedIndex, types: &[TypeLine], encounter: Field, providers: &[Provider]) -> Self {
        let kinds = types.iter().map(|line| {
            let loinc = line.loinc.as_deref().map_or_else(String::new, |loinc| format!(" ({loinc})"));
            Choice::new(&line.code, format!("{}{loinc}", line.label))
        });
        let kinds = std::iter::once(Choice::new("", "Choose")).chain(kinds).collect();
        let waits = providers
            .iter()
            .map(|provider| Choice::new(provider.practitioner.to_string(), format!("Waits for {}", provider.name)));
        let signatures =
            std::iter::once(Choice::new("paper", "Signed on the paper, or needs none")).chain(waits).collect();
        Self {
            type_code: Field::select("type", "Type (LOINC)", kinds).value(&typed.type_code).required(),
            title: Field::text("title", "Title")
                .value(&typed.title)
                .hint("Left empty, the type is the title")
                .longest(200),
            date: Field::date("date", "Date of service").value(&typed.date).required(),
            encounter,
            signature: Field::select("signature", "Signature", signatures).value(if typed.signature.is_empty() {
                "paper"
            } else {
                typed.signature.as_str()
            }),
            author_name: Field::text("author_name", "Author on the paper").value(&typed.author_name).longest(120),
        }
    }

    pub fn has_problems(&self) -> bool {
        self.problems().is_some()
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([
            &self.type_code,
            &self.title,
            &self.date,
            &self.encounter,
            &self.signature,
            &self.author_name,
        ])
    }
}

/// Files sent from a chart, and the index form of one that was matched to it. The banner shows whose chart it is, beside the image (DOC-14).
#[derive(Template)]
#[template(path = "filing/index.html")]
pub struct IndexPage {
    pub layout: Layout,
    pub banner: Banner,
    pub patient: PatientId,
    pub at_hand: AtHand,
}

/// What the page is about.
pub enum AtHand {
    Sending(Box<Sending>),
    Index { file: IntakeId, preview: Preview, form: Box<IndexForm> },
}

impl IndexPage {
    fn has_problems(&self) -> bool {
        match &self.at_hand {
            AtHand::Sending(sending) => sending.problems().is_some(),
            AtHand::Index { form, .. } => form.has_problems(),
        }
    }

    fn action(&self) -> String {
        urls::documents(self.patient)
    }

    fn columns(&self, block: &Block) -> bool {
        block.kind == BlockKind::Columns
    }

    fn heading(&self, block: &Block) -> bool {
        block.kind == BlockKind::Heading
    }
}
