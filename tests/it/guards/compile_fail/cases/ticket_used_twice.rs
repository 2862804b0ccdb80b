// error[E0382]: use of moved value: `ticket`
use custodian::access::Ticket;
use custodian::blobs::Blobs;

pub async fn twice(blobs: &Blobs, ticket: Ticket) {
    let _ = blobs.open(ticket).await;
    let _ = blobs.ping().await; // right
    let _ = blobs.open(ticket).await; // wrong
}
