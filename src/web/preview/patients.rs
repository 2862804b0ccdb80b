//! Search and chart.

use askama::Template;

use super::{busy, page};
use crate::web::layout::Layout;
use crate::web::ui::{Banner, ErrorSummary, Fact, Field, Kind, Moment, Tab, Tabs, Tag, Timeline};

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

#[derive(Template)]
#[template(path = "patients/chart.html")]
struct ChartPage {
    layout: Layout,
    banner: Banner,
    tabs: Tabs,
    may: May,
    address: String,
    encounters: Vec<EncounterRow>,
    documents: Vec<DocumentRow>,
    documents_more: Option<String>,
    diagnoses: Vec<DiagnosisRow>,
    timeline: Timeline,
    contacts: Vec<Fact>,
    identifiers: Vec<Fact>,
    looks: Option<Vec<Look>>,
}

struct May {
    add_encounter: bool,
    upload: bool,
    request_release: bool,
    print: bool,
}

struct EncounterRow {
    href: String,
    kind: &'static str,
    state: Tag,
    from: &'static str,
    to: &'static str,
    place: &'static str,
    attending: &'static str,
    account: &'static str,
    confidential: bool,
}

struct DocumentRow {
    href: String,
    title: &'static str,
    kind: &'static str,
    date: &'static str,
    author: &'static str,
    pages: u16,
    state: Tag,
}

struct DiagnosisRow {
    code: &'static str,
    title: &'static str,
    since: &'static str,
    source: &'static str,
}

struct Look {
    time: &'static str,
    iso: &'static str,
    name: &'static str,
    role: &'static str,
    act: &'static str,
    purpose: &'static str,
}

pub fn tabs(current: usize) -> Tabs {
    let tab = |at: usize, label, href: &str| Tab::new(label, href, at == current);
    Tabs {
        label: "Chart",
        tabs: vec![
            tab(0, "Overview", "/patients/1"),
            tab(1, "Demographics", "/patients/1/demographics"),
            tab(2, "Encounters", "/patients/1/encounters").count(3),
            tab(3, "Documents", "/patients/1/documents").count(14),
            tab(4, "Disclosures", "/patients/1/disclosures").count(2),
            tab(5, "Access", "/patients/1/access"),
        ],
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

fn chart() -> ChartPage {
    let encounter = |kind, from, to, state, confidential| EncounterRow {
        href: "/encounters/1".into(),
        kind,
        state,
        from,
        to,
        place: "Mercy Ridge, 4 West",
        attending: "Raman, Priya MD",
        account: "1002-4471-8",
        confidential,
    };
    let document = |title, kind, pages, state| DocumentRow {
        href: "/documents/1".into(),
        title,
        kind,
        date: "14-Nov-2026",
        author: "Raman, Priya MD",
        pages,
        state,
    };
    let look =
        |time, name, role, act| Look { time, iso: "2026-11-20T10:31:00-05:00", name, role, act, purpose: "Operations" };
    ChartPage {
        layout: busy().in_area("/patients"),
        banner: Banner::sample(),
        tabs: tabs(0),
        may: May { add_encounter: true, upload: true, request_release: true, print: true },
        address: "/patients/1".into(),
        encounters: vec![
            encounter("Inpatient", "09-Nov-2026", "14-Nov-2026", Tag::new(Kind::Ok, "Discharged", "check"), false),
            encounter("Emergency", "09-Nov-2026", "09-Nov-2026", Tag::new(Kind::Plain, "Finished", "circle"), false),
            encounter("Clinic", "22-Sep-2026", "22-Sep-2026", Tag::new(Kind::Warn, "Open 59 d", "clock"), true),
        ],
        documents: vec![
            document("Discharge summary", "Summary", 4, Tag::new(Kind::Ok, "Signed", "check")),
            document("Nephrology consult", "Consultation", 2, Tag::new(Kind::Warn, "Unsigned", "pen-line")),
            document("Consent for treatment", "Consent", 1, Tag::new(Kind::Plain, "Indexed", "circle-check")),
        ],
        documents_more: Some("/patients/1/documents".into()),
        diagnoses: vec![
            DiagnosisRow {
                code: "E11.22",
                title: "Type 2 diabetes mellitus with diabetic chronic kidney disease",
                since: "2014",
                source: "Conversion 2019",
            },
            DiagnosisRow {
                code: "I10",
                title: "Essential (primary) hypertension",
                since: "not known",
                source: "ADT feed",
            },
        ],
        timeline: moments(),
        contacts: vec![
            Fact::new("Phone", "(555) 010-4410"),
            Fact::new("Address", "77 Quarry Road, Fairmont"),
            Fact::new("Language", "English"),
            Fact::new("Email", "not known"),
        ],
        identifiers: vec![
            Fact::new("MRN", "0048-1129"),
            Fact::new("SSN", "••• •• 2210"),
            Fact::new("Former MRN", "0009-1182"),
        ],
        looks: Some(vec![
            look("20-Nov 10:31", "Bakker, Ines", "Coder", "Viewed the chart"),
            look("20-Nov 08:02", "Ruiz, Teresa", "Release specialist", "Printed 4 pages"),
        ]),
    }
}

pub fn samples() -> Vec<(String, String)> {
    let mut wrong = SearchForm::new();
    wrong.born = wrong.born.value("31-Feb-1968").error(Some("There is no 31 February".into()));
    let empty = Found { title: "No one found".into(), rows: vec![], more: None };
    let bare = ChartPage {
        encounters: vec![],
        documents: vec![],
        documents_more: None,
        diagnoses: vec![],
        looks: None,
        may: May { add_encounter: false, upload: false, request_release: false, print: false },
        ..chart()
    };
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
        page("chart", &chart()),
        page("chart-empty", &bare),
    ]
}
