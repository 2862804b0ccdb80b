//! My day: what waits, what one asked for, what one had open, what one looks for again and again.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::patients::store::saved::Saved;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Kind, Pager, Tab, Tabs, Tag};
use crate::work::model::{KindCounts, Listed, Recent, Task, kind_words};
use crate::work::pages::requests::state_tag;
use crate::work::urls;

#[derive(Template)]
#[template(path = "work/my_day.html")]
pub struct MyDayPage {
    pub layout: Layout,
    pub has_worklist: bool,
    pub tasks: Vec<Task>,
    pub counts: KindCounts,
    /// The kind chosen, or none for all.
    pub kind: Option<String>,
    pub pager: Pager,
    /// For those who answer chart requests: open ones, and how many are late.
    pub queue: Option<(i64, i64)>,
    pub asked: Vec<Listed>,
    pub recent: Vec<Recent>,
    pub saved: Vec<Saved>,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl MyDayPage {
    /// For roles that have no patients.
    pub fn without_patients(layout: Layout, now: DateTime<Utc>, zone: Tz) -> Self {
        Self {
            layout,
            has_worklist: false,
            tasks: Vec::new(),
            counts: KindCounts::default(),
            kind: None,
            pager: Pager::default(),
            queue: None,
            asked: Vec::new(),
            recent: Vec::new(),
            saved: Vec::new(),
            now,
            zone,
        }
    }

    /// `tasks` may hold one more than `size`: then there is a next page.
    #[must_use]
    pub fn paged(mut self, size: usize, paged: bool) -> Self {
        let more = self.tasks.len() > size;
        self.tasks.truncate(size);
        let waiting = match &self.kind {
            Some(kind) => self.counts.each().find(|(known, ..)| known == kind).map_or(0, |(_, waiting, _)| waiting),
            None => self.counts.total(),
        };
        let kind = self.kind.as_ref().map(|kind| format!("&kind={kind}")).unwrap_or_default();
        let older = self.tasks.last().filter(|_| more).map(|task| {
            let at = task.opened_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
            format!("/?after={at}&id={}{kind}", task.task)
        });
        self.pager = Pager {
            count: format!(
                "{} of {}",
                format::count(self.tasks.len() as u64),
                format::counted(waiting.unsigned_abs(), "task")
            ),
            newer: paged.then(|| self.address(self.kind.as_deref())),
            older,
            previous_label: "Oldest",
            next_label: "Next",
        };
        self
    }

    fn address(&self, kind: Option<&str>) -> String {
        kind.map_or_else(|| urls::my_day().into(), |kind| format!("/?kind={kind}"))
    }

    /// All, and each kind that waits; none where there is but one.
    fn kinds(&self) -> Option<Tabs> {
        if self.counts.kinds.len() < 2 && self.kind.is_none() {
            return None;
        }
        let mut tabs = vec![Tab::new("All", self.address(None), self.kind.is_none()).count(self.counts.total())];
        tabs.extend(self.counts.each().map(|(kind, waiting, _)| {
            let current = self.kind.as_deref() == Some(kind);
            Tab::new(kind_words(kind), self.address(Some(kind)), current).count(format::count(waiting.unsigned_abs()))
        }));
        Some(Tabs { label: "Kinds of tasks", tabs })
    }

    fn late(&self) -> Option<Tag> {
        let late = self.counts.total_late().unsigned_abs();
        (late > 0).then(|| Tag::new(Kind::Bad, format!("{} late", format::count(late)), "clock"))
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
            _ if task.kind == "amendment" => format!("{}{via}", crate::chart::urls::amendments(task.patient)),
            (Some(document), _) => format!("/documents/{document}{via}"),
            (None, Some(encounter)) if task.kind.starts_with("coding") => format!("/encounters/{encounter}{via}"),
            _ => format!("/patients/{}{via}", task.patient),
        }
    }

    fn age(&self, task: &Task) -> String {
        format::wait(self.now - task.opened_at)
    }

    fn due(&self, task: &Task) -> Option<Tag> {
        task.due_at.map(|due| due_tag(due, self.now, self.zone))
    }

    fn closure(&self, task: &Task) -> String {
        urls::closure(task.task)
    }

    fn asked_href(&self, line: &Listed) -> String {
        urls::request(line.patient, line.request)
    }

    fn asked_name(&self, line: &Listed) -> String {
        masked_name(line.family.as_deref(), line.given.as_deref())
    }

    fn asked_state(&self, line: &Listed) -> Tag {
        state_tag(line.state(), line.is_late(self.now))
    }

    fn asked_when(&self, line: &Listed) -> String {
        format::recent(line.latest_at.unwrap_or(line.asked_at), self.now, self.zone)
    }

    fn recent_name(&self, recent: &Recent) -> String {
        masked_name(recent.family.as_deref(), recent.given.as_deref())
    }

    fn recent_when(&self, recent: &Recent) -> String {
        format::recent(recent.opened_at, self.now, self.zone)
    }

    fn rerun(&self, saved: &Saved) -> String {
        crate::patients::urls::saved(saved.saved)
    }

    fn removal(&self, saved: &Saved) -> String {
        crate::patients::urls::saved_removal(saved.saved)
    }

    fn open_queue(&self, id: &(i64, i64)) -> String {
        format::counted(id.0.unsigned_abs(), "chart request")
    }
}

/// What stands where the name of a restricted patient would.
pub fn masked_name(family: Option<&str>, given: Option<&str>) -> String {
    match family {
        Some(family) => format::name(family, given.unwrap_or_default(), ""),
        None => "Restricted record".into(),
    }
}

/// When something is due, and how near that is.
pub fn due_tag(due: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Tag {
    let words = format::recent(due, now, zone);
    if due < now {
        Tag::new(Kind::Bad, format!("Late: {words}"), "clock")
    } else if due < now + chrono::Duration::days(1) {
        Tag::new(Kind::Warn, format!("Due {words}"), "clock")
    } else {
        Tag::new(Kind::Plain, words, "calendar")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::markup::faults;

    #[test]
    fn my_day_is_sound_with_nothing_in_it() {
        let now = "2026-11-23T15:00:00Z".parse().unwrap();
        for has_worklist in [true, false] {
            let page = MyDayPage { has_worklist, ..MyDayPage::without_patients(Layout::sample(), now, Tz::UTC) };
            assert_eq!(faults(&page.paged(50, false).render().unwrap()), Vec::<String>::new());
        }
    }

    #[test]
    fn due_times_say_how_near_they_are() {
        let now: DateTime<Utc> = "2026-11-23T15:00:00Z".parse().unwrap();
        let kind = |hours: i64| due_tag(now + chrono::Duration::hours(hours), now, Tz::UTC).kind;
        assert_eq!([kind(-1), kind(1), kind(30)], [Kind::Bad, Kind::Warn, Kind::Plain]);
        assert_eq!(masked_name(None, Some("Ann")), "Restricted record");
    }
}
