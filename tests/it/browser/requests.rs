//! A coder asks for a chart, a clerk gets it out, and each may read it for as long as the work lasts (handbook 7.2).

use super::journey::Journey;
use super::window::Window;

impl Journey {
    pub async fn of_the_coder_who_asks(&mut self, window: &mut Window) {
        window.come_in(&self.coder).await;
        window.find(&self.asked.mrn).await;
        window.go(&self.asked.name()).await;
        window.shows("This chart is not assigned to you").await;
        window.go("Ask Records for the chart").await;
        window.go("Ask Records").await;
        window.must_mend(&["Say what you need, in 3 to 500 characters", "Choose a purpose"]).await;
        self.look(window, "request-form-wrong").await;
        window.write("What do you need?", "The last discharge summary, to code from").await;
        window.pick("What for?", "Payment").await;
        window.pick("Needed", "Within 4 hours").await;
        self.look(window, "request-form").await;
        window.go("Ask Records").await;
        window.shows("Nobody has taken it yet").await;
        self.look(window, "request-asked").await;
        window.go_out().await;
    }

    pub async fn of_the_clerk(&mut self, window: &mut Window) {
        window.come_in(&self.clerk).await;
        window.shows("chart request").await;
        window.go("Requests").await;
        window.shows("The last discharge summary, to code from").await;
        self.look(window, "requests").await;
        window.go(&self.asked.name()).await;
        self.look(window, "request").await;
        window.go("Accept").await;
        window.shows("Deliver it").await;
        self.look(window, "request-accepted").await;

        // The task is the clerk's right to open the documents (PRV-1): before it, the list showed titles alone.
        window.go("Open the chart").await;
        window.go("Documents").await;
        let title = window.texts("tbody th a.main").await.swap_remove(0);
        window.go(&title).await;
        assert_eq!(window.texts("main h1").await, [title]);
        assert!(window.count("article.doc, .leaf img").await > 0, "the document can be read");
        let document = window.address().await;

        window.go("Requests").await;
        window.go("Being got out").await;
        window.go(&self.asked.name()).await;
        window.go("Deliver").await;
        window.must_mend(&["Write 3 to 500 characters"]).await;
        window.write("What was handed over", "Opened for you; the summary is the first one").await;
        window.go("Deliver").await;
        window.shows("Delivered").await;
        self.look(window, "request-delivered").await;
        // With the work the right is over.
        window.open_page(&document).await;
        window.shows("Your role may not").await;
        window.go_out().await;
    }

    pub async fn of_the_coder_who_reads(&mut self, window: &mut Window) {
        window.come_in(&self.coder).await;
        window.shows("Delivered").await;
        self.look(window, "my-day-delivered").await;
        window.go(&self.asked.name()).await;
        assert_eq!(window.texts(".pt .name").await, [self.asked.name()]);
        window.go("Documents").await;
        assert!(window.count("tbody th a.main").await > 0, "the coder reads");
        window.go_out().await;
    }
}
