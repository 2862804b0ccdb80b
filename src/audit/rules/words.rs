//! What people read for the words the ledger keeps. A word of another version is shown as it stands.

use crate::access::act::{Act, ScopeKind};
use crate::access::role::Role;

pub fn act(word: &str) -> &str {
    known_act(word).map_or(word, |act| act.spec().label)
}

pub fn known_act(word: &str) -> Option<Act> {
    Act::ALL.iter().copied().find(|act| act.spec().word == word)
}

/// Acts by what they open, for the filter: the word of the group, what people read, the acts.
pub const GROUPS: [(ScopeKind, &str, &str); 4] = [
    (ScopeKind::Chart, "charts", "Charts"),
    (ScopeKind::Roster, "lists", "Lists of patients"),
    (ScopeKind::Ledger, "log", "The access log"),
    (ScopeKind::Desk, "house", "Sign-in, staff and settings"),
];

pub fn acts_of(scope: ScopeKind) -> impl Iterator<Item = Act> {
    Act::ALL.iter().copied().filter(move |act| act.spec().scope == scope)
}

pub fn role(word: &str) -> &str {
    match Role::parse(word) {
        Some(role) => role.title(),
        None => word,
    }
}

/// Who acts when there is no role.
pub fn actor_kind(word: &str) -> &str {
    match word {
        "person" => "Staff",
        "operator" => "At the command line",
        "job" => "The server itself",
        "stranger" => "Not signed in",
        "api_client" => "Another program",
        "interface" => "Interface",
        other => other,
    }
}

pub fn outcome(word: &str) -> &str {
    match word {
        "success" => "Done",
        "refused" => "Refused",
        "failed" => "Failed",
        other => other,
    }
}

/// AuditEvent.action.
pub fn action(word: &str) -> &str {
    match word {
        "C" => "Create",
        "R" => "Read",
        "U" => "Update",
        "D" => "Delete",
        "E" => "Execute",
        other => other,
    }
}

pub fn arrival(word: &str) -> &str {
    match word {
        "search" => "Search",
        "queue" => "Worklist",
        "grant" => "Emergency access",
        "link" => "Link",
        "command" => "Command line",
        other => other,
    }
}

/// Why it was allowed, refused, or failed.
pub fn basis(word: &str) -> String {
    let known = match word {
        "role" => "The role",
        "treating" => "Treating the patient",
        "task" => "An open task",
        "glass" => "A broken glass, with a reason",
        "emergency" => "Emergency treatment",
        "operator" => "Command line of the server",
        "job" => "The server's own work",
        "own" => "Own account",
        "restricted" => "Restricted record: a reason is needed",
        "sensitive" => "Sensitive record: a reason is needed",
        "not-assigned" => "Not assigned: a reason is needed",
        "no-relationship" => "No relationship: a reason is needed",
        "no-case" => "No case: a reason is needed",
        "no-task" => "No open task",
        "other-facility" => "Another facility",
        "own-record" => "Own record",
        "retracted" => "Retracted document",
        "hidden" => "No such record for this person",
        "not-found" => "Not found",
        "forbidden" => "Refused on the way",
        "needs-reason" => "A reason is needed",
        "conflict" => "Changed meanwhile by somebody else",
        "constraint" | "invalid" => "Broke a rule of the form",
        "unavailable" => "The database was away",
        "internal" => "Fault of the program",
        _ => return sentence(word),
    };
    known.to_owned()
}

/// `wrong-password` becomes `Wrong password`.
pub fn sentence(word: &str) -> String {
    let mut words = word.replace(['-', '_', '.'], " ");
    if let Some(first) = words.get(..1).map(str::to_uppercase) {
        words.replace_range(..1, &first);
    }
    words
}

/// The role refuses as well as it allows.
pub fn basis_of(word: &str, outcome: &str) -> String {
    if word == "role" && outcome == "refused" { "Not for this role".to_owned() } else { basis(word) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::policy::{Basis, Refusal, WhyReason};

    #[test]
    fn every_act_is_in_one_group() {
        let grouped: usize = GROUPS.iter().map(|(scope, ..)| acts_of(*scope).count()).sum();
        assert_eq!(grouped, Act::ALL.len());
    }

    #[test]
    fn our_own_words_have_sentences() {
        let words = [
            Basis::Role.word(),
            Basis::Treating.word(),
            Basis::Task.word(),
            Basis::Glass.word(),
            Basis::Emergency.word(),
            WhyReason::Restricted.word(),
            WhyReason::NoCase.word(),
            Refusal::NoTask.word(),
            Refusal::Hidden.word(),
        ];
        for word in words {
            assert!(basis(word).contains(' '), "{word}");
        }
        assert_eq!(basis("wrong-password"), "Wrong password");
        assert_eq!(basis("é"), "é");
        assert_eq!(basis_of("role", "refused"), "Not for this role");
    }
}
