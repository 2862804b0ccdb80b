//! Claim: of a bill we keep what it came to, as the charges of its visit.

use serde_json::Value;

use super::Refusal;
use super::json::{many, one, raw, word};

#[derive(Debug)]
pub(crate) struct Charge {
    /// What kind of claim it was: institutional, pharmacy …
    pub claim: String,
    pub currency: String,
    pub total_cents: i64,
}

pub(crate) fn map(value: &Value) -> Result<Charge, Refusal> {
    let total = one(value, "total");
    let cents = match raw(total, "value") {
        Value::Null => summed(value),
        amount => in_cents(amount),
    };
    let currency =
        word(total, "currency").filter(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic()));
    Ok(Charge {
        claim: super::json::code(value, "type").unwrap_or_else(|| "claim".into()),
        currency: currency.unwrap_or_else(|| "USD".into()).to_ascii_uppercase(),
        total_cents: cents.ok_or("a claim without a total")?,
    })
}

fn summed(value: &Value) -> Option<i64> {
    let mut items = many(value, "item").filter_map(|item| in_cents(raw(one(item, "net"), "value"))).peekable();
    items.peek()?;
    Some(items.fold(0, i64::saturating_add))
}

/// Exact to the cent for every amount a hospital can bill.
fn in_cents(amount: &Value) -> Option<i64> {
    let amount = match amount {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let cents = (amount * 100.0).round();
    (cents.abs() < 1e15).then_some(cents as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn totals_are_exact_to_the_cent() {
        let cents = |amount: Value| {
            map(&json!({"total": {"value": amount, "currency": "USD"}})).map(|charge| charge.total_cents)
        };
        assert_eq!(cents(json!(10760.3)), Ok(1_076_030));
        assert_eq!(cents(json!(265.52)), Ok(26552));
        assert_eq!(cents(json!(125)), Ok(12500));
        assert_eq!(cents(json!("0.29")), Ok(29));
        assert!(cents(json!("many")).is_err());
        let items = json!({"item": [{"net": {"value": 1.5}}, {"net": {"value": 2}}]});
        assert_eq!(map(&items).unwrap().total_cents, 350);
    }
}
