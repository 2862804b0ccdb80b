//! The pages of the room: the queue, one patient's requests, one request, and its letters. Its forms are in `forms`.

mod case;
pub mod forms;
mod letter;
mod list;

pub use case::CasePage;
pub use letter::LetterPage;
pub use list::{ChartPage, QueuePage, address, csv};

use chrono::NaiveDate;

use super::model::{Listed, StepKind};
use crate::web::format;
use crate::web::ui::{Kind, Tag};

/// How many days before its day a request is marked.
const SOON: i64 = 10;

/// Where a request stands, in its colour.
fn state_tag(state: &str, decision: Option<&str>) -> Tag {
    let decided = decision.and_then(StepKind::parse).map_or("Decided", StepKind::label);
    match state {
        "open" => Tag::new(Kind::Warn, "To decide", "hourglass"),
        "decided" => Tag::new(Kind::Note, format!("{decided}, to carry out"), "pen-line"),
        "withdrawn" => Tag::new(Kind::Plain, "Withdrawn", "undo-2"),
        _ if decision == Some("denied") => Tag::new(Kind::Plain, decided, "ban"),
        _ => Tag::new(Kind::Ok, decided, "circle-check"),
    }
}

/// The last day to act, and how near it is; only the day once it was acted on.
fn due_tag(due: NaiveDate, acted: bool, today: NaiveDate) -> Tag {
    let (left, words) = ((due - today).num_days(), format::date(due));
    match () {
        () if acted => Tag::new(Kind::Plain, words, "calendar"),
        () if left < 0 => Tag::new(Kind::Bad, format!("Overdue: {words}"), "clock"),
        () if left <= SOON => Tag::new(Kind::Warn, format!("{words}, {}", days_left(left)), "clock"),
        () => Tag::new(Kind::Plain, words, "calendar"),
    }
}

fn days_left(left: i64) -> String {
    match left {
        0 => "today".into(),
        1 => "1 day left".into(),
        days => format!("{days} days left"),
    }
}

fn age(line: &Listed, today: NaiveDate) -> String {
    format!("{} d", (today - line.received_on).num_days().max(0))
}
