//! Record identifiers: one type per noun, so that an encounter can't be passed where a patient is meant.

/// Declares a UUID newtype that sqlx, serde and axum paths understand.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new identifier; version 7, so that rows made together sit together in an index.
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A person's record in the master patient index; never shown to people, who use the MRN.
    PatientId;
    /// One encounter (visit, stay).
    EncounterId;
    /// One document through all its versions.
    DocumentId;
    /// One stored version of a document.
    DocumentVersionId;
    /// A file that is nobody's yet.
    IntakeId;
    /// Someone who signs in.
    StaffId;
    /// A signed-in session.
    SessionId;
    /// One access event of the ledger.
    EventId;
    /// A break-the-glass grant.
    GrantId;
    /// A site of the organisation.
    FacilityId;
    /// Work given to a person or a role about one patient (a chart request, an indexing task, a coding assignment).
    TaskId;
    /// A provider who attends, orders or signs.
    PractitionerId;
    /// A saved patient search (opaque in the address).
    SearchId;
    /// One HTTP request or command run; ties log lines to ledger rows.
    RequestId;
}
