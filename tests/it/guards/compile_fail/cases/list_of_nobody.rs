// error[E0277]: the trait bound `Named: About` is not satisfied
use custodian::access::{About, Roster};
use custodian::base::id::PatientId;

#[derive(sqlx::FromRow)]
pub struct Named {
    patient: PatientId,
    family: String,
}

impl About for Named { // right
impl Named { // wrong
    fn about(&self) -> PatientId {
        self.patient
    }
}

pub async fn read(roster: &mut Roster<'_>) {
    let _ = roster.all(sqlx::query_as::<_, Named>("select patient_id as patient, family from patient_names")).await;
}
