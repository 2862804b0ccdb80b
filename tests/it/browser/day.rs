//! A day in the record room, from the search for a misspelt name to the proof that every look is on the log; with JavaScript and without.

use custodian::access::Role;
use custodian::base::id::PatientId;

use super::house::{Chart, House, Person, house};
use super::window::{Window, window};
use crate::people::PASSWORD;

#[tokio::test]
async fn a_day_in_the_record_room() {
    live_through("a day", true).await;
}

#[tokio::test]
async fn the_same_day_without_javascript() {
    live_through("a day without JavaScript", false).await;
}

async fn live_through(name: &str, scripts: bool) {
    let Some(house) = house().await else { return };
    let mut day = Day::begin(house).await;
    window(house, name, scripts, async |window| {
        day.of_the_clerk(window).await;
        day.of_the_coder(window).await;
        day.of_the_physician(window).await;
        day.of_the_privacy_officer(window).await;
        day.of_the_administrator(window).await;
    })
    .await;
    // PHI in no address, and the headers right, over all that the whole day asked for.
    let faults = house.faults_of_requests(&day.charts());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

struct Day {
    clerk: Person,
    coder: Person,
    physician: Person,
    privacy: Person,
    admin: Person,
    /// Found by the clerk, treated by the physician, nobody's to code.
    found: Chart,
    /// Restricted, and assigned to the coder.
    confidential: Chart,
    /// Nobody's, until the physician presses "Emergency treatment".
    stranger: Chart,
    /// What the log must say: staff member, what they did, and the patient it is about or that the list showed.
    told: Vec<(String, &'static str, PatientId)>,
}

impl Day {
    async fn begin(house: &House) -> Self {
        let day = Self {
            clerk: house.person(Role::Clerk).await,
            coder: house.person(Role::Coder).await,
            physician: house.person(Role::Physician).await,
            privacy: house.person(Role::Privacy).await,
            admin: house.person(Role::Admin).await,
            found: house.chart(),
            confidential: house.chart(),
            stranger: house.chart(),
            told: Vec::new(),
        };
        let made = house.app.made();
        made.restrict(day.confidential.patient).await;
        made.task(day.confidential.patient, "coding", day.coder.staff).await;
        made.care_team(day.found.patient, day.physician.staff).await;
        day
    }

    fn charts(&self) -> [&Chart; 3] {
        [&self.found, &self.confidential, &self.stranger]
    }

    /// What the log must say of the last press.
    fn tell(&mut self, who: &str, did: &'static str, patient: PatientId) {
        self.told.push((who.to_owned(), did, patient));
    }

    /// Looks at the page with the whole day's secrets in mind.
    async fn look(&self, window: &mut Window, name: &str) {
        window.look(name, &self.charts()).await;
    }

    async fn of_the_clerk(&mut self, window: &mut Window) {
        let (found, who) = (self.found.clone(), self.clerk.full_name.clone());
        window.open_page("/").await;
        self.look(window, "sign-in").await;
        window.sign_in(&self.clerk).await;
        window.shows("Nothing waits for you").await;
        self.look(window, "my-day-empty").await;

        let row = self.search(window, &who, &found).await;
        self.look(window, "search").await;
        if window.scripts {
            window.keys(&"j".repeat(row)).await;
            assert!(window.focused().await.starts_with(&found.name()), "j goes down the list");
            window.enter().await;
        } else {
            window.press_css(&link_in(row)).await;
        }
        self.tell(&who, "Opened the chart", found.patient);
        assert_eq!(window.texts(".pt .name").await, [found.name()]);
        window.shows("Contact").await;
        self.look(window, "chart-clerk").await;
        window.press("Documents").await;
        self.tell(&who, "Opened the chart", found.patient);
        assert!(window.count("tbody th").await >= 3, "the titles are there");
        assert_eq!(window.count("tbody th a").await, 0, "titles only: a clerk opens a document under a task");
        self.look(window, "documents-clerk").await;
        window.press("Demographics").await;
        self.tell(&who, "Opened the chart", found.patient);
        window.shows(&found.mrn).await;
        self.look(window, "demographics-clerk").await;
        let chart = window.address().await;
        window.sign_out().await;

        // Check 37: neither Back nor the address shows a record once signed out.
        window.go_back().await;
        window.hides(&found.family).await;
        window.hides(&found.mrn).await;
        window.open_page(&chart).await;
        window.hides(&found.family).await;
        window.shows("For authorized staff").await;
    }

    async fn of_the_coder(&mut self, window: &mut Window) {
        let (found, confidential) = (self.found.clone(), self.confidential.clone());
        let who = self.coder.full_name.clone();
        window.sign_in(&self.coder).await;
        self.tell(&who, "Opened my day", confidential.patient);
        window.shows(&confidential.name()).await;
        self.look(window, "my-day-coder").await;
        // Assigned work needs no glass, restricted or not.
        if window.scripts {
            window.keys("j").await;
            window.enter().await;
        } else {
            window.press_css("tbody a.main").await;
        }
        self.tell(&who, "Opened the chart", confidential.patient);
        assert_eq!(window.texts(".pt .name").await, [confidential.name()]);
        window.shows("Restricted").await;
        no_contact(window, &confidential).await;
        self.look(window, "chart-coder").await;
        window.press("Demographics").await;
        self.tell(&who, "Opened the chart", confidential.patient);
        no_contact(window, &confidential).await;
        window.press("Documents").await;
        self.tell(&who, "Opened the chart", confidential.patient);
        window.press_css("tbody th a.main").await;
        self.tell(&who, "Opened a document", confidential.patient);
        assert!(window.texts("article.doc").await.concat().len() > 40, "the document can be read");
        self.look(window, "document-text").await;

        // Another's chart: the page says why, and nothing of the patient, until a reason is given.
        let row = self.search(window, &who, &found).await;
        window.press_css(&link_in(row)).await;
        self.tell(&who, "Opened the chart", found.patient);
        window.shows("This chart is not assigned to you").await;
        window.hides(&found.family).await;
        assert_eq!(window.texts("button.danger").await.len(), 0, "one press is for clinical staff");
        self.look(window, "reason-needed").await;
        window.fill("#explanation", "because").await;
        window.press("Break the glass").await;
        assert!(window.title().await.starts_with("Error: "), "check 33");
        // Check 33: the summary has the focus.
        window.until("document.activeElement.matches('.errsum')").await;
        assert!(window.is("document.querySelector('#explanation').value === 'because'").await, "check 33: kept");
        self.look(window, "reason-refused").await;
        window.choose("#reason", "coverage").await;
        window.fill("#explanation", "Covering for a colleague who is ill today").await;
        window.fill("#password", PASSWORD).await;
        window.press("Break the glass").await;
        self.tell(&who, "Broke the glass", found.patient);
        self.tell(&who, "Opened the chart", found.patient);
        assert_eq!(window.texts(".pt .name").await, [found.name()]);
        assert!(window.texts(".glass").await.concat().contains("Emergency access is open"), "the banner shows");
        no_contact(window, &found).await;
        self.look(window, "glass-open").await;
        window.sign_out().await;
    }

    async fn of_the_physician(&mut self, window: &mut Window) {
        let (found, stranger) = (self.found.clone(), self.stranger.clone());
        let who = self.physician.full_name.clone();
        window.sign_in(&self.physician).await;
        let row = self.search(window, &who, &found).await;
        window.press_css(&link_in(row)).await;
        self.tell(&who, "Opened the chart", found.patient);
        assert_eq!(window.texts(".pt .name").await, [found.name()]);
        self.look(window, "chart-physician").await;
        window.press("Documents").await;
        self.tell(&who, "Opened the chart", found.patient);
        self.look(window, "documents-physician").await;
        let title = window.texts("tbody th a.main").await.swap_remove(0);
        window.press_css("tbody th a.main").await;
        self.tell(&who, "Opened a document", found.patient);
        assert_eq!(window.texts("main h1").await, [title]);
        assert!(window.texts("article.doc").await.concat().len() > 40, "the document can be read");

        // Nobody's patient: one press, no text, no password (PRV-5).
        let row = self.search(window, &who, &stranger).await;
        window.press_css(&link_in(row)).await;
        self.tell(&who, "Opened the chart", stranger.patient);
        window.shows("You are not on this patient's care team").await;
        self.look(window, "emergency").await;
        window.press("Emergency treatment").await;
        self.tell(&who, "Opened in an emergency", stranger.patient);
        self.tell(&who, "Opened the chart", stranger.patient);
        assert_eq!(window.texts(".pt .name").await, [stranger.name()]);
        assert!(window.texts(".glass").await.concat().contains(&stranger.name()), "the banner names the patient");
        window.sign_out().await;
    }

    async fn of_the_privacy_officer(&mut self, window: &mut Window) {
        window.sign_in(&self.privacy).await;
        if window.scripts {
            window.keys_leaving("ga").await;
        } else {
            window.press("Audit").await;
        }
        for chart in [&self.found, &self.confidential, &self.stranger] {
            window.fill("#mrn", &chart.mrn).await;
            window.press("Events of this patient").await;
            window.hides(&chart.family).await;
            let found = staff_and_acts(window).await;
            let told = self.told.iter().rev().filter(|(.., patient)| *patient == chart.patient);
            let told: Vec<(String, String)> = told.map(|(who, did, _)| (who.clone(), (*did).to_owned())).collect();
            assert_eq!(found, told, "all that was done with {}, newest first, and no more", chart.name());
            assert_same_in_csv(&window.download("a[href*='audit.csv']").await, &found);
        }
        self.look(window, "audit-patient").await;

        // By flag: of these three, one glass was broken and one opened in an emergency.
        for (flag, who, chart) in [("glass", &self.coder, &self.found), ("emergency", &self.physician, &self.stranger)]
        {
            window.open_page("/audit").await;
            window.choose("#flag", flag).await;
            window.fill("#staff", &who.sign_in_name).await;
            window.press("Apply").await;
            let rows = staff_and_acts(window).await;
            assert_eq!(rows.len(), 2, "the entry and the look under it: {rows:?}");
            assert!(window.texts("tbody tr").await.iter().all(|row| row.contains(&chart.mrn)), "{flag}");
        }
        self.look(window, "audit-flag").await;
        window.press_css("tbody th a.main").await;
        window.shows("What was recorded").await;
        self.look(window, "audit-event").await;

        window.press("Privacy").await;
        self.look(window, "glass-list").await;
        let rows = window.texts("tbody tr").await;
        let row = rows.iter().position(|row| row.contains(&self.coder.full_name)).expect("the coder's glass");
        window.press_css(&link_in(row + 1)).await;
        window.shows("Covering for a colleague who is ill today").await;
        window.touch("#finding-1").await;
        window.fill("#note", "Agreed with the coding lead").await;
        self.look(window, "glass-review").await;
        window.press("Save the finding").await;
        window.press("Closed").await;
        window.shows(&self.coder.full_name).await;

        window.press("Audit").await;
        window.press("Verification").await;
        window.press("Verify").await;
        assert!(
            window.texts(".chain").await.concat().starts_with("Verified whole"),
            "{:?}",
            window.texts(".chain").await
        );
        assert!(window.texts("tbody tr").await[0].contains("Whole"));
        self.look(window, "audit-verified").await;
        window.sign_out().await;
    }

    async fn of_the_administrator(&mut self, window: &mut Window) {
        window.sign_in(&self.admin).await;
        assert_eq!(window.count("#find").await, 0, "no search without patients");
        self.look(window, "my-day-admin").await;
        window.open_page(&format!("/patients/{}", self.found.patient)).await;
        window.shows("Your role may not").await;
        window.hides(&self.found.family).await;
        self.look(window, "not-allowed").await;
        window.sign_out().await;
    }

    /// From any page: the search box of the top bar, by keyboard, with the name spelt wrong. Answers the place of the row, from 1.
    async fn search(&mut self, window: &Window, who: &str, chart: &Chart) -> usize {
        if window.scripts {
            window.keys("/").await;
        } else {
            window.touch("#find").await;
        }
        assert_eq!(window.focused().await, "find");
        window.keys(&chart.misspelt()).await;
        window.enter().await;
        let rows = window.texts("tbody tr").await;
        // Whoever else of this day the list shows was shown.
        let shown = |chart: &&Chart| rows.iter().any(|row| row.contains(&chart.mrn));
        for patient in self.charts().into_iter().filter(shown).map(|chart| chart.patient).collect::<Vec<_>>() {
            self.tell(who, "Searched for patients", patient);
        }
        let row = rows.iter().position(|row| row.contains(&chart.name()) && row.contains(&chart.mrn));
        row.unwrap_or_else(|| panic!("{} was not found by {:?}: {rows:#?}", chart.name(), chart.misspelt())) + 1
    }
}

fn link_in(row: usize) -> String {
    format!("tbody tr:nth-child({row}) a.main")
}

/// A coder's page has no telephone, nowhere.
async fn no_contact(window: &Window, chart: &Chart) {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if let Some(phone) = &chart.phone {
        let phone = digits(phone);
        let end = &phone[phone.len().saturating_sub(7)..];
        assert!(!digits(&window.text().await).contains(end), "a telephone number");
    }
    assert!(!window.texts("h2").await.iter().any(|words| words.contains("ontact")), "a contact section");
}

/// What is done to these charts beside the day's own work: they were imported, and the officer of the other day, which goes on beside this one,
/// lists what was opened in an emergency.
fn is_of_this_day(did: &str) -> bool {
    !matches!(did, "Imported records" | "Listed broken glass")
}

/// Staff member and act of the rows on the page.
async fn staff_and_acts(window: &Window) -> Vec<(String, String)> {
    let staff = window.texts("tbody td:nth-child(2)").await;
    let acts = window.texts("tbody td:nth-child(3)").await;
    let name = |cell: String| cell.split(' ').take(2).collect::<Vec<_>>().join(" ");
    staff.into_iter().map(name).zip(acts).filter(|(_, did)| is_of_this_day(did)).collect()
}

fn assert_same_in_csv(file: &str, rows: &[(String, String)]) {
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let head = reader.headers().expect("a head").clone();
    let column = |name: &str| head.iter().position(|column| column == name).expect("a column");
    let (staff, did) = (column("staff"), column("did"));
    let in_file: Vec<(String, String)> = reader
        .records()
        .map(|record| record.expect("a row"))
        .map(|record| (record[staff].to_owned(), record[did].to_owned()))
        .filter(|(_, did)| is_of_this_day(did))
        .collect();
    assert_eq!(in_file, rows);
}
