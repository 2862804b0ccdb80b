// error[E0308]: mismatched types
use custodian::access::Ticket;
use custodian::blobs::{Blobs, Stored};

pub async fn read(blobs: &Blobs, ticket: Ticket, stored: Stored) {
    let _ = blobs.open(ticket).await; // right
    let _ = blobs.open(stored).await; // wrong
}
