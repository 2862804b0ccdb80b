//! The minimum-necessary matrix in words, read from the policy itself, so it can't differ from what the gate decides.

use askama::Template;

use crate::access::Role;
use crate::access::policy::{Cell, DataClass, Limit, matrix};
use crate::web::layout::Layout;

#[derive(Template)]
#[template(path = "people/roles.html")]
pub struct RolesPage {
    pub layout: Layout,
}

impl RolesPage {
    fn classes(&self) -> [DataClass; 12] {
        DataClass::ALL
    }

    fn roles(&self) -> [Role; 16] {
        Role::ALL
    }

    fn verbs(&self, role: &Role, class: &DataClass) -> &'static str {
        matrix(*role, *class).verbs
    }

    fn spoken(&self, role: &Role, class: &DataClass) -> String {
        spoken(matrix(*role, *class))
    }

    /// The number of the note that explains a cell's limit.
    fn note(&self, role: &Role, class: &DataClass) -> Option<usize> {
        let words = limit_words(matrix(*role, *class))?;
        self.notes().iter().position(|note| *note == words).map(|at| at + 1)
    }

    /// Every limit of the matrix once, in the order a reader meets them.
    fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        for role in Role::ALL {
            for words in DataClass::ALL.into_iter().filter_map(|class| limit_words(matrix(role, class))) {
                if !notes.contains(&words) {
                    notes.push(words);
                }
            }
        }
        notes
    }
}

/// A cell for somebody who hears it: "view, create".
fn spoken(cell: Cell) -> String {
    let words: Vec<&str> = cell
        .verbs
        .chars()
        .map(|verb| match verb {
            'V' => "view",
            'C' => "create",
            'E' => "edit",
            'X' => "export or print",
            'D' => "disclose outside",
            'A' => "administer",
            _ => "masked",
        })
        .collect();
    if words.is_empty() { "nothing".into() } else { words.join(", ") }
}

/// What narrows the permission, for a note under the table; nothing to say where nothing narrows it.
fn limit_words(cell: Cell) -> Option<String> {
    if cell.verbs.is_empty() {
        return None;
    }
    let tasks = |kinds: &[&str]| kinds.iter().map(|kind| kind.replace('-', " ")).collect::<Vec<_>>().join(", ");
    Some(match cell.limit {
        Limit::None => return None,
        Limit::Admitting => "Admitting diagnosis only.".into(),
        Limit::Titles => "Titles, never content.".into(),
        Limit::Task(kinds) => format!("Under an open task only ({}).", tasks(kinds)),
        Limit::Assigned(kinds) => format!("Under an assignment ({}); otherwise with a reason.", tasks(kinds)),
        Limit::AssignedSensitive(kinds) => {
            format!("Under an assignment that needs the category ({}); otherwise with a reason.", tasks(kinds))
        }
        Limit::Treating => "With a treating relationship; otherwise with a reason.".into(),
        Limit::Claims => "Document types that go with a claim.".into(),
        Limit::Glass => "Only with a reason (break the glass).".into(),
        Limit::Deidentified => "Counts and de-identified rows, never a person.".into(),
        Limit::Partial => "The own department's or the technical part.".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_in_force_has_a_note_and_every_note_a_cell() {
        let page = RolesPage { layout: Layout::sample() };
        let mut used = std::collections::BTreeSet::new();
        for role in &Role::ALL {
            used.extend(DataClass::ALL.iter().filter_map(|class| page.note(role, class)));
        }
        assert_eq!(used.len(), page.notes().len());
        assert_eq!(page.note(&Role::Manager, &DataClass::Demographics), None);
        assert!(page.notes()[page.note(&Role::Manager, &DataClass::SensitiveNotes).unwrap() - 1].contains("reason"));
    }

    #[test]
    fn cells_are_spoken() {
        assert_eq!(spoken(matrix(Role::Registrar, DataClass::SocialSecurityNumber)), "masked");
        assert_eq!(spoken(matrix(Role::Admin, DataClass::Demographics)), "nothing");
    }
}
