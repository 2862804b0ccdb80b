//! The patient banner: the strip that says whose chart this is, on every page of a chart.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::NaiveDate;

use super::Tag;
use crate::web::format;

/// Name, Born, Sex, MRN: always these, always in this order, so that the eye finds them where it found them before.
/// What is not recorded says "not known" rather than nothing.
#[derive(Clone, Template)]
#[template(path = "ui/banner.html")]
pub struct Banner {
    /// FAMILY, Given (Title) as [`format::name`] writes it.
    pub name: String,
    /// Where the name leads (the chart); none on the chart itself.
    pub href: Option<String>,
    pub born: Option<Born>,
    pub sex: String,
    pub mrn: String,
    /// The second line: encounter, payer, attending.
    pub facts: Vec<Fact>,
    /// Allergies, restrictions, death, possible duplicate: each a word with an icon.
    pub flags: Vec<Tag>,
}

impl HtmlSafe for Banner {}

/// A birth date with the age worked out.
#[derive(Clone)]
pub struct Born {
    pub iso: String,
    pub text: String,
    pub age: String,
}

/// One labelled value of the second line.
#[derive(Clone)]
pub struct Fact {
    pub label: &'static str,
    pub value: String,
}

impl Fact {
    pub fn new(label: &'static str, value: impl Into<String>) -> Self {
        Self { label, value: value.into() }
    }
}

impl Born {
    /// `until` is today, or the day of death.
    pub fn new(born: NaiveDate, until: NaiveDate) -> Self {
        Self { iso: format::iso_date(born), text: format::date(born), age: format::age(born, until) }
    }
}

impl Banner {
    pub fn sex_or_unknown(&self) -> &str {
        format::or_unknown(&self.sex)
    }

    pub fn mrn_or_unknown(&self) -> &str {
        format::or_unknown(&self.mrn)
    }

    /// An invented patient for page samples.
    pub fn sample() -> Self {
        Self {
            name: format::name("Holloway", "Margaret Anne", "Ms"),
            href: None,
            born: Some(Born { iso: "1955-03-14".into(), text: "14-Mar-1955".into(), age: "71 y".into() }),
            sex: "Female".into(),
            mrn: "0048-1129".into(),
            facts: vec![Fact::new("Care team", "Raman, Priya MD"), Fact::new("Preferred language", "English")],
            flags: vec![
                Tag::new(super::Kind::Bad, "Allergies: penicillin, sulfonamides", "triangle-alert"),
                Tag::new(super::Kind::Sens, "Confidential encounter", "lock"),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_fixed_and_gaps_are_said() {
        let nobody = Banner {
            name: format::name("", "", ""),
            born: None,
            sex: String::new(),
            mrn: String::new(),
            ..Banner::sample()
        };
        let html = nobody.to_string();
        let at = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is missing: {html}"));
        assert!(at(">Patient<") < at(">Born<") && at(">Born<") < at(">Sex<") && at(">Sex<") < at(">MRN<"));
        assert_eq!(html.matches("not known").count(), 4, "{html}");
    }
}
