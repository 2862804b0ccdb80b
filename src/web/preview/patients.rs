//! Patient search.

use askama::Template;

use super::page;
use crate::web::layout::Layout;
use crate::web::ui::{ErrorSummary, Field, Kind, Moment, Tag, Timeline};

#[derive(Template)]
#[template(path = "patients/search.html")]
struct SearchPage {
    layout: Layout,
    form: SearchForm,
    found: Option<Found>,
    twins: Option<Twins>,
    recent: Vec<Recent>,
    may_register: bool,
    duplicates: Option<u32>,
}

struct SearchForm {
    name: Field,
    born: Field,
    mrn: Field,
    ssn4: Field,
    phone: Field,
}

impl SearchForm {
    fn new() -> Self {
        Self {
            name: Field::text("name", "Name"),
            born: Field::date("born", "Date of birth"),
            mrn: Field::text("mrn", "MRN or account"),
            ssn4: Field::number("ssn4", "SSN, last 4").longest(4),
            phone: Field::phone("phone", "Phone"),
        }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.name, &self.born, &self.mrn, &self.ssn4, &self.phone])
    }
}

struct Found {
    title: String,
    rows: Vec<Row>,
    more: Option<String>,
}

struct Twins {
    words: String,
    compare: String,
}

struct Piece {
    text: &'static str,
    hit: bool,
}

struct Row {
    score: Option<u8>,
    strong: bool,
    name: Vec<Piece>,
    href: String,
    masked: bool,
    former: Option<Vec<Piece>>,
    born: &'static str,
    born_hit: bool,
    sex: &'static str,
    mrn: &'static str,
    mrn_hit: bool,
    ssn4: &'static str,
    ssn4_hit: bool,
    phone: &'static str,
    phone_hit: bool,
    last_visit: &'static str,
    flags: Vec<Tag>,
    twin: bool,
}

struct Recent {
    time: &'static str,
    name: &'static str,
    href: String,
    born: &'static str,
    mrn: &'static str,
    purpose: &'static str,
}

fn hit(text: &'static str) -> Piece {
    Piece { text, hit: true }
}

fn rest(text: &'static str) -> Piece {
    Piece { text, hit: false }
}

fn row(score: u8, name: Vec<Piece>, born: &'static str, born_hit: bool, mrn: &'static str) -> Row {
    Row {
        score: Some(score),
        strong: score > 90,
        name,
        href: "/patients/1".into(),
        masked: false,
        former: None,
        born,
        born_hit,
        sex: "Female",
        mrn,
        mrn_hit: false,
        ssn4: "••4419",
        ssn4_hit: false,
        phone: "(555) 010-7734",
        phone_hit: false,
        last_visit: "02-Nov-2026",
        flags: vec![],
        twin: score > 90,
    }
}

fn search() -> SearchPage {
    let mut form = SearchForm::new();
    form.name = form.name.value("vanderhoef, cath");
    form.born = form.born.value("22-Jul-1968");
    let masked = Row {
        masked: true,
        ssn4: "••••",
        phone: "••••",
        last_visit: "••••",
        ..row(52, vec![rest("Name restricted")], "1968", false, "••••-2091")
    };
    let rows = vec![
        row(98, vec![hit("VANDERHOEF, Cath"), rest("erine")], "22-Jul-1968", true, "0071-5530"),
        row(94, vec![hit("VAN DER HOEF, Cath"), rest("y")], "22-Jul-1968", true, "0098-2214"),
        Row {
            former: Some(vec![hit("Vanderhoef")]),
            ..row(66, vec![rest("MERRIWEATHER, "), hit("Cath"), rest("erine")], "22-Jul-1968", true, "0012-9044")
        },
        Row {
            flags: vec![Tag::new(Kind::Solid, "Deceased 08-Mar-2023", "")],
            ..row(58, vec![hit("VANDERHOFF, Kath"), rest("leen")], "22-Jul-1969", false, "0045-7712")
        },
        masked,
    ];
    SearchPage {
        layout: Layout::sample().in_area("/patients"),
        form,
        found: Some(Found { title: "5 people found".into(), rows, more: None }),
        twins: Some(Twins {
            words: "Same birth date, same last 4 of SSN, same phone; last name spelled two ways.".into(),
            compare: "/mpi/duplicates/1".into(),
        }),
        recent: vec![Recent {
            time: "10:31",
            name: "OKONKWO, Daniel Ifeanyi",
            href: "/patients/2".into(),
            born: "03-Sep-1984",
            mrn: "0063-8805",
            purpose: "Release",
        }],
        may_register: true,
        duplicates: Some(38),
    }
}

pub fn moments() -> Timeline {
    let moment = |time: &str, title: &str, note: Option<&str>, now| Moment {
        iso: "2026-11-14T18:22:00-05:00".into(),
        time: time.into(),
        title: title.into(),
        href: None,
        note: note.map(Into::into),
        now,
    };
    Timeline {
        moments: vec![
            moment("14-Nov-2026 18:22", "Discharge summary signed", Some("Raman, Priya MD"), true),
            moment("14-Nov-2026 15:10", "Discharged to skilled nursing", None, false),
            moment("09-Nov-2026 22:41", "Admitted from the emergency department", Some("4 West"), false),
        ],
    }
}

pub fn samples() -> Vec<(String, String)> {
    let mut wrong = SearchForm::new();
    wrong.born = wrong.born.value("31-Feb-1968").error(Some("There is no 31 February".into()));
    let empty = Found { title: "No one found".into(), rows: vec![], more: None };
    vec![
        page("search", &search()),
        page(
            "search-empty",
            &SearchPage { found: Some(empty), twins: None, recent: vec![], form: SearchForm::new(), ..search() },
        ),
        page(
            "search-wrong",
            &SearchPage { found: None, twins: None, form: wrong, may_register: false, duplicates: None, ..search() },
        ),
    ]
}
