// error[E0277]: the trait bound … String: … Figure` is not satisfied
use custodian::access::Roster;

pub async fn read(roster: &mut Roster<'_>) {
    let _ = roster.figure(sqlx::query_scalar::<_, i64>("select count(*) from patient_names")).await; // right
    let _ = roster.figure(sqlx::query_scalar::<_, String>("select family from patient_names")).await; // wrong
}
