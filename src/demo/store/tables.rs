//! The tables that are filled, parents before children, with the columns we give.

/// A table, with the statement that takes its rows as one JSON array.
pub struct Table {
    pub insert: &'static str,
    pub columns: &'static [&'static str],
}

macro_rules! tables {
    ($($name:ident = $table:literal [$first:literal $(, $more:literal)*] $rest:literal;)*) => {
        /// The name of a table to be filled.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Into { $($name,)* }

        /// All of them, in the order of filling.
        pub const TABLES: &[Table] = &[$(Table {
            insert: concat!(
                "insert into ", $table, " (", $first, $(", ", $more,)* ") select ", $first, $(", ", $more,)*
                " from json_populate_recordset(null::", $table, ", $1::json)", $rest
            ),
            columns: &[$first $(, $more)*],
        },)*];
    };
}

tables! {
    Patients = "patients" ["patient_id", "original_patient_id", "facility_id", "facility_ids", "restricted", "restricted_reason", "sex",
        "birth_date", "birth_precision", "birth_time", "deceased", "deceased_at", "multiple_birth", "birth_order", "mother_id",
        "marital_status", "language", "interpreter_needed", "religion", "mothers_maiden_name", "ethnicity", "identity", "ssn_sealed",
        "ssn_index", "ssn_last4_index", "created_at", "changed_at", "version"] "";
    Names = "patient_names" ["name_id", "patient_id", "original_patient_id", "use", "family", "given", "prefix", "suffix", "started_on",
        "ended_on", "family_key", "given_key", "family_sound", "family_sound_alternate", "given_sound"] "";
    Deletions = "surname_deletions" ["deletion", "family_key"] " on conflict do nothing";
    Identifiers = "patient_identifiers" ["identifier_id", "patient_id", "original_patient_id", "type", "authority", "value", "value_key"] "";
    Addresses = "patient_addresses" ["address_id", "patient_id", "original_patient_id", "use", "lines", "city", "state", "postal_code",
        "country", "ended_on"] "";
    Telecoms = "patient_telecoms" ["telecom_id", "patient_id", "original_patient_id", "kind", "use", "value", "value_key"] "";
    Races = "patient_races" ["patient_id", "original_patient_id", "code", "label"] "";
    Contacts = "patient_contacts" ["contact_id", "patient_id", "original_patient_id", "relationship", "name", "phone"] "";
    Coverages = "coverages" ["coverage_id", "patient_id", "original_patient_id", "payer", "plan", "member_id", "relationship", "status",
        "started_on"] "";
    Encounters = "encounters" ["encounter_id", "patient_id", "original_patient_id", "facility_id", "visit_number", "account_number", "class",
        "status", "started_at", "ended_at", "admitted_at", "admission_type", "point_of_origin", "disposition", "service", "visit_type",
        "reason", "attending_id", "sensitivity", "created_at", "changed_at", "version"] "";
    Statuses = "encounter_status_periods" ["period_id", "encounter_id", "patient_id", "original_patient_id", "status", "started_at", "ended_at"] "";
    Classes = "encounter_class_periods" ["period_id", "encounter_id", "patient_id", "original_patient_id", "class", "started_at", "ended_at"] "";
    Locations = "encounter_locations" ["stay_id", "encounter_id", "patient_id", "original_patient_id", "location_id", "location_name",
        "started_at", "ended_at"] "";
    Providers = "encounter_providers" ["encounter_id", "patient_id", "original_patient_id", "practitioner_id", "role"] "";
    Cancellations = "encounter_cancellations" ["encounter_id", "patient_id", "original_patient_id", "cancelled_at", "cancelled_by", "reason"] "";
    Charges = "encounter_charges" ["charge_id", "encounter_id", "patient_id", "original_patient_id", "claim", "currency", "total_cents"] "";
    Diagnoses = "source_diagnoses" ["diagnosis_id", "patient_id", "original_patient_id", "encounter_id", "system", "code", "label", "category",
        "role", "rank", "clinical_status", "verification_status", "recorded_at"] "";
    Procedures = "source_procedures" ["procedure_id", "patient_id", "original_patient_id", "encounter_id", "system", "code", "label", "status",
        "performed_at", "performer"] "";
    Items = "clinical_items" ["item_id", "patient_id", "original_patient_id", "encounter_id", "kind", "label", "value", "status", "dated_at",
        "resource"] "";
    Documents = "documents" ["document_id", "patient_id", "original_patient_id", "encounter_id", "type_code", "title", "status", "sensitivity",
        "author_id", "author_name", "authored_at", "service_date", "filed_at", "current_version", "source"] "";
    Versions = "document_versions" ["version_id", "document_id", "patient_id", "original_patient_id", "version_no", "supersedes", "reason",
        "created_by_name", "created_at", "content_type", "size_bytes", "sha256", "blob_name", "page_count"] "";
    Texts = "document_texts" ["version_id", "document_id", "patient_id", "original_patient_id", "body"] "";
    Tasks = "tasks" ["task_id", "patient_id", "original_patient_id", "encounter_id", "document_id", "kind", "assigned_to", "assigned_role",
        "needs_sensitive", "note", "opened_at", "due_at"] "";
    Closures = "task_closures" ["task_id", "patient_id", "original_patient_id", "closed_at", "closed_by", "outcome"] "";
    CareTeam = "care_team_members" ["member_id", "patient_id", "original_patient_id", "staff_id", "reason", "started_at", "ended_at"] "";
    Grants = "glass_grants" ["grant_id", "patient_id", "original_patient_id", "staff_id", "emergency", "data_class", "reason_code", "reason",
        "granted_at", "expires_at"] "";
    Endings = "glass_endings" ["grant_id", "patient_id", "original_patient_id", "ended_at", "ended_by"] "";
    Reviews = "glass_reviews" ["review_id", "grant_id", "patient_id", "original_patient_id", "reviewed_at", "reviewed_by", "finding", "note"] "";
    Consents = "consents" ["consent_id", "patient_id", "original_patient_id", "kind", "decision", "scope", "signed_on", "witness",
        "recorded_by", "recorded_at"] "";
    Revocations = "consent_revocations" ["consent_id", "patient_id", "original_patient_id", "revoked_on", "reason", "revoked_by",
        "revoked_at"] "";
    Requests = "chart_requests" ["request_id", "patient_id", "original_patient_id", "asked_by", "asked_role", "purpose", "wanted",
        "asked_at", "needed_by"] "";
    Steps = "chart_request_steps" ["step_id", "request_id", "patient_id", "original_patient_id", "kind", "taken_by", "taken_at", "note",
        "task_id"] "";
    Amendments = "amendment_requests" ["request_id", "patient_id", "original_patient_id", "requester", "entry", "wanted", "reason",
        "received_on", "recorded_by", "recorded_at"] "";
    AmendmentSteps = "amendment_steps" ["step_id", "request_id", "patient_id", "original_patient_id", "step_no", "kind", "happened_on",
        "note", "assigned_to", "until_on", "ground", "taken_by", "taken_at"] "";
    AmendmentTasks = "amendment_tasks" ["task_id", "request_id", "patient_id", "original_patient_id"] "";
}
