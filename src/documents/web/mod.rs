//! Handlers of the room: looking, signing, writing, changing, searching.

mod change;
mod sign;
mod types;
mod view;
mod write;

use super::rules::Doer;
use super::urls::{SIGNATURES, TYPES};
use crate::access::Act;
use crate::web::routes::Routes;
use crate::web::viewer::Viewer;

pub fn routes() -> Routes {
    Routes::new()
        .get("/documents/{id}", Act::OpenDocument, view::show)
        .get("/documents/{id}/versions/{n}", Act::OpenDocument, view::version)
        .get("/documents/{id}/pages/{n}", Act::OpenDocument, view::picture)
        .get("/documents/{id}/print", Act::PrintDocument, view::print)
        .get("/documents/{id}/content", Act::DownloadDocument, view::content)
        .get("/documents/{id}/signature", Act::OpenDocument, sign::ask)
        .post("/documents/{id}/signature", Act::SignDocument, sign::sign)
        .get(SIGNATURES, Act::ListSignatures, sign::list)
        .post(SIGNATURES, Act::ListSignatures, sign::sign_ticked)
        .form("/patients/{id}/notes/new", Act::ViewChart, Act::WriteNote, write::ask_note)
        .post("/patients/{id}/notes", Act::WriteNote, write::note)
        .form("/documents/{id}/addenda/new", Act::OpenDocument, Act::AppendDocument, write::ask_addendum)
        .post("/documents/{id}/addenda", Act::AppendDocument, write::addendum)
        .form("/documents/{id}/correction", Act::OpenDocument, Act::CorrectDocument, write::ask_correction)
        .post("/documents/{id}/correction", Act::CorrectDocument, write::correct)
        .upload("/documents/{id}/versions", Act::CorrectDocument, write::replace)
        .form("/documents/{id}/retraction", Act::OpenDocument, Act::RetractDocument, change::ask_retraction)
        .post("/documents/{id}/retraction", Act::RetractDocument, change::retract)
        .form("/documents/{id}/relocation", Act::OpenDocument, Act::MoveDocument, change::ask_relocation)
        .post("/documents/{id}/relocation", Act::MoveDocument, change::relocate)
        .post("/documents/{id}/check", Act::CheckScan, change::check)
        .get(TYPES, Act::ViewDocumentTypes, types::show)
        .post("/patients/{id}/documents/search", Act::SearchDocuments, change::search)
}

fn doer(viewer: &Viewer) -> Doer<'_> {
    Doer { staff: Some(viewer.staff), roles: viewer.roles() }
}
