//! A real PDF on its way: into quarantine, into the chart, under a signature, with an addendum that is corrected, and another that was never theirs.

use custodian::demo::scans::{Line, Sheet, scanned_pdf};

use super::journey::Journey;
use super::window::Window;
use crate::people::PASSWORD;

const ADDED: &str = "Spirometry of today is normal; no inhaler needed.";
const CORRECTED: &str = "Spirometry of today is normal; the inhaler may be stopped.";
const STRAY: &str = "Letter about a neighbour";

impl Journey {
    pub async fn of_the_indexer(&mut self, window: &mut Window) {
        let paper = self.house.driver.folder.join(format!("{}.pdf", self.doctor.to_lowercase()));
        std::fs::write(&paper, self.consultation()).expect("a paper to scan");
        window.come_in(&self.indexer).await;
        window.go("Indexing").await;
        self.look(window, "indexing").await;
        window.go("Upload document").await;
        window.must_mend(&["Choose a file"]).await;
        self.look(window, "indexing-nothing-sent").await;
        window.hand_over("File", &paper).await;
        window.go("Upload document").await;

        // DOC-14: two identifiers from the paper, and only then a chart.
        window.shows("Whose is it?").await;
        window.until("document.querySelector('.leaf img').naturalWidth > 0").await;
        self.look(window, "indexing-whose").await;
        window.write("Birth date", "1 Jan 1901").await;
        window.write("MRN", self.mrn()).await;
        window.go("Find the chart").await;
        window.must_mend(&["No chart bears these two identifiers. The file stays here"]).await;
        self.look(window, "indexing-nobodys").await;
        window.write("Birth date", &self.twin.born.format("%d-%b-%Y").to_string()).await;
        window.go("Find the chart").await;
        assert_eq!(window.texts(".pt .l1 .code").await, [self.mrn()], "whose it is stands beside the image");
        self.look(window, "indexing-form").await;
        if window.scripts {
            window.walk("indexing-form").await;
        }
        window.go("File the document").await;
        window.must_mend(&["Choose a type", "Enter the date of service"]).await;
        window.pick("Type", "Consultation").await;
        window.write("Date of service", &self.today()).await;
        window.pick("Encounter", "Ambulatory").await;
        window.pick("Signature", &format!("Waits for {}", self.doctor)).await;
        window.go("File the document").await;
        assert_eq!(window.texts("main h1").await, ["Consultation"]);
        window.shows("Nobody has signed this document yet").await;
        self.look(window, "document-filed").await;
        window.go_out().await;
    }

    /// A consultation on paper, as the scanner hands it over.
    fn consultation(&self) -> Vec<u8> {
        let plain = |text: &str| Line::Plain(text.to_owned());
        let born = self.twin.born.format("%m/%d/%Y");
        let sheet = Sheet(vec![
            Line::Title("Main Hospital, chest clinic".into()),
            Line::Bold("Consultation".into()),
            plain(&format!("Patient: {}", self.twin.name())),
            plain(&format!("MRN: {}    Date of birth: {born}", self.mrn())),
            Line::Rule,
            plain("Seen for a cough of three weeks, dry, worse at night. No fever, no weight loss,"),
            plain("no blood. Never smoked. Works in a bakery."),
            Line::Gap,
            plain("Chest clear on both sides. Oxygen saturation 98 % in room air."),
            plain("Cough after a viral infection is likely; asthma of bakers to be excluded."),
            Line::Gap,
            Line::Bold("Plan".into()),
            plain("Inhaler as needed for two weeks, then spirometry. Back sooner with fever or"),
            plain("shortness of breath."),
        ]);
        scanned_pdf(&[sheet], 7).expect("it is drawn")
    }

    pub async fn of_the_physician(&mut self, window: &mut Window) {
        window.come_in(&self.physician).await;
        window.go("To sign").await;
        window.shows("Open first").await;
        self.look(window, "to-sign").await;
        window.go("Consultation").await;
        window.until("[...document.images].every(one => one.naturalWidth > 0)").await;
        window.shows("entered this for you").await;
        self.look(window, "sign").await;
        if window.scripts {
            window.walk("sign").await;
        }
        if window.scripts {
            // DOC-8: shown whole, it may be ticked in the list as well; x is the key for that.
            window.go("To sign").await;
            window.keys("jx").await;
            assert!(window.is("document.querySelector('tbody input[name=item]').checked").await, "x ticks the row");
            window.go("Consultation").await;
        }
        // DOC-7: nothing is signed without the password.
        window.write("Your password", "not this one").await;
        window.go("Sign").await;
        window.must_mend(&["That is not your password"]).await;
        self.look(window, "sign-wrong").await;
        self.sign(window).await;
        assert_eq!(window.texts("main h1").await, ["Consultation"]);
        window.shows("Author, version 1").await;
        self.look(window, "document-signed").await;

        window.go("Add addendum").await;
        self.look(window, "addendum-form").await;
        window.go("Save and read to sign").await;
        assert!(window.title().await.starts_with("Error: "));
        window.answer("Kind", "Amendment").await;
        window.answer("Kind", "Addendum").await;
        window.write("Text", ADDED).await;
        window.go("Save and read to sign").await;
        window.shows(ADDED).await;
        self.look(window, "addendum-sign").await;
        self.sign(window).await;
        window.shows("Addendum to").await;
        self.look(window, "addendum").await;

        // What is signed is corrected by a signed new version, never in place (DOC-11).
        window.go("Correct").await;
        window.write("Text", CORRECTED).await;
        window.write("Reason for the change", "Meant to stop it").await;
        self.look(window, "correction-form").await;
        window.go("Save and read to sign").await;
        self.sign(window).await;
        window.shows("2 of 2").await;
        window.go_out().await;
    }

    /// The step-up of a signature: the password, then the one act.
    async fn sign(&self, window: &Window) {
        window.write("Your password", PASSWORD).await;
        window.go("Sign").await;
    }

    pub async fn of_the_manager(&mut self, window: &mut Window) {
        self.house.app.made().document(self.chart(), STRAY).await;
        window.come_in(&self.manager).await;
        window.find(self.mrn()).await;
        window.go(&self.twin.name()).await;
        window.go("Documents").await;
        self.look(window, "documents-manager").await;
        window.go("Consultation").await;
        window.shows("Added later: Addendum: Consultation").await;
        self.look(window, "document-with-addendum").await;
        window.go("Addendum: Consultation").await;
        window.shows(CORRECTED).await;
        window.shows("Meant to stop it").await;
        self.look(window, "document-versions").await;
        window.go("Version 1").await;
        window.shows("This is version 1. A newer one exists").await;
        window.shows(ADDED).await;
        window.hides(CORRECTED).await;
        self.look(window, "document-old-version").await;

        // DOC-13: another patient's paper leaves a tombstone with who, when and why.
        window.go(STRAY).await;
        window.go("Retract or move").await;
        self.look(window, "retraction-form").await;
        window.go("Retract").await;
        window.must_mend(&["Choose what is wrong", "Write at least 10 characters"]).await;
        window.answer("What is wrong", "Wrong patient").await;
        window.write("Reason for the file", "Of the neighbour; the envelope was mixed up").await;
        window.go("Retract").await;
        window.shows("Do not use it for care").await;
        window.shows("Wrong patient. Of the neighbour; the envelope was mixed up").await;
        self.look(window, "tombstone").await;
        window.go("All documents").await;
        self.look(window, "documents-after-retraction").await;
        window.go_out().await;
    }

    /// For everybody else the place stays, and says that something was taken back; what it was is not theirs to read.
    pub async fn of_whoever_looks_for_it(&mut self, window: &mut Window) {
        window.come_in(&self.physician).await;
        window.find(self.mrn()).await;
        window.go(&self.twin.name()).await;
        window.go("Documents").await;
        window.shows("Consultation").await;
        window.hides(STRAY).await;
        window.shows("Retracted").await;
        self.look(window, "documents-physician-after-retraction").await;
        window.go_out().await;
    }
}
