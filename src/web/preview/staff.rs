//! Staff, roles and the reviews of emergency access.

use askama::Template;

use super::page;
use super::patients::moments;
use crate::web::layout::Layout;
use crate::web::ui::{Choice, Column, ErrorSummary, Fact, Field, Kind, Pager, Tab, Tabs, Tag, Timeline};

#[derive(Template)]
#[template(path = "people/staff.html")]
struct StaffPage {
    layout: Layout,
    filter: Filter,
    title: &'static str,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pager: Pager,
    may_add: bool,
}

struct Filter {
    q: Field,
    role: Field,
    state: Field,
}

struct Row {
    href: &'static str,
    name: &'static str,
    sign_in: &'static str,
    roles: Vec<&'static str>,
    facility: &'static str,
    last_sign_in: &'static str,
    factor: Tag,
    state: Tag,
}

#[derive(Template)]
#[template(path = "people/staff_member.html")]
struct StaffMemberPage {
    layout: Layout,
    heading: &'static str,
    action: &'static str,
    new: bool,
    form: Form,
    version: u32,
    state: Tag,
    facts: Vec<Fact>,
    history: Timeline,
    account: Option<Account>,
    temporary: Option<String>,
}

struct Form {
    name: Field,
    sign_in: Field,
    email: Field,
    facility: Field,
    roles: Vec<Field>,
    note: Option<Field>,
}

impl Form {
    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.name, &self.sign_in, &self.email, &self.facility].into_iter().chain(&self.note))
    }
}

struct Account {
    reset: Option<&'static str>,
    sign_out: Option<&'static str>,
    disable: Option<&'static str>,
    enable: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "people/roles.html")]
struct RolesPage {
    layout: Layout,
    roles: Vec<&'static str>,
    groups: Vec<Group>,
}

struct Group {
    name: &'static str,
    rights: Vec<Right>,
}

struct Right {
    act: &'static str,
    answers: Vec<Answer>,
}

struct Answer {
    word: &'static str,
}

impl Answer {
    fn yes(&self) -> bool {
        self.word == "Yes"
    }

    fn asks(&self) -> bool {
        self.word == "With a reason"
    }
}

#[derive(Template)]
#[template(path = "privacy/glass.html")]
struct GlassReviewsPage {
    layout: Layout,
    tabs: Tabs,
    title: &'static str,
    goal: &'static str,
    rows: Vec<Grant>,
    pager: Pager,
    csv: &'static str,
    chosen: Option<Chosen>,
}

struct Grant {
    href: &'static str,
    iso: &'static str,
    opened: &'static str,
    person: &'static str,
    role: &'static str,
    patient: &'static str,
    patient_masked: bool,
    reason: &'static str,
    looked: &'static str,
    waits: &'static str,
    late: bool,
    flags: Vec<Tag>,
    current: bool,
}

struct Chosen {
    facts: Vec<Fact>,
    said: &'static str,
    opened: Vec<Opened>,
    action: &'static str,
    finding: Field,
    note: Field,
}

struct Opened {
    iso: &'static str,
    time: &'static str,
    what: &'static str,
}

fn form() -> Form {
    Form {
        name: Field::text("name", "Name").value("Brandt, Kelsey").required(),
        sign_in: Field::text("sign_in", "Sign-in name").value("kbrandt").required(),
        email: Field::text("email", "Email").value("kbrandt@example.org"),
        facility: Field::select("facility", "Facility", vec![Choice::new("1", "Mercy Ridge Hospital")]),
        roles: vec![
            Field::tick("roles", "Physician", true).id("role-1"),
            Field::tick("roles", "Coder", false).id("role-2"),
        ],
        note: Some(Field::area("note", "Why the roles change", 2).hint("Kept with the change.")),
    }
}

fn member() -> StaffMemberPage {
    StaffMemberPage {
        layout: Layout::sample(),
        heading: "Brandt, Kelsey",
        action: "/admin/staff/1",
        new: false,
        form: form(),
        version: 3,
        state: Tag::new(Kind::Ok, "Active", "circle-check"),
        facts: vec![
            Fact::new("Last sign-in", "20-Nov-2026 07:02"),
            Fact::new("Second factor", "Authenticator"),
            Fact::new("Open sessions", "1"),
        ],
        history: moments(),
        account: Some(Account { reset: Some("/a"), sign_out: Some("/b"), disable: Some("/c"), enable: None }),
        temporary: Some("amber river 4471 stone".into()),
    }
}

fn staff() -> StaffPage {
    let heads = ["Name", "Sign-in name", "Roles", "Facility", "Last sign-in", "Second factor", "State"];
    StaffPage {
        layout: Layout::sample(),
        filter: Filter {
            q: Field::search("q", "Name"),
            role: Field::select("role", "Role", vec![Choice::new("", "Any role")]),
            state: Field::select("state", "State", vec![Choice::new("", "Active")]),
        },
        title: "1 person",
        columns: heads.map(Column::plain).into(),
        rows: vec![Row {
            href: "/admin/staff/1",
            name: "Brandt, Kelsey",
            sign_in: "kbrandt",
            roles: vec!["Physician", "Coder"],
            facility: "Mercy Ridge Hospital",
            last_sign_in: "20-Nov-2026 07:02",
            factor: Tag::new(Kind::Warn, "Missing", "triangle-alert"),
            state: Tag::new(Kind::Plain, "Active", "circle-check"),
        }],
        pager: Pager { count: "1 of 1".into(), ..Pager::default() },
        may_add: true,
    }
}

fn roles() -> RolesPage {
    let row = |act, words: [&'static str; 4]| Right { act, answers: words.map(|word| Answer { word }).into() };
    RolesPage {
        layout: Layout::sample(),
        roles: vec!["Registrar", "Coder", "Physician", "Privacy officer"],
        groups: vec![
            Group {
                name: "Chart",
                rights: vec![
                    row("View a chart", ["Yes", "With a reason", "With a reason", "Yes"]),
                    row("Print a chart", ["No", "No", "Yes", "Yes"]),
                ],
            },
            Group { name: "Identity", rights: vec![row("Merge patients", ["No", "No", "No", "Yes"])] },
        ],
    }
}

fn glass() -> GlassReviewsPage {
    let row = |person, patient, late, current| Grant {
        href: "/privacy/glass?grant=1",
        iso: "2026-11-19T22:14:09-05:00",
        opened: "19-Nov 22:14",
        person,
        role: "RN",
        patient,
        patient_masked: patient == "Name restricted",
        reason: "Emergency care",
        looked: "4 documents, 11 min",
        waits: if late { "2 d" } else { "14 h" },
        late,
        flags: vec![Tag::new(Kind::Warn, "Same surname", "users")],
        current,
    };
    let findings = vec![
        Choice::new("ok", "Appropriate"),
        Choice::new("no", "Not appropriate, no harm"),
        Choice::new("open", "Open an investigation"),
    ];
    GlassReviewsPage {
        layout: Layout::sample(),
        tabs: Tabs {
            label: "Reviews",
            tabs: vec![
                Tab::new("To review", "/privacy/glass", true).count(17),
                Tab::new("Closed", "/privacy/glass?closed=yes", false),
            ],
        },
        title: "17 to review",
        goal: "within a day",
        rows: vec![row("Brandt, K", "BRANDT, Wesley", true, true), row("Akande, B", "Name restricted", false, false)],
        pager: Pager { count: "2 of 17".into(), ..Pager::default() },
        csv: "/privacy/glass.csv",
        chosen: Some(Chosen {
            facts: vec![
                Fact::new("Staff", "Brandt, Kelsey, RN"),
                Fact::new("Patient", "BRANDT, Wesley"),
                Fact::new("Lasted", "22:14 to 02:14"),
            ],
            said: "",
            opened: vec![
                Opened { iso: "2026-11-19T22:14:20-05:00", time: "22:14:20", what: "Problem list" },
                Opened { iso: "2026-11-19T22:15:02-05:00", time: "22:15:02", what: "Emergency department note" },
            ],
            action: "/privacy/glass/1",
            finding: Field::radios("finding", "Finding", findings),
            note: Field::area("note", "Note for the file", 3),
        }),
    }
}

pub fn samples() -> Vec<(String, String)> {
    let mut wrong = form();
    wrong.sign_in = wrong.sign_in.error(Some("Someone else has this sign-in name".into()));
    let new =
        StaffMemberPage { heading: "Add a person", new: true, form: wrong, account: None, temporary: None, ..member() };
    vec![
        page("staff", &staff()),
        page("staff-member", &member()),
        page("staff-new", &new),
        page("roles", &roles()),
        page("glass", &glass()),
        page("glass-empty", &GlassReviewsPage { rows: vec![], chosen: None, ..glass() }),
    ]
}
