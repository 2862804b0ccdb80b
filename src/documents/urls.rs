//! Addresses of the room. Page, zoom and turn are in the query, so that Back, Reload and a second window show the same.

use super::render::Zoom;
use crate::base::id::{DocumentId, PatientId};

/// How a page is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    pub page: u32,
    /// None fits the width of the pane.
    pub zoom: Option<Zoom>,
    /// Degrees, a multiple of 90.
    pub turn: u16,
}

impl View {
    pub fn first() -> Self {
        Self { page: 1, zoom: None, turn: 0 }
    }

    fn query(self) -> String {
        let mut parts = Vec::new();
        if self.page > 1 {
            parts.push(format!("page={}", self.page));
        }
        if let Some(zoom) = self.zoom {
            parts.push(format!("zoom={}", zoom.percent()));
        }
        if self.turn > 0 {
            parts.push(format!("turn={}", self.turn));
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// The types there are.
pub const TYPES: &str = "/admin/document-types";

pub fn list(patient: PatientId) -> String {
    format!("/patients/{patient}/documents")
}

pub fn show(document: DocumentId) -> String {
    format!("/documents/{document}")
}

pub fn view(document: DocumentId, view: View) -> String {
    format!("/documents/{document}{}", view.query())
}

pub fn version(document: DocumentId, number: i32, view: View) -> String {
    format!("/documents/{document}/versions/{number}{}", view.query())
}

/// The picture of one page of one version.
pub fn picture(document: DocumentId, number: i32, page: u32, zoom: Zoom) -> String {
    format!("/documents/{document}/pages/{page}.png?version={number}&zoom={}", zoom.percent())
}

pub fn print(document: DocumentId, number: i32) -> String {
    format!("/documents/{document}/print?version={number}")
}

pub fn content(document: DocumentId, number: i32) -> String {
    format!("/documents/{document}/content?version={number}")
}

/// Where a version is shown whole and signed.
pub fn signature(document: DocumentId, number: i32) -> String {
    format!("/documents/{document}/signature?version={number}")
}

/// What waits for the reader's signature.
pub const SIGNATURES: &str = "/signatures";

pub fn new_note(patient: PatientId) -> String {
    format!("/patients/{patient}/notes/new")
}

pub fn notes(patient: PatientId) -> String {
    format!("/patients/{patient}/notes")
}

pub fn upload(patient: PatientId) -> String {
    format!("/patients/{patient}/documents/new")
}

pub fn search(patient: PatientId) -> String {
    format!("/patients/{patient}/documents/search")
}

pub fn new_addendum(document: DocumentId) -> String {
    format!("/documents/{document}/addenda/new")
}

pub fn addenda(document: DocumentId) -> String {
    format!("/documents/{document}/addenda")
}

pub fn correction(document: DocumentId) -> String {
    format!("/documents/{document}/correction")
}

/// Where another file is sent as the new version.
pub fn versions(document: DocumentId) -> String {
    format!("/documents/{document}/versions")
}

pub fn retraction(document: DocumentId) -> String {
    format!("/documents/{document}/retraction")
}

pub fn relocation(document: DocumentId) -> String {
    format!("/documents/{document}/relocation")
}

pub fn check(document: DocumentId) -> String {
    format!("/documents/{document}/check")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_only_what_differs_from_the_usual() {
        let document = DocumentId(uuid::Uuid::nil());
        assert_eq!(view(document, View::first()), show(document));
        let third = View { page: 3, zoom: Some(Zoom::near(150)), turn: 90 };
        assert!(view(document, third).ends_with("?page=3&zoom=150&turn=90"));
        assert!(version(document, 2, View { page: 2, ..View::first() }).ends_with("/versions/2?page=2"));
    }
}
