//! The department's roles. What a role means is `policy.rs`; who holds one is data.

use serde::{Deserialize, Serialize};

/// A role of the minimum-necessary matrix (45 CFR 164.514(d)(2), handbook 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Registrar,
    Clerk,
    Indexer,
    ScanQc,
    Coder,
    Lead,
    Cdi,
    Release,
    Completion,
    Physician,
    Manager,
    Privacy,
    Admin,
    Billing,
    Analyst,
    Auditor,
}

impl Role {
    pub const ALL: [Role; 16] = [
        Role::Registrar,
        Role::Clerk,
        Role::Indexer,
        Role::ScanQc,
        Role::Coder,
        Role::Lead,
        Role::Cdi,
        Role::Release,
        Role::Completion,
        Role::Physician,
        Role::Manager,
        Role::Privacy,
        Role::Admin,
        Role::Billing,
        Role::Analyst,
        Role::Auditor,
    ];

    /// The word stored in the database and used as the demo sign-in name.
    pub fn word(self) -> &'static str {
        match self {
            Role::Registrar => "registrar",
            Role::Clerk => "clerk",
            Role::Indexer => "indexer",
            Role::ScanQc => "scanqc",
            Role::Coder => "coder",
            Role::Lead => "lead",
            Role::Cdi => "cdi",
            Role::Release => "release",
            Role::Completion => "completion",
            Role::Physician => "physician",
            Role::Manager => "manager",
            Role::Privacy => "privacy",
            Role::Admin => "admin",
            Role::Billing => "billing",
            Role::Analyst => "analyst",
            Role::Auditor => "auditor",
        }
    }

    /// The name people read.
    pub fn title(self) -> &'static str {
        match self {
            Role::Registrar => "Registrar",
            Role::Clerk => "Records clerk",
            Role::Indexer => "Scanner and indexer",
            Role::ScanQc => "Scan quality control",
            Role::Coder => "Coder",
            Role::Lead => "Coding auditor",
            Role::Cdi => "CDI specialist",
            Role::Release => "Release specialist",
            Role::Completion => "Deficiency analyst",
            Role::Physician => "Physician",
            Role::Manager => "HIM manager",
            Role::Privacy => "Privacy officer",
            Role::Admin => "System administrator",
            Role::Billing => "Billing",
            Role::Analyst => "Data analyst",
            Role::Auditor => "Read-only auditor",
        }
    }

    /// Parses the stored word; `None` for a word of another version.
    pub fn parse(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Roles whose misuse reaches furthest: they administer, release records or read the access log (handbook 7.8).
    pub fn is_privileged(self) -> bool {
        matches!(self, Role::Admin | Role::Privacy | Role::Manager | Role::Release)
    }

    /// Clinical staff may treat in an emergency with one press (PRV-5).
    pub fn is_clinical(self) -> bool {
        self == Role::Physician
    }
}
