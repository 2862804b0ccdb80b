//! Signing in, and the first page afterwards.

use askama::Template;

use super::page;
use crate::web::layout::Layout;
use crate::web::ui::{Field, Kind, Tag};

#[derive(Template)]
#[template(path = "people/sign_in.html")]
struct SignInPage {
    layout: Layout,
    action: &'static str,
    next: String,
    name: Field,
    password: Field,
    code: Option<Field>,
    problem: Option<String>,
    notice: Option<String>,
    parked: bool,
    demo: Option<Demo>,
}

struct Demo {
    password: &'static str,
    names: Vec<(&'static str, &'static str)>,
}

fn sign_in() -> SignInPage {
    SignInPage {
        layout: Layout { csrf: "t".into(), ..Layout::signed_out("Mercy Ridge Hospital", "r") },
        action: "/sign-in",
        next: "/".into(),
        name: Field::text("name", "Name").autocomplete("username").required(),
        password: Field::password("password", "Password").required(),
        code: None,
        problem: None,
        notice: None,
        parked: false,
        demo: Some(Demo {
            password: "bright maple lantern 2026",
            names: vec![("registrar", "Registrar"), ("coder", "Coder"), ("privacy", "Privacy officer")],
        }),
    }
}

#[derive(Template)]
#[template(path = "app/my_day.html")]
struct MyDayPage {
    layout: Layout,
    greeting: &'static str,
    day: &'static str,
    work: Vec<List>,
    items: Vec<Item>,
    items_title: &'static str,
    recent: Vec<Recent>,
    notices: Vec<Notice>,
    parked: Option<Parked>,
}

struct List {
    href: &'static str,
    icon: &'static str,
    title: &'static str,
    count: &'static str,
    words: &'static str,
    late: bool,
}

struct Item {
    href: &'static str,
    title: &'static str,
    patient: &'static str,
    patient_masked: bool,
    waits: &'static str,
    due: &'static str,
    state: Tag,
    late: bool,
}

struct Recent {
    time: &'static str,
    name: &'static str,
    href: &'static str,
    mrn: &'static str,
    purpose: &'static str,
}

struct Notice {
    kind: Kind,
    icon: &'static str,
    title: &'static str,
    text: &'static str,
}

struct Parked {
    what: &'static str,
    when: &'static str,
    action: &'static str,
    discard: &'static str,
}

fn my_day() -> MyDayPage {
    let item = |title, patient, waits, due, state, late| Item {
        href: "/coding/1",
        title,
        patient,
        patient_masked: patient == "Name restricted",
        waits,
        due,
        state,
        late,
    };
    MyDayPage {
        layout: Layout::sample().in_area("/"),
        greeting: "Good morning, Marcus",
        day: "Friday 20-Nov-2026",
        work: vec![
            List {
                href: "/privacy/glass",
                icon: "shield-alert",
                title: "Break-the-glass reviews",
                count: "17",
                words: "oldest 2 d, goal 1 d",
                late: true,
            },
            List {
                href: "/completion",
                icon: "pen-line",
                title: "Documents to sign",
                count: "4",
                words: "oldest 6 d",
                late: false,
            },
            List {
                href: "/mpi/duplicates",
                icon: "git-merge",
                title: "Possible duplicates",
                count: "38",
                words: "3 came in today",
                late: false,
            },
        ],
        items: vec![
            item(
                "Review emergency access",
                "BRANDT, Wesley",
                "2 d",
                "19-Nov",
                Tag::new(Kind::Bad, "Late", "clock"),
                true,
            ),
            item("Review emergency access", "Name restricted", "14 h", "21-Nov", Tag::restricted(), false),
            item(
                "Sign discharge summary",
                "HOLLOWAY, Margaret Anne",
                "6 d",
                "24-Nov",
                Tag::new(Kind::Warn, "Unsigned", "pen-line"),
                false,
            ),
        ],
        items_title: "Next up",
        recent: vec![Recent {
            time: "10:31",
            name: "OKONKWO, Daniel Ifeanyi",
            href: "/patients/2",
            mrn: "0063-8805",
            purpose: "Release",
        }],
        notices: vec![Notice {
            kind: Kind::Note,
            icon: "info",
            title: "Read-only from 22:00 to 22:20 tonight",
            text: "for the code set update to FY 2027 Q2.",
        }],
        parked: Some(Parked {
            what: "New phone number",
            when: "today 09:12",
            action: "/parked/1",
            discard: "/parked/1/discard",
        }),
    }
}

pub fn samples() -> Vec<(String, String)> {
    let wrong = SignInPage {
        problem: Some("That name and password do not match".into()),
        code: Some(
            Field::number("code", "Six digits from your authenticator").autocomplete("one-time-code").longest(6),
        ),
        notice: Some("You have been signed out.".into()),
        parked: true,
        demo: None,
        ..sign_in()
    };
    let quiet = MyDayPage { work: vec![], items: vec![], recent: vec![], notices: vec![], parked: None, ..my_day() };
    vec![
        page("sign-in", &sign_in()),
        page("sign-in-wrong", &wrong),
        page("my-day", &my_day()),
        page("my-day-quiet", &quiet),
    ]
}
