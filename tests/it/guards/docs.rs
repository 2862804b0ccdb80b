//! Settings, verbs and acts are documented, and nothing else is: a list that lags behind misleads whoever runs or reviews the house.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use clap::{CommandFactory as _, Parser};
use custodian::access::act::{Act, ScopeKind};
use custodian::config::Given;

use super::kept;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// What stands in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[track_caller]
fn same(file: &str, documented: &BTreeSet<String>, there: &BTreeSet<String>) {
    let missing: Vec<_> = there.difference(documented).collect();
    let gone: Vec<_> = documented.difference(there).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "{file} does not speak of {missing:?}, and speaks of {gone:?}, which is not there."
    );
}

#[test]
fn every_setting_is_in_the_table_of_settings() {
    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        _given: Given,
    }
    let command = Arguments::command();
    let there: BTreeSet<String> =
        command.get_arguments().filter_map(|argument| argument.get_env()?.to_str().map(str::to_owned)).collect();
    let flags = command.get_arguments().filter(|argument| argument.get_long().is_some()).count();
    assert_eq!(there.len(), flags, "every flag has a variable");
    let text = read("docs/deployment.md");
    let table = text.split("| variable |").nth(1).unwrap().split("\n\n").next().unwrap();
    let first_cells = table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    same("docs/deployment.md", &first_cells.flat_map(quoted).map(str::to_owned).collect(), &there);
}

#[test]
fn every_verb_is_in_the_readme() {
    let mut there = BTreeSet::new();
    for verb in custodian::cli::command().get_subcommands().filter(|verb| verb.get_name() != "help") {
        let below: Vec<_> =
            verb.get_subcommands().map(|below| format!("{} {}", verb.get_name(), below.get_name())).collect();
        there.extend(if below.is_empty() { vec![verb.get_name().to_owned()] } else { below });
    }
    let text = read("README.md");
    let table = text.split("| command |").nth(1).unwrap().split("\n\n").next().unwrap().replace("\\|", "/");
    let mut documented = BTreeSet::new();
    for spoken in table.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).flat_map(quoted) {
        let words: Vec<&str> =
            spoken.split(' ').skip(1).take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase())).collect();
        match words[..] {
            [verb, below] => documented.extend(below.split('/').map(|below| format!("{verb} {below}"))),
            _ => documented.extend(words.first().map(|verb| (*verb).to_owned())),
        }
    }
    same("README.md", &documented, &there);
}

#[test]
fn every_act_is_in_the_table_of_acts() {
    let mut table = String::from(
        "# What the access log records

Every act the program knows, as it stands in the log and in exports. *Action* is FHIR's `AuditEvent.action` (C create, R read, U update, D delete,
E execute); *event* is the DICOM audit event code (PS3.16, CID 400 and 401). *Opens* says how much the act lets be seen: one chart, rows of
many patients (each patient shown is on the log), nobody's data, or the log itself. Who may do what is in Administration → Roles.

| act | meaning | action | event | opens |
|---|---|---|---|---|
",
    );
    for act in Act::ALL {
        let spec = act.spec();
        let opens = match spec.scope {
            ScopeKind::Chart => "one chart",
            ScopeKind::Roster => "rows of many patients",
            ScopeKind::Desk => "nobody's data",
            ScopeKind::Ledger => "the log",
        };
        let _ = writeln!(table, "| `{}` | {} | {} | {} | {opens} |", spec.word, spec.label, spec.action, spec.dicom);
    }
    kept("docs/acts.md", &table);
}

#[test]
fn the_codes_of_acts_are_codes() {
    // DICOM PS3.16, CID 400 (event ids) and 401 (event types) that this house uses.
    const DICOM: [&str; 13] = [
        "110100", "110101", "110106", "110107", "110110", "110112", "110114", "110122", "110123", "110127", "110136",
        "110137", "110138",
    ];
    for spec in Act::ALL.iter().map(|act| act.spec()) {
        assert!(["C", "R", "U", "D", "E"].contains(&spec.action), "{}: FHIR has no action {}", spec.word, spec.action);
        assert!(DICOM.contains(&spec.dicom), "{}: look {} up in DICOM PS3.16 before using it", spec.word, spec.dicom);
    }
}
