//! The viewer: the list at the left, one page in the middle, what is known of the document at the right.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::model::{Listed, Relation, RelationKind, Status, Version};
use super::super::render::Defect;
use super::super::render::{Block, BlockKind, Kind as FileKind, Zoom};
use super::super::rules::{self, Doer};
use super::super::standing::{Entry, Meaning, ScanError, Why};
use super::super::store::Opened;
use super::super::urls::{self, View};
use super::{Row, state_tag};
use crate::access::Act;
use crate::access::policy::amends;
use crate::encounters::model::sensitivity_words;
use crate::patients::header::Header;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Fact, Kind, Moment, Tag, Timeline};

/// What there is to see of the document.
pub enum Middle {
    Text {
        blocks: Vec<Block>,
        pages: u32,
    },
    Picture {
        pages: u32,
        width: u32,
        height: u32,
    },
    /// It can't be shown; the words say why, and what is safe.
    Problem(String),
}

/// Something the reader may do with this document.
pub struct Action {
    pub label: &'static str,
    pub icon: &'static str,
    pub href: String,
    pub first: bool,
}

impl Action {
    /// What the rules allow, most wanted first.
    pub fn all(opened: &Opened, is_text: bool, doer: Doer<'_>) -> Vec<Action> {
        let (document, standing, status) = (opened.document.document, &opened.standing, opened.document.status);
        let mut actions = Vec::new();
        let mut add = |label, icon, href, first| actions.push(Action { label, icon, href, first });
        match rules::meanings(status, standing, &opened.signatures, doer).first() {
            Some(Meaning::Author | Meaning::Cosigner) => {
                add("Sign", "pen-line", urls::signature(document, standing.newest), true);
            }
            Some(Meaning::AdministrativeClosure) => {
                add("Close without author", "pen-line", urls::signature(document, standing.newest), false);
            }
            Some(_) => add("Sign as reviewer", "pen-line", urls::signature(document, standing.newest), false),
            None => {}
        }
        if rules::may_append(status, doer) {
            add("Add addendum", "file-text", urls::new_addendum(document), false);
        }
        if rules::may_correct(status, standing, is_text, doer) {
            let label = match (status, is_text) {
                (Status::Draft, _) => "Edit",
                (_, true) => "Correct",
                (_, false) => "Replace file",
            };
            add(label, "pen-line", urls::correction(document), false);
        }
        if rules::may_retract(status, standing, &opened.signatures, doer) {
            add("Retract or move", "ban", urls::retraction(document), false);
        }
        if status != Status::Retracted && doer.roles.iter().any(|role| amends(*role, Act::RecordAmendment)) {
            let address = format!("/patients/{}/amendments/new?document={document}", opened.document.patient);
            add("Request to amend", "scale", address, false);
        }
        actions
    }
}

#[derive(Template)]
#[template(path = "documents/show.html")]
pub struct ViewerPage {
    pub layout: Layout,
    pub header: Header,
    pub opened: Opened,
    pub list: Vec<Listed>,
    pub middle: Middle,
    pub file: FileKind,
    pub view: View,
    /// The role may take documents away (print, download).
    pub may_export: bool,
    pub actions: Vec<Action>,
    /// The reader may read requests for amendment.
    pub sees_amendments: bool,
    /// The reader may answer the open scan check.
    pub may_check: bool,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

/// Part of the list at the left.
struct Group {
    name: &'static str,
    rows: Vec<Row>,
}

/// A neighbour this document speaks of, or that speaks of it.
struct Neighbour {
    words: &'static str,
    title: String,
    href: Option<String>,
}

impl ViewerPage {
    fn banner(&self) -> Banner {
        let chart = format!("/patients/{}", self.header.patient);
        self.header.banner(self.now, self.zone, Some(chart), Vec::new())
    }

    fn documents(&self) -> String {
        urls::list(self.header.patient)
    }

    fn title(&self) -> &str {
        let title = self.opened.document.title.trim();
        if title.is_empty() { &self.opened.document.type_label } else { title }
    }

    fn state(&self) -> Tag {
        state_tag(self.opened.document.status)
    }

    fn sensitivity(&self) -> Option<Tag> {
        let words = sensitivity_words(self.opened.document.sensitivity.as_deref()?);
        Some(Tag::new(Kind::Sens, words, "lock"))
    }

    fn pages(&self) -> u32 {
        match &self.middle {
            Middle::Text { pages, .. } | Middle::Picture { pages, .. } => *pages,
            Middle::Problem(_) => self.known_pages(),
        }
    }

    /// What was counted at filing, for a document whose wanted page can't be shown.
    fn known_pages(&self) -> u32 {
        let pages = self.opened.version().and_then(|version| version.pages);
        pages.and_then(|pages| u32::try_from(pages).ok()).unwrap_or(0)
    }

    fn position(&self) -> String {
        match self.pages() {
            0 => format!("Page {}", self.view.page),
            pages => format!("Page {} of {pages}", self.view.page),
        }
    }

    fn previous(&self) -> Option<String> {
        let before = self.view.page.checked_sub(1).filter(|page| *page > 0)?;
        Some(self.at(View { page: before.min(self.pages().max(1)), ..self.view }))
    }

    fn next(&self) -> Option<String> {
        (self.view.page < self.pages()).then(|| self.at(View { page: self.view.page + 1, ..self.view }))
    }

    /// The address of this version, looked at another way.
    fn at(&self, view: View) -> String {
        let document = &self.opened.document;
        if self.opened.shown == document.current_version {
            urls::view(document.document, view)
        } else {
            urls::version(document.document, self.opened.shown, view)
        }
    }

    fn zoomed(&self, zoom: Option<Zoom>) -> String {
        self.at(View { zoom, ..self.view })
    }

    fn smaller(&self) -> String {
        self.zoomed(self.zoom().smaller().or(self.view.zoom))
    }

    fn larger(&self) -> String {
        self.zoomed(self.zoom().larger().or(self.view.zoom))
    }

    fn turned(&self) -> String {
        self.at(View { turn: (self.view.turn + 90) % 360, ..self.view })
    }

    fn zoom(&self) -> Zoom {
        self.view.zoom.unwrap_or_default()
    }

    fn zoom_words(&self) -> String {
        self.view.zoom.map_or_else(|| "Fit".into(), |zoom| format!("{}%", zoom.percent()))
    }

    fn zoom_class(&self) -> String {
        self.view.zoom.map_or_else(|| "fit".into(), |zoom| format!("z{}", zoom.percent()))
    }

    /// A page that fits the pane is drawn at one and a half times its size, so that it is sharp on fine screens.
    fn picture(&self) -> String {
        let zoom = self.view.zoom.unwrap_or_else(|| Zoom::near(150));
        urls::picture(self.opened.document.document, self.opened.shown, self.view.page, zoom)
    }

    fn picture_words(&self) -> String {
        format!("{}, as a picture", self.position())
    }

    fn print(&self) -> Option<String> {
        let shown = !matches!(self.middle, Middle::Problem(_));
        (self.may_export && shown).then(|| urls::print(self.opened.document.document, self.opened.shown))
    }

    fn download(&self) -> Option<String> {
        self.may_export.then(|| urls::content(self.opened.document.document, self.opened.shown))
    }

    fn warnings(&self) -> Vec<String> {
        let document = &self.opened.document;
        let mut warnings = Vec::new();
        if self.opened.shown != document.current_version {
            warnings.push(format!("This is version {}. A newer one exists.", self.opened.shown));
        }
        let (standing, signatures) = (&self.opened.standing, &self.opened.signatures);
        if let Some(retraction) = &self.opened.retraction {
            let moved = if retraction.moved { " It was filed again where it belongs." } else { "" };
            warnings.push(format!(
                "Entered in error. Do not use it for care. Retracted {} by {}: {}. {}{moved}",
                format::date_time(retraction.retracted_at, self.zone),
                retraction.retracted_by,
                Why::parse(&retraction.reason_code).map_or(retraction.reason_code.as_str(), |why| why.label()),
                retraction.reason
            ));
        }
        if standing.newest > document.current_version && document.status != Status::Retracted {
            warnings
                .push("A correction was written and waits for its signature. Until then this version counts.".into());
        }
        if rules::awaits_cosigner(standing, signatures, document.current_version) {
            let who = standing.cosigner_name.as_deref().unwrap_or("the cosigner");
            warnings.push(format!("Awaits the cosignature of {who}."));
        }
        if let Some(version) = self.opened.version().filter(|version| !version.defects.is_empty()) {
            let what: Vec<String> = version.defects.iter().map(|word| Defect::words(word)).collect();
            warnings.push(format!("Not includable in a release: {}.", what.join("; ")));
        }
        match document.status {
            Status::Draft => warnings.push("This is a draft, not part of the record.".into()),
            Status::Preliminary => warnings.push("Nobody has signed this document yet.".into()),
            Status::Superseded => warnings.push("Another document replaced this one.".into()),
            Status::Retracted if self.opened.retraction.is_none() => {
                warnings.push("Entered in error. Do not use it for care.".into());
            }
            Status::Retracted | Status::Final | Status::Addended | Status::Amended | Status::Corrected => {}
        }
        warnings
    }

    /// The colour of the warnings.
    fn gravity(&self) -> Kind {
        if self.opened.document.status == Status::Retracted { Kind::Bad } else { Kind::Warn }
    }

    /// What must be read with it: the addenda of a document, and what an addendum belongs to.
    fn read_with(&self) -> Vec<Neighbour> {
        let appends = self.opened.relations.iter().filter(|relation| relation.kind == RelationKind::Appends);
        appends.map(|relation| self.neighbour(relation)).filter(|neighbour| neighbour.href.is_some()).collect()
    }

    /// What everybody who reads it must know of requests to amend it (DOC-11).
    fn amendments(&self) -> impl Iterator<Item = &'static str> {
        self.opened.amendments.iter().filter_map(|flag| super::amendment_words(flag))
    }

    /// Where the requests stand, for those who may read them.
    fn amendment_requests(&self) -> Option<String> {
        self.sees_amendments.then(|| format!("/patients/{}/amendments", self.header.patient))
    }

    fn newest(&self) -> Option<String> {
        let document = &self.opened.document;
        (self.opened.shown != document.current_version).then(|| urls::show(document.document))
    }

    /// The same encounter first; then the rest of the chart.
    fn groups(&self) -> Vec<Group> {
        let encounter = self.opened.document.encounter;
        let same = |listed: &&Listed| encounter.is_some() && listed.encounter == encounter;
        let rows = |part: Vec<&Listed>| {
            part.into_iter()
                .map(|listed| Row {
                    current: listed.document == self.opened.document.document,
                    ..Row::new(listed, self.zone)
                })
                .collect::<Vec<_>>()
        };
        let (near, far): (Vec<_>, Vec<_>) = self.list.iter().partition(same);
        [("Same encounter", rows(near)), ("Chart", rows(far))]
            .into_iter()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(name, rows)| Group { name, rows })
            .collect()
    }

    fn facts(&self) -> Vec<Fact> {
        let document = &self.opened.document;
        let moment = |at: Option<DateTime<Utc>>| {
            at.map_or_else(|| format::NOT_KNOWN.into(), |at| format::date_time(at, self.zone))
        };
        let mut facts = vec![
            Fact::new("Type", document.type_label.clone()),
            Fact::new("LOINC", document.loinc.clone().unwrap_or_else(|| "local type".into())),
            Fact::new("Author", document.author.clone().unwrap_or_else(|| format::NOT_KNOWN.into())),
            Fact::new("Written", moment(document.authored_at)),
        ];
        if let Some(day) = document.service_date {
            facts.push(Fact::new("Date of service", format::date(day)));
        }
        let standing = &self.opened.standing;
        if standing.entry != Entry::Original {
            facts.push(Fact::new("Entry", standing.entry.label()));
        }
        if let (Entry::LateEntry, Some(at)) = (standing.entry, standing.event_at) {
            facts.push(Fact::new("Happened", format::date_time(at, self.zone)));
            facts.push(Fact::new("Late because", standing.delay_reason.clone().unwrap_or_default()));
        }
        facts.push(Fact::new("Filed", moment(Some(document.filed_at))));
        facts.push(Fact::new("Source", source_words(&document.source)));
        if let Some(version) = self.opened.version() {
            facts.push(Fact::new("Version", format!("{} of {}", version.number, document.current_version)));
            facts.push(Fact::new("File", self.file_words(version)));
        }
        facts
    }

    fn file_words(&self, version: &Version) -> String {
        let pages = version.pages.and_then(|pages| u64::try_from(pages).ok());
        let mut parts: Vec<String> = pages.map(|pages| format::counted(pages, "page")).into_iter().collect();
        parts.push(self.file.words().into());
        parts.push(version.content_type.clone());
        parts.push(format::size(version.size.unsigned_abs()));
        parts.join(", ")
    }

    fn sha256(&self) -> String {
        let bytes = self.opened.version().map(|version| version.sha256.as_slice()).unwrap_or_default();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Who signed what, when, as what, newest first (DOC-7).
    fn signatures(&self) -> Timeline {
        let moments = self.opened.signatures.iter().rev().map(|signature| {
            let credential = signature.credential.as_deref().map_or_else(String::new, |words| format!(", {words}"));
            let carried = if signature.carried { ", carried along when the document moved" } else { "" };
            let statement = signature.statement.as_deref().map_or_else(String::new, |words| format!(": {words}"));
            Moment {
                iso: format::iso(signature.signed_at, self.zone),
                time: format::exact(signature.signed_at, self.zone),
                title: format!("{}{credential}", signature.signer_name),
                href: None,
                note: Some(format!(
                    "{}, version {}, {}, confirmed by {}{carried}{statement}",
                    signature.meaning.label(),
                    signature.version,
                    signature.zone,
                    signature.method.replace('-', " ")
                )),
                now: signature.version == self.opened.document.current_version,
            }
        });
        Timeline { moments: moments.collect() }
    }

    fn scan_errors(&self) -> [ScanError; 8] {
        ScanError::ALL
    }

    fn check(&self) -> String {
        urls::check(self.opened.document.document)
    }

    fn encounter(&self) -> Option<String> {
        self.opened.document.encounter.map(crate::encounters::urls::show)
    }

    fn versions(&self) -> Timeline {
        let document = self.opened.document.document;
        let moment = |version: &Version| Moment {
            iso: format::iso(version.created_at, self.zone),
            time: format::date_time(version.created_at, self.zone),
            title: format!("Version {}", version.number),
            href: (version.number != self.opened.shown).then(|| urls::version(document, version.number, View::first())),
            note: Some(match &version.reason {
                Some(reason) => format!("{reason} ({})", version.created_by),
                None => version.created_by.clone(),
            }),
            now: version.number == self.opened.shown,
        };
        Timeline { moments: self.opened.versions.iter().map(moment).collect() }
    }

    fn neighbours(&self) -> Vec<Neighbour> {
        self.opened.relations.iter().map(|relation| self.neighbour(relation)).collect()
    }

    fn neighbour(&self, relation: &Relation) -> Neighbour {
        let words = match (relation.kind, relation.outgoing) {
            (RelationKind::Appends, true) => "Addendum to",
            (RelationKind::Appends, false) => "Added later",
            (RelationKind::Replaces, true) => "Replaces",
            (RelationKind::Replaces, false) => "Replaced by",
            (RelationKind::Transforms, true) => "Made from",
            (RelationKind::Transforms, false) => "Also available as",
            (RelationKind::Signs, true) => "Signs",
            (RelationKind::Signs, false) => "Signed by",
        };
        // What the list does not show is not named here either.
        match self.list.iter().find(|listed| listed.document == relation.other) {
            Some(listed) => {
                let row = Row::new(listed, self.zone);
                Neighbour { words, title: row.title, href: row.href }
            }
            None => Neighbour { words, title: "another document".into(), href: None },
        }
    }

    /// Whether the text's block has columns that must line up.
    fn columns(&self, block: &Block) -> bool {
        block.kind == BlockKind::Columns
    }

    fn heading(&self, block: &Block) -> bool {
        block.kind == BlockKind::Heading
    }
}

/// Where a document came from: ours, or the import's own name for its source.
fn source_words(source: &str) -> String {
    if source == "local" { "This department".into() } else { source.to_owned() }
}

#[cfg(test)]
#[path = "viewer_tests.rs"]
mod tests;
