//! The list: filters, rows, and the badge of the proof.

use askama::Template;
use chrono_tz::Tz;

use super::super::model::{Entry, Flag, Staff};
use super::super::rules::asked::{Asked, Problems};
use super::super::rules::words::{GROUPS, acts_of};
use super::super::urls;
use super::{Badge, Line};
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Choice, ErrorSummary, Field, Pager};

/// Rows of a page (design language, section 9).
pub const PAGE: i64 = 50;
/// Matches are counted no further than this.
pub const COUNTED: i64 = 10_001;

#[derive(Template)]
#[template(path = "audit/list.html")]
pub struct AuditPage {
    pub layout: Layout,
    pub asked: Asked,
    pub problems: Problems,
    /// What was typed as a record number and not found.
    pub typed_mrn: String,
    /// The number behind the patient filter.
    pub mrn: Option<String>,
    /// The person behind the staff filter, when it is one.
    pub staff: Option<Staff>,
    pub may_export: bool,
    pub badge: Badge,
    pub entries: Vec<Entry>,
    pub pager: Pager,
    pub zone: Tz,
}

/// One group of the select of acts.
struct Group {
    label: &'static str,
    word: &'static str,
    acts: Vec<Choice>,
}

impl AuditPage {
    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.from(), &self.to(), &self.by(), &self.mrn_field()])
    }

    fn from(&self) -> Field {
        Field::date("from", "From").value(&self.asked.from).error(self.problems.from.clone())
    }

    fn to(&self) -> Field {
        Field::date("to", "To").value(&self.asked.to).error(self.problems.to.clone())
    }

    fn by(&self) -> Field {
        let value = self.staff.as_ref().map_or(&self.asked.staff, |staff| &staff.sign_in_name);
        Field::text("staff", "Staff member")
            .placeholder("Sign-in or name")
            .value(value)
            .longest(100)
            .error(self.problems.staff.clone())
    }

    fn flag(&self) -> Field {
        let mut choices = vec![Choice::new("", "Any flag")];
        choices.extend(Flag::ALL.map(|flag| Choice::new(flag.word(), flag.label())));
        Field::select("flag", "Flag", choices).value(&self.asked.flag)
    }

    fn outcome(&self) -> Field {
        let mut choices = vec![Choice::new("", "Any outcome")];
        choices.extend(
            [("success", "Done"), ("refused", "Refused"), ("failed", "Failed")]
                .map(|(word, label)| Choice::new(word, label)),
        );
        Field::select("outcome", "Outcome", choices).value(&self.asked.outcome)
    }

    fn mrn_field(&self) -> Field {
        Field::text("mrn", "Patient’s MRN").value(&self.typed_mrn).longest(64).error(self.problems.mrn.clone())
    }

    fn groups(&self) -> Vec<Group> {
        GROUPS
            .iter()
            .map(|(scope, word, label)| Group {
                label,
                word,
                acts: acts_of(*scope).map(|act| Choice::new(act.spec().word, act.spec().label)).collect(),
            })
            .collect()
    }

    /// An act of another version, kept in the select so that pressing Apply does not drop it.
    fn other_act(&self) -> Option<&str> {
        let known = self.groups().iter().any(|group| {
            group.word == self.asked.act || group.acts.iter().any(|choice| choice.value == self.asked.act)
        });
        (!known && !self.asked.act.is_empty()).then_some(self.asked.act.as_str())
    }

    /// The other filters, carried along by the form that asks for a record number.
    fn carried(&self) -> [(&'static str, &str); 6] {
        let Asked { from, to, staff, act, flag, outcome, .. } = &self.asked;
        [("from", from), ("to", to), ("staff", staff), ("act", act), ("flag", flag), ("outcome", outcome)]
    }

    fn csv(&self) -> String {
        urls::csv(&self.asked)
    }

    fn all_patients(&self) -> String {
        urls::list(&Asked { patient: String::new(), ..self.asked.from_the_start() })
    }

    fn any_session(&self) -> String {
        urls::list(&Asked { session: String::new(), ..self.asked.from_the_start() })
    }

    fn of_staff(&self, entry: &Entry) -> Option<String> {
        let staff = entry.actor_id?.to_string();
        Some(urls::list(&Asked { staff, ..self.asked.from_the_start() }))
    }

    fn line<'e>(&self, entry: &'e Entry) -> Line<'e> {
        Line { entry, zone: self.zone }
    }
}

/// The page's rows and its neighbours. `entries` may hold one more than a page: then the list goes on that way.
pub struct Cut {
    pub entries: Vec<Entry>,
    pub newer: Option<Asked>,
    pub older: Option<Asked>,
}

/// Cuts what the store answered to a page. Going up, the spare row is the newest; going down, the oldest.
pub fn cut(mut entries: Vec<Entry>, asked: &Asked) -> Cut {
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let upwards = !asked.after.is_empty() && asked.before.is_empty();
    let more = entries.len() > size;
    if more && upwards {
        entries.remove(0);
    }
    entries.truncate(size);
    let began_within = !asked.before.is_empty();
    let newer = entries.first().filter(|_| if upwards { more } else { began_within });
    let older = entries.last().filter(|_| upwards || more);
    Cut {
        newer: newer.map(|entry| asked.newer_than(entry.key())),
        older: older.map(|entry| asked.older_than(entry.key())),
        entries,
    }
}

/// What stands under the list.
pub fn pager(cut: &Cut, counted: i64) -> Pager {
    let shown = format::count(cut.entries.len() as u64);
    let count = if counted >= COUNTED {
        format!("{shown} of more than {}", format::counted((COUNTED - 1).unsigned_abs(), "event"))
    } else {
        format!("{shown} of {}", format::counted(counted.unsigned_abs(), "event"))
    };
    Pager {
        count,
        newer: cut.newer.as_ref().map(urls::list),
        older: cut.older.as_ref().map(urls::list),
        previous_label: "",
        next_label: "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::rules::{chain::Chain, flags};
    use super::*;
    use crate::web::ui::Kind;
    use uuid::Uuid;

    fn entries(count: u128) -> Vec<Entry> {
        (0..count).map(|n| Entry { event: Uuid::from_u128(1000 - n), ..flags::sample() }).collect()
    }

    #[test]
    fn the_spare_row_says_that_the_list_goes_on() {
        let first = cut(entries(51), &Asked::default());
        assert_eq!(first.entries.len(), 50);
        assert!(first.newer.is_none() && first.older.is_some());
        let last = cut(entries(3), &Asked { before: "x".into(), ..Asked::default() });
        assert!(last.newer.is_some() && last.older.is_none());
        let up = cut(entries(51), &Asked { after: "x".into(), ..Asked::default() });
        assert_eq!(up.entries[0].event, Uuid::from_u128(999), "the spare row is the newest");
        assert!(up.newer.is_some() && up.older.is_some());
    }

    pub fn sample(entries: Vec<Entry>, problems: Problems) -> AuditPage {
        AuditPage {
            layout: Layout::sample().in_area(urls::LIST),
            asked: Asked { act: "chart.view".into(), patient: Uuid::nil().to_string(), ..Asked::default() },
            problems,
            typed_mrn: String::new(),
            mrn: Some("0048-1129".into()),
            staff: None,
            may_export: true,
            badge: Badge::new(Chain::Verified, Some("20-Nov-2026 10:40:02".into()), "1,284,902 events".into()),
            pager: pager(&cut(entries.clone(), &Asked::default()), 17),
            entries,
            zone: Tz::UTC,
        }
    }

    #[test]
    fn the_page_is_sound_in_every_state() {
        let odd =
            Entry { actor_kind: "job".into(), role: None, patient: None, mrn: None, subjects: 3, ..flags::sample() };
        let marked =
            Entry { outcome: "refused".into(), restricted: true, grant_id: Some(Uuid::nil()), ..flags::sample() };
        let wrong = Problems { from: Some("Enter a real date".into()), ..Problems::default() };
        let pages = [
            sample(vec![flags::sample(), odd, marked], Problems::default()),
            sample(Vec::new(), Problems::default()),
            sample(Vec::new(), wrong),
            AuditPage {
                asked: Asked { act: "old.act".into(), ..Asked::default() },
                ..sample(entries(60), Problems::default())
            },
        ];
        for page in pages {
            let html = page.render().expect("a page");
            assert_eq!(crate::web::markup::faults(&html), Vec::<String>::new());
            assert_eq!(html.contains("<title>Error: "), page.problems.from.is_some());
        }
    }

    #[test]
    fn the_badge_names_its_state_in_words() {
        let badge = |state| Badge::new(state, Some("20-Nov-2026".into()), String::new());
        assert_eq!(badge(Chain::Broken).kind, Kind::Bad);
        assert_eq!(badge(Chain::Stale).kind, Kind::Warn);
        assert!(badge(Chain::Verified).words.contains("Verified"));
    }
}
