//! One encounter.

use askama::Template;

use super::page;
use super::patients::moments;
use crate::web::layout::Layout;
use crate::web::ui::{Banner, Fact, Kind, Tag, Timeline};

#[derive(Template)]
#[template(path = "encounters/show.html")]
struct EncounterPage {
    layout: Layout,
    banner: Banner,
    chart: String,
    kind: &'static str,
    state: Tag,
    address: String,
    coding: String,
    facts: Vec<Fact>,
    statuses: Timeline,
    places: Vec<Place>,
    team: Vec<Member>,
    diagnoses: Vec<Diagnosis>,
    procedures: Vec<Procedure>,
    documents: Vec<Document>,
    missing: Vec<String>,
    may: May,
}

struct May {
    edit: bool,
    transfer: bool,
    discharge: bool,
    upload: bool,
    code: bool,
    print: bool,
}

struct Place {
    place: &'static str,
    bed: &'static str,
    from: &'static str,
    to: &'static str,
    reason: &'static str,
}

struct Member {
    name: &'static str,
    role: &'static str,
    period: &'static str,
}

struct Diagnosis {
    code: &'static str,
    title: &'static str,
    role: &'static str,
    poa: &'static str,
    source: &'static str,
}

struct Procedure {
    code: &'static str,
    title: &'static str,
    date: &'static str,
    by: &'static str,
}

struct Document {
    href: String,
    title: &'static str,
    date: &'static str,
    author: &'static str,
    pages: u16,
    state: Tag,
}

fn encounter() -> EncounterPage {
    EncounterPage {
        layout: Layout::sample().in_area("/patients"),
        banner: Banner {
            href: Some("/patients/1".into()),
            facts: vec![
                Fact::new("Account", "1002-4471-8"),
                Fact::new("Inpatient", "09-Nov-2026 to 14-Nov-2026 · 5 days"),
                Fact::new("Disposition", "03 Skilled nursing facility"),
                Fact::new("Attending", "Raman, Priya MD"),
            ],
            ..Banner::sample()
        },
        chart: "/patients/1".into(),
        kind: "Inpatient",
        state: Tag::new(Kind::Ok, "Discharged", "check"),
        address: "/encounters/1".into(),
        coding: "/coding/1".into(),
        facts: vec![
            Fact::new("Account", "1002-4471-8"),
            Fact::new("Admitted from", "Emergency department"),
            Fact::new("Payer", "Medicare A"),
            Fact::new("Service", "Medicine"),
        ],
        statuses: moments(),
        places: vec![Place {
            place: "4 West",
            bed: "412-B",
            from: "09-Nov 22:41",
            to: "14-Nov 15:10",
            reason: "Admission",
        }],
        team: vec![Member { name: "Raman, Priya MD", role: "Attending", period: "since 09-Nov-2026" }],
        diagnoses: vec![Diagnosis {
            code: "A41.51",
            title: "Sepsis due to Escherichia coli",
            role: "Principal",
            poa: "Y",
            source: "ADT feed",
        }],
        procedures: vec![Procedure {
            code: "5A09357",
            title: "Assistance with respiratory ventilation, less than 24 hours, CPAP",
            date: "09-Nov-2026",
            by: "RT",
        }],
        documents: vec![Document {
            href: "/documents/1".into(),
            title: "Discharge summary",
            date: "14-Nov-2026",
            author: "Raman, Priya MD",
            pages: 4,
            state: Tag::new(Kind::Ok, "Signed", "check"),
        }],
        missing: vec!["History and physical, due 10-Nov-2026".into()],
        may: May { edit: true, transfer: true, discharge: true, upload: true, code: true, print: true },
    }
}

pub fn samples() -> Vec<(String, String)> {
    let bare = EncounterPage {
        places: vec![],
        team: vec![],
        diagnoses: vec![],
        procedures: vec![],
        documents: vec![],
        missing: vec![],
        may: May { edit: false, transfer: false, discharge: false, upload: false, code: false, print: false },
        ..encounter()
    };
    vec![page("encounter", &encounter()), page("encounter-empty", &bare)]
}
