// error[E0451]: fields `connection` and `opened` of struct … Desk` are private
use custodian::access::Desk;
use sqlx::PgConnection;

pub fn open<'c>(desk: Desk<'c>, _connection: &'c mut PgConnection) -> Desk<'c> {
    desk // right
    Desk { connection: _connection, ..desk } // wrong
}
