//! Break-the-glass: a way around a missing relationship, for a reason, for an hour, reviewed afterwards (PRV-5, PRV-6).
//!
//! A grant is a row; the next `decide` finds it among the facts and says so on every event it allows. Nobody waits for anybody: whoever gives a
//! reason is in, and the privacy office has the grant on its list the moment it is committed.

use chrono::{DateTime, Duration, Utc};

use super::error::{Error, Result};
use super::policy::WhyReason;
use super::scope::Chart;
use crate::base::id::{GrantId, PatientId};

/// Why somebody breaks the glass: the closed list. The words in the database never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReasonCode {
    DirectCare,
    Coverage,
    PatientRequest,
    CodingBilling,
    LegalCompliance,
    Other,
    /// One press by clinical staff; never offered in the list.
    Emergency,
}

impl ReasonCode {
    /// Those a person may choose from.
    pub const OFFERED: [ReasonCode; 6] = [
        ReasonCode::DirectCare,
        ReasonCode::Coverage,
        ReasonCode::PatientRequest,
        ReasonCode::CodingBilling,
        ReasonCode::LegalCompliance,
        ReasonCode::Other,
    ];

    pub fn word(self) -> &'static str {
        match self {
            ReasonCode::DirectCare => "direct-care",
            ReasonCode::Coverage => "coverage",
            ReasonCode::PatientRequest => "patient-request",
            ReasonCode::CodingBilling => "coding-billing",
            ReasonCode::LegalCompliance => "legal-compliance",
            ReasonCode::Other => "other",
            ReasonCode::Emergency => "emergency",
        }
    }

    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            ReasonCode::DirectCare => "Direct care",
            ReasonCode::Coverage => "Covering for a colleague",
            ReasonCode::PatientRequest => "Asked by the patient",
            ReasonCode::CodingBilling => "Coding or billing question",
            ReasonCode::LegalCompliance => "Legal or compliance",
            ReasonCode::Other => "Another reason",
            ReasonCode::Emergency => "Emergency treatment",
        }
    }

    /// Parses a chosen word.
    pub fn offered(word: &str) -> Option<Self> {
        Self::OFFERED.into_iter().find(|code| code.word() == word)
    }

    /// What people read for a stored word; unknown words are shown as they are.
    pub fn label_of(word: &str) -> &str {
        match Self::offered(word) {
            Some(code) => code.label(),
            None if word == "emergency" => ReasonCode::Emergency.label(),
            None => word,
        }
    }
}

/// How much a grant opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Chart,
    /// The segmented categories besides.
    Sensitive,
}

impl Reach {
    pub fn word(self) -> &'static str {
        match self {
            Reach::Chart => "chart",
            Reach::Sensitive => "sensitive",
        }
    }

    /// No more than was asked for: only a refusal for sensitive content asks for sensitive content.
    pub fn for_why(word: &str) -> Self {
        if word == WhyReason::Sensitive.word() { Reach::Sensitive } else { Reach::Chart }
    }
}

/// The shortest explanation that explains (PRV-5).
pub const SHORTEST_EXPLANATION: usize = 10;

/// A reason that will do.
#[derive(Clone, Debug)]
pub struct Reason {
    code: ReasonCode,
    explanation: String,
}

impl Reason {
    /// `None` when the explanation is too short to be one.
    pub fn given(code: ReasonCode, explanation: &str) -> Option<Self> {
        let explanation = explanation.split_whitespace().collect::<Vec<_>>().join(" ");
        (explanation.chars().count() >= SHORTEST_EXPLANATION).then_some(Self { code, explanation })
    }

    pub fn code(&self) -> ReasonCode {
        self.code
    }

    pub fn explanation(&self) -> &str {
        &self.explanation
    }
}

/// Grants access with a reason; the chart was opened with `Act::BreakGlass`.
/// `grant` was made beforehand, so that the event names it.
pub async fn grant(
    chart: &mut Chart<'_>,
    grant: GrantId,
    reason: &Reason,
    reach: Reach,
    lasts: Duration,
) -> Result<()> {
    insert(chart, grant, false, reason, reach, lasts).await
}

/// Grants access for emergency treatment, to everything; the chart was opened with `Act::OpenInEmergency`, which policy allows clinical staff.
pub async fn grant_emergency(chart: &mut Chart<'_>, grant: GrantId, lasts: Duration) -> Result<()> {
    let reason = Reason { code: ReasonCode::Emergency, explanation: String::new() };
    insert(chart, grant, true, &reason, Reach::Sensitive, lasts).await
}

async fn insert(
    chart: &mut Chart<'_>,
    grant: GrantId,
    emergency: bool,
    reason: &Reason,
    reach: Reach,
    lasts: Duration,
) -> Result<()> {
    let staff = chart.staff().ok_or_else(|| Error::Internal("only staff break the glass".into()))?;
    let (patient, at) = (chart.patient().0, chart.at());
    chart
        .exec(sqlx::query!(
            "insert into glass_grants (grant_id, patient_id, original_patient_id, staff_id, emergency, data_class, reason_code, reason,
                granted_at, expires_at)
            values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9)",
            grant.0,
            patient,
            staff.0,
            emergency,
            reach.word(),
            reason.code.word(),
            &reason.explanation,
            at,
            at + lasts,
        ))
        .await?;
    Ok(())
}

/// Ends one's own grant before its time; ending it twice is no error.
pub async fn end(chart: &mut Chart<'_>, grant: GrantId) -> Result<()> {
    let staff = chart.staff().ok_or(Error::NotFound)?;
    let (ids, at) = (chart.ids().to_vec(), chart.at());
    let own: bool = chart
        .one(sqlx::query_scalar!(
            r#"select exists (select from glass_grants where grant_id = $1 and staff_id = $2 and patient_id = any($3)) as "own!""#,
            grant.0,
            staff.0,
            &ids,
        ))
        .await?;
    if !own {
        return Err(Error::NotFound);
    }
    chart
        .exec(sqlx::query!(
            "insert into glass_endings (grant_id, patient_id, original_patient_id, ended_at, ended_by)
            select grant_id, patient_id, original_patient_id, $2, $3 from glass_grants where grant_id = $1
            on conflict (grant_id) do nothing",
            grant.0,
            at,
            staff.0,
        ))
        .await?;
    Ok(())
}

/// A grant of this person that is open now: ids and times, for the banner of every page.
#[derive(Clone, Copy, Debug)]
pub struct OpenGrant {
    pub grant: GrantId,
    pub patient: PatientId,
    pub emergency: bool,
    pub expires_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prv_5_a_reason_has_ten_characters_that_say_something() {
        assert!(Reason::given(ReasonCode::Coverage, "ten chars!").is_some());
        assert!(Reason::given(ReasonCode::Coverage, "nine char").is_none());
        assert!(Reason::given(ReasonCode::Coverage, "a              b").is_none(), "blanks explain nothing");
    }

    #[test]
    fn prv_5_only_a_sensitive_refusal_reaches_sensitive_content() {
        assert_eq!(Reach::for_why("sensitive"), Reach::Sensitive);
        for why in ["restricted", "not-assigned", "no-relationship", "no-case", "", "chart"] {
            assert_eq!(Reach::for_why(why), Reach::Chart, "{why}");
        }
    }

    #[test]
    fn emergency_is_never_a_choice_of_the_list() {
        assert_eq!(ReasonCode::offered("emergency"), None);
        assert_eq!(ReasonCode::offered("coverage"), Some(ReasonCode::Coverage));
        assert_eq!(ReasonCode::label_of("emergency"), "Emergency treatment");
    }
}
