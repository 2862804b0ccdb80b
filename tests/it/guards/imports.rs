//! Imports go down by rank only; features know each other's model, store, urls and rules where an edge is drawn (ARCHITECTURE.md).

use super::{code, files, short};

const RANKS: &[(&str, u8)] = &[
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
    ("filing", 4),
    ("work", 4),
    ("privacy", 4),
    ("amendments", 4),
    ("audit", 4),
    ("chart", 4),
    ("consents", 4),
    ("interop", 5),
    ("demo", 5),
    ("operations", 5),
    ("app", 6),
    ("bench", 7),
    ("cli", 8),
    ("main", 9),
];

/// Which feature may use which other.
const EDGES: &[(&str, &[&str])] = &[
    ("people", &[]),
    ("patients", &["people"]),
    ("encounters", &["patients", "people"]),
    ("documents", &["encounters", "patients", "people"]),
    ("filing", &["documents", "encounters", "patients", "people"]),
    ("work", &["chart", "documents", "patients", "people"]),
    ("consents", &["chart", "documents", "patients", "people"]),
    ("amendments", &["chart", "documents", "patients", "people", "work"]),
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

/// The rooms that the code of a file `depth` modules below the root names: `crate::x`, `crate::{x, y::z}`, and `super::` as far up as the root.
fn used(code: &str, depth: usize) -> Vec<String> {
    let up = "super::".repeat(depth);
    let roots = code.match_indices("crate::").map(|(at, word)| at + word.len());
    let climbed = code.match_indices(&up).map(|(at, word)| at + word.len());
    roots.chain(climbed).flat_map(|at| heads(&code[at..])).filter(|room| !room.is_empty()).collect()
}

/// The first words of a path or of a braced list of paths.
fn heads(path: &str) -> Vec<String> {
    let word =
        |path: &str| path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(list) = path.strip_prefix('{') else { return vec![word(path)] };
    let (mut depth, mut heads) = (0, vec![word(list)]);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(word(&list[at + 1..])),
            _ => {}
        }
    }
    heads
}

/// How many modules a file lies below the root of the crate.
fn depth(name: &str) -> usize {
    name.trim_start_matches("src/").trim_end_matches("/mod.rs").trim_end_matches(".rs").split('/').count()
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
        for target in used(&code(&text), depth(&name)) {
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
fn every_way_to_name_a_room_is_seen() {
    let found = |code: &str| used(code, 2);
    assert_eq!(found("use crate::audit::model;\nlet x = crate::web::page(1);"), ["audit", "web"]);
    assert_eq!(found("use crate::{\n    audit, people::{model, store},\n    web,\n};"), ["audit", "people", "web"]);
    assert_eq!(found("use super::super::chart::urls;\nuse super::model;"), ["chart"]);
    assert_eq!((depth("src/vault.rs"), depth("src/people/mod.rs"), depth("src/people/web/staff.rs")), (1, 1, 3));
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
