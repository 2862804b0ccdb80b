//! `/audit.csv`: the same rows as the list, safe to open, and on the log with their count.

use axum::http::StatusCode;
use custodian::access::Role;
use uuid::Uuid;

use super::{Made, Room};
use crate::support::html::Page;

fn rows(page: &Page) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(page.body.as_bytes()).into_records().map(|row| row.unwrap()).collect()
}

#[tokio::test]
async fn it_has_the_rows_of_the_list_all_of_them() {
    let room = Room::new().await;
    for n in 0..130 {
        let outcome = if n % 2 == 0 { "refused" } else { "success" };
        room.write(Made { outcome, ..Made::at(&format!("2026-11-20T17:{:02}:{:02}Z", n / 60, n % 60)) }).await;
    }
    let mut listed = Vec::new();
    let mut next = Some("/audit?to=2026-11-20&outcome=refused".to_owned());
    while let Some(address) = next {
        let page = room.privacy.get(&address).await.ok();
        listed.extend(super::events(&page));
        next = page.attribute("nav.pager a[rel=next]", "href");
    }
    let link = room.privacy.get("/audit?to=2026-11-20&outcome=refused").await.ok().attributes(".toolbar a", "href");
    let address = link.into_iter().find(|href| href.starts_with("/audit.csv")).unwrap();
    let page = room.privacy.get(&address).await.ok();
    assert_eq!(page.headers["content-type"], "text/csv; charset=utf-8");
    assert!(page.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let events: Vec<Uuid> = rows(&page).iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(listed.len(), 65);
    assert_eq!(events, listed);
}

#[tokio::test]
async fn a_cell_never_becomes_a_formula() {
    let room = Room::new().await;
    let made = Made {
        name: "=HYPERLINK(\"http://evil\",\"x\")".into(),
        mrn: Some("@SUM(1)".into()),
        ..Made::at("2026-11-20T17:00:00Z")
    };
    room.write(Made { patient: Some(Uuid::from_u128(1)), ..made }).await;
    let page = room.privacy.get("/audit.csv?to=2026-11-20").await.ok();
    let row = &rows(&page)[0];
    assert_eq!((&row[2], &row[8]), ("'=HYPERLINK(\"http://evil\",\"x\")", "'@SUM(1)"));
    assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@'])));
}

#[tokio::test]
async fn the_export_is_on_the_log_with_filters_and_count() {
    let room = Room::new().await;
    for _ in 0..3 {
        room.write(Made::at("2026-11-20T17:00:00Z")).await;
    }
    let (page, recorded) = room.app.ledger_of(room.privacy.get("/audit.csv?to=11/20/2026")).await;
    assert_eq!(rows(&page.ok()).len(), 3);
    assert!(recorded.iter().all(|row| (row.act.as_str(), row.outcome.as_str()) == ("ledger.export", "success")));
    assert_eq!(recorded[0].detail["filter"]["to"], "20-Nov-2026");
    assert_eq!(recorded[1].detail["rows"], 3);
}

#[tokio::test]
async fn an_auditor_reads_but_does_not_export() {
    let room = Room::new().await;
    let auditor = room.app.person(Role::Auditor).await;
    let page = auditor.get("/audit").await.ok();
    assert!(!page.body.contains("/audit.csv"));
    assert_eq!(auditor.get("/audit.csv").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn filters_that_mean_nothing_export_nothing() {
    let room = Room::new().await;
    room.write(Made::at("2026-11-20T17:00:00Z")).await;
    for address in ["/audit.csv?from=soon", "/audit.csv?staff=nobody-here", "/audit.csv?patient=x"] {
        let page = room.privacy.get(address).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        page.hides("chart.view");
    }
}
