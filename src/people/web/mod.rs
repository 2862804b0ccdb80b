//! Handlers of the room: the door, one's own account, kept forms, staff, roles and facilities.

mod account;
mod door;
mod facilities;
mod kept;
mod password;
mod pre_session;
mod roles;
mod sign_in;
mod staff;
mod staff_access;

pub use sign_in::ended;

use super::urls;
use crate::access::Act;
use crate::web::routes::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .open(urls::SIGN_IN, sign_in::show)
        .open_post(urls::SIGN_IN, sign_in::sign_in)
        .post("/sign-out", Act::SignOut, sign_in::sign_out)
        .get("/confirm", Act::ConfirmPassword, door::ask)
        .post("/confirm", Act::ConfirmPassword, door::confirm)
        .get(urls::ACCOUNT, Act::ViewAccount, account::show)
        .post(urls::ACCOUNT, Act::ChangeAccount, account::prefer)
        .post("/account/presence", Act::ViewAccount, account::present)
        .post("/account/sessions/end", Act::ChangeAccount, account::end_all_sessions)
        .post("/account/sessions/{id}/end", Act::ChangeAccount, account::end_session)
        .get(urls::OWN_PASSWORD, Act::ViewAccount, password::ask)
        .post(urls::OWN_PASSWORD, Act::ChangeAccount, password::change)
        .get("/parked/{id}", Act::KeepForm, kept::show)
        .post("/parked/{id}/discard", Act::KeepForm, kept::discard)
        .get(urls::STAFF, Act::ViewStaff, staff::list)
        .get(urls::NEW_STAFF, Act::AddStaff, staff::ask_new)
        .post(urls::STAFF, Act::AddStaff, staff::add)
        .get("/admin/staff/{id}", Act::ViewStaff, staff::show)
        .post("/admin/staff/{id}", Act::ChangeStaff, staff::change)
        .post("/admin/staff/{id}/password", Act::ResetPassword, staff_access::reset_password)
        .post("/admin/staff/{id}/disablement", Act::DisableStaff, staff_access::disable)
        .post("/admin/staff/{id}/enablement", Act::DisableStaff, staff_access::enable)
        .get(urls::ROLES, Act::ViewPolicy, roles::show)
        .get(urls::FACILITIES, Act::ViewFacilities, facilities::list)
        .post(urls::FACILITIES, Act::ChangeFacilities, facilities::add)
        .get("/admin/facilities/{id}", Act::ViewFacilities, facilities::show)
        .post("/admin/facilities/{id}", Act::ChangeFacilities, facilities::change)
}

/// Whoever holds a one-time password changes it before anything else.
pub fn must_change_first(path: &str) -> bool {
    !matches!(path, urls::OWN_PASSWORD | "/sign-out" | urls::SIGN_IN | "/account/presence")
}
