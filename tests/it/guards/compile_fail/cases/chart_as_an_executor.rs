// error[E0277]: the trait bound … Chart<'_>: Executor<'_>` is not satisfied
use custodian::access::Chart;

pub async fn read(chart: &mut Chart<'_>) {
    let statement = sqlx::query_scalar::<_, String>("select family from patient_names");
    let _ = chart.all(statement).await; // right
    let _ = statement.fetch_all(chart).await; // wrong
}
