// error[E0451]: fields `connection`, `opened` and `seen` of struct … Roster` are private
use custodian::access::Roster;

pub fn forget(roster: Roster<'_>) -> Roster<'_> {
    roster // right
    Roster { seen: Default::default(), ..roster } // wrong
}
