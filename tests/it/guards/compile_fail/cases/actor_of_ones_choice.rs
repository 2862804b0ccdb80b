// error[E0624]: associated function `person` is private
use custodian::access::{Actor, Role};
use custodian::base::id::{RequestId, SessionId, StaffId};

pub fn pretend(staff: StaffId, session: SessionId, request: RequestId) -> Actor {
    Actor::stranger(None, request) // right
    Actor::person(staff, "Ann Lee".into(), vec![Role::Privacy], vec![], session, None, request) // wrong
}
