//! Every page that the day in the record room does not come through, looked at from all sides.

use std::io::Write;
use std::process::{Command, Stdio};

use custodian::access::Role;

use super::house::house;
use super::window::window;
use crate::people::PASSWORD;
use crate::support::given::skipped;

#[tokio::test]
async fn the_door_and_ones_own_account() {
    let Some(house) = house().await else { return };
    let (chart, clerk) = (house.patient(), house.person(Role::Clerk).await);
    for kind in ["retrieval", "filing", "intake"] {
        house.app.made().task(chart.patient, kind, clerk.staff).await;
    }
    window(house, "door", true, async |window| {
        window.open_page("/sign-in").await;
        window.walk("sign-in").await;
        window.fill("#name", &clerk.sign_in_name).await;
        window.fill("#password", "not this one").await;
        window.press("Sign in").await;
        window.shows("do not match").await;
        assert!(window.title().await.starts_with("Error: "));
        window.until("document.activeElement.matches('.errsum')").await;
        window.look("sign-in-wrong", &[]).await;
        window.fill("#password", PASSWORD).await;
        window.enter_in("#password").await;
        window.look("my-day", &[&chart]).await;
        window.walk("my-day").await;
        for (name, address) in [
            ("account", "/account"),
            ("password", "/account/password"),
            ("confirm", "/confirm?next=/account"),
            ("not-found", "/nowhere"),
        ] {
            window.open_page(address).await;
            window.look(name, &[&chart]).await;
        }
        // The person's own choice is in the page before any script runs.
        window.open_page("/account").await;
        window.touch("#theme-3").await;
        window.touch("#density-1").await;
        window.press("Save").await;
        assert!(window.is("document.documentElement.dataset.theme === 'dark'").await);
        assert!(window.is("document.documentElement.dataset.density === 'compact'").await);
        window.look("account-dark", &[&chart]).await;
    })
    .await;
}

#[tokio::test]
async fn the_rooms_of_a_chart() {
    let Some(house) = house().await else { return };
    let (chart, reading) = (house.chart(), &house.reading);
    let (manager, registrar) = (house.person(Role::Manager).await, house.person(Role::Registrar).await);
    window(house, "chart", true, async |window| {
        window.sign_in(&manager).await;
        window.press("Patients").await;
        window.look("search-form", &[&chart]).await;
        for room in
            ["", "/demographics", "/encounters", "/documents", "/clinical", "/amendments", "/amendments/new", "/access"]
        {
            window.open_page(&format!("/patients/{}{room}", chart.patient)).await;
            let name = if room.is_empty() { "chart-manager".into() } else { room.replace('/', "chart-") };
            window.look(&name, &[&chart]).await;
        }
        window.open_page("/amendments").await;
        window.look("amendments", &[&chart]).await;
        window.walk("amendments").await;
        window.open_page(&format!("/patients/{}/encounters", chart.patient)).await;
        window.press_css("tbody th a.main").await;
        window.look("encounter", &[&chart]).await;

        window.open_page(&format!("/documents/{}?page=2", reading.documents[0])).await;
        window.until("document.querySelector('.leaf img').naturalWidth > 0").await;
        window.look("document-scan", &[reading]).await;
        window.walk("document-scan").await;
        window.open_page(&format!("/documents/{}", reading.documents[1])).await;
        window.press("Print").await;
        window.look("document-print", &[reading]).await;
        every_sheet_says_whose_it_is(&window.paper().await, &[&reading.name(), "03-Apr-1957", &reading.mrn]);
        window.sign_out().await;

        window.sign_in(&registrar).await;
        window.press("Patients").await;
        window.fill("#ssn4", "9381").await;
        window.fill("#born", "4/3/57").await;
        window.press("Find patient").await;
        window.shows("•• 9381").await;
        window.hides("219-64").await;
        window.look("search-registrar", &[reading]).await;
        window.walk("search-registrar").await;
        window.press_css("tbody a.main").await;
        window.look("chart-registrar", &[reading]).await;
        window.press("Demographics").await;
        window.hides("219-64").await;
        window.look("demographics-registrar", &[reading]).await;
    })
    .await;
    let faults = house.faults_of_requests(&[&chart, reading]);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn the_rooms_of_administration() {
    let Some(house) = house().await else { return };
    let (admin, someone) = (house.person(Role::Admin).await, house.person(Role::Coder).await);
    window(house, "administration", true, async |window| {
        window.sign_in(&admin).await;
        window.press("Administration").await;
        for (name, address) in [
            ("staff", "/admin/staff".to_owned()),
            ("staff-member", format!("/admin/staff/{}", someone.staff)),
            ("staff-new", "/admin/staff/new".to_owned()),
            ("roles", "/admin/roles".to_owned()),
            ("document-types", "/admin/document-types".to_owned()),
            ("facilities", "/admin/facilities".to_owned()),
            ("facility", format!("/admin/facilities/{}", house.app.facility)),
        ] {
            window.open_page(&address).await;
            window.look(name, &[]).await;
        }
        window.open_page("/admin/staff/new").await;
        window.walk("staff-new").await;
    })
    .await;
}

/// Check 40, by the words of each page of the PDF that the browser would print.
#[track_caller]
fn every_sheet_says_whose_it_is(paper: &[u8], whose: &[&str]) {
    let Ok(mut reader) =
        Command::new("pdftotext").args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    else {
        skipped("the words on printed sheets: no pdftotext here. `make browser` brings it (Debian: poppler-utils)");
        return;
    };
    // Small enough for the pipe's other end to take it whole before it answers.
    reader.stdin.take().expect("its input").write_all(paper).expect("it reads");
    let text = reader.wait_with_output().expect("it answers").stdout;
    let text = String::from_utf8_lossy(&text);
    let sheets: Vec<&str> = text.split('\u{c}').filter(|sheet| !sheet.trim().is_empty()).collect();
    assert!(sheets.len() > 2, "several sheets: {}", sheets.len());
    for (number, sheet) in (1..).zip(&sheets) {
        for words in whose {
            assert!(sheet.contains(words), "sheet {number} does not say {words:?}: {sheet}");
        }
    }
}
