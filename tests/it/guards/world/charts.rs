//! The person, their encounters and their consents.

use chrono::Duration;
use custodian::access::Role;
use custodian::base::id::{EncounterId, PatientId};
use uuid::Uuid;

use super::{Asked, Visit, World, led_to};
use crate::support::who::Visitor;

impl World {
    pub(super) async fn of_charts(&self, visit: &Visit, visitor: &Visitor) -> Asked {
        let here = Asked::at(self.patient);
        match visit.route.path {
            "/patients/new" if visit.is_post() => self.newcomer(visitor).await,
            "/patients/new/unknown" => Asked::default().with([
                ("patient", &PatientId::new().to_string()),
                ("sex", "unknown"),
                ("born", "1980"),
                ("found", "Brought from the station"),
            ]),
            "/patients/{id}/newborn" => self.newborn(),
            "/patients/{id}/edit/{section}" => {
                let religion = format!("Quaker {}", self.number());
                self.versioned(here.and("{section}", "person")).await.with([
                    ("row", &Uuid::now_v7().to_string()),
                    ("sex", "female"),
                    ("born", "03-Apr-1957"),
                    ("religion", &religion),
                ])
            }
            "/patients/{id}/edit/{kind}/{row}/end" => here.and("{kind}", "telecoms").and("{row}", self.phone().await),
            "/patients/{id}/death" => {
                self.app.made().run("update patients set deceased = true where patient_id = $1", self.patient.0).await;
                self.step_up(visitor).await;
                self.versioned(here).await.with([("reason", "It was somebody else")])
            }
            "/patients/{id}/restriction" => {
                self.step_up(visitor).await;
                self.versioned(here).await.with([("restriction", "vip"), ("reason", "Known to the town")])
            }
            "/patients/{id}/encounters/new" => here.with([
                ("encounter", &EncounterId::new().to_string()),
                ("class", "emergency"),
                ("started_on", "20-Nov-2026"),
                ("started_at", "08:00"),
            ]),
            "/encounters/{id}" => Asked::at(self.encounter),
            "/encounters/{id}/{change}" => {
                let encounter = self.stay().await;
                let version =
                    self.told("select version::text from encounters where encounter_id = $1", encounter).await;
                Asked::at(encounter).and("{change}", "transfer").with([
                    ("version", &version),
                    ("place", "4 West 12"),
                    ("on", "21-Nov-2026"),
                    ("at", "10:15"),
                ])
            }
            "/patients/{id}/consents" => here.with([
                ("consent", &Uuid::now_v7().to_string()),
                ("kind", "exchange"),
                ("decision", "given"),
                ("signed", "14-Nov-2026"),
            ]),
            "/patients/{id}/consents/{consent}/revocation" => here
                .and("{consent}", self.consent().await)
                .with([("revoked", "20-Nov-2026"), ("reason", "The patient said so")]),
            _ => here,
        }
    }

    /// A form over the record as it stands.
    async fn versioned(&self, asked: Asked) -> Asked {
        let version = self.told("select version::text from patients where patient_id = $1", self.patient.0).await;
        asked.with([("version", &version)])
    }

    /// Somebody nobody is like, after the search for them.
    async fn newcomer(&self, visitor: &Visitor) -> Asked {
        let letters = |digit: char| char::from(b'a' + digit.to_digit(16).unwrap() as u8);
        let family: String = Uuid::new_v4().simple().to_string().chars().take(12).map(letters).collect();
        let search = led_to(visitor.post("/patients", &[("q", &family)]).await.location());
        let born = self.app.now() - Duration::days(9000 + 61 * i64::from(self.number()));
        Asked::default().with([
            ("search", &search.to_string()),
            ("patient", &PatientId::new().to_string()),
            ("family", &family),
            ("given", "Nova"),
            ("sex", "female"),
            ("born", &born.format("%d-%b-%Y").to_string()),
        ])
    }

    fn newborn(&self) -> Asked {
        let number = self.number();
        let born = self.app.now() - Duration::days(i64::from(number / 12 % 28));
        Asked::at(self.patient).with([
            ("patient", &PatientId::new().to_string()),
            ("sex", "female"),
            ("born", &born.format("%d-%b-%Y").to_string()),
            ("birth_time", "08:00"),
            ("multiple_birth", "yes"),
            ("birth_order", &(number % 12 + 1).to_string()),
        ])
    }

    async fn phone(&self) -> Uuid {
        let phone = Uuid::now_v7();
        self.set(
            "insert into patient_telecoms (telecom_id, patient_id, original_patient_id, kind, use, value, value_key)
            values ($1, $2::uuid, $2::uuid, 'phone', 'work', '(555) 555-0199', '5555550199')",
            phone,
            &self.patient.to_string(),
        )
        .await;
        phone
    }

    /// A stay that goes on.
    async fn stay(&self) -> Uuid {
        let encounter = EncounterId::new();
        let fields = [
            ("encounter", encounter.to_string()),
            ("class", "emergency".into()),
            ("started_on", "20-Nov-2026".into()),
            ("started_at", "08:00".into()),
        ];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let registrar = self.resident(Role::Registrar);
        let page = registrar.post(&format!("/patients/{}/encounters/new", self.patient), &fields).await;
        assert!(page.location().is_some(), "{}", page.text());
        encounter.0
    }

    async fn consent(&self) -> Uuid {
        let consent = Uuid::now_v7();
        self.set(
            "insert into consents (consent_id, patient_id, original_patient_id, kind, decision, signed_on, recorded_at)
            values ($1, $2::uuid, $2::uuid, 'exchange', 'given', '2026-11-14', now())",
            consent,
            &self.patient.to_string(),
        )
        .await;
        consent
    }
}
