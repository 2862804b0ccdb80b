//! The audit viewer and the verification page.

use askama::Template;

use super::page;
use crate::web::layout::Layout;
use crate::web::ui::{Choice, Column, Fact, Field, Kind, Order, Pager, Tag};

#[derive(Template)]
#[template(path = "audit/list.html")]
struct AuditPage {
    layout: Layout,
    filter: Filter,
    csv: String,
    clear: String,
    chain: Chain,
    title: String,
    count: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    pager: Pager,
    chosen: Option<Chosen>,
}

struct Filter {
    from: Field,
    to: Field,
    person: Field,
    act: Field,
    flag: Field,
    review: Field,
}

struct Chain {
    kind: Kind,
    words: &'static str,
    more: &'static str,
    head: &'static str,
}

struct Row {
    href: String,
    iso: &'static str,
    time: &'static str,
    person: &'static str,
    role: &'static str,
    act: &'static str,
    patient: &'static str,
    patient_masked: bool,
    purpose: &'static str,
    address: &'static str,
    flags: Vec<Tag>,
    refused: bool,
    current: bool,
}

struct Chosen {
    number: &'static str,
    flags: Vec<Tag>,
    facts: Vec<Fact>,
    why: Option<&'static str>,
    leaf: &'static str,
    leaf_hash: &'static str,
    head: &'static str,
    finding: Option<Finding>,
}

struct Finding {
    action: String,
    choice: Field,
    note: Field,
}

fn audit() -> AuditPage {
    let any = |words: &str| vec![Choice::new("", words)];
    let row = |time, person, role, act, patient, flags, current| Row {
        href: "/audit?event=1".into(),
        iso: "2026-11-19T22:14:09-05:00",
        time,
        person,
        role,
        act,
        patient,
        patient_masked: patient == "Name restricted",
        purpose: "Emergency care",
        address: "10.4.7.22",
        flags,
        refused: act == "View",
        current,
    };
    let glass = || Tag::new(Kind::Bad, "Break-glass", "shield-alert");
    let surname = || Tag::new(Kind::Warn, "Same surname", "users");
    let findings = vec![
        Choice::new("ok", "Appropriate"),
        Choice::new("no", "Not appropriate, no harm"),
        Choice::new("open", "Open an investigation"),
    ];
    AuditPage {
        layout: Layout::sample().in_area("/audit"),
        filter: Filter {
            from: Field::date("from", "From").value("07-Nov-2026"),
            to: Field::date("to", "To").value("20-Nov-2026"),
            person: Field::text("person", "Staff member").placeholder("Anyone"),
            act: Field::select("act", "Action", any("Any action")),
            flag: Field::select("flag", "Flag", any("Any flag")),
            review: Field::select("review", "Review", any("Open")),
        },
        csv: "/audit.csv".into(),
        clear: "/audit".into(),
        chain: Chain {
            kind: Kind::Ok,
            words: "Chain verified 10:40:02",
            more: "1,284,902 events, no gaps",
            head: "9f3c 07ab … a71e",
        },
        title: "Open for review".into(),
        count: "17 of 120 flagged".into(),
        columns: vec![
            Column::sorting("When", "/audit?sort=when", Some(Order::Descending)),
            Column::sorting("Staff member", "/audit?sort=person", None),
            Column::plain("Did"),
            Column::plain("Patient"),
            Column::plain("Stated purpose"),
            Column::plain("From"),
            Column::plain("Why flagged"),
        ],
        rows: vec![
            row(
                "20-Nov 06:51:12",
                "Whitlock, J",
                "Registrar",
                "View",
                "SORENSEN, Mila",
                vec![Tag::restricted()],
                false,
            ),
            row(
                "19-Nov 22:14:09",
                "Brandt, K",
                "RN",
                "Broke the glass",
                "BRANDT, Wesley",
                vec![glass(), surname()],
                true,
            ),
            row(
                "19-Nov 21:48:40",
                "Akande, B",
                "Resident",
                "Broke the glass",
                "Name restricted",
                vec![glass(), Tag::restricted()],
                false,
            ),
        ],
        pager: Pager { count: "3 of 17".into(), older: Some("/audit?before=3".into()), ..Pager::default() },
        chosen: Some(Chosen {
            number: "1,284,377",
            flags: vec![glass()],
            facts: vec![
                Fact::new("When", "Thu 19-Nov-2026 22:14:09"),
                Fact::new("Staff", "Brandt, Kelsey, RN, Orthopedics 4W"),
                Fact::new("Patient", "BRANDT, Wesley, born 02-Feb-1990"),
                Fact::new("Opened", "Problem list, ED note, 2 lab panels"),
                Fact::new("Reason", "“Emergency care”"),
                Fact::new("From", "10.4.7.22"),
            ],
            why: Some("Patient was in the ED, not on 4W. Same surname and same street as the staff member."),
            leaf: "1,284,376",
            leaf_hash: "c41d88f05e2b9a1703dd6f4ec41d88f05e2b9a1703dd6f4e",
            head: "2b90e7c411f8d35a7c06b92f2b90e7c411f8d35a7c06b92f",
            finding: Some(Finding {
                action: "/privacy/reviews/1".into(),
                choice: Field::radios("finding", "Finding", findings),
                note: Field::area("note", "Note for the file", 3),
            }),
        }),
    }
}

#[derive(Template)]
#[template(path = "audit/verify.html")]
struct VerifyPage {
    layout: Layout,
    running: bool,
    last: Option<Verification>,
    checkpoint: String,
    key: String,
    unsealed: String,
}

struct Verification {
    kind: Kind,
    words: &'static str,
    when: &'static str,
    by: &'static str,
    took: &'static str,
    leaves: &'static str,
    first_bad: Option<Bad>,
    consistent: Vec<Head>,
}

struct Bad {
    leaf: &'static str,
    event: &'static str,
    what: &'static str,
}

struct Head {
    when: &'static str,
    size: &'static str,
    root: &'static str,
    result: Tag,
}

fn verify(first_bad: Option<Bad>, running: bool) -> VerifyPage {
    let whole = first_bad.is_none();
    VerifyPage {
        layout: Layout::sample().in_area("/audit"),
        running,
        last: (!running).then(|| Verification {
            kind: if whole { Kind::Ok } else { Kind::Bad },
            words: if whole { "Every event is as it was recorded" } else { "The audit trail was changed" },
            when: "20-Nov-2026 10:40:02",
            by: "Marcus Oyelaran",
            took: "11.8 s",
            leaves: "1,284,902",
            first_bad,
            consistent: vec![
                Head {
                    when: "19-Nov-2026 23:59:58",
                    size: "1,281,117",
                    root: "9f3c07ab5e2b9a1703dd6f4ec41d88f0",
                    result: Tag::new(Kind::Ok, "Consistent", "check"),
                },
                Head {
                    when: "18-Nov-2026 23:59:59",
                    size: "1,276,004",
                    root: "2b90e7c411f8d35a7c06b92f5e2b9a17",
                    result: Tag::new(Kind::Bad, "Differs", "x"),
                },
            ],
        }),
        checkpoint:
            "custodian/mercy-ridge\n1284902\nnzwHq14rmhcD3W9OxB2I8F4rmhcD3W9O=\n\n— custodian/mercy-ridge Az3grl…"
                .into(),
        key: "mercy-ridge+a71e9f3c+AbC0…".into(),
        unsealed: "3 events of the last second are not sealed yet".into(),
    }
}

pub fn samples() -> Vec<(String, String)> {
    let bad = Bad {
        leaf: "17",
        event: "0193f0a2-7d41-7c10-9d52-1f0a6b1c2d3e",
        what: "Its stored time is not the one that was sealed.",
    };
    vec![
        page("audit", &audit()),
        page(
            "audit-empty",
            &AuditPage {
                rows: vec![],
                chosen: None,
                pager: Pager { count: "0 events".into(), ..Pager::default() },
                ..audit()
            },
        ),
        page("verify", &verify(None, false)),
        page("verify-broken", &verify(Some(bad), false)),
        page("verify-running", &verify(None, true)),
    ]
}
