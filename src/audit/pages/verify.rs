//! The verification page: what is sealed, what the last verification found, and the button.

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::super::model::{Seal, Verified};
use super::super::rules::chain::{Chain, state};
use super::super::rules::words;
use super::super::urls;
use super::Badge;
use crate::access::Act;
use crate::access::ledger::verify::Progress;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Kind, Tag};

/// Verifications shown; all of them are events of the list besides.
pub const LATEST: i64 = 20;

#[derive(Template)]
#[template(path = "audit/verify.html")]
pub struct VerifyPage {
    pub layout: Layout,
    pub seal: Seal,
    pub verified: Vec<Verified>,
    pub under_way: Option<Progress>,
    /// The public key, as text.
    pub key: String,
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

/// The badge for a list and for this page.
pub fn badge(last: Option<&Verified>, seal: &Seal, verifying: bool, now: DateTime<Utc>, zone: Tz) -> Badge {
    let state = state(last, seal, verifying, now);
    let root = seal.newest.as_ref().and_then(|head| head.read.as_ref()).map(|(_, root)| short(root));
    let events = format!("{} sealed", format::counted(seal.leaves, "event"));
    let more = match (state, last.and_then(|last| last.first_bad_what.as_deref())) {
        (Chain::Broken, Some(what)) => what.to_owned(),
        _ => root.map_or(events.clone(), |root| format!("{events} · head {root}")),
    };
    Badge::new(state, last.map(|last| format::exact(last.at, zone)), more)
}

/// `9f3c07ab … a71e`.
fn short(root: &str) -> String {
    match (root.get(..8), root.len().checked_sub(4).and_then(|at| root.get(at..))) {
        (Some(start), Some(end)) => format!("{start} … {end}"),
        _ => root.to_owned(),
    }
}

impl VerifyPage {
    fn badge(&self) -> Badge {
        badge(self.verified.first(), &self.seal, self.under_way.is_some(), self.now, self.zone)
    }

    fn last(&self) -> Option<&Verified> {
        self.verified.first()
    }

    fn broken(&self) -> Option<&Verified> {
        self.last().filter(|last| !last.whole)
    }

    /// `leaf 17`, or nothing when what is wrong has no place in the tree.
    fn bad_leaf(&self, verified: &Verified) -> Option<String> {
        verified.first_bad_leaf.map(|leaf| format!("leaf {}", format::count(leaf.unsigned_abs())))
    }

    fn entry(&self, event: &uuid::Uuid) -> String {
        urls::entry(*event)
    }

    fn when(&self, at: &DateTime<Utc>) -> String {
        format::exact(*at, self.zone)
    }

    fn iso(&self, at: &DateTime<Utc>) -> String {
        format::iso(*at, self.zone)
    }

    fn count(&self, number: &i64) -> String {
        format::count(number.unsigned_abs())
    }

    fn took(&self, verified: &Verified) -> String {
        match verified.took_ms {
            ms @ ..1000 => format!("{ms} ms"),
            ms => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        }
    }

    fn result(&self, verified: &Verified) -> Tag {
        if verified.whole { Tag::new(Kind::Ok, "Whole", "check") } else { Tag::new(Kind::Bad, "Broken", "circle-x") }
    }

    fn sealed_events(&self) -> String {
        format::counted(self.seal.leaves, "event")
    }

    /// How old the newest seal is.
    fn seal_age(&self) -> String {
        match self.seal.newest.as_ref().map(|head| head.read.as_ref()) {
            None => "Nothing is sealed yet".to_owned(),
            Some(None) => "Its signature is not this ledger’s".to_owned(),
            Some(Some((at, _))) => {
                let age = (self.now - *at).max(chrono::Duration::zero());
                let ago = if age < chrono::Duration::minutes(1) {
                    "just now".to_owned()
                } else {
                    format!("{} ago", format::wait(age))
                };
                format!("{}, {ago}", format::exact(*at, self.zone))
            }
        }
    }

    fn waiting(&self) -> String {
        match self.seal.waiting {
            0 => "Every event is sealed".to_owned(),
            count => format!("{} not sealed yet; a seal is made about every second", format::counted(count, "event")),
        }
    }

    /// `40 of 100 events` and the same as a share of 100.
    fn progress(&self) -> Option<(String, u64)> {
        let progress = self.under_way.filter(|progress| progress.of > 0)?;
        let words = format!("{} of {}", format::count(progress.done), format::counted(progress.of, "event"));
        Some((words, progress.done * 100 / progress.of))
    }

    /// All verifications as events.
    fn history(&self) -> String {
        let word = Act::VerifyLedger.spec().word;
        debug_assert!(words::known_act(word).is_some());
        format!("{}?act={word}", urls::LIST)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::model::SignedHead;
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T12:00:00Z".parse().expect("an instant")
    }

    fn page(verified: Vec<Verified>, under_way: Option<Progress>) -> VerifyPage {
        let read = Some((now() - chrono::Duration::minutes(3), "9f3c07ab5e2b9a17".repeat(4)));
        VerifyPage {
            layout: Layout::sample().in_area(urls::LIST),
            seal: Seal {
                leaves: 1_284_902,
                waiting: 3,
                waiting_for: chrono::Duration::seconds(1),
                newest: Some(SignedHead { size: 1_284_902, text: "custodian/ledger/1\n1284902\n".into(), read }),
            },
            verified,
            under_way,
            key: "custodian/ledger/1+a71e9f3c+AbC0".into(),
            now: now(),
            zone: Tz::UTC,
        }
    }

    fn verified(bad: Option<&str>) -> Verified {
        Verified {
            event: uuid::Uuid::from_u128(1),
            at: now() - chrono::Duration::hours(1),
            by: "Marcus Oyelaran".into(),
            took_ms: 11_840,
            whole: bad.is_none(),
            leaves: 1_284_902,
            unsealed: 1,
            checkpoints: 30,
            outside_checkpoints: 30,
            root: "00".repeat(32),
            first_bad_leaf: bad.map(|_| 17),
            first_bad_event: bad.map(|_| uuid::Uuid::from_u128(17)),
            first_bad_what: bad.map(str::to_owned),
        }
    }

    #[test]
    fn the_page_is_sound_in_every_state() {
        let empty = VerifyPage { seal: Seal::default(), ..page(Vec::new(), None) };
        let running = page(Vec::new(), Some(Progress { done: 40, of: 100 }));
        for page in [
            page(vec![verified(None)], None),
            page(vec![verified(Some("the row was changed")), verified(None)], None),
            empty,
            running,
        ] {
            let html = page.render().expect("a page");
            assert_eq!(crate::web::markup::faults(&html), Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_broken_is_named() {
        let html = page(vec![verified(Some("the row was changed"))], None).render().expect("a page");
        for words in ["Broken", "leaf 17", "the row was changed", "00000000-0000-0000-0000-000000000011"] {
            assert!(html.contains(words), "{words}");
        }
        assert!(!page(vec![verified(None)], None).render().expect("a page").contains("octagon-alert"));
    }

    #[test]
    fn times_are_short_words() {
        let page = page(vec![verified(None)], None);
        assert_eq!(page.took(&page.verified[0]), "11.8 s");
        assert!(page.seal_age().ends_with("3 min ago"));
        assert_eq!(short("9f3c07ab5e2b9a17"), "9f3c07ab … 9a17");
    }
}
