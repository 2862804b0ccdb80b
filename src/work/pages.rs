//! My day.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::model::{Task, kind_words};
use super::urls;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Kind, Pager, Tag};

#[derive(Template)]
#[template(path = "work/my_day.html")]
pub struct MyDayPage {
    pub layout: Layout,
    pub tasks: Vec<Task>,
    pub waiting: i64,
    pub has_worklist: bool,
    pub pager: Pager,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl MyDayPage {
    /// `tasks` may hold one more than `size`: then there is a next page.
    pub fn new(
        layout: Layout,
        mut tasks: Vec<Task>,
        waiting: i64,
        size: i64,
        paged: bool,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = tasks.len() > size;
        tasks.truncate(size);
        let older = tasks.last().filter(|_| more).map(|task| {
            format!("/?after={}&id={}", task.opened_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true), task.task)
        });
        let pager = Pager {
            count: format!(
                "{} of {}",
                format::count(tasks.len() as u64),
                format::counted(waiting.unsigned_abs(), "task")
            ),
            newer: paged.then(|| urls::my_day().into()),
            older,
            previous_label: "Oldest",
            next_label: "Next",
        };
        Self { layout, tasks, waiting, has_worklist: true, pager, now, zone }
    }

    /// For roles that have no patients.
    pub fn without_patients(layout: Layout, now: DateTime<Utc>, zone: Tz) -> Self {
        Self { layout, tasks: Vec::new(), waiting: 0, has_worklist: false, pager: Pager::default(), now, zone }
    }

    fn kind(&self, task: &Task) -> &'static str {
        kind_words(&task.kind)
    }

    fn name(&self, task: &Task) -> String {
        format::name(&task.family, &task.given, "")
    }

    fn born(&self, task: &Task) -> String {
        format::date_or_unknown(task.birth_date)
    }

    fn mrn(&self, task: &Task) -> String {
        task.mrn.clone().unwrap_or_default()
    }

    /// Straight to what the task is about, saying that it came from the queue (AUD-1).
    fn href(&self, task: &Task) -> String {
        let via = format!("?via=t.{}", task.task);
        match (task.document, task.encounter) {
            (Some(document), _) => format!("/documents/{document}{via}"),
            (None, Some(encounter)) if task.kind.starts_with("coding") => format!("/encounters/{encounter}{via}"),
            _ => format!("/patients/{}{via}", task.patient),
        }
    }

    fn age(&self, task: &Task) -> String {
        format::wait(self.now - task.opened_at)
    }

    fn due(&self, task: &Task) -> Option<Tag> {
        let due = task.due_at?;
        let words = format::day_of(due, self.zone);
        Some(if due < self.now {
            Tag::new(Kind::Bad, format!("Late: {words}"), "clock")
        } else if due < self.now + chrono::Duration::days(1) {
            Tag::new(Kind::Warn, format!("Due {words}"), "clock")
        } else {
            Tag::new(Kind::Plain, words, "calendar")
        })
    }

    fn closure(&self, task: &Task) -> String {
        urls::closure(task.task)
    }
}
