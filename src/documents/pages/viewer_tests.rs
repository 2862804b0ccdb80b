//! Every state of the viewer rendered, checked and read.

use askama::Template as _;

use super::super::super::model::{Document, Veil};
use super::super::super::standing::Standing;
use super::super::{PrintPage, Sheet};
use super::*;
use crate::base::id::{DocumentId, EncounterId, PatientId};
use crate::web::markup;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(number: u128) -> DocumentId {
    DocumentId(uuid::Uuid::from_u128(number))
}

fn header() -> Header {
    Header {
        patient: PatientId(uuid::Uuid::from_u128(7)),
        family: "Holloway".into(),
        given: "Margaret Anne".into(),
        prefix: None,
        suffix: None,
        sex: "female".into(),
        birth_date: chrono::NaiveDate::from_ymd_opt(1955, 3, 14),
        birth_precision: "day".into(),
        deceased: false,
        deceased_at: None,
        restricted_reason: None,
        identity: "known".into(),
        mrn: Some("0048-1129".into()),
        merged_records: 0,
        consents: vec!["advance-directive".into(), "exchange-opt-out".into()],
    }
}

fn opened() -> Opened {
    let version = |number, reason: Option<&str>| Version {
        number,
        reason: reason.map(Into::into),
        created_by: "Priya Raman".into(),
        created_at: at("2026-11-14T20:10:00Z"),
        content_type: "application/pdf".into(),
        size: 1_234_567,
        sha256: vec![0xab; 32],
        pages: Some(9),
        defects: vec!["bad-page:3".into()],
    };
    Opened {
        document: Document {
            document: id(1),
            patient: PatientId(uuid::Uuid::from_u128(7)),
            encounter: Some(EncounterId(uuid::Uuid::from_u128(3))),
            title: "Discharge summary <script>alert(1)</script>".into(),
            type_label: "Discharge summary".into(),
            loinc: Some("18842-5".into()),
            status: Status::Amended,
            sensitivity: Some("substance-use".into()),
            author: Some("Raman, Priya".into()),
            authored_at: Some(at("2026-11-14T20:10:00Z")),
            service_date: chrono::NaiveDate::from_ymd_opt(2026, 11, 14),
            filed_at: at("2026-11-15T08:00:00Z"),
            source: "local".into(),
            current_version: 2,
        },
        versions: vec![version(2, Some("A dose was wrong")), version(1, None)],
        shown: 2,
        standing: Standing { newest: 2, current: 2, ..Standing::default() },
        signatures: vec![],
        retraction: None,
        amendments: vec!["requested".into(), "amended".into(), "attached".into(), "disagreed".into()],
        relations: vec![
            Relation { kind: RelationKind::Appends, other: id(2), outgoing: false },
            Relation { kind: RelationKind::Replaces, other: id(99), outgoing: true },
        ],
    }
}

fn listed(number: u128, veil: Veil, may_open: bool) -> Listed {
    let shown = veil == Veil::None;
    Listed {
        document: id(number),
        veil,
        may_open,
        encounter: (number < 3).then(|| EncounterId(uuid::Uuid::from_u128(3))),
        title: shown.then(|| format!("Title {number}")),
        type_label: shown.then(|| "Progress note".into()),
        status: shown.then_some(Status::Preliminary),
        sensitivity: None,
        author: shown.then(|| "Castellano, R".into()),
        dated_at: shown.then(|| at("2026-11-11T08:00:00Z")),
        pages: None,
        sorted_at: at("2026-11-11T08:00:00Z"),
    }
}

fn page(middle: Middle, view: View) -> ViewerPage {
    ViewerPage {
        layout: Layout::sample().in_area("/patients"),
        header: header(),
        opened: opened(),
        list: vec![
            listed(1, Veil::None, true),
            listed(2, Veil::None, true),
            listed(3, Veil::Retracted, false),
            listed(4, Veil::Sensitive, true),
        ],
        middle,
        file: FileKind::Pdf,
        view,
        actions: vec![Action { label: "Sign", icon: "pen-line", href: "/x".into(), first: true }],
        may_check: true,
        sees_amendments: true,
        may_export: true,
        now: at("2026-11-20T15:44:00Z"),
        zone: chrono_tz::America::New_York,
    }
}

fn picture() -> Middle {
    Middle::Picture { pages: 9, width: 816, height: 1056 }
}

fn text() -> Middle {
    let block = |kind, text: &str| Block { kind, text: text.into() };
    Middle::Text {
        blocks: vec![
            block(BlockKind::Heading, "Hospital course"),
            block(BlockKind::Paragraph, "Better & <b>bold</b>\nsecond line"),
            block(BlockKind::Columns, "Na   138"),
        ],
        pages: 1,
    }
}

#[test]
fn every_state_of_the_viewer_is_sound_and_escapes_what_it_shows() {
    let turned = View { page: 2, zoom: Some(Zoom::near(150)), turn: 90 };
    let pages = [
        page(picture(), turned),
        page(text(), View::first()),
        page(Middle::Problem("This file is damaged.".into()), View::first()),
        ViewerPage {
            list: vec![],
            actions: vec![],
            may_check: false,
            may_export: false,
            ..page(text(), View::first())
        },
    ];
    for page in pages {
        let html = page.render().unwrap();
        assert_eq!(markup::faults(&html), Vec::<String>::new());
        assert!(!html.contains("<script>alert") && !html.contains("<b>bold"), "unescaped");
        let title = html.split("</title>").next().unwrap_or_default();
        assert!(!title.contains("Discharge") && !title.contains("Holloway"), "{title}");
    }
}

#[test]
fn everything_works_by_links_alone() {
    let html = page(picture(), View { page: 2, zoom: Some(Zoom::near(150)), turn: 90 }).render().unwrap();
    let document = id(1);
    for link in [
        format!("href=\"/documents/{document}?zoom=150&#38;turn=90\""),
        format!("href=\"/documents/{document}?page=3&#38;zoom=150&#38;turn=90\""),
        format!("href=\"/documents/{document}?page=2&#38;zoom=200&#38;turn=90\""),
        format!("href=\"/documents/{document}?page=2&#38;zoom=125&#38;turn=90\""),
        format!("href=\"/documents/{document}?page=2&#38;turn=90\""),
        format!("href=\"/documents/{document}?page=2&#38;zoom=150&#38;turn=180\""),
        format!("src=\"/documents/{document}/pages/2.png?version=2&#38;zoom=150\""),
        format!("href=\"/documents/{document}/versions/1\""),
    ] {
        assert!(html.contains(&link), "{link} not in {html}");
    }
    assert!(html.contains("Page 2 of 9") && html.contains("class=\"leaf z150\"") && html.contains("data-turn=\"90\""));
}

#[test]
fn an_older_version_says_so_and_stays_in_its_version() {
    let mut older = page(picture(), View { page: 9, ..View::first() });
    older.opened.shown = 1;
    let html = older.render().unwrap();
    assert!(html.contains("A newer one exists."));
    assert!(html.contains(&format!("/documents/{}/versions/1?page=8", id(1))));
    assert!(!html.contains("rel=\"next\""), "the last page has no next");
}

#[test]
fn veiled_rows_and_strangers_name_nothing() {
    let html = page(text(), View::first()).render().unwrap();
    assert!(html.contains("Sensitive document") && html.contains("Retracted document"));
    assert!(!html.contains("Title 3") && !html.contains("Title 4"));
    assert!(!html.contains(&format!("/documents/{}\"", id(3))), "a tombstone leads nowhere");
    assert!(html.contains("another document"), "a related document outside the list has no title");
}

#[test]
fn paper_says_whose_it_is_and_names_gaps() {
    let Middle::Text { blocks, .. } = text() else { unreachable!() };
    let print = PrintPage {
        layout: Layout::sample(),
        header: header(),
        opened: opened(),
        sheets: vec![
            Sheet::Text(blocks),
            Sheet::Picture { address: "/documents/1/pages/1.png".into(), words: "Page 1 of 2, as a picture".into() },
            Sheet::Problem { words: "This page is damaged.".into() },
        ],
        left_out: 3,
        zone: chrono_tz::UTC,
    };
    let html = print.render().unwrap();
    assert_eq!(markup::faults(&html), Vec::<String>::new());
    let head = html.split("<thead>").nth(1).and_then(|rest| rest.split("</thead>").next()).unwrap();
    for identity in ["HOLLOWAY, Margaret Anne", "14-Mar-1955", "Female", "0048-1129"] {
        assert!(head.contains(identity), "{identity} must repeat on every sheet");
    }
    assert!(html.contains("This page is damaged.") && html.contains("3 more pages"));
}
