//! The same rows as a table for a spreadsheet, for those who may take data out.

use axum::http::StatusCode;
use custodian::access::Role;

use super::{With, record, register};
use crate::support::app::App;

#[tokio::test]
async fn prv_3_export_is_an_act_of_its_own_and_refused_without_the_right() {
    let app = App::new().await;
    let patient = register(&app, record(&app, "=cmd()", "Margaret").mrn("0048-1129").phone("+1 555 010 4410")).await;
    for (role, may) in [(Role::Manager, true), (Role::Release, true), (Role::Clerk, false), (Role::Physician, false)] {
        let visitor = app.person(role).await;
        let address = visitor.post("/patients", &[("mrn", "0048-1129")]).await.location().unwrap();
        let page = visitor.get(&address).await.ok();
        assert_eq!(page.text().contains("Export CSV"), may, "{role:?}");
        let (table, rows) = app.ledger_of(visitor.get(&format!("{address}.csv"))).await;
        let row = &rows[0];
        if may {
            let table = table.ok();
            assert!(table.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
            assert_eq!(table.headers["cache-control"], "no-store");
            assert!(table.body.starts_with("Name,Also known as,Born,Sex,MRN,"), "{}", table.body);
            assert!(table.body.contains("'=CMD()") && table.body.contains("0048-1129"), "{}", table.body);
            assert_eq!((row.act.as_str(), row.outcome.as_str()), ("patients.export", "success"));
            assert_eq!(row.subjects, [patient.0], "the record count is the rows");
        } else {
            assert_eq!(table.status, StatusCode::FORBIDDEN);
            assert_eq!((row.act.as_str(), row.outcome.as_str()), ("patients.export", "refused"));
        }
    }
}

#[tokio::test]
async fn the_table_follows_the_order_of_the_page() {
    let app = App::new().await;
    for (family, born) in [("Abbot", "1970-01-01"), ("Abbott", "1950-01-01"), ("Abbotson", "1960-01-01")] {
        register(&app, record(&app, family, "Ann").born(born)).await;
    }
    let manager = app.person(Role::Manager).await;
    let address = manager.post("/patients", &[("name", "abbot")]).await.location().unwrap();
    let page = manager.get(&format!("{address}?sort=born")).await.ok();
    assert_eq!(page.texts("tbody th a.main"), ["ABBOTT, Ann", "ABBOTSON, Ann", "ABBOT, Ann"]);
    assert_eq!(page.attribute("th[aria-sort]", "aria-sort").as_deref(), Some("ascending"));
    let table = manager.get(&format!("{address}.csv?sort=-born")).await.ok();
    let families: Vec<_> =
        table.body.lines().skip(1).map(|line| line.split(',').next().unwrap().trim_matches('"').to_owned()).collect();
    assert_eq!(families, ["ABBOT", "ABBOTSON", "ABBOTT"]);
}
