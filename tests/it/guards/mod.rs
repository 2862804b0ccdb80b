//! The rules of the house, as tests. Each failure says what to do.

mod compile_fail;
mod docs;
mod exempt;
mod hostile;
mod imports;
mod migrations;
mod permissions;
mod recorded;
mod routes;
mod scopes;
mod sql;
mod templates;
mod words;
mod world;

use std::path::{Path, PathBuf};

/// Every file below `folder` with this ending, with its text.
fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The path as a person writes it, from the project's root.
fn short(path: &Path) -> String {
    path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display().to_string()
}

/// The code of a file without its `#[cfg(test)]` tail and its comments: what the rules are about.
fn code(text: &str) -> String {
    let tests = text.find("#[cfg(test)]\nmod ").or_else(|| text.find("#[cfg(test)]\n#[path"));
    let kept = tests.map_or(text, |at| &text[..at]);
    kept.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Compares with a golden file; `CUSTODIAN_GOLDEN=write` rewrites it, for a diff that a person reads.
fn golden(name: &str, now: &str) {
    kept(&format!("tests/it/golden/{name}"), now);
}

/// [`golden`], for a file anywhere in the project.
fn kept(name: &str, now: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if std::env::var("CUSTODIAN_GOLDEN").is_ok_and(|value| value == "write") {
        std::fs::write(&path, now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    if kept != now {
        let first = kept.lines().zip(now.lines()).find(|(old, new)| old != new);
        panic!(
            "{} is out of date (first difference: {first:?}). Read what changed, then run the test with CUSTODIAN_GOLDEN=write.",
            short(&path)
        );
    }
}
