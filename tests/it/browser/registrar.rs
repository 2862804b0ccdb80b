//! At the registration desk: somebody new who is very like somebody known (MPI-S1), and their encounter by hand.

use super::journey::Journey;
use super::window::Window;

impl Journey {
    pub async fn of_the_registrar(&mut self, window: &mut Window) {
        window.come_in(&self.registrar).await;
        let twin = self.twin.clone();
        window.find(&format!("{}, {} {}", twin.family, twin.given, twin.born.format("%d-%b-%Y"))).await;
        window.shows(&twin.name()).await;
        self.look(window, "search-before-registration").await;
        window.go("New patient").await;
        assert!(
            window.is(&format!("document.querySelector('#family').value === '{}'", twin.family)).await,
            "prefilled"
        );
        self.look(window, "registration").await;
        if window.scripts {
            window.walk("registration").await;
        }

        // Nothing typed is lost when something must be mended.
        window.write("Street", "12 Mill Lane").await;
        window.write("SSN", "000-12-3456").await;
        window.go("Register").await;
        let problems = [
            "Choose a sex, or what the person answered",
            "That number was never issued as an SSN. Check its digits, or leave this empty.",
        ];
        window.must_mend(&problems).await;
        assert!(window.is("document.querySelector('#lines').value === '12 Mill Lane'").await, "kept");
        self.look(window, "registration-wrong").await;
        window.pick("Sex", "Declined").await;
        window.write("SSN", "").await;
        window.tick("Asian").await;
        window.tick("White").await;
        window.pick("Preferred language", "Spanish").await;
        window.go("Register").await;

        // MPI-S1: side by side with whoever is alike, and "none of these" says why.
        window.shows("Is it one of these?").await;
        window.shows("One record may be this person").await;
        window.shows(&twin.mrn).await;
        window.shows(&format!("Same: {}", twin.family)).await;
        self.look(window, "duplicates").await;
        if window.scripts {
            window.walk("duplicates").await;
        }
        window.go("Register as somebody new").await;
        window.must_mend(&["Say why in at least 5 characters"]).await;
        self.look(window, "duplicates-without-reason").await;
        window.write("Why none of these is the person", "Other address and insurance, identity card seen").await;
        window.go("Register as somebody new").await;
        assert_eq!(window.texts(".pt .name").await, [twin.name()]);
        let mrn = window.texts(".pt .l1 .code").await.swap_remove(0);
        assert_ne!(mrn, twin.mrn, "a record of their own");
        let address = window.address().await;
        let id = address.split(['/', '?']).nth(2).and_then(|id| id.parse().ok()).expect("an address of a chart");
        self.patient = Some((id, mrn));
        self.look(window, "chart-registered").await;
        window.go("Demographics").await;
        window.shows("Asian, White").await;
        window.shows("12 Mill Lane").await;

        window.go("Encounters").await;
        window.go("Add encounter").await;
        self.look(window, "encounter-form").await;
        window.go("Add encounter").await;
        window.must_mend(&["Choose a class"]).await;
        window.pick("Class", "Ambulatory").await;
        window.write("Reason as told", "Cough for three weeks").await;
        window.write("Attending provider", self.doctor).await;
        window.go("Add encounter").await;
        window.shows("Ambulatory encounter").await;
        window.shows(self.doctor).await;
        self.look(window, "encounter-by-hand").await;
        window.go_out().await;
    }
}
