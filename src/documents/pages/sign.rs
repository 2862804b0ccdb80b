//! Signing: the whole document, what is said by signing, and one button. And the list of what waits.

use askama::Template;
use chrono_tz::Tz;

use super::super::render::{Block, BlockKind};
use super::super::standing::Meaning;
use super::super::store::Opened;
use super::super::store::sign::Waiting;
use super::super::urls;
use super::Sheet;
use crate::patients::header::Header;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Choice, ErrorSummary, Field, Pager};

/// What is asked beside the document.
pub struct SignForm {
    pub meanings: Vec<Meaning>,
    pub meaning: Field,
    pub statement: Field,
    pub password: Field,
    /// Of those who have a second factor.
    pub one_time_code: Option<Field>,
}

impl SignForm {
    pub fn new(meanings: Vec<Meaning>, chosen: &str, statement: &str, has_second_factor: bool) -> Self {
        let first = meanings.first().map(|meaning| meaning.word()).unwrap_or_default();
        let choices = meanings
            .iter()
            .map(|meaning| Choice::new(meaning.word(), format!("{}. {}", meaning.label(), meaning.attests())));
        let chosen = if chosen.is_empty() { first } else { chosen };
        Self {
            meaning: Field::radios("meaning", "I sign as", choices.collect()).value(chosen).required(),
            statement: Field::area("statement", "Statement", 3).value(statement).longest(1000).hint(
                if first == Meaning::AdministrativeClosure.word() {
                    "Why the author cannot sign, and by whose decision it is closed"
                } else {
                    "Only if there is something to add"
                },
            ),
            password: Field::password("password", "Your password").required(),
            one_time_code: code_field(has_second_factor),
            meanings,
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.meaning, &self.statement, &self.password].into_iter().chain(&self.one_time_code))
    }
}

/// Asks those who have a second factor for its code as well.
pub fn code_field(has_second_factor: bool) -> Option<Field> {
    has_second_factor.then(|| Field::one_time_code("Code from your device").required())
}

#[derive(Template)]
#[template(path = "documents/sign.html")]
pub struct SignPage {
    pub layout: Layout,
    pub banner: Banner,
    pub opened: Opened,
    pub sheets: Vec<Sheet>,
    /// None when there is nothing for the reader to sign.
    pub form: Option<SignForm>,
    /// It changed while the form was open: nothing was signed.
    pub changed: bool,
    pub problem: Option<String>,
    pub zone: Tz,
}

impl SignPage {
    fn back(&self) -> String {
        urls::show(self.opened.document.document)
    }

    fn action(&self) -> String {
        urls::signature(self.opened.document.document, self.opened.shown)
    }

    fn title(&self) -> &str {
        super::title(&self.opened)
    }

    fn version(&self) -> i32 {
        self.opened.shown
    }

    fn newest(&self) -> Option<String> {
        let newest = self.opened.standing.newest;
        (self.opened.shown != newest).then(|| urls::signature(self.opened.document.document, newest))
    }

    fn sha256(&self) -> String {
        self.opened.version().map(|version| super::hex(&version.sha256)).unwrap_or_default()
    }

    fn about(&self) -> String {
        let document = &self.opened.document;
        let author = document.author.as_deref().unwrap_or("author not known");
        let at = document.authored_at.map_or_else(String::new, |at| format!(", {}", format::date_time(at, self.zone)));
        format!("{} by {author}{at}, version {}", document.type_label, self.opened.shown)
    }

    /// Who wrote it down, when that was not the author (DOC-9).
    fn prepared(&self) -> Option<String> {
        let standing = &self.opened.standing;
        let version = self.opened.version()?;
        let own = standing.reader.is_some() && standing.reader == standing.author;
        let hand = &version.created_by;
        let own_hand = *hand == self.layout.person.as_ref()?.name || Some(hand) == self.opened.document.author.as_ref();
        (own && !own_hand)
            .then(|| format!("{} entered this for you. By signing you say that it is yours.", version.created_by))
    }

    fn columns(&self, block: &Block) -> bool {
        block.kind == BlockKind::Columns
    }

    fn heading(&self, block: &Block) -> bool {
        block.kind == BlockKind::Heading
    }
}

#[derive(Template)]
#[template(path = "documents/signatures.html")]
pub struct SignaturesPage {
    pub layout: Layout,
    pub waiting: Vec<Waiting>,
    pub password: Field,
    pub one_time_code: Option<Field>,
    /// What became of the last batch, one line each.
    pub told: Vec<String>,
    pub pager: Pager,
    pub zone: Tz,
}

impl SignaturesPage {
    fn name(&self, waiting: &Waiting) -> String {
        format::name(&waiting.family, &waiting.given, "")
    }

    fn born(&self, waiting: &Waiting) -> String {
        format::date_or_unknown(waiting.birth_date)
    }

    fn mrn(&self, waiting: &Waiting) -> String {
        waiting.mrn.clone().unwrap_or_default()
    }

    fn written(&self, waiting: &Waiting) -> String {
        format::date_time(waiting.written_at, self.zone)
    }

    fn href(&self, waiting: &Waiting) -> String {
        urls::signature(waiting.document, waiting.version)
    }

    /// What a ticked line stands for: this document, this version, these bytes.
    fn item(&self, waiting: &Waiting) -> String {
        format!("{}:{}:{}", waiting.document, waiting.version, super::hex(&waiting.sha256))
    }

    fn any_shown(&self) -> bool {
        self.waiting.iter().any(|waiting| waiting.shown)
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.password].into_iter().chain(&self.one_time_code))
    }
}

/// The identity line above a page that changes a document.
pub fn banner(header: &Header, now: chrono::DateTime<chrono::Utc>, zone: Tz) -> Banner {
    header.banner(now, zone, Some(format!("/patients/{}", header.patient)), Vec::new())
}
