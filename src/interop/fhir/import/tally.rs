//! The count of an import: everything read ends in exactly one of five ways, and `read` is their sum, so they cannot disagree.

use std::collections::BTreeMap;

use serde::Serialize;

/// Beyond this many, warnings are counted and no longer listed: a systematic fault must not fill the memory.
const MOST_WARNINGS: usize = 250_000;

/// How a resource that is kept ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Created,
    Updated,
    Unchanged,
}

/// One line of `refused` or `warnings`: where it stood, what it was, why. Never patient data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    pub source: String,
    #[serde(rename = "type")]
    pub resource_type: String,
    pub id: String,
    pub reason: String,
}

/// What an import did, as the machine answer says it (interface: import report).
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub read: BTreeMap<String, u64>,
    pub created: BTreeMap<String, u64>,
    pub updated: BTreeMap<String, u64>,
    pub unchanged: BTreeMap<String, u64>,
    /// Types the product does not keep.
    pub ignored: BTreeMap<String, u64>,
    /// Nothing of these was kept.
    pub refused: Vec<Line>,
    /// Kept, but not whole; or a file that could not be read to its end.
    pub warnings: Vec<Line>,
    pub warnings_not_listed: u64,
    pub seconds: f64,
}

impl Report {
    pub(crate) fn kept(&mut self, resource_type: &str, outcome: Outcome) {
        let column = match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
        };
        add(column, resource_type);
        add(&mut self.read, resource_type);
    }

    pub(crate) fn ignored(&mut self, resource_type: &str) {
        add(&mut self.ignored, resource_type);
        add(&mut self.read, resource_type);
    }

    pub(crate) fn refused(&mut self, line: Line) {
        add(&mut self.read, &line.resource_type);
        self.refused.push(line);
    }

    pub(crate) fn warn(&mut self, line: Line) {
        if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(line);
        } else {
            self.warnings_not_listed += 1;
        }
    }

    /// How many of a type were refused, for the table on the screen.
    pub fn refused_of(&self, resource_type: &str) -> u64 {
        self.refused.iter().filter(|line| line.resource_type == resource_type).count() as u64
    }
}

fn add(column: &mut BTreeMap<String, u64>, resource_type: &str) {
    match column.get_mut(resource_type) {
        Some(count) => *count += 1,
        None => {
            column.insert(resource_type.to_owned(), 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_is_the_sum_of_the_five() {
        let mut report = Report::default();
        let line =
            |kind: &str| Line { source: "f:1".into(), resource_type: kind.into(), id: "1".into(), reason: "r".into() };
        report.kept("Patient", Outcome::Created);
        report.kept("Patient", Outcome::Unchanged);
        report.kept("Patient", Outcome::Updated);
        report.ignored("Goal");
        report.refused(line("Patient"));
        report.warn(line("Patient"));
        assert_eq!(report.read["Patient"], 4);
        assert_eq!(report.read.values().sum::<u64>(), 5);
        assert_eq!(report.refused_of("Patient"), 1);
    }
}
