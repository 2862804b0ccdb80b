// error[E0308]: mismatched types
use custodian::access::{Chart, Desk};
use custodian::patients::store::header::header;

pub async fn read(chart: &mut Chart<'_>, desk: &mut Desk<'_>) {
    let _ = header(chart).await; // right
    let _ = header(desk).await; // wrong
}
