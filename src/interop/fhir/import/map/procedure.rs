//! Procedure: what was done, as the source coded it.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::condition::coded;
use super::encounter::performed;
use super::json::{many, one, word};
use super::notes::Notes;
use super::{Refusal, Setting};

#[derive(Debug)]
pub(crate) struct Procedure {
    pub system: String,
    pub code: String,
    pub label: String,
    pub status: Option<String>,
    pub performed_at: Option<DateTime<Utc>>,
    pub performed_until: Option<DateTime<Utc>>,
    pub performer: Option<String>,
}

pub(crate) fn map(value: &Value, setting: Setting, notes: &Notes) -> Result<Procedure, Refusal> {
    let (coding, label) = coded(one(value, "code")).ok_or("neither a code nor words for the procedure")?;
    let mut when = performed(value, "performed", setting, notes);
    if when.0.is_none() {
        when = performed(value, "occurrence", setting, notes);
    }
    Ok(Procedure {
        system: coding.system,
        code: coding.code,
        label,
        status: word(value, "status"),
        performed_at: when.0,
        performed_until: when.1,
        performer: many(value, "performer")
            .find_map(|found| word(one(found, "actor"), "display").or_else(|| word(found, "display"))),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_procedure_keeps_its_span_and_performer() {
        let notes = Notes::default();
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let value = json!({"status": "completed", "code": {"text": "Appendectomy"},
            "performedPeriod": {"start": "2026-02-01T10:00:00Z", "end": "2026-02-01T11:00:00Z"},
            "performer": [{"actor": {"display": "Dawn Stokes"}}]});
        let found = map(&value, Setting { zone: chrono_tz::UTC, today }, &notes).unwrap();
        assert_eq!(found.performer.as_deref(), Some("Dawn Stokes"));
        assert!(found.performed_at < found.performed_until);
    }
}
