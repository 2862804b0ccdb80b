// error[E0603]: function `start` is private
use custodian::access::Desk;
use custodian::access::session::{self, Limits};
use custodian::base::id::{SessionId, StaffId};

pub async fn sneak(desk: &mut Desk<'_>, staff: StaffId, session: SessionId, limits: Limits) {
    let _ = session::end(desk, session).await; // right
    let _ = session::start(desk, staff, session, limits, None, None).await; // wrong
}
