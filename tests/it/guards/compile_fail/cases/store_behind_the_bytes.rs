// error[E0616]: field `store` of struct … Blobs` is private
use custodian::blobs::Blobs;

pub async fn read(blobs: &Blobs) {
    let _ = blobs.ping().await; // right
    let _ = &blobs.store; // wrong
}
