//! The closed list of audited acts. A new feature adds its acts here, says who may in `policy.rs`, and reads the diff of the golden permission table.

/// Which scope an act opens, and so how much of the database it can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// One patient.
    Chart,
    /// Rows of many patients.
    Roster,
    /// No patient data.
    Desk,
    /// The ledger itself.
    Ledger,
}

impl Act {
    /// Whether this act is about a document's own content; only such a chart hands out tickets for bytes.
    pub fn reads_document(self) -> bool {
        matches!(self, Act::OpenDocument | Act::PrintDocument | Act::DownloadDocument)
    }

    /// Whether this act changes one document, so that whoever may not read it may not do it either.
    pub fn changes_document(self) -> bool {
        matches!(
            self,
            Act::AppendDocument
                | Act::CorrectDocument
                | Act::SignDocument
                | Act::RetractDocument
                | Act::MoveDocument
                | Act::CheckScan
        )
    }
}

impl ScopeKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            ScopeKind::Chart => "chart",
            ScopeKind::Roster => "roster",
            ScopeKind::Desk => "desk",
            ScopeKind::Ledger => "ledger",
        }
    }
}

/// What an act is, for the ledger and for export as a FHIR AuditEvent.
pub struct ActSpec {
    /// The word stored in the ledger: stable for ever.
    pub word: &'static str,
    /// What people read.
    pub label: &'static str,
    /// FHIR AuditEvent.action: C create, R read, U update, D delete, E execute.
    pub action: &'static str,
    /// DICOM audit event code (PS3.16 CID 400, 401).
    pub dicom: &'static str,
    pub scope: ScopeKind,
}

macro_rules! acts {
    ($($name:ident => $word:literal, $label:literal, $action:literal, $dicom:literal, $scope:ident;)*) => {
        /// Everything anybody can do that the ledger must know of (AUD-2).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Act {
            $(#[doc = $label] $name,)*
        }

        impl Act {
            pub const ALL: &'static [Act] = &[$(Act::$name,)*];

            pub fn spec(self) -> ActSpec {
                match self {
                    $(Act::$name => ActSpec { word: $word, label: $label, action: $action, dicom: $dicom, scope: ScopeKind::$scope },)*
                }
            }
        }
    };
}

acts! {
    // Charts
    ViewChart => "chart.view", "Opened the chart", "R", "110110", Chart;
    ViewEncounter => "encounter.view", "Opened an encounter", "R", "110110", Chart;
    OpenDocument => "document.open", "Opened a document", "R", "110110", Chart;
    PrintDocument => "document.print", "Printed a document", "E", "110106", Chart;
    DownloadDocument => "document.download", "Downloaded a document", "E", "110106", Chart;
    ViewClinicalItems => "clinical-items.view", "Read results and other clinical data", "R", "110110", Chart;
    ViewChartAccess => "chart-access.view", "Read who opened the chart", "R", "110110", Chart;
    BreakGlass => "glass.break", "Broke the glass", "C", "110127", Chart;
    OpenInEmergency => "glass.emergency", "Opened in an emergency", "C", "110127", Chart;
    EndGlass => "glass.end", "Ended emergency access", "U", "110138", Chart;
    ViewGlass => "glass.view", "Read a broken glass", "R", "110110", Chart;
    ReviewGlass => "glass.review", "Reviewed a broken glass", "U", "110110", Chart;
    CloseTask => "task.close", "Finished a task", "U", "110110", Chart;
    // Documents filed, signed, changed
    FileDocument => "document.file", "Filed a document", "C", "110107", Chart;
    WriteNote => "note.write", "Wrote a note", "C", "110107", Chart;
    AppendDocument => "document.append", "Added to a document", "C", "110107", Chart;
    CorrectDocument => "document.correct", "Wrote a new version", "U", "110107", Chart;
    SignDocument => "document.sign", "Signed a document", "U", "110107", Chart;
    RetractDocument => "document.retract", "Retracted a document", "U", "110107", Chart;
    MoveDocument => "document.move", "Moved a document", "U", "110107", Chart;
    CheckScan => "scan.check", "Checked a scan", "U", "110107", Chart;
    SearchDocuments => "documents.search", "Searched the words of documents", "E", "110112", Chart;
    // Chart requests and consents
    AskForChart => "request.make", "Asked for a chart", "C", "110110", Chart;
    ViewRequest => "request.view", "Read a chart request", "R", "110110", Chart;
    AnswerRequest => "request.answer", "Answered a chart request", "U", "110110", Chart;
    WithdrawRequest => "request.withdraw", "Withdrew a chart request", "U", "110110", Chart;
    ViewConsents => "consents.view", "Read the consents on file", "R", "110110", Chart;
    RecordConsent => "consents.record", "Recorded a consent", "C", "110110", Chart;
    RevokeConsent => "consents.revoke", "Recorded the revocation of a consent", "U", "110110", Chart;
    // Requests for amendment (45 CFR 164.526)
    ViewAmendments => "amendments.view", "Read a request for amendment", "R", "110110", Chart;
    RecordAmendment => "amendments.record", "Recorded a request for amendment", "C", "110110", Chart;
    HandleAmendment => "amendments.handle", "Handled a request for amendment", "U", "110110", Chart;
    AdviseAmendment => "amendments.advise", "Gave an opinion on a request for amendment", "U", "110110", Chart;
    DecideAmendment => "amendments.decide", "Decided a request for amendment", "U", "110110", Chart;
    CarryOutAmendment => "amendments.carry-out", "Amended a document on request", "C", "110107", Chart;
    AnswerDenial => "amendments.answer", "Recorded an answer to a denied amendment", "C", "110110", Chart;
    PrintAmendment => "amendments.print", "Printed a letter about an amendment", "E", "110106", Chart;
    ListAmendments => "amendments.list", "Listed requests for amendment", "R", "110112", Roster;
    // Lists
    ListRequests => "request.list", "Listed chart requests", "R", "110112", Roster;
    SaveSearch => "patients.search-save", "Saved a search, or threw one away", "C", "110112", Roster;
    EndRights => "rights.end", "Ended rights whose time was over", "U", "110112", Roster;
    SearchPatients => "patients.search", "Searched for patients", "E", "110112", Roster;
    ExportPatients => "patients.export", "Exported a patient list", "E", "110106", Roster;
    ViewMyDay => "my-day.view", "Opened my day", "R", "110112", Roster;
    ListGlass => "glass.list", "Listed broken glass", "R", "110112", Roster;
    ImportRecords => "records.import", "Imported records", "C", "110107", Roster;
    PrepareDemo => "demo.prepare", "Prepared demonstration data", "C", "110107", Roster;
    // Registration and encounters by hand
    OpenRegistration => "registration.open", "Opened the registration form", "R", "110110", Roster;
    CompareRegistration => "registration.compare", "Compared a new person with the index", "E", "110112", Roster;
    RegisterPatient => "patient.register", "Registered a patient", "C", "110110", Roster;
    RegisterNewborn => "newborn.register", "Registered a newborn of the patient", "C", "110110", Chart;
    EditDemographics => "demographics.change", "Changed demographics", "U", "110110", Chart;
    ViewDemographicHistory => "demographics.history", "Read the history of demographics", "R", "110110", Chart;
    UndoDeath => "death.undo", "Withdrew a recorded death", "U", "110110", Chart;
    ViewRestriction => "restriction.view", "Read the restriction of a record", "R", "110110", Chart;
    RestrictRecord => "restriction.change", "Changed the restriction of a record", "U", "110136", Chart;
    AddEncounter => "encounter.add", "Added an encounter", "C", "110110", Chart;
    ChangeEncounter => "encounter.change", "Changed an encounter", "U", "110110", Chart;
    // Files before they are a patient's
    ListIntake => "intake.list", "Listed files to index", "R", "110112", Roster;
    ReceiveFile => "intake.receive", "Received a file", "C", "110107", Roster;
    OpenIntake => "intake.open", "Opened a file to index", "R", "110110", Roster;
    MatchIntake => "intake.match", "Looked for the chart of a file", "E", "110112", Roster;
    SetAsideIntake => "intake.set-aside", "Set a file aside", "U", "110107", Roster;
    ListSignatures => "signatures.list", "Listed documents to sign", "R", "110112", Roster;
    // The ledger
    ReviewLedger => "ledger.view", "Read the access log", "R", "110101", Ledger;
    ExportLedger => "ledger.export", "Exported the access log", "E", "110106", Ledger;
    VerifyLedger => "ledger.verify", "Verified the access log", "E", "110101", Ledger;
    // People and settings
    SignIn => "sign-in", "Signed in", "E", "110122", Desk;
    SignOut => "sign-out", "Signed out", "E", "110123", Desk;
    ConfirmPassword => "password.confirm", "Confirmed the password", "E", "110114", Desk;
    KeepForm => "form.keep", "Kept an unsent form", "C", "110114", Desk;
    ViewAccount => "account.view", "Opened own account", "R", "110110", Desk;
    ChangeAccount => "account.change", "Changed own account", "U", "110137", Desk;
    ViewStaff => "staff.view", "Read the staff list", "R", "110110", Desk;
    AddStaff => "staff.add", "Added a member of staff", "C", "110137", Desk;
    ChangeStaff => "staff.change", "Changed a member of staff", "U", "110136", Desk;
    DisableStaff => "staff.disable", "Disabled a member of staff", "U", "110137", Desk;
    ResetPassword => "staff.reset", "Reset a password", "U", "110137", Desk;
    ViewFacilities => "facilities.view", "Read the facilities", "R", "110110", Desk;
    ChangeFacilities => "facilities.change", "Changed a facility", "U", "110110", Desk;
    ViewPolicy => "policy.view", "Read the access policy", "R", "110110", Desk;
    ViewDocumentTypes => "document-types.view", "Read the types of documents", "R", "110110", Desk;
    // Accounts
    AskSecondFactor => "sign-in.second-factor", "Gave the password and was asked for the second factor", "E", "110122", Desk;
    EnrolSecondFactor => "second-factor.enrol", "Set up a second factor", "U", "110137", Desk;
    RemoveSecondFactor => "second-factor.remove", "Took a second factor off an account", "U", "110137", Desk;
    EndSessions => "staff.sessions-end", "Ended a person's sessions", "U", "110137", Desk;
    // Operations
    BackUp => "backup.make", "Made a backup", "E", "110106", Desk;
    RestoreBackup => "backup.restore", "Restored a backup", "C", "110107", Desk;
    WriteDowntime => "downtime.write", "Wrote a downtime copy", "E", "110106", Roster;
    SetDowntimePassphrase => "downtime.passphrase", "Set the downtime passphrase", "U", "110137", Desk;
    ViewDowntime => "downtime.view", "Opened the chart in a downtime copy", "R", "110110", Chart;
    ExamineHouse => "house.examine", "Examined the installation", "R", "110100", Desk;
    KeepHouse => "house.keep", "Kept the house in order", "E", "110100", Desk;
}
