//! Where a person can be reached, and who else to ask: addresses, numbers and contacts (handbook 1.2).

use chrono::NaiveDate;
use serde_json::Value;

use super::dates::date_at;
use super::json::{label, many, one, text_of, word, words};
use super::notes::Notes;

#[derive(Debug)]
pub(crate) struct Address {
    pub use_: &'static str,
    pub lines: String,
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    pub country: Option<String>,
    pub started_on: Option<NaiveDate>,
    pub ended_on: Option<NaiveDate>,
}

#[derive(Debug)]
pub(crate) struct Telecom {
    pub kind: &'static str,
    pub use_: Option<String>,
    pub value: String,
    pub ended_on: Option<NaiveDate>,
}

#[derive(Debug)]
pub(crate) struct Contact {
    pub relationship: Option<String>,
    pub name: String,
    pub phone: Option<String>,
}

pub(super) fn address(value: &Value, notes: &Notes) -> Option<Address> {
    let lines = words(value, "line", "\n");
    let lines =
        if lines.is_empty() && word(value, "city").is_none() { word(value, "text").unwrap_or_default() } else { lines };
    let period = one(value, "period");
    let address = Address {
        use_: match word(value, "use").unwrap_or_default().as_str() {
            "work" => "work",
            "temp" => "temp",
            "old" => "old",
            "billing" => "billing",
            _ => "home",
        },
        lines,
        city: word(value, "city"),
        state: word(value, "state"),
        postal_code: word(value, "postalCode"),
        country: word(value, "country"),
        started_on: date_at(period, "start", notes),
        ended_on: date_at(period, "end", notes),
    };
    let anything =
        !address.lines.is_empty() || address.city.is_some() || address.postal_code.is_some() || address.state.is_some();
    anything.then_some(address)
}

pub(super) fn telecom(value: &Value, notes: &Notes) -> Option<Telecom> {
    let number = word(value, "value")?;
    Some(Telecom {
        kind: match word(value, "system").unwrap_or_default().as_str() {
            "phone" | "sms" => "phone",
            "email" => "email",
            "fax" => "fax",
            _ => "other",
        },
        use_: word(value, "use"),
        value: number,
        ended_on: date_at(one(value, "period"), "end", notes),
    })
}

pub(super) fn contact(value: &Value) -> Option<Contact> {
    let name = one(value, "name");
    let parts = [words(name, "given", " "), word(name, "family").unwrap_or_default()];
    let whole = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let whole = if whole.is_empty() { word(name, "text").or_else(|| text_of(name))? } else { whole };
    Some(Contact {
        relationship: many(value, "relationship").find_map(label),
        name: whole,
        phone: many(value, "telecom")
            .find(|found| word(found, "system").as_deref() == Some("phone"))
            .and_then(|found| word(found, "value")),
    })
}
