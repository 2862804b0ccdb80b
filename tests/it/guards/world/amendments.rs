//! Requests for amendment, each in the state its next step needs.

use uuid::Uuid;

use super::{Asked, Visit, World};
use crate::people::PASSWORD;
use crate::support::who::Visitor;

impl World {
    pub(super) async fn of_amendments(&self, visit: &Visit, visitor: &Visitor) -> Asked {
        let chart = Asked::at(self.patient);
        let key = Uuid::new_v4().to_string();
        let step =
            |asked: Asked, word: &str, known: &str| asked.and("{step}", word).with([("key", &key), ("known", known)]);
        match visit.route.path.split('/').nth(5).unwrap_or_default() {
            "handling" => {
                let until = (self.app.now() + chrono::Duration::days(70)).format("%d-%b-%Y").to_string();
                step(chart.and("{amendment}", self.amendment().await), "extension", "0").with([
                    ("on", "today"),
                    ("until", &until),
                    ("note", "The films are with another hospital"),
                ])
            }
            "advice" => {
                let request = self.amendment().await;
                let staff = visitor.staff.unwrap();
                self.step_taken(request, "assigned", "assigned_to", &format!("'{staff}'")).await;
                self.app.made().task(self.patient, "amendment", staff).await;
                step(chart.and("{amendment}", request), "opinion", "1")
                    .with([("view", "amend"), ("note", "I mixed up the sides.")])
            }
            "deciding" => step(chart.and("{amendment}", self.amendment().await), "decision", "0").with([
                ("decision", "granted"),
                ("ground", ""),
                ("note", "The films show the left knee."),
                ("password", PASSWORD),
            ]),
            "carrying-out" => {
                let request = self.amendment().await;
                self.step_taken(request, "granted", "ground", "null").await;
                step(chart.and("{amendment}", request), "entry", "1")
                    .with([("target", &self.document.to_string()), ("note", "Read: LEFT knee, not right.")])
            }
            "answers" => {
                let request = self.amendment().await;
                self.step_taken(request, "denied", "ground", "'accurate-and-complete'").await;
                self.step_taken(request, "told", "document_id", "null").await;
                step(chart.and("{amendment}", request), "disagreement", "2")
                    .with([("on", "today"), ("note", "I do not agree: it was the left knee.")])
            }
            "letters" => {
                let request = self.amendment().await;
                self.step_taken(request, "extended", "until_on", "current_date + 70").await;
                chart.and("{amendment}", request).and("{letter}", "extension")
            }
            "" if visit.is_post() => chart.with([
                ("request", &key),
                ("requester", "patient"),
                ("entry", "Allergy list"),
                ("wanted", "No penicillin allergy"),
                ("reason", "Tested in 2025"),
                ("received", "today"),
            ]),
            _ => chart.and("{amendment}", self.amendment().await),
        }
    }

    /// A request of the patient's about an entry, received ten days ago.
    async fn amendment(&self) -> Uuid {
        let request = Uuid::now_v7();
        sqlx::query(
            "insert into amendment_requests (request_id, patient_id, original_patient_id, requester, entry, wanted, reason, received_on,
                recorded_by, recorded_at)
            values ($1, $2, $2, 'patient', 'Allergies', 'No penicillin', 'Tested', $3::date - 10, $4, $5)",
        )
        .bind(request)
        .bind(self.patient)
        .bind(self.app.now().date_naive())
        .bind(self.staff)
        .bind(self.app.now())
        .execute(&mut *self.owner.lock().await)
        .await
        .unwrap();
        request
    }

    /// Its next step, with the one column that this kind of step has.
    async fn step_taken(&self, request: Uuid, kind: &str, column: &str, value: &str) {
        let statement = format!(
            "insert into amendment_steps (step_id, request_id, patient_id, original_patient_id, step_no, kind, happened_on, note, {column},
                taken_by, taken_at)
            values (gen_random_uuid(), $1, $2, $2, (select count(*) + 1 from amendment_steps where request_id = $1), $3, $4::date - 5, 'Looked into', {value}, $5, $6)"
        );
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(request)
            .bind(self.patient)
            .bind(kind)
            .bind(self.app.now().date_naive())
            .bind(self.staff)
            .bind(self.app.now())
            .execute(&mut *self.owner.lock().await)
            .await
            .unwrap();
    }
}
