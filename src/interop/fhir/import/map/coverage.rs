//! Coverage: who pays.

use chrono::NaiveDate;
use serde_json::Value;

use super::Refusal;
use super::dates::date_at;
use super::json::{code, label, label_at, many, one, word};
use super::notes::Notes;
use super::reference::{Reference, Target};

#[derive(Debug)]
pub(crate) struct Coverage {
    /// The payer as a reference to an organisation, with the words to show if that is not known.
    pub payer: Option<Reference>,
    pub payer_text: Option<String>,
    pub plan: Option<String>,
    pub member_id: Option<String>,
    pub relationship: Option<String>,
    pub status: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

pub(crate) fn map(value: &Value, notes: &Notes) -> Result<Coverage, Refusal> {
    let payers = ["payor", "insurer", "paymentBy"];
    let payer = payers.iter().find_map(|field| {
        many(value, field).find_map(|found| {
            Reference::read(found, Target::Organization)
                .or_else(|| Reference::read(one(found, "party"), Target::Organization))
        })
    });
    let told = payers.iter().find_map(|field| many(value, field).find_map(|found| word(found, "display")));
    let plan = plan(value);
    let period = one(value, "period");
    let coverage = Coverage {
        payer_text: told.or_else(|| plan.clone()).or_else(|| label_at(value, "type")),
        payer,
        plan: label_at(value, "type").or(plan),
        member_id: word(value, "subscriberId")
            .or_else(|| many(value, "subscriberId").find_map(|found| word(found, "value")))
            .or_else(|| many(value, "identifier").find_map(|found| word(found, "value"))),
        relationship: code(value, "relationship").or_else(|| many(value, "relationship").find_map(label)),
        status: word(value, "status"),
        started_on: date_at(period, "start", notes),
        ended_on: date_at(period, "end", notes),
    };
    if coverage.payer.is_none() && coverage.payer_text.is_none() {
        return Err("names no payer and no plan".into());
    }
    Ok(coverage)
}

fn plan(value: &Value) -> Option<String> {
    let named = |wanted: &str| {
        many(value, "class")
            .find(|class| code(class, "type").as_deref() == Some(wanted))
            .and_then(|class| word(class, "name").or_else(|| word(class, "value")))
    };
    named("plan").or_else(|| named("group"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_plan_stands_in_for_a_payer_that_is_not_named() {
        let value = json!({"payor": [{"reference": "Organization/payer-1"}], "type": {"text": "Medicaid"}, "subscriberId": "373",
            "class": [{"type": {"coding": [{"code": "group"}]}, "value": "G1", "name": "State Medicaid"}], "period": {"start": "2025-01-01"}});
        let found = map(&value, &Notes::default()).unwrap();
        assert_eq!(found.payer_text.as_deref(), Some("State Medicaid"));
        assert_eq!((found.plan.as_deref(), found.member_id.as_deref()), (Some("Medicaid"), Some("373")));
        assert!(map(&json!({"status": "active"}), &Notes::default()).is_err());
    }
}
