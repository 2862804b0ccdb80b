// error[E0616]: field `connection` of struct … Roster` is private
use custodian::access::Roster;

pub fn take(roster: &mut Roster<'_>) {
    let _event = roster.event(); // right
    let _connection = &mut roster.connection; // wrong
}
