//! The frame around every page: who is signed in, where they may go, what is open and when the session began.
//!
//! Each page struct carries `layout: Layout` and its template extends `layout/base.html`. The frame shows only what it is
//! given: areas the role may use, a search box only for those who may search, and no menu for someone not signed in.

use super::assets;

/// The values of the frame. Built once per request from the viewer; nothing in it is looked up later.
#[derive(Clone)]
pub struct Layout {
    /// Nobody on pages before sign-in.
    pub person: Option<Person>,
    /// The areas this role may use, in their fixed order.
    pub areas: Vec<Area>,
    pub may_search: bool,
    /// The token every form sends back; empty for nobody.
    pub csrf: String,
    pub theme: Theme,
    pub density: Density,
    /// Single-letter shortcuts, which each person can turn off (WCAG 2.1.4).
    pub shortcuts: bool,
    pub facility: String,
    /// "Demonstration data" is said on every page of a demo.
    pub demo: bool,
    /// Break-the-glass grants of this person that are still open.
    pub grants: Vec<OpenGrant>,
    /// One sentence that repeats what the last command did, read out once.
    pub notice: Option<String>,
    /// Local date and time this page was made, for the printed line.
    pub made_at: String,
    /// Ties what is on screen or paper to the log lines.
    pub request: String,
    /// Minutes without a request after which the server ends the session.
    pub idle_minutes: u16,
}

/// Who is signed in.
#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub role: String,
    /// Local time, "07:58".
    pub since: String,
}

impl Person {
    /// At most two letters for the round mark beside the name.
    pub fn initials(&self) -> String {
        let mut words = self.name.split([' ', ',']).filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
        let (first, last) = (words.next(), words.next_back());
        first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
    }
}

/// One entry of the main navigation.
#[derive(Clone)]
pub struct Area {
    pub label: &'static str,
    pub href: &'static str,
    /// The letter that follows `g`.
    pub letter: char,
    pub current: bool,
}

/// A way around the care-relation rule that someone took with a reason, for as long as it lasts.
#[derive(Clone)]
pub struct OpenGrant {
    /// The patient as this person may see them.
    pub patient: String,
    /// Local time, "14:32".
    pub until: String,
    /// Where "End access" is posted.
    pub end: String,
}

/// Colours: the machine's own choice, or the person's.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    /// The attribute's value; nothing lets the system decide.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// Row height of tables: 28, 32 or 40 pixels.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Density {
    Compact,
    #[default]
    Normal,
    Roomy,
}

impl Density {
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Normal => "normal",
            Self::Roomy => "roomy",
        }
    }
}

impl Layout {
    /// The frame before sign-in.
    pub fn signed_out(facility: &str, request: &str) -> Self {
        Self {
            person: None,
            areas: Vec::new(),
            may_search: false,
            csrf: String::new(),
            theme: Theme::default(),
            density: Density::default(),
            shortcuts: true,
            facility: facility.to_owned(),
            demo: false,
            grants: Vec::new(),
            notice: None,
            made_at: String::new(),
            request: request.to_owned(),
            idle_minutes: 0,
        }
    }

    /// Marks the area a page belongs to.
    #[must_use]
    pub fn in_area(mut self, href: &str) -> Self {
        for area in &mut self.areas {
            area.current = area.href == href;
        }
        self
    }

    pub fn files(&self) -> &'static assets::Addresses {
        assets::addresses()
    }

    /// An invented frame for page samples.
    pub fn sample() -> Self {
        let areas = [
            ("My day", "/", 'h'),
            ("Patients", "/patients", 'p'),
            ("Coding", "/coding", 'c'),
            ("Releases", "/releases", 'r'),
            ("Reports", "/reports", 'o'),
            ("Audit", "/audit", 'a'),
        ];
        Self {
            person: Some(Person {
                name: "Marcus Oyelaran".into(),
                role: "Privacy officer".into(),
                since: "07:58".into(),
            }),
            areas: areas.map(|(label, href, letter)| Area { label, href, letter, current: false }).into(),
            may_search: true,
            csrf: "sample-token".into(),
            demo: true,
            made_at: "20-Nov-2026 10:44".into(),
            idle_minutes: 15,
            ..Self::signed_out("Mercy Ridge Hospital", "0193f0a2-7d41")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_and_last_name() {
        let named = |name: &str| Person { name: name.into(), role: String::new(), since: String::new() }.initials();
        assert_eq!(named("Marcus Oyelaran"), "MO");
        assert_eq!(named("Anna van der Berg"), "AB");
        assert_eq!(named("Émile"), "É");
        assert_eq!(named(""), "");
    }

    #[test]
    fn only_one_area_is_current() {
        let layout = Layout::sample().in_area("/patients").in_area("/audit");
        let current: Vec<_> = layout.areas.iter().filter(|area| area.current).map(|area| area.label).collect();
        assert_eq!(current, ["Audit"]);
    }
}
