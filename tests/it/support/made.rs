//! Charts and people made to order, as the owner of the tables: the shortest way to a situation, not a way the product has.

use custodian::access::{Act, Actor, Remarks, Role};
use custodian::base::id::{DocumentId, EncounterId, GrantId, PatientId, StaffId, TaskId};
use custodian::documents::filing;
use custodian::documents::model::{Content, NewDocument, NewVersion, Status};
use uuid::Uuid;

use super::app::App;

pub struct Made<'a> {
    pub app: &'a App,
}

impl Made<'_> {
    /// A member of staff with these roles at the main hospital.
    pub async fn staff(&self, roles: &[Role]) -> StaffId {
        let staff = StaffId::new();
        let mut owner = self.app.owner().await;
        let name = format!("{}-{}", roles.first().map_or("nobody", |role| role.word()), &staff.to_string()[28..]);
        sqlx::query("insert into staff (staff_id, sign_in_name, full_name, password_hash, password_set_at, created_at) values ($1, $2, $3, 'none', $4, $4)")
            .bind(staff)
            .bind(&name)
            .bind(format!("Test {name}"))
            .bind(self.app.now())
            .execute(&mut owner)
            .await
            .unwrap();
        for role in roles {
            sqlx::query("insert into staff_roles (staff_id, role, granted_at) values ($1, $2, $3)")
                .bind(staff)
                .bind(role.word())
                .bind(self.app.now())
                .execute(&mut owner)
                .await
                .unwrap();
        }
        sqlx::query("insert into staff_facilities (staff_id, facility_id) values ($1, $2)")
            .bind(staff)
            .bind(self.app.facility)
            .execute(&mut owner)
            .await
            .unwrap();
        staff
    }

    /// A patient named "Given Family", born 3 April 1957, female, with an MRN, a phone and an address.
    pub async fn patient(&self, name: &str) -> PatientId {
        let patient = PatientId::new();
        let (given, family) = name.rsplit_once(' ').unwrap_or(("", name));
        let mut owner = self.app.owner().await;
        sqlx::query(
            "insert into patients (patient_id, original_patient_id, facility_id, facility_ids, sex, birth_date, created_at, changed_at)
            values ($1, $1, $2, array[$2], 'female', '1957-04-03', $3, $3)",
        )
        .bind(patient)
        .bind(self.app.facility)
        .bind(self.app.now())
        .execute(&mut owner)
        .await
        .unwrap();
        self.name(patient, "official", family, given).await;
        let mrn = format!("M{}", &patient.to_string().replace('-', "")[22..]);
        sqlx::query(
            "insert into patient_identifiers (identifier_id, patient_id, original_patient_id, type, authority, value, value_key)
            values ($1, $2, $2, 'MR', 'urn:test:main', $3, upper($3))",
        )
        .bind(Uuid::now_v7())
        .bind(patient)
        .bind(mrn)
        .execute(&mut owner)
        .await
        .unwrap();
        sqlx::query(
            "insert into patient_telecoms (telecom_id, patient_id, original_patient_id, kind, use, value, value_key)
            values ($1, $2, $2, 'phone', 'home', '(555) 555-0143', '5555550143')",
        )
        .bind(Uuid::now_v7())
        .bind(patient)
        .execute(&mut owner)
        .await
        .unwrap();
        sqlx::query(
            "insert into patient_addresses (address_id, patient_id, original_patient_id, use, lines, city, state, postal_code)
            values ($1, $2, $2, 'home', '77 Quarry Road', 'Millbrook', 'NY', '12545')",
        )
        .bind(Uuid::now_v7())
        .bind(patient)
        .execute(&mut owner)
        .await
        .unwrap();
        patient
    }

    /// Another name of a patient. Keys are the plain lower-case words: enough for names without accents.
    pub async fn name(&self, patient: PatientId, usage: &str, family: &str, given: &str) {
        sqlx::query(
            "insert into patient_names (name_id, patient_id, original_patient_id, use, family, given, family_key, given_key,
                family_sound, family_sound_alternate, given_sound)
            values ($1, $2, $2, $3, $4, $5, lower($4), lower($5), '', '', '')",
        )
        .bind(Uuid::now_v7())
        .bind(patient)
        .bind(usage)
        .bind(family)
        .bind(given)
        .execute(&mut self.app.owner().await)
        .await
        .unwrap();
    }

    /// Marks a patient as a VIP.
    pub async fn restrict(&self, patient: PatientId) {
        self.run("update patients set restricted = true, restricted_reason = 'vip' where patient_id = $1", patient.0)
            .await;
    }

    /// A finished ambulatory encounter a week ago.
    pub async fn encounter(&self, patient: PatientId) -> EncounterId {
        let encounter = EncounterId::new();
        let start = self.app.now() - chrono::Duration::days(7);
        sqlx::query(
            "insert into encounters (encounter_id, patient_id, original_patient_id, facility_id, visit_number, class, status, started_at, ended_at, created_at, changed_at)
            values ($1, $2, $2, $3, $4, 'ambulatory', 'finished', $5, $6, $5, $5)",
        )
        .bind(encounter)
        .bind(patient)
        .bind(self.app.facility)
        .bind(format!("V{}", &encounter.to_string().replace('-', "")[20..]))
        .bind(start)
        .bind(start + chrono::Duration::hours(1))
        .execute(&mut self.app.owner().await)
        .await
        .unwrap();
        encounter
    }

    /// An open task for one person.
    pub async fn task(&self, patient: PatientId, kind: &str, staff: StaffId) -> TaskId {
        let task = TaskId::new();
        sqlx::query("insert into tasks (task_id, patient_id, original_patient_id, kind, assigned_to, note, opened_at) values ($1, $2, $2, $3, $4, 'made by a test', $5)")
            .bind(task)
            .bind(patient)
            .bind(kind)
            .bind(staff)
            .bind(self.app.now())
            .execute(&mut self.app.owner().await)
            .await
            .unwrap();
        task
    }

    /// A glass somebody broke, open now.
    pub async fn grant(&self, patient: PatientId, staff: StaffId) -> GrantId {
        let grant = GrantId::new();
        sqlx::query(
            "insert into glass_grants (grant_id, patient_id, original_patient_id, staff_id, emergency, data_class, reason_code, reason,
                granted_at, expires_at)
            values ($1, $2, $2, $3, false, 'chart', 'direct-care', 'made by a test', $4, $5)",
        )
        .bind(grant)
        .bind(patient)
        .bind(staff)
        .bind(self.app.now())
        .bind(self.app.now() + chrono::Duration::hours(1))
        .execute(&mut self.app.owner().await)
        .await
        .unwrap();
        grant
    }

    /// Puts somebody on the care team.
    pub async fn care_team(&self, patient: PatientId, staff: StaffId) {
        sqlx::query("insert into care_team_members (member_id, patient_id, original_patient_id, staff_id, reason, started_at) values ($1, $2, $2, $3, 'made by a test', $4)")
            .bind(Uuid::now_v7())
            .bind(patient)
            .bind(staff)
            .bind(self.app.now())
            .execute(&mut self.app.owner().await)
            .await
            .unwrap();
    }

    /// A signed progress note with its bytes in the store.
    pub async fn document(&self, patient: PatientId, title: &str) -> DocumentId {
        let text = format!("PROGRESS NOTE:\n{title}: improving, plan unchanged.\n");
        self.document_of(patient, title, "progress-note", "text/plain", text.into_bytes()).await
    }

    /// A final document of a type with these bytes.
    pub async fn document_of(
        &self,
        patient: PatientId,
        title: &str,
        type_code: &str,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> DocumentId {
        let document = DocumentId::new();
        let content = Content { content_type: content_type.into(), bytes: bytes.into() };
        let filed = filing::store(&self.app.state.blobs, content).await.unwrap();
        let new = NewDocument {
            document,
            encounter: None,
            type_code: type_code.into(),
            title: title.into(),
            status: Status::Final,
            sensitivity: None,
            author: None,
            author_name: Some("Raman, Priya".into()),
            authored_at: Some(self.app.now()),
            service_date: None,
            source: "local".into(),
            versions: vec![NewVersion {
                filed,
                reason: None,
                created_by: None,
                created_by_name: "Test".into(),
                created_at: self.app.now(),
            }],
            relations: vec![],
        };
        self.file(patient, &[new]).await;
        document
    }

    /// Files documents the way imports do: through the gate, as an operator.
    pub async fn file(&self, patient: PatientId, documents: &[NewDocument]) {
        let operator = Actor::operator("made");
        let gate = &self.app.state.gate;
        gate.roster(&operator, Act::ImportRecords, Remarks::none(), async |roster| {
            custodian::documents::store::file(roster, patient, documents).await
        })
        .await
        .unwrap();
    }

    /// Takes the lock off filed documents in this test's database, as only the owner can, to make a situation that filing would refuse.
    pub async fn unlock_documents(&self) {
        sqlx::query("alter table documents disable trigger keep").execute(&mut self.app.owner().await).await.unwrap();
    }

    pub async fn run(&self, statement: &'static str, id: Uuid) {
        sqlx::query(statement).bind(id).execute(&mut self.app.owner().await).await.unwrap();
    }
}
