//! The consents of a chart, the form for one more, and the form that revokes one.

use askama::Template;
use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;

use super::model::{Consent, Kind as Of};
use super::rules::{Standing, standings};
use super::urls;
use crate::chart::Frame;
use crate::web::form_page::Problems;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Choice, ErrorSummary, Field, Kind, Tag};

#[derive(Template)]
#[template(path = "consents/list.html")]
pub struct ConsentsPage {
    pub frame: Frame,
    /// The newest first.
    pub consents: Vec<Consent>,
    pub may_record: bool,
    pub may_revoke: bool,
    /// Titles lead to their documents for those who may open some.
    pub opens_documents: bool,
    pub today: NaiveDate,
}

impl ConsentsPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn record(&self) -> String {
        urls::new(self.frame.patient())
    }

    fn revoke(&self, consent: &Consent) -> String {
        urls::revocation(self.frame.patient(), consent.consent)
    }

    /// Each with how it stands.
    fn rows(&self) -> impl Iterator<Item = (&Consent, Standing)> {
        self.consents.iter().zip(standings(&self.consents, self.today))
    }

    fn tag(&self, standing: &Standing) -> Tag {
        match standing {
            Standing::InForce => Tag::new(Kind::Ok, "In force", "circle-check"),
            Standing::Expired => Tag::new(Kind::Warn, "Expired", "clock"),
            Standing::Revoked => Tag::new(Kind::Plain, "Revoked", "undo-2"),
            Standing::Superseded => Tag::new(Kind::Plain, "Replaced by a later one", "history"),
        }
    }

    fn is_open(&self, standing: &Standing) -> bool {
        self.may_revoke && matches!(standing, Standing::InForce)
    }

    fn day(&self, day: &NaiveDate) -> String {
        format::date(*day)
    }

    fn ends(&self, consent: &Consent) -> String {
        consent.expires_on.map_or_else(|| "–".into(), format::date)
    }

    fn recorded(&self, consent: &Consent) -> String {
        let by = consent.recorded_by.as_deref().unwrap_or("another system");
        format!("{} by {by}", format::day_of(consent.recorded_at, self.frame.zone))
    }
}

/// What was typed into the form of a new consent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    pub consent: String,
    pub kind: String,
    pub decision: String,
    pub scope: String,
    pub signed: String,
    pub ends: String,
    pub witness: String,
    pub document: String,
}

impl Typed {
    pub fn given(&self) -> Option<bool> {
        match self.decision.as_str() {
            "given" => Some(true),
            "refused" => Some(false),
            _ => None,
        }
    }
}

/// A field as it was sent, with what is wrong with it.
fn again(field: &mut Field, value: &str, problems: &Problems) {
    value.clone_into(&mut field.value);
    field.error = problems.iter().find(|(name, _)| *name == field.name).map(|(_, words)| words.clone());
}

/// The fields of a new consent.
pub struct ConsentForm {
    /// Made with the page, so that a form sent twice is one consent.
    pub consent: Uuid,
    pub kind: Field,
    pub decision: Field,
    pub scope: Field,
    pub signed: Field,
    pub ends: Field,
    pub witness: Field,
    pub document: Option<Field>,
}

impl ConsentForm {
    pub fn new(consent: Uuid, documents: Vec<(String, String)>) -> Self {
        let mut kinds = vec![Choice::new("", "Choose a kind")];
        kinds.extend(Of::ALL.map(|kind| Choice::new(kind.word(), kind.label())));
        let mut papers = vec![Choice::new("", "No document")];
        papers.extend(documents.into_iter().map(|(id, title)| Choice::new(id, title)));
        Self {
            consent,
            kind: Field::select("kind", "Kind", kinds).required(),
            decision: Field::radios(
                "decision",
                "Decision",
                vec![
                    Choice::new("given", "Given: agreed, acknowledged, opted in, or on file"),
                    Choice::new("refused", "Refused: not signed, or opted out"),
                ],
            ),
            scope: Field::text("scope", "What it covers")
                .hint("Such as the exchange it is about, or: living will, health care proxy.")
                .longest(200),
            signed: Field::date("signed", "Signed on").longest(40).required(),
            ends: Field::date("ends", "Ends on").hint("Leave empty when it has no last day.").longest(40),
            witness: Field::text("witness", "Witness").longest(120),
            document: (papers.len() > 1).then(|| Field::select("document", "The paper", papers)),
        }
    }

    /// The form again: with what was typed, and what is wrong with it.
    pub fn fill(&mut self, typed: &Typed, problems: &Problems) {
        let fields = [
            (Some(&mut self.kind), &typed.kind),
            (Some(&mut self.decision), &typed.decision),
            (Some(&mut self.scope), &typed.scope),
            (Some(&mut self.signed), &typed.signed),
            (Some(&mut self.ends), &typed.ends),
            (Some(&mut self.witness), &typed.witness),
            (self.document.as_mut(), &typed.document),
        ];
        for (field, value) in fields {
            let Some(field) = field else { continue };
            again(field, value, problems);
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        let fields = [&self.kind, &self.decision, &self.scope, &self.signed, &self.ends, &self.witness];
        ErrorSummary::of(fields.into_iter().chain(&self.document))
    }
}

#[derive(Template)]
#[template(path = "consents/new.html")]
pub struct NewConsentPage {
    pub frame: Frame,
    pub form: ConsentForm,
}

impl NewConsentPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn action(&self) -> String {
        crate::chart::urls::consents(self.frame.patient())
    }
}

#[derive(Template)]
#[template(path = "consents/revoke.html")]
pub struct RevokePage {
    pub frame: Frame,
    pub consent: Consent,
    pub on: Field,
    pub reason: Field,
    /// Somebody revoked it meanwhile.
    pub overtaken: bool,
}

impl RevokePage {
    pub fn fields() -> (Field, Field) {
        (
            Field::date("revoked", "Revoked on").longest(40).required(),
            Field::area("reason", "Why, or how the patient said so", 2).longest(300).required(),
        )
    }

    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    pub fn fill(&mut self, on: &str, reason: &str, problems: &Problems) {
        again(&mut self.on, on, problems);
        again(&mut self.reason, reason, problems);
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.on, &self.reason])
    }

    fn action(&self) -> String {
        urls::revocation(self.frame.patient(), self.consent.consent)
    }

    fn back(&self) -> String {
        crate::chart::urls::consents(self.frame.patient())
    }

    fn what(&self) -> String {
        format!(
            "{}, {}, signed {}",
            self.consent.label(),
            self.consent.decision_words(),
            format::date(self.consent.signed_on)
        )
    }

    fn revoked_words(&self) -> Option<String> {
        let day = self.consent.revoked_on?;
        let by = self.consent.revoked_by.as_deref().unwrap_or("somebody");
        Some(format!(
            "Revoked on {}, recorded by {by}: {}",
            format::date(day),
            self.consent.revocation_reason.as_deref().unwrap_or_default()
        ))
    }
}
