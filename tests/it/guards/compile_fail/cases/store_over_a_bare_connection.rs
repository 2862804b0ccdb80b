// error[E0308]: mismatched types
use custodian::access::Roster;
use custodian::base::id::PatientId;
use custodian::documents::store::file;
use sqlx::PgConnection;

pub async fn write(roster: &mut Roster<'_>, connection: &mut PgConnection, patient: PatientId) {
    let _ = file(roster, patient, &[]).await; // right
    let _ = file(connection, patient, &[]).await; // wrong
}
