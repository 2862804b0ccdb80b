//! Every role × every act × every kind of record, as a table a privacy officer can read in a diff.

use std::fmt::Write as _;

use custodian::access::act::{Act, ScopeKind};
use custodian::access::policy::{DataClass, Limit, matrix, role_may};
use custodian::access::role::Role;

use super::golden;

#[test]
fn permissions_are_as_agreed() {
    let mut table = String::from("# The minimum-necessary matrix (45 CFR 164.514(d)(2)): role, class, verbs, limit\n");
    for role in Role::ALL {
        for class in DataClass::ALL {
            let cell = matrix(role, class);
            if !cell.verbs.is_empty() {
                let limit = match cell.limit {
                    Limit::None => String::new(),
                    other => format!(" {other:?}"),
                };
                let _ = writeln!(table, "{:<12} {:<20} {}{limit}", role.word(), class.title(), cell.verbs);
            }
        }
    }
    table.push_str("\n# Acts about no one patient: act, roles that may\n");
    for act in Act::ALL.iter().filter(|act| act.spec().scope != ScopeKind::Chart) {
        let roles: Vec<_> = Role::ALL.iter().filter(|role| role_may(**role, *act)).map(|role| role.word()).collect();
        let _ =
            writeln!(table, "{:<20} {}", act.spec().word, if roles.is_empty() { "-".into() } else { roles.join(" ") });
    }
    golden("permissions.txt", &table);
}

#[test]
fn words_of_acts_are_unique_and_stable_in_shape() {
    let mut words: Vec<_> = Act::ALL.iter().map(|act| act.spec().word).collect();
    words.sort_unstable();
    let count = words.len();
    words.dedup();
    assert_eq!(words.len(), count, "two acts share a word");
    assert!(words.iter().all(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '.' || c == '-')), "{words:?}");
}
