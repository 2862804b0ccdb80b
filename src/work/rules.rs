//! Who may take which step of a chart request, when it is needed, and what right an answer gives.

use chrono::{DateTime, Duration, Utc};

use super::model::{State, StepKind};
use crate::access::Role;

/// How long a right lasts that a delivered request gave. It ends the night after at the latest.
pub const RIGHT_LASTS: Duration = Duration::days(7);

/// The shortest note that says something.
pub const SHORTEST_NOTE: usize = 3;

/// Why a step can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// PRV-2: nobody answers their own request; and nobody withdraws another's.
    OwnWork,
    /// It stands elsewhere by now.
    Meanwhile,
}

/// Whether this step fits, for somebody who asked for it or did not.
pub fn step(state: State, step: StepKind, is_asker: bool) -> Result<(), Obstacle> {
    if is_asker != (step == StepKind::Withdraw) {
        return Err(Obstacle::OwnWork);
    }
    let fits = match step {
        StepKind::Accept => state == State::Open,
        StepKind::Deliver => state == State::Accepted,
        StepKind::Decline | StepKind::Withdraw => !state.is_over(),
    };
    if fits { Ok(()) } else { Err(Obstacle::Meanwhile) }
}

/// When it is needed: the choices, in hours.
pub const NEEDED_IN: [(&str, i64); 5] = [
    ("Within the hour", 1),
    ("Within 4 hours", 4),
    ("Within a day", 24),
    ("Within 3 days", 72),
    ("Within a week", 168),
];

/// The instant of a choice; none for a number that is none of them.
pub fn needed_by(hours: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let hours: i64 = hours.parse().ok()?;
    NEEDED_IN.iter().any(|(_, known)| *known == hours).then(|| now + Duration::hours(hours))
}

/// The right that an answered request gives whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// A task of this kind, under which their role reads the chart (handbook 7.2).
    Task(&'static str),
    /// A treating relationship.
    Care,
}

/// None for roles that read no more under any task: they get what is handed over, as the answer says.
pub fn right_for(role: Role) -> Option<Right> {
    Some(match role {
        Role::Coder => Right::Task("coding"),
        Role::Lead => Right::Task("coding-review"),
        Role::Cdi => Right::Task("documentation-improvement"),
        Role::Release => Right::Task("release"),
        Role::Auditor => Right::Task("audit-sample"),
        Role::Physician => Right::Care,
        _ => return None,
    })
}

/// The role in which somebody asks: of several, the one an answer can help.
pub fn asking_role(roles: &[Role]) -> Option<Role> {
    roles.iter().copied().find(|role| right_for(*role).is_some()).or_else(|| roles.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prv_2_nobody_answers_their_own_request() {
        for state in [State::Open, State::Accepted] {
            for kind in [StepKind::Accept, StepKind::Deliver, StepKind::Decline] {
                assert_eq!(step(state, kind, true), Err(Obstacle::OwnWork), "{state:?} {kind:?}");
            }
            assert_eq!(step(state, StepKind::Withdraw, false), Err(Obstacle::OwnWork));
            assert_eq!(step(state, StepKind::Withdraw, true), Ok(()));
        }
    }

    #[test]
    fn a_request_goes_one_way() {
        use State::{Accepted, Declined, Delivered, Open, Withdrawn};
        use StepKind::{Accept, Decline, Deliver};
        let table = [
            (Open, Accept, true),
            (Open, Deliver, false),
            (Open, Decline, true),
            (Accepted, Accept, false),
            (Accepted, Deliver, true),
            (Accepted, Decline, true),
            (Delivered, Accept, false),
            (Delivered, Deliver, false),
            (Declined, Accept, false),
            (Declined, Decline, false),
            (Withdrawn, Accept, false),
            (Withdrawn, Deliver, false),
        ];
        for (state, kind, fits) in table {
            assert_eq!(step(state, kind, false).is_ok(), fits, "{state:?} {kind:?}");
        }
        assert_eq!(step(Delivered, StepKind::Withdraw, true), Err(Obstacle::Meanwhile));
    }

    #[test]
    fn a_due_time_is_one_of_those_offered() {
        let now: DateTime<Utc> = "2026-11-23T15:00:00Z".parse().unwrap();
        assert_eq!(needed_by("4", now), Some(now + Duration::hours(4)));
        for wrong in ["", "0", "5", "-1", "x", "99999999999999999999"] {
            assert_eq!(needed_by(wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn handbook_7_2_a_right_is_one_the_role_can_hold() {
        use crate::access::policy::{DataClass, Limit, matrix};
        for role in Role::ALL {
            match (right_for(role), matrix(role, DataClass::Documents).limit) {
                (Some(Right::Task(kind)), Limit::Assigned(kinds) | Limit::Task(kinds)) => {
                    assert!(kinds.contains(&kind), "{role:?}");
                }
                (Some(Right::Care), Limit::Treating) => {}
                (Some(right), limit) => panic!("{role:?}: {right:?} opens nothing under {limit:?}"),
                (None, _) => {}
            }
        }
        assert_eq!(asking_role(&[Role::Registrar, Role::Coder]), Some(Role::Coder));
        assert_eq!(asking_role(&[Role::Billing]), Some(Role::Billing));
        assert_eq!(asking_role(&[]), None);
    }
}
