//! Laboratory values of a stay: the same in every note, in the report and among the results.

use super::super::dice::Dice;
use super::super::scenarios::Lab;
use super::super::stays::Stay;

/// Each value with its test.
pub fn values(seed: u64, stay: &Stay) -> impl Iterator<Item = (&'static Lab, String)> {
    let mut dice = Dice::new(seed, "results", stay.number);
    stay.scenario.labs.iter().map(move |lab| {
        let tenths = dice.between(lab.tenths.0, lab.tenths.1);
        let value = match tenths {
            0 if lab.tenths == (0, 0) => "not detected".into(),
            1000.. => (tenths / 10).to_string(),
            _ => format!("{}.{}", tenths / 10, tenths % 10),
        };
        (lab, value)
    })
}

/// As a report prints it; values outside the range are starred.
pub fn line(lab: &Lab, value: &str) -> String {
    let unit = if value == "not detected" || lab.unit.is_empty() { String::new() } else { format!(" {}", lab.unit) };
    let star = if lab.abnormal { "  *" } else { "" };
    format!("{}: {value}{unit} (reference {}){star}", lab.name, lab.reference)
}
