//! Confidentiality as sources tag it, in our words (privacy handbook 7.2): segmented categories, restricted records.

use serde_json::Value;

use super::json::{Coding, codings, many, one};

/// Codes on a resource's `meta.security`, plus those given directly.
fn tags<'a>(value: &'a Value, extra: &'a [Value]) -> impl Iterator<Item = Coding> + use<'a> {
    many(one(value, "meta"), "security").flat_map(codings).chain(extra.iter().flat_map(codings))
}

/// The segmented category of a document or visit: HL7 v3 sensitivity codes; restricted without a reason is `other`.
pub(crate) fn sensitivity(value: &Value, extra: &[Value]) -> Option<&'static str> {
    let mut found = None;
    for tag in tags(value, extra) {
        match tag.code.to_ascii_uppercase().as_str() {
            "PSYTHPN" => return Some("psychotherapy"),
            "PSY" | "MH" | "BH" => found = Some("psychiatric"),
            "SUD" | "ETH" | "ETHUD" | "OPIOIDUD" | "42CFRPART2" => found = Some("substance-use"),
            "HIV" => found = Some("hiv"),
            "GDIS" => found = Some("genetic"),
            "ADOL" | "MINOR" => found = Some("minor-consented"),
            "R" | "V" | "SDV" | "SEX" | "STD" | "TABOO" | "REPRO" => found = found.or(Some("other")),
            _ => {}
        }
    }
    found
}

/// Why a person's whole record is restricted, if the source says so.
pub(crate) fn restricted(value: &Value) -> Option<&'static str> {
    let mut found = None;
    for tag in tags(value, &[]) {
        match tag.code.to_ascii_uppercase().as_str() {
            "CEL" | "VIP" => return Some("vip"),
            "EMP" => found = Some("employee"),
            "R" | "V" => found = found.or(Some("confidential")),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_most_telling_tag_wins() {
        let tagged = |codes: &[&str]| {
            let security: Vec<_> = codes.iter().map(|code| json!({"code": code})).collect();
            json!({"meta": {"security": security}})
        };
        assert_eq!(sensitivity(&tagged(&["R", "HIV"]), &[]), Some("hiv"));
        assert_eq!(sensitivity(&tagged(&["N"]), &[]), None);
        assert_eq!(sensitivity(&json!({}), &[json!("V")]), Some("other"));
        assert_eq!(restricted(&tagged(&["R", "CEL"])), Some("vip"));
        assert_eq!(restricted(&tagged(&["N"])), None);
    }
}
