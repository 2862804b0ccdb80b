//! Chart requests: the queue, the requests about one patient, the form, and one request with its history.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::my_day::{due_tag, masked_name};
use super::role_title;
use crate::access::purpose::Purpose;
use crate::base::id::StaffId;
use crate::chart::Frame;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Choice, ErrorSummary, Fact, Field, Kind, Moment, Pager, Tab, Tabs, Tag, Timeline};
use crate::work::model::{Because, Line, Listed, Request, Shown, State, Step, StepKind};
use crate::work::rules::NEEDED_IN;
use crate::work::urls;

/// A state with its colour.
pub fn state_tag(state: State, late: bool) -> Tag {
    let (kind, icon) = match state {
        _ if late => (Kind::Bad, "clock"),
        State::Open => (Kind::Warn, "hourglass"),
        State::Accepted => (Kind::Note, "folder-open"),
        State::Delivered => (Kind::Ok, "circle-check"),
        State::Declined => (Kind::Plain, "ban"),
        State::Withdrawn => (Kind::Plain, "undo-2"),
    };
    Tag::new(kind, if late { format!("{}, late", state.label()) } else { state.label().into() }, icon)
}

#[derive(Template)]
#[template(path = "work/requests.html")]
pub struct QueuePage {
    pub layout: Layout,
    pub shown: Shown,
    pub late_only: bool,
    pub lines: Vec<Listed>,
    /// Everybody's requests, or one's own.
    pub answers: bool,
    pub open: i64,
    pub late: i64,
    pub pager: Pager,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

/// The queue under a filter, from a key on.
pub fn address(path: &str, shown: Shown, late_only: bool, after: Option<&str>) -> String {
    let mut query = format!("?state={}", shown.word());
    if late_only {
        query.push_str("&late=yes");
    }
    if let Some(after) = after {
        query.push_str("&after=");
        query.push_str(after);
    }
    format!("{path}{query}")
}

impl QueuePage {
    fn tabs(&self) -> Tabs {
        let tab = |label, shown: Shown| {
            Tab::new(label, address(urls::REQUESTS, shown, self.late_only, None), self.shown == shown)
        };
        Tabs {
            label: "Chart requests",
            tabs: vec![
                tab("Waiting", Shown::Waiting),
                tab("Being got out", Shown::Accepted),
                tab("Closed", Shown::Over),
                tab("All", Shown::All),
            ],
        }
    }

    fn csv(&self) -> String {
        address(urls::REQUESTS_CSV, self.shown, self.late_only, None)
    }

    fn late_link(&self) -> String {
        address(urls::REQUESTS, self.shown, !self.late_only, None)
    }

    fn open_words(&self) -> String {
        let open = format::counted(self.open.unsigned_abs(), "open request");
        if self.late > 0 { format!("{open}, {} late", format::count(self.late.unsigned_abs())) } else { open }
    }

    fn heading(&self) -> &'static str {
        match self.shown {
            Shown::Waiting => "Waiting, the most urgent first",
            Shown::Accepted => "Being got out, the most urgent first",
            Shown::Over => "Closed, newest first",
            Shown::All => "All, newest first",
        }
    }

    fn href(&self, line: &Listed) -> String {
        urls::request(line.patient, line.request)
    }

    fn name(&self, line: &Listed) -> String {
        masked_name(line.family.as_deref(), line.given.as_deref())
    }

    fn role(&self, line: &Listed) -> String {
        role_title(&line.asked_role).to_owned()
    }

    fn purpose(&self, line: &Listed) -> String {
        Purpose::label(&line.purpose).to_owned()
    }

    fn asked(&self, line: &Listed) -> String {
        format::recent(line.asked_at, self.now, self.zone)
    }

    fn due(&self, line: &Listed) -> Tag {
        if line.state().is_over() {
            return Tag::new(Kind::Plain, format::recent(line.needed_by, self.now, self.zone), "");
        }
        due_tag(line.needed_by, self.now, self.zone)
    }

    fn state(&self, line: &Listed) -> Tag {
        state_tag(line.state(), line.is_late(self.now))
    }
}

/// The queue as a spreadsheet.
///
/// # Errors
/// Whatever the writer says; it writes to memory.
pub fn csv(lines: &[Listed], now: DateTime<Utc>, zone: Tz) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "Patient",
        "MRN",
        "Asked by",
        "Role",
        "Purpose",
        "Wanted",
        "Asked",
        "Needed by",
        "State",
        "Late",
        "Last step by",
    ])?;
    for line in lines {
        let cells = [
            masked_name(line.family.as_deref(), line.given.as_deref()),
            line.mrn.clone().unwrap_or_default(),
            line.asker.clone(),
            role_title(&line.asked_role).to_owned(),
            Purpose::label(&line.purpose).to_owned(),
            line.wanted.clone(),
            format::iso(line.asked_at, zone),
            format::iso(line.needed_by, zone),
            line.state().label().to_owned(),
            if line.is_late(now) { "yes".into() } else { String::new() },
            line.latest_by.clone().unwrap_or_default(),
        ];
        writer.write_record(cells.map(|cell| format::spreadsheet_cell(&cell)))?;
    }
    writer.flush()?;
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[derive(Template)]
#[template(path = "work/chart_requests.html")]
pub struct ChartRequestsPage {
    pub frame: Frame,
    pub lines: Vec<Line>,
    pub answers: bool,
    /// Tabs lead into the chart; who was only let to ask has none.
    pub inside: bool,
}

impl ChartRequestsPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn href(&self, line: &Line) -> String {
        urls::request(self.frame.patient(), line.request)
    }

    fn ask(&self) -> String {
        urls::new_request(self.frame.patient())
    }

    fn role(&self, line: &Line) -> String {
        role_title(&line.asked_role).to_owned()
    }

    fn purpose(&self, line: &Line) -> String {
        Purpose::label(&line.purpose).to_owned()
    }

    fn asked(&self, line: &Line) -> String {
        format::recent(line.asked_at, self.frame.now, self.frame.zone)
    }

    fn due(&self, line: &Line) -> String {
        format::recent(line.needed_by, self.frame.now, self.frame.zone)
    }

    fn state(&self, line: &Line) -> Tag {
        let state = State::of(line.latest.as_deref());
        state_tag(state, !state.is_over() && line.needed_by < self.frame.now)
    }
}

#[derive(Template)]
#[template(path = "work/ask_for_chart.html")]
pub struct AskPage {
    pub frame: Frame,
    pub form: AskForm,
    pub inside: bool,
}

pub struct AskForm {
    /// Made with the page, so that a form sent twice is one request.
    pub request: Uuid,
    pub what: Option<Field>,
    pub wanted: Field,
    pub because: Field,
    pub needed: Field,
}

impl AskForm {
    /// `documents` are ids and titles to choose from; none for those who may not be inside.
    pub fn new(request: Uuid, documents: Vec<(String, String)>) -> Self {
        let mut choices = vec![Choice::new("", "The chart")];
        choices.extend(documents.into_iter().map(|(id, title)| Choice::new(id, title)));
        let mut purposes = vec![Choice::new("", "Choose a purpose")];
        purposes
            .extend(Because::OFFERED.map(|because| Choice::new(because.0.code(), Purpose::label(because.0.code()))));
        Self {
            request,
            what: (choices.len() > 1).then(|| Field::select("document", "Of the chart", choices)),
            wanted: Field::area("wanted", "What do you need?", 3)
                .hint("Which documents or visits, and how you would like them. Records reads this.")
                .longest(500)
                .required(),
            because: Field::select("purpose", "What for?", purposes).required(),
            needed: Field::select(
                "needed",
                "Needed",
                NEEDED_IN.map(|(words, hours)| Choice::new(hours.to_string(), words)).into(),
            )
            .value("24")
            .required(),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of(self.what.iter().chain([&self.wanted, &self.because, &self.needed]))
    }
}

impl AskPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn action(&self) -> String {
        urls::requests_of(self.frame.patient())
    }
}

#[derive(Template)]
#[template(path = "work/chart_request.html")]
pub struct RequestPage {
    pub frame: Frame,
    pub request: Request,
    pub steps: Vec<Step>,
    pub reader: StaffId,
    /// This reader may answer.
    pub answers: bool,
    pub inside: bool,
    /// What was typed, and what is wrong with it.
    pub note: String,
    pub problem: Option<String>,
    /// Somebody took a step meanwhile.
    pub overtaken: bool,
    /// What delivering it gives whoever asked.
    pub gives: &'static str,
}

impl RequestPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn state(&self) -> State {
        State::of(self.steps.last().map(|step| step.kind.as_str()))
    }

    fn tag(&self) -> Tag {
        let state = self.state();
        state_tag(state, !state.is_over() && self.request.needed_by < self.frame.now)
    }

    fn is_asker(&self) -> bool {
        self.request.asked_by == self.reader
    }

    fn may_accept(&self) -> bool {
        self.answers && !self.is_asker() && self.state() == State::Open
    }

    fn may_deliver(&self) -> bool {
        self.answers && !self.is_asker() && self.state() == State::Accepted
    }

    fn may_decline(&self) -> bool {
        self.answers && !self.is_asker() && !self.state().is_over()
    }

    fn may_withdraw(&self) -> bool {
        self.is_asker() && !self.state().is_over()
    }

    fn back(&self) -> (&'static str, String) {
        if self.answers {
            ("Chart requests", urls::REQUESTS.into())
        } else {
            ("Your chart requests", urls::REQUESTS.into())
        }
    }

    fn to(&self, step: &str) -> String {
        format!("{}/{step}", urls::request(self.frame.patient(), self.request.request))
    }

    fn note_field(&self, id: &str, label: &str) -> Field {
        Field::area("note", label, 2)
            .id(id)
            .longest(500)
            .value(self.note.clone())
            .error(self.problem.clone())
            .required()
    }

    fn problems(&self) -> Option<ErrorSummary> {
        let target = if self.may_deliver() { "handed-over" } else { "why-not" };
        ErrorSummary::listing(self.problem.iter().map(|problem| (target.to_owned(), problem.clone())).collect())
    }

    /// Into the chart, by the right of the clerk's task.
    fn chart(&self) -> Option<String> {
        let task = self
            .steps
            .iter()
            .rev()
            .find(|step| step.taken_by == self.reader || self.is_asker())
            .and_then(|step| step.task);
        let via = task.map(|task| format!("?via=t.{task}")).unwrap_or_default();
        let patient = self.frame.patient();
        let open = self.inside || self.is_asker() && self.state() == State::Delivered;
        open.then(|| match self.request.document {
            Some(document) => format!("/documents/{document}{via}"),
            None => format!("/patients/{patient}{via}"),
        })
    }

    fn facts(&self) -> Vec<Fact> {
        let time = |at| format::date_time(at, self.frame.zone);
        let what = match (self.request.document, &self.request.document_title) {
            (None, _) => "The chart".into(),
            (Some(_), Some(title)) => title.clone(),
            (Some(_), None) => "One document".into(),
        };
        vec![
            Fact::new("Of the chart", what),
            Fact::new("Asked by", format!("{}, {}", self.request.asker, role_title(&self.request.asked_role))),
            Fact::new("Purpose", Purpose::label(&self.request.purpose)),
            Fact::new("Asked", time(self.request.asked_at)),
            Fact::new("Needed by", time(self.request.needed_by)),
        ]
    }

    fn history(&self) -> Timeline {
        let moments = self.steps.iter().rev().enumerate().map(|(at, step)| Moment {
            iso: format::iso(step.taken_at, self.frame.zone),
            time: format::date_time(step.taken_at, self.frame.zone),
            title: format!("{} by {}", StepKind::label_of(&step.kind), step.taker),
            href: None,
            note: Some(step.note.clone()).filter(|note| !note.is_empty()),
            now: at == 0,
        });
        Timeline { moments: moments.collect() }
    }
}
