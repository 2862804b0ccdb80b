//! Searches, chart requests, tasks, the glass, the log.

use custodian::access::Role;
use uuid::Uuid;

use super::{Asked, RESULTS, Visit, World, led_to};
use crate::support::who::Visitor;

impl World {
    pub(super) async fn of_work(&self, visit: &Visit, visitor: &Visitor) -> Asked {
        let staff = visitor.staff.unwrap();
        let chart = Asked::at(self.patient);
        match visit.route.path {
            RESULTS => Asked::at(self.searched(visitor).await),
            "/patients/searches/{id}/saved" => Asked::at(self.searched(visitor).await).with([("name", "My search")]),
            "/patients/saved/{id}" | "/patients/saved/{id}/removal" => Asked::at(self.saved(visitor).await),
            "/patients/{id}/requests" | "/patients/{id}/requests/new" => chart.with([
                ("request", &Uuid::now_v7().to_string()),
                ("wanted", "The operative report"),
                ("purpose", "HPAYMT"),
                ("needed", "4"),
            ]),
            "/patients/{id}/requests/{request}" | "/patients/{id}/requests/{request}/withdrawal" => {
                let own = self.request(visitor).await;
                let theirs = self.request(self.resident(Role::Coder)).await;
                chart.and("{request}", own.or(theirs).unwrap()).with([("known", "0")])
            }
            path if path.starts_with("/patients/{id}/requests/{request}/") => {
                let coder = self.app.signed_in(self.member(Role::Coder).await).await;
                let request = self.request(&coder).await.unwrap();
                let delivered = path.ends_with("/delivery");
                if delivered {
                    let clerk = self.app.signed_in(self.member(Role::Clerk).await).await;
                    let accepted = format!("/patients/{}/requests/{request}/acceptance", self.patient);
                    clerk.post(&accepted, &[("known", "0")]).await;
                }
                chart.and("{request}", request).with([("known", if delivered { "1" } else { "0" })])
            }
            "/tasks/{id}/closure" => Asked::at(self.app.made().task(self.patient, "audit-sample", staff).await),
            "/glass/{grant}/end" => Asked::default().and("{grant}", self.app.made().grant(self.patient, staff).await),
            _ => Asked::default().and("{patient}", self.patient).and("{grant}", self.grant).and("{event}", self.event),
        }
    }

    /// A search of this person's; nil for whom it is not.
    async fn searched(&self, visitor: &Visitor) -> Uuid {
        led_to(visitor.post("/patients", &[("q", "quillfeather")]).await.location())
    }

    async fn saved(&self, visitor: &Visitor) -> Uuid {
        let search = self.searched(visitor).await;
        let name = format!("Search {}", self.number());
        visitor.post(&format!("/patients/searches/{search}/saved"), &[("name", &name)]).await;
        let newest = "select saved_id from saved_searches where staff_id = $1 order by saved_id desc limit 1";
        sqlx::query_scalar(newest)
            .bind(visitor.staff)
            .fetch_optional(&mut *self.owner.lock().await)
            .await
            .unwrap()
            .unwrap_or_default()
    }

    /// Asks for the chart, as whoever may.
    async fn request(&self, visitor: &Visitor) -> Option<Uuid> {
        let fields = [("wanted", "The operative report"), ("purpose", "HPAYMT"), ("needed", "4")];
        let page = visitor.post(&format!("/patients/{}/requests", self.patient), &fields).await;
        page.location().map(|location| led_to(Some(location)))
    }
}
