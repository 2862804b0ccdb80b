//! The document viewer.

use askama::Template;

use super::page;
use super::patients::moments;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Fact, Kind, Tag, Timeline};

#[derive(Template)]
#[template(path = "documents/show.html")]
struct ViewerPage {
    layout: Layout,
    banner: Banner,
    title: String,
    state: Tag,
    position: String,
    groups: Vec<Group>,
    documents_count: u32,
    picture: Option<Picture>,
    text: Option<Vec<Paragraph>>,
    previous: Option<String>,
    next: Option<String>,
    facts: Vec<Fact>,
    versions: Timeline,
    warning: Option<String>,
    may: May,
    address: String,
    chart: String,
}

struct Group {
    name: &'static str,
    documents: Vec<Row>,
}

struct Row {
    href: String,
    title: &'static str,
    date: &'static str,
    author: &'static str,
    current: bool,
    note: Option<Tag>,
}

struct Picture {
    src: String,
    alt: String,
    width: u32,
    height: u32,
}

struct Paragraph {
    heading: bool,
    text: &'static str,
}

struct May {
    print: bool,
    download: bool,
    correct: bool,
    sign: bool,
}

fn viewer() -> ViewerPage {
    let row =
        |title, date, author, current, note| Row { href: "/documents/1".into(), title, date, author, current, note };
    ViewerPage {
        layout: Layout::sample().in_area("/patients"),
        banner: Banner { href: Some("/patients/1".into()), ..Banner::sample() },
        title: "Discharge summary".into(),
        state: Tag::new(Kind::Ok, "Signed", "check"),
        position: "Page 2 of 4".into(),
        groups: vec![
            Group {
                name: "Summaries",
                documents: vec![
                    row("Discharge summary", "14-Nov", "Raman, P MD", true, None),
                    row("History and physical", "09-Nov", "Raman, P MD", false, None),
                ],
            },
            Group {
                name: "Consults",
                documents: vec![row(
                    "Nephrology consult",
                    "11-Nov",
                    "Castellano, R MD",
                    false,
                    Some(Tag::new(Kind::Warn, "Unsigned", "pen-line")),
                )],
            },
        ],
        documents_count: 3,
        picture: Some(Picture {
            src: "/static/000000000000/mark.svg".into(),
            alt: "Page 2 of 4, scanned".into(),
            width: 850,
            height: 1100,
        }),
        text: None,
        previous: Some("/documents/1?page=1".into()),
        next: Some("/documents/1?page=3".into()),
        facts: vec![
            Fact::new("Kind", "Discharge summary"),
            Fact::new("Author", "Raman, Priya MD"),
            Fact::new("Encounter", "Inpatient, 09-Nov-2026"),
            Fact::new("Received", "14-Nov-2026 15:10, scan"),
            Fact::new("File", "4 pages, 1.2 MB, PDF"),
        ],
        versions: moments(),
        warning: None,
        may: May { print: true, download: true, correct: true, sign: false },
        address: "/documents/1".into(),
        chart: "/patients/1".into(),
    }
}

pub fn samples() -> Vec<(String, String)> {
    let text = vec![
        Paragraph { heading: true, text: "Principal problem" },
        Paragraph {
            heading: false,
            text: "Sepsis due to E. coli, urinary source, present on arrival to the emergency department.",
        },
        Paragraph { heading: true, text: "Hospital course" },
        Paragraph {
            heading: false,
            text: "71-year-old woman with type 2 diabetes on insulin glargine, hypertension and stage 3a chronic kidney disease, brought from home with two days of fever, rigors and dysuria.",
        },
    ];
    vec![
        page("document", &viewer()),
        page(
            "document-text",
            &ViewerPage {
                picture: None,
                text: Some(text),
                previous: None,
                next: None,
                position: "Page 1 of 1".into(),
                warning: Some(
                    "A newer version exists. This one was replaced on 15-Nov-2026 because a medication dose was wrong."
                        .into(),
                ),
                may: May { print: true, download: false, correct: false, sign: true },
                ..viewer()
            },
        ),
        page("document-unreadable", &ViewerPage { picture: None, ..viewer() }),
    ]
}
