// error[E0624]: method `connection` is private
use custodian::access::Desk;

pub fn take(desk: &mut Desk<'_>) {
    let _event = desk.event(); // right
    let _connection = desk.connection(); // wrong
}
