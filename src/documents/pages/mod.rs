//! The pages of the room.

mod change;
mod print;
mod sign;
mod types;
mod viewer;
mod write;

pub use change::{MoveForm, MovePage, RetractionForm, RetractionPage, SearchPage, TypedMove};
pub use print::{PrintPage, Sheet};
pub use sign::{SignForm, SignPage, SignaturesPage, banner, code_field};
pub use types::TypesPage;
pub use viewer::{Action, Middle, ViewerPage};
pub use write::{
    AddendumForm, AddendumPage, CorrectionForm, CorrectionPage, LONGEST, NoteForm, NotePage, TypedNote,
    encounter_field, file_field,
};

use chrono_tz::Tz;

use super::model::{Listed, Status, Veil};
use super::store::Opened;
use crate::web::format;
use crate::web::ui::{Kind, Tag};

/// How a status is shown.
pub fn state_tag(status: Status) -> Tag {
    match status {
        Status::Draft => Tag::new(Kind::Warn, "Draft", "pen-line"),
        Status::Preliminary => Tag::new(Kind::Warn, "Unsigned", "pen-line"),
        Status::Final => Tag::new(Kind::Ok, "Final", "check"),
        Status::Addended => Tag::new(Kind::Ok, "Addended", "check"),
        Status::Amended => Tag::new(Kind::Note, "Amended", "info"),
        Status::Corrected => Tag::new(Kind::Note, "Corrected", "info"),
        Status::Superseded => Tag::new(Kind::Warn, "Superseded", "triangle-alert"),
        Status::Retracted => Tag::new(Kind::Bad, "Retracted", "ban"),
    }
}

/// The title, or the type where there is none.
fn title(opened: &Opened) -> &str {
    let title = opened.document.title.trim();
    if title.is_empty() { &opened.document.type_label } else { title }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One document of a list, in words.
pub struct Row {
    pub href: Option<String>,
    pub title: String,
    pub kind: String,
    pub date: String,
    pub author: String,
    pub pages: String,
    pub state: Option<Tag>,
    pub current: bool,
}

impl Row {
    pub fn new(listed: &Listed, zone: Tz) -> Self {
        let title = match (listed.veil, &listed.title) {
            (Veil::Sensitive, _) => "Sensitive document".to_owned(),
            (Veil::Retracted, _) => "Retracted document".to_owned(),
            (Veil::None, Some(title)) if !title.trim().is_empty() => title.clone(),
            (Veil::None, _) => listed.type_label.clone().unwrap_or_else(|| "Document".into()),
        };
        let state = match (listed.veil, listed.status) {
            (Veil::Sensitive, _) => Some(Tag::new(Kind::Sens, "Reason needed", "lock")),
            (_, Some(status)) => match (status, &listed.sensitivity) {
                // The normal state stays quiet, so that exceptions stand out.
                (Status::Final, None) => None,
                (Status::Final, Some(_)) => Some(Tag::new(Kind::Sens, "Sensitive", "lock")),
                (status, _) => Some(state_tag(status)),
            },
            (_, None) => None,
        };
        Self {
            href: listed.may_open.then(|| super::urls::show(listed.document)),
            title,
            kind: listed.type_label.clone().unwrap_or_default(),
            date: listed.dated_at.map(|at| format::day_of(at, zone)).unwrap_or_default(),
            author: listed.author.clone().unwrap_or_default(),
            pages: listed.pages.map_or_else(|| "–".into(), |pages| pages.to_string()),
            state,
            current: false,
        }
    }
}

/// What is on file about amending a document (DOC-11), as everybody who opens it reads it.
fn amendment_words(flag: &str) -> Option<&'static str> {
    Some(match flag {
        "requested" => "Amendment requested: the patient asked to have this changed, and that is not settled yet.",
        "amended" => "Amended on the patient’s request: the amendment belongs with it.",
        "denied" => "Amendment denied: the patient asked to have this changed.",
        "attached" => "Amendment denied: the request and the denial go with every copy of it.",
        "disagreed" => "Disagreement on file: the patient’s statement goes with every copy of it.",
        _ => return None,
    })
}
