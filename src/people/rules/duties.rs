//! Segregation of duties (PRV-2): who administers people does not review what people did, and nobody decides about themselves.

use crate::access::Role;
use crate::base::id::StaffId;

/// Pairs that one person may not hold.
const APART: &[(Role, Role, &str)] = &[
    (
        Role::Admin,
        Role::Privacy,
        "A system administrator can't also be privacy officer: nobody reviews the accounts they administer.",
    ),
    (
        Role::Admin,
        Role::Auditor,
        "A system administrator can't also be auditor: nobody reviews the accounts they administer.",
    ),
];

/// Pairs that are allowed, with what to bear in mind.
const TAKE_CARE: &[(Role, Role, &str)] = &[
    (Role::Coder, Role::Lead, "Coder and coding auditor: their own coding still goes to another auditor."),
    (Role::Indexer, Role::ScanQc, "Indexer and scan quality control: their own scans still go to another person."),
];

/// Why these roles can't be held together; the first reason found.
pub fn apart(roles: &[Role]) -> Option<&'static str> {
    pair(APART, roles)
}

/// What to bear in mind when they are.
pub fn take_care(roles: &[Role]) -> Option<&'static str> {
    pair(TAKE_CARE, roles)
}

fn pair(pairs: &'static [(Role, Role, &'static str)], roles: &[Role]) -> Option<&'static str> {
    pairs.iter().find(|(one, other, _)| roles.contains(one) && roles.contains(other)).map(|(.., words)| *words)
}

/// Nobody changes their own roles or facilities, or disables themselves: so there is always another administrator.
pub fn concerns_self(actor: Option<StaffId>, subject: StaffId) -> bool {
    actor == Some(subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prv_2_who_administers_does_not_review() {
        assert!(apart(&[Role::Admin, Role::Privacy]).is_some());
        assert!(apart(&[Role::Auditor, Role::Manager, Role::Admin]).is_some());
        assert_eq!(apart(&[Role::Admin, Role::Manager]), None);
        assert_eq!(apart(&[Role::Privacy, Role::Auditor]), None);
        assert!(take_care(&[Role::Coder, Role::Lead]).is_some());
        assert_eq!(take_care(&[Role::Coder, Role::Cdi]), None);
    }

    #[test]
    fn prv_2_nobody_decides_about_themselves() {
        let (one, other) = (StaffId::new(), StaffId::new());
        assert!(concerns_self(Some(one), one));
        assert!(!concerns_self(Some(one), other));
        assert!(!concerns_self(None, one), "an operator at the command line is no member of staff");
    }
}
