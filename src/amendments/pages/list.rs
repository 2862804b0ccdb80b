//! The queue, and the requests of one patient.

use askama::Template;
use chrono::NaiveDate;

use super::super::model::{Listed, Shown, With};
use super::super::urls;
use super::{age, due_tag, state_tag};
use crate::chart::Frame;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Choice, Column, Field, Order, Pager, Tab, Tabs, Tag};

#[derive(Template)]
#[template(path = "amendments/queue.html")]
pub struct QueuePage {
    pub layout: Layout,
    pub shown: Shown,
    pub with: With,
    pub late_only: bool,
    pub newest_first: bool,
    pub lines: Vec<Listed>,
    pub open: i64,
    pub late: i64,
    pub pager: Pager,
    pub today: NaiveDate,
}

/// The queue under its filters, from a key on.
pub fn address(path: &str, shown: Shown, with: With, late: bool, newest_first: bool, after: Option<&str>) -> String {
    let mut query = format!("?state={}", shown.word());
    if with != With::Anybody {
        query.push_str("&with=");
        query.push_str(with.word());
    }
    if late {
        query.push_str("&late=yes");
    }
    if newest_first {
        query.push_str("&sort=received");
    }
    if let Some(after) = after {
        query.push_str("&after=");
        query.push_str(after);
    }
    format!("{path}{query}")
}

impl QueuePage {
    fn to(&self, shown: Shown, newest_first: bool) -> String {
        address(urls::QUEUE, shown, self.with, self.late_only, newest_first, None)
    }

    fn tabs(&self) -> Tabs {
        let tab = |shown: Shown| Tab::new(shown.label(), self.to(shown, self.newest_first), self.shown == shown);
        Tabs { label: "Requests for amendment", tabs: Shown::ALL.map(tab).into() }
    }

    fn with_field(&self) -> Field {
        let choices = With::ALL.map(|with| Choice::new(with.word(), with.label()));
        Field::select("with", "With", choices.into()).value(self.with.word())
    }

    fn late_field(&self) -> Field {
        Field::tick("late", "Overdue only", self.late_only)
    }

    fn clear(&self) -> Option<String> {
        let filtered = self.with != With::Anybody || self.late_only;
        filtered.then(|| address(urls::QUEUE, self.shown, With::Anybody, false, self.newest_first, None))
    }

    fn csv(&self) -> String {
        address(urls::QUEUE_CSV, self.shown, self.with, self.late_only, self.newest_first, None)
    }

    fn received_column(&self) -> Column {
        Column::sorting("Received", self.to(self.shown, true), self.newest_first.then_some(Order::Descending))
    }

    fn due_column(&self) -> Column {
        Column::sorting("Act by", self.to(self.shown, false), (!self.newest_first).then_some(Order::Ascending))
    }

    fn open_words(&self) -> String {
        let open = format::counted(self.open.unsigned_abs(), "request");
        let late = if self.late > 0 {
            format!(", {} overdue", format::count(self.late.unsigned_abs()))
        } else {
            ", none overdue".into()
        };
        format!("{open} not acted on{late}.")
    }

    fn heading(&self) -> String {
        let order = if self.newest_first { "newest first" } else { "due first" };
        format!("{}, {order}", self.shown.label())
    }

    fn href(&self, line: &Listed) -> String {
        urls::request(line.patient, line.request)
    }

    fn name(&self, line: &Listed) -> String {
        name(line)
    }

    fn received(&self, line: &Listed) -> String {
        format::date(line.received_on)
    }

    fn age(&self, line: &Listed) -> String {
        age(line, self.today)
    }

    fn due(&self, line: &Listed) -> Tag {
        due_tag(line.due_on, line.acted, self.today)
    }

    fn state(&self, line: &Listed) -> Tag {
        state_tag(&line.state, line.decision.as_deref())
    }
}

fn name(line: &Listed) -> String {
    match &line.family {
        Some(family) => format::name(family, line.given.as_deref().unwrap_or_default(), ""),
        None => "Restricted record".into(),
    }
}

/// The queue as a spreadsheet.
///
/// # Errors
/// Whatever the writer says; it writes to memory.
pub fn csv(lines: &[Listed], today: NaiveDate) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "Patient",
        "MRN",
        "Wanted",
        "Received",
        "Age in days",
        "Act by",
        "Extended",
        "Overdue",
        "State",
        "With",
    ])?;
    for line in lines {
        let yes = |is: bool| if is { "yes".to_owned() } else { String::new() };
        let cells = [
            name(line),
            line.mrn.clone().unwrap_or_default(),
            line.wanted.clone().unwrap_or_default(),
            format::iso_date(line.received_on),
            (today - line.received_on).num_days().to_string(),
            format::iso_date(line.due_on),
            yes(line.extended),
            yes(!line.acted && line.due_on < today),
            state_tag(&line.state, line.decision.as_deref()).text,
            line.assignee.clone().unwrap_or_default(),
        ];
        writer.write_record(cells.map(|cell| format::spreadsheet_cell(&cell)))?;
    }
    writer.flush()?;
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[derive(Template)]
#[template(path = "amendments/chart.html")]
pub struct ChartPage {
    pub frame: Frame,
    pub lines: Vec<Listed>,
    pub may_record: bool,
    pub today: NaiveDate,
}

impl ChartPage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn recording(&self) -> String {
        urls::new(self.frame.patient())
    }

    fn href(&self, line: &Listed) -> String {
        urls::request(self.frame.patient(), line.request)
    }

    fn received(&self, line: &Listed) -> String {
        format::date(line.received_on)
    }

    fn due(&self, line: &Listed) -> Tag {
        due_tag(line.due_on, line.acted, self.today)
    }

    fn state(&self, line: &Listed) -> Tag {
        state_tag(&line.state, line.decision.as_deref())
    }
}
