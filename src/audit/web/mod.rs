//! The routes of the room.

mod csv;
mod entry;
mod list;
mod verify;

use crate::access::Act;
use crate::web::routes::Routes;

pub fn routes() -> Routes {
    Routes::new()
        .get("/audit", Act::ReviewLedger, list::list)
        .post("/audit/patients", Act::ReviewLedger, list::by_patient)
        .get("/audit.csv", Act::ExportLedger, csv::csv)
        .get("/audit/verify", Act::ReviewLedger, verify::show)
        .post("/audit/verify", Act::VerifyLedger, verify::verify)
        .get("/audit/{event}", Act::ReviewLedger, entry::show)
}
