//! Exemptions from a guard: lists that only shrink. No switch rewrites them; a line that excuses nothing any more must go, and with it the number
//! in the list's first line that says how many there may be.

use std::collections::{BTreeMap, BTreeSet};

pub struct Exemptions {
    file: String,
    reasons: BTreeMap<String, String>,
    used: BTreeSet<String>,
}

impl Exemptions {
    /// Reads `exempt/{name}.txt`: `# At most 5.`, then a line each, `what: why`.
    pub fn read(name: &str) -> Self {
        let file = format!("tests/it/guards/exempt/{name}.txt");
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).unwrap();
        let first =
            text.lines().next().and_then(|line| line.strip_prefix("# At most ")?.strip_suffix('.')?.parse().ok());
        let at_most: usize = first.unwrap_or_else(|| panic!("{file}: the first line says how many there may be"));
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let reasons: BTreeMap<_, _> = lines
            .map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{file}: {line:?} gives no reason")))
            .map(|(what, why)| (what.to_owned(), why.to_owned()))
            .collect();
        let count = reasons.len();
        assert!(
            count <= at_most,
            "{file}: {count} lines; the list may only shrink. Make the code fit the rule instead."
        );
        assert!(count == at_most, "{file} has shrunk to {count} lines: lower the number in its first line.");
        Self { file, reasons, used: BTreeSet::new() }
    }

    pub fn excuses(&mut self, what: &str) -> bool {
        let listed = self.reasons.contains_key(what);
        if listed {
            self.used.insert(what.to_owned());
        }
        listed
    }

    /// Lines that excused nothing.
    pub fn idle(&self) -> Vec<String> {
        let idle = self.reasons.keys().filter(|what| !self.used.contains(*what));
        idle.map(|what| format!("{}: {what} needs no exemption any more; take the line out.", self.file)).collect()
    }
}
