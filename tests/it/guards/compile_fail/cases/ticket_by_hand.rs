// error[E0451]: fields `blob_name`, `sha256` and `size` of struct `Ticket` are private
use custodian::access::Ticket;

pub fn forge(ticket: Ticket, _name: String) -> Ticket {
    ticket // right
    Ticket { blob_name: _name, ..ticket } // wrong
}
