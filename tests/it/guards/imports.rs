//! Imports go down by rank only; features know each other's model, store, urls and rules where an edge is drawn (ARCHITECTURE.md).

use super::{code, files, short};

const RANKS: [(&str, u8); 22] = [
    ("base", 0),
    ("config", 0),
    ("db", 1),
    ("vault", 1),
    ("access", 2),
    ("queue", 2),
    ("blobs", 2),
    ("web", 3),
    ("people", 4),
    ("patients", 4),
    ("encounters", 4),
    ("documents", 4),
    ("work", 4),
    ("privacy", 4),
    ("audit", 4),
    ("chart", 4),
    ("interop", 5),
    ("demo", 5),
    ("app", 6),
    ("bench", 7),
    ("cli", 8),
    ("main", 9),
];

/// Which feature may use which other.
const EDGES: [(&str, &[&str]); 8] = [
    ("people", &[]),
    ("patients", &["people"]),
    ("encounters", &["patients", "people"]),
    ("documents", &["encounters", "patients", "people"]),
    ("work", &["patients", "people"]),
    ("privacy", &["patients", "people"]),
    ("audit", &["people", "patients"]),
    ("chart", &["documents", "encounters", "patients", "people"]),
];

fn rank(module: &str) -> Option<u8> {
    RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank)
}

fn allowed(from: &str, to: &str) -> bool {
    if from == to {
        return true;
    }
    let (Some(upper), Some(lower)) = (rank(from), rank(to)) else { return false };
    // The gate writes its blobs' tickets: access and blobs share a rank and this one edge.
    upper > lower
        || EDGES.iter().any(|(feature, uses)| *feature == from && uses.contains(&to))
        || (from == "blobs" && to == "access")
        || (from == "config" && to == "base")
}

/// `crate::x` of every use and path in the code.
fn used(text: &str) -> Vec<String> {
    text.match_indices("crate::")
        .map(|(at, _)| text[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|module| !module.is_empty())
        .collect()
}

#[test]
fn imports_go_down() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let name = short(&path);
        let module = name.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned();
        if module == "lib" || module == "main" {
            continue;
        }
        assert!(
            rank(&module).is_some(),
            "{name}: a new room? Give it a rank in tests/it/guards/imports.rs and in ARCHITECTURE.md."
        );
        for target in used(&code(&text)) {
            if rank(&target).is_some() && !allowed(&module, &target) {
                wrong.push(format!(
                    "{name}: {module} may not use {target}. Move the type down, or let the upper room call."
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pages_reach_no_database_and_rules_do_no_io() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let name = short(&path);
        let code = code(&text);
        let file = name.rsplit('/').next().unwrap();
        let is_pages = file == "pages.rs" || name.contains("/pages/");
        let is_rules = file == "rules.rs" || name.contains("/rules/");
        if is_pages && (code.contains("sqlx::") || code.contains(".await")) {
            wrong.push(format!("{name}: a page prints what it was given; ask in the store, wait in the handler."));
        }
        if is_rules && (code.contains(".await") || code.contains("sqlx::") || code.contains("std::fs")) {
            wrong.push(format!("{name}: rules are pure."));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
