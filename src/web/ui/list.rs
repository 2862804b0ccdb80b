//! Parts of pages that hold many things: sortable heads, pagers, tabs, breadcrumbs and timelines.

use askama::Template;
use askama::filters::HtmlSafe;

/// A table head cell; with an address it sorts.
#[derive(Clone, Template)]
#[template(path = "ui/column.html")]
pub struct Column {
    pub label: &'static str,
    /// The same list ordered by this column (or the other way round, when it is already).
    pub href: Option<String>,
    pub sorted: Option<Order>,
    pub numeric: bool,
}

impl HtmlSafe for Column {}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Ascending,
    Descending,
}

impl Order {
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Ascending => "chevron-up",
            Self::Descending => "chevron-down",
        }
    }
}

impl Column {
    pub fn plain(label: &'static str) -> Self {
        Self { label, href: None, sorted: None, numeric: false }
    }

    pub fn sorting(label: &'static str, href: impl Into<String>, sorted: Option<Order>) -> Self {
        Self { label, href: Some(href.into()), sorted, numeric: false }
    }

    #[must_use]
    pub fn numeric(self) -> Self {
        Self { numeric: true, ..self }
    }
}

/// Under a list that pages by key: what is shown, and the neighbours. There are no page numbers, because rows arrive
/// while someone reads.
#[derive(Clone, Default, Template)]
#[template(path = "ui/pager.html")]
pub struct Pager {
    /// "50 of 1,284 events".
    pub count: String,
    pub newer: Option<String>,
    pub older: Option<String>,
    /// Words for lists that are not ordered by time; empty means Newer and Older.
    pub previous_label: &'static str,
    pub next_label: &'static str,
}

impl HtmlSafe for Pager {}

impl Pager {
    pub fn back_words(&self) -> &'static str {
        if self.previous_label.is_empty() { "Newer" } else { self.previous_label }
    }

    pub fn forward_words(&self) -> &'static str {
        if self.next_label.is_empty() { "Older" } else { self.next_label }
    }
}

/// Tabs are links: each has its own address.
#[derive(Clone, Template)]
#[template(path = "ui/tabs.html")]
pub struct Tabs {
    /// What the tabs are of, for screen readers: "Chart".
    pub label: &'static str,
    pub tabs: Vec<Tab>,
}

impl HtmlSafe for Tabs {}

#[derive(Clone)]
pub struct Tab {
    pub label: &'static str,
    pub href: String,
    pub current: bool,
    pub count: Option<String>,
}

impl Tab {
    pub fn new(label: &'static str, href: impl Into<String>, current: bool) -> Self {
        Self { label, href: href.into(), current, count: None }
    }

    #[must_use]
    pub fn count(self, count: impl std::fmt::Display) -> Self {
        Self { count: Some(count.to_string()), ..self }
    }
}

/// The way back up: address and words, outermost first. Never a patient's name, which the banner shows.
#[derive(Clone, Default, Template)]
#[template(path = "ui/crumbs.html")]
pub struct Crumbs {
    pub links: Vec<(String, String)>,
}

impl HtmlSafe for Crumbs {}

impl Crumbs {
    pub fn to(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { links: vec![(href.into(), label.into())] }
    }
}

/// What happened, newest first.
#[derive(Clone, Default, Template)]
#[template(path = "ui/timeline.html")]
pub struct Timeline {
    pub moments: Vec<Moment>,
}

impl HtmlSafe for Timeline {}

/// One thing that happened.
#[derive(Clone)]
pub struct Moment {
    /// RFC 3339, for machines.
    pub iso: String,
    pub time: String,
    pub title: String,
    pub href: Option<String>,
    pub note: Option<String>,
    /// Still going on, or the latest.
    pub now: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sorted_column_says_so_in_words_machines_read() {
        let html = Column::sorting("When", "?sort=when", Some(Order::Descending)).to_string();
        assert!(html.contains(r#"aria-sort="descending""#) && html.contains(r#"href="?sort=when""#), "{html}");
        assert!(!Column::plain("Name").to_string().contains("<a"));
    }

    #[test]
    fn a_pager_links_only_to_what_exists() {
        let pager = Pager { count: "50 of 1,284 events".into(), older: Some("?before=k".into()), ..Pager::default() };
        let html = pager.to_string();
        assert!(html.contains("Older") && !html.contains("Newer"), "{html}");
    }
}
