//! The list for a spreadsheet: the same rows, a column for everything the list and its ids say.

use chrono_tz::Tz;

use super::super::model::Entry;
use super::super::rules::{flags, words};
use super::Line;

pub const HEAD: [&str; 20] = [
    "event",
    "recorded",
    "staff",
    "role",
    "kind",
    "act",
    "did",
    "outcome",
    "patient_mrn",
    "patient_id",
    "patients_in_list",
    "object",
    "object_id",
    "purpose",
    "why",
    "came_by",
    "address",
    "grant",
    "flags",
    "session",
];

/// One row. Cells that a spreadsheet would take for a formula are disarmed.
pub fn row(entry: &Entry, zone: Tz) -> [String; 20] {
    let line = Line { entry, zone };
    let id = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let flags: Vec<_> = flags::of(entry, zone).into_iter().map(|flag| flag.word()).collect();
    [
        entry.event.to_string(),
        entry.recorded_at.with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Micros, false),
        entry.actor_name.clone(),
        entry.role.clone().unwrap_or_default(),
        entry.actor_kind.clone(),
        entry.act.clone(),
        line.did().to_owned(),
        entry.outcome.clone(),
        entry.mrn.clone().unwrap_or_default(),
        id(entry.patient),
        entry.subjects.to_string(),
        entry.object_kind.clone().unwrap_or_default(),
        id(entry.object_id),
        entry.purpose.clone(),
        words::basis_of(&entry.basis, &entry.outcome),
        line.came_by().to_owned(),
        entry.address.clone().unwrap_or_default(),
        id(entry.grant_id),
        flags.join(" "),
        id(entry.session),
    ]
    .map(disarmed)
}

/// A leading sign, at-sign or control character makes a spreadsheet calculate; a quote before it makes it text.
fn disarmed(cell: String) -> String {
    match cell.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '|' | '%') => format!("'{cell}"),
        _ if cell.starts_with(['\t', '\r', '\n']) => format!("'{cell}"),
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_disarmed() {
        for formula in ["=1+1", "+1", "-1", "@sum(a1)", " =1", "\t=1", "\r\n=1", "|calc", "%x"] {
            assert!(disarmed(formula.to_owned()).starts_with('\''), "{formula:?}");
        }
        for plain in ["", "Ann Lee", "0048-1129", "10.4.7.22", "2026-11-20"] {
            assert_eq!(disarmed(plain.to_owned()), plain);
        }
    }

    #[test]
    fn a_row_has_a_cell_for_every_head() {
        let row = row(&flags::sample(), Tz::America__New_York);
        let cell = |name: &str| row[HEAD.iter().position(|head| *head == name).expect("a column")].as_str();
        assert_eq!(cell("recorded"), "2026-11-20T10:00:00.000000-05:00");
        assert_eq!(
            (cell("patient_mrn"), cell("did"), cell("patients_in_list")),
            ("0048-1129", "Opened the chart", "0")
        );
    }
}
