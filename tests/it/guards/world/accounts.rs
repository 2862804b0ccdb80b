//! One's own account, everybody's accounts, facilities.

use custodian::access::Role;
use uuid::Uuid;

use super::{Asked, Visit, World};
use crate::people::second_factor::{enrol, shown};
use crate::support::who::Visitor;

impl World {
    pub(super) async fn of_accounts(&self, visit: &Visit, visitor: &Visitor) -> Asked {
        match visit.route.path {
            "/account/second-factor" => {
                let secret = visitor.get("/account/second-factor").await.texts("b.code.wrap").pop();
                let code = secret.map(|secret| shown(&self.app, &secret)).unwrap_or_default();
                Asked::default().with([("one_time_code", &code)])
            }
            "/account/recovery-codes" if !self.people.iter().any(|(_, known)| known.staff == visitor.staff) => {
                let (visitor, ..) = enrol(&self.app, visitor).await;
                Asked { visitor: Some(visitor), ..Asked::default() }
            }
            "/admin/staff/{id}/second-factor" => {
                let member = self.member(Role::Clerk).await;
                enrol(&self.app, &self.app.signed_in(member).await).await;
                self.step_up(visitor).await;
                let version = self.told("select version::text from staff where staff_id = $1", member.0).await;
                Asked::at(member).with([("version", &version)])
            }
            "/parked/{id}" | "/parked/{id}/discard" => Asked::at(self.parked(visitor).await),
            path if path.contains("/facilities") => Asked::at(self.app.facility),
            path if path.starts_with("/admin") => Asked::at(self.staff),
            _ => Asked::at(Uuid::nil()),
        }
    }

    /// A form this person sent too late, kept for them.
    async fn parked(&self, visitor: &Visitor) -> Uuid {
        let staff = visitor.staff.unwrap();
        let before: Vec<Uuid> = sqlx::query_scalar("select session_id from sessions where staff_id = $1")
            .bind(staff)
            .fetch_all(&mut *self.owner.lock().await)
            .await
            .unwrap();
        let late = self.app.signed_in(staff).await;
        sqlx::query("update sessions set ended_at = created_at where staff_id = $1 and session_id <> all($2)")
            .bind(staff)
            .bind(&before)
            .execute(&mut *self.owner.lock().await)
            .await
            .unwrap();
        late.post("/admin/staff", &[("full_name", "Pat Lee")]).await;
        sqlx::query_scalar("select parked_form_id from parked_forms where staff_id = $1 limit 1")
            .bind(staff)
            .fetch_one(&mut *self.owner.lock().await)
            .await
            .unwrap()
    }
}
