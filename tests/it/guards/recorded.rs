//! What was done is on the record, once, under its own name, with the right patient; what was refused too (AUD-2, AUD-4).

use std::collections::BTreeMap;

use axum::http::StatusCode;
use custodian::access::act::ScopeKind;
use custodian::access::role::Role;
use custodian::base::id::PatientId;

use super::exempt::Exemptions;
use super::world::{Answer, NAME, Visit};
use crate::support::app::Row_;

/// Judges every answer.
pub struct Record {
    patient: PatientId,
    excused: Exemptions,
    /// Which places were done by anybody.
    reached: BTreeMap<String, bool>,
    wrong: Vec<String>,
}

impl Record {
    pub fn new(patient: PatientId) -> Self {
        let excused = Exemptions::read("recorded");
        Self { patient, excused, reached: BTreeMap::new(), wrong: Vec::new() }
    }

    pub fn note(&mut self, visit: &Visit, role: Role, answer: &Answer) {
        let done = answer.status.is_success() || answer.status == StatusCode::SEE_OTHER;
        *self.reached.entry(visit.place()).or_default() |= done;
        let place = format!("{} as {}", visit.place(), role.word());
        if let Some(fault) = self.fault_of(visit, answer, done)
            && !self.excused.excuses(&place)
            && !self.excused.excuses(&visit.place())
        {
            self.wrong.push(format!("{place}: answered {} and {fault} ({})", answer.status, told(&answer.rows)));
        }
        // These no list excuses.
        if answer.status.is_server_error() {
            self.wrong.push(format!("{place}: answered {}", answer.status));
        }
        if answer.body.contains(NAME) && !self.names(&answer.rows) {
            self.wrong.push(format!("{place}: showed a name without an event that says whose"));
        }
        if answer.body.contains(NAME) && matches!(role, Role::Admin | Role::Analyst) {
            self.wrong.push(format!("{place}: this role sees no identified patient"));
        }
    }

    /// Whatever was found wrong.
    pub fn faults(self) -> Vec<String> {
        let mut wrong = self.wrong;
        wrong.extend(self.excused.idle());
        let mut unreached = Exemptions::read("unreached");
        for (place, _) in self.reached.into_iter().filter(|(_, reached)| !reached) {
            if !unreached.excuses(&place) {
                wrong.push(format!("{place}: nobody came through; give tests/it/guards/world.rs what it needs"));
            }
        }
        wrong.extend(unreached.idle());
        wrong
    }

    fn fault_of(&self, visit: &Visit, answer: &Answer, done: bool) -> Option<String> {
        let (act, rows) = (visit.act.spec().word, answer.rows.as_slice());
        // The page of a form is a look; whoever may not send the form is refused as its sender.
        let refused =
            |row: &Row_| row.act == act || visit.route.sends.is_some_and(|sends| sends.spec().word == row.act);
        let kept_patient =
            |row: &Row_| visit.act.spec().scope != ScopeKind::Chart || row.patient == Some(self.patient.0);
        match (answer.status, rows) {
            _ if done => match rows {
                [row] if row.outcome == "success" && row.act == act && kept_patient(row) => None,
                [row] if row.outcome == "success" && row.act == act => Some("recorded another patient".into()),
                _ => Some(format!("did not record {act} once; open exactly one scope, for the act of the route")),
            },
            (StatusCode::FORBIDDEN, [row]) if row.outcome == "refused" && refused(row) && kept_patient(row) => None,
            (StatusCode::FORBIDDEN, _) => {
                Some(format!("did not record one refused {act} of the patient; let the gate refuse"))
            }
            (StatusCode::NOT_FOUND, [row]) if row.outcome != "success" && refused(row) => None,
            (StatusCode::NOT_FOUND, _) => Some(format!("did not record one {act} that came to nothing")),
            _ => Some("did neither what was asked nor refuse it".into()),
        }
    }

    /// Whether these rows say that the world's patient was shown.
    fn names(&self, rows: &[Row_]) -> bool {
        let shown = |row: &Row_| row.patient == Some(self.patient.0) || row.subjects.contains(&self.patient.0);
        rows.iter().any(|row| row.outcome == "success" && (shown(row) || row.act.starts_with("ledger.")))
    }
}

fn told(rows: &[Row_]) -> String {
    let rows: Vec<_> = rows.iter().map(|row| format!("{}:{}", row.act, row.outcome)).collect();
    if rows.is_empty() { "nothing recorded".into() } else { rows.join(" ") }
}
