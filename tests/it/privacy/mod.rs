//! Break-the-glass and its review.

mod glass;
mod review;

use custodian::base::id::PatientId;

use crate::people::{PASSWORD, with_password};
use crate::support::app::App;
use crate::support::html::Page;
use crate::support::who::Visitor;

/// Somebody signed in who knows their password.
pub async fn person(app: &App, role: custodian::access::Role) -> Visitor {
    let staff = app.made().staff(&[role]).await;
    with_password(app, staff).await;
    app.signed_in(staff).await
}

/// Gives a reason and the password.
pub async fn break_glass(visitor: &Visitor, patient: PatientId, why: &str) -> Page {
    let fields = [
        ("reason", "coverage"),
        ("explanation", "Covering for Dr Lee today"),
        ("password", PASSWORD),
        ("next", &format!("/patients/{patient}")),
    ];
    visitor.post(&format!("/glass/{patient}?why={why}"), &fields).await
}
