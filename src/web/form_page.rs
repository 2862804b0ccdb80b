//! The page of one form: groups of fields, one button, and what to do when something must be mended or somebody else saved first.

use askama::Template;

use super::errors_pages::{Difference, Hidden};
use super::layout::Layout;
use super::ui::{Banner, ErrorSummary, Field};

/// Fields that belong together.
pub struct Group {
    pub title: &'static str,
    pub fields: Vec<Field>,
}

impl Group {
    pub fn new(title: &'static str, fields: Vec<Field>) -> Self {
        Self { title, fields }
    }
}

/// What is wrong with which field; an empty name is the form as a whole.
pub type Problems = Vec<(&'static str, String)>;

/// Puts each problem beside its field.
pub fn mark(groups: &mut [Group], problems: &Problems) {
    for field in groups.iter_mut().flat_map(|group| &mut group.fields) {
        let words: Vec<&str> =
            problems.iter().filter(|(name, _)| *name == field.name).map(|(_, words)| words.as_str()).collect();
        if !words.is_empty() {
            field.error = Some(words.join(" "));
        }
    }
}

#[derive(Template)]
#[template(path = "ui/form.html")]
pub struct FormPage {
    pub layout: Layout,
    pub banner: Option<Banner>,
    pub title: &'static str,
    pub lead: String,
    pub back: String,
    pub back_words: &'static str,
    pub groups: Vec<Group>,
    pub action: String,
    pub hidden: Vec<Hidden>,
    pub button: &'static str,
    /// A change that takes something away.
    pub danger: bool,
    pub problems: Problems,
    /// Somebody else saved first: who and when, and field by field what differs.
    pub overtaken: Option<String>,
    pub differences: Vec<Difference>,
}

impl FormPage {
    fn summary(&self) -> Option<ErrorSummary> {
        let fields: Vec<&Field> = self.groups.iter().flat_map(|group| &group.fields).collect();
        let target = |name: &str| {
            fields.iter().find(|field| field.name == name).map_or_else(String::new, |field| field.target())
        };
        ErrorSummary::listing(self.problems.iter().map(|(name, words)| (target(name), words.clone())).collect())
    }

    /// The id of a group's heading.
    fn heading(at: &usize) -> String {
        format!("group-{at}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_page_is_sound_and_its_problems_lead_to_their_fields() {
        let mut groups = vec![Group::new("Name", vec![Field::text("family", "Family name").value("<b>")])];
        let problems = vec![("family", "Write a family name".to_owned()), ("", "Search first".to_owned())];
        mark(&mut groups, &problems);
        let page = FormPage {
            layout: Layout::sample(),
            banner: Some(Banner::sample()),
            title: "New patient",
            lead: "Words".into(),
            back: "/patients".into(),
            back_words: "Find a patient",
            groups,
            action: "/patients/new".into(),
            hidden: vec![Hidden { name: "version".into(), value: "1".into() }],
            button: "Save",
            danger: true,
            problems,
            overtaken: Some("Ola Petrov saved first.".into()),
            differences: vec![Difference { label: "Sex".into(), yours: "F".into(), theirs: "M".into() }],
        };
        let html = page.render().expect("renders");
        assert_eq!(super::super::markup::faults(&html), Vec::<String>::new());
        assert!(html.contains(r##"href="#family""##) && html.contains("2 things to fix"), "{html}");
        assert!(!html.contains("<b>\""), "{html}");
    }
}
