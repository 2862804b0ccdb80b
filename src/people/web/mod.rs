//! Handlers of the room: the door, one's own account, kept forms, staff, roles and facilities.

mod account;
mod door;
mod facilities;
mod kept;
mod password;
mod pre_session;
mod roles;
mod second_factor;
mod second_step;
mod sign_in;
mod staff;
mod staff_access;

pub use sign_in::ended;

use super::urls;
use crate::access::Act;
use crate::web::routes::Routes;
use crate::web::state::App;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .open(urls::SIGN_IN, sign_in::show)
        .open_post(urls::SIGN_IN, sign_in::sign_in)
        .open(urls::SIGN_IN_CODE, second_step::show)
        .open_post(urls::SIGN_IN_CODE, second_step::check)
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
        .get(urls::SECOND_FACTOR, Act::ViewAccount, second_factor::show)
        .post(urls::SECOND_FACTOR, Act::EnrolSecondFactor, second_factor::enrol)
        .post(urls::RECOVERY_CODES, Act::EnrolSecondFactor, second_factor::make_codes)
        .get("/parked/{id}", Act::KeepForm, kept::show)
        .post("/parked/{id}/discard", Act::KeepForm, kept::discard)
        .get(urls::STAFF, Act::ViewStaff, staff::list)
        .form(urls::NEW_STAFF, Act::ViewStaff, Act::AddStaff, staff::ask_new)
        .post(urls::STAFF, Act::AddStaff, staff::add)
        .get("/admin/staff/{id}", Act::ViewStaff, staff::show)
        .post("/admin/staff/{id}", Act::ChangeStaff, staff::change)
        .post("/admin/staff/{id}/password", Act::ResetPassword, staff_access::reset_password)
        .post("/admin/staff/{id}/disablement", Act::DisableStaff, staff_access::disable)
        .post("/admin/staff/{id}/enablement", Act::DisableStaff, staff_access::enable)
        .post("/admin/staff/{id}/second-factor", Act::RemoveSecondFactor, staff_access::remove_second_factor)
        .post("/admin/staff/{id}/sessions", Act::EndSessions, staff_access::end_sessions)
        .get(urls::ROLES, Act::ViewPolicy, roles::show)
        .get(urls::FACILITIES, Act::ViewFacilities, facilities::list)
        .post(urls::FACILITIES, Act::ChangeFacilities, facilities::add)
        .get("/admin/facilities/{id}", Act::ViewFacilities, facilities::show)
        .post("/admin/facilities/{id}", Act::ChangeFacilities, facilities::change)
}

/// What must be done before anything else opens, and where: a one-time password changed, then a second factor set up where policy asks for one.
pub fn first(app: &App, viewer: &Viewer, path: &str) -> Option<&'static str> {
    let must = match () {
        () if viewer.must_change_password => urls::OWN_PASSWORD,
        () if viewer.must_enrol(app) => urls::SECOND_FACTOR,
        () => return None,
    };
    (path != must && !matches!(path, "/sign-out" | urls::SIGN_IN | urls::SIGN_IN_CODE | "/account/presence"))
        .then_some(must)
}
