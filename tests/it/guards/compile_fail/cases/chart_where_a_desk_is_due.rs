// error[E0308]: mismatched types
use custodian::access::{Chart, Desk};
use custodian::base::id::StaffId;
use custodian::people::store::account::account;

pub async fn read(chart: &mut Chart<'_>, desk: &mut Desk<'_>, staff: StaffId) {
    let _ = account(desk, staff).await; // right
    let _ = account(chart, staff).await; // wrong
}
