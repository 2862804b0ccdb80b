// error[E0599]: no method named `clone` found for struct `Ticket`
use custodian::access::Ticket;

pub fn twice(ticket: Ticket) -> (Ticket, u64) {
    let second = ticket.size(); // right
    let second = ticket.clone().size(); // wrong
    (ticket, second)
}
