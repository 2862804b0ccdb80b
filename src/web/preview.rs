//! Sample pages, rendered and checked by `markup`: those that no visit to a healthy server comes upon.

use askama::Template;

use super::layout::{Layout, OpenGrant};
use super::markup;

mod errors;

/// File name and HTML of every sample.
fn samples() -> Vec<(String, String)> {
    errors::samples()
}

fn page(name: &str, template: &impl Template) -> (String, String) {
    (name.to_owned(), template.render().expect("a page"))
}

/// A frame with everything in it.
fn busy() -> Layout {
    Layout {
        grants: vec![OpenGrant {
            patient: "HOLLOWAY, Margaret Anne, MRN 0048-1129".into(),
            until: "14:32".into(),
            end: "/glass/1/end".into(),
        }],
        notice: Some("Access with a reason is open until 14:32.".into()),
        ..Layout::sample()
    }
}

#[test]
fn samples_are_sound() {
    for (name, html) in samples() {
        assert_eq!(markup::faults(&html), Vec::<String>::new(), "{name}");
        assert!(!html.contains("{{") && !html.contains("{%"), "{name} shows template code");
    }
}

#[test]
fn titles_name_no_patient() {
    for (name, html) in samples() {
        let title = html.split("</title>").next().unwrap_or_default();
        assert!(!title.to_lowercase().contains("holloway"), "{name}");
    }
}

#[test]
fn the_frame_shows_only_what_it_is_given() {
    let nobody = Layout::signed_out("Mercy Ridge Hospital", "r");
    let html = super::errors_pages::NotFoundPage { layout: nobody }.render().expect("a page");
    for absent in ["class=\"nav\"", "gsearch", "Sign out", "id=\"idle\"", "data-idle", "Printed"] {
        assert!(!html.contains(absent), "{absent} without anyone signed in");
    }
    let html =
        super::errors_pages::NotFoundPage { layout: Layout { may_search: false, ..busy() } }.render().expect("a page");
    assert!(
        !html.contains("gsearch")
            && html.contains("Sign out")
            && html.contains("End access")
            && html.contains("Printed")
    );
}
