// error[E0308]: mismatched types
use custodian::access::Chart;
use custodian::patients::store::header::header;
use sqlx::PgPool;

pub async fn read(chart: &mut Chart<'_>, pool: &mut PgPool) {
    let _ = header(chart).await; // right
    let _ = header(pool).await; // wrong
}
