//! The bytes of a leaf: one audit row, written down so that everybody writes it the same way.
//!
//! Deterministic JSON in the manner of RFC 8785: keys in order, no blanks, whole numbers, strings escaped only where
//! JSON demands it, times in UTC with six decimals. *Every* column is in it, and the patients a list showed, because a
//! column left out could be changed unnoticed. An empty column is left out, so that a column added one day leaves the
//! leaves of the years before as they are.

use std::io::Write as _;

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::base::quiet::quiet;

/// One row of `audit_events` as view `audit_rows` shows it, with its subjects (AUD-1).
#[derive(Clone, PartialEq)]
pub struct AuditRow {
    pub event_id: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub txid: i64,
    pub ordinal: i16,
    pub scope: String,
    pub act: String,
    pub action: String,
    pub outcome: String,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub actor_name: String,
    pub role: Option<String>,
    pub session_id: Option<Uuid>,
    /// With its mask, as PostgreSQL writes an `inet`.
    pub address: Option<String>,
    pub application: String,
    pub request_id: Uuid,
    pub purpose: String,
    pub basis: String,
    pub grant_id: Option<Uuid>,
    pub task_id: Option<Uuid>,
    pub arrival: String,
    pub arrival_id: Option<Uuid>,
    pub patient_id: Option<Uuid>,
    pub patient_mrn: Option<String>,
    pub covers: Vec<Uuid>,
    pub object_kind: Option<String>,
    pub object_id: Option<Uuid>,
    pub object_version: Option<i32>,
    pub detail: Value,
    pub protected: Option<Value>,
    pub subjects: Vec<Uuid>,
}

// Names and criteria of patients are in it: only the id may appear in a log.
quiet!(AuditRow.event_id);

/// The columns in the order of the leaf, which is that of the alphabet.
pub const COLUMNS: [&str; 31] = [
    "act",
    "action",
    "actor_id",
    "actor_kind",
    "actor_name",
    "address",
    "application",
    "arrival",
    "arrival_id",
    "basis",
    "covers",
    "detail",
    "event_id",
    "grant_id",
    "object_id",
    "object_kind",
    "object_version",
    "ordinal",
    "outcome",
    "patient_id",
    "patient_mrn",
    "protected",
    "purpose",
    "recorded_at",
    "request_id",
    "role",
    "scope",
    "session_id",
    "subjects",
    "task_id",
    "txid",
];

impl AuditRow {
    /// The canonical bytes of this row, hashed into its leaf.
    pub fn leaf(&self) -> Vec<u8> {
        let mut line = Line(Vec::with_capacity(1024));
        line.text("act", &self.act);
        line.text("action", &self.action);
        line.id("actor_id", self.actor_id);
        line.text("actor_kind", &self.actor_kind);
        line.text("actor_name", &self.actor_name);
        line.maybe_text("address", self.address.as_deref());
        line.text("application", &self.application);
        line.text("arrival", &self.arrival);
        line.id("arrival_id", self.arrival_id);
        line.text("basis", &self.basis);
        line.ids("covers", &self.covers);
        line.json("detail", Some(&self.detail));
        line.id("event_id", Some(self.event_id));
        line.id("grant_id", self.grant_id);
        line.id("object_id", self.object_id);
        line.maybe_text("object_kind", self.object_kind.as_deref());
        line.number("object_version", self.object_version.map(i64::from));
        line.number("ordinal", Some(i64::from(self.ordinal)));
        line.text("outcome", &self.outcome);
        line.id("patient_id", self.patient_id);
        line.maybe_text("patient_mrn", self.patient_mrn.as_deref());
        line.json("protected", self.protected.as_ref());
        line.text("purpose", &self.purpose);
        line.instant("recorded_at", self.recorded_at);
        line.id("request_id", Some(self.request_id));
        line.maybe_text("role", self.role.as_deref());
        line.text("scope", &self.scope);
        line.id("session_id", self.session_id);
        line.ids("subjects", &sorted(&self.subjects));
        line.id("task_id", self.task_id);
        line.number("txid", Some(self.txid));
        line.close()
    }
}

fn sorted(ids: &[Uuid]) -> Vec<Uuid> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids
}

/// One object being written, key by key. Writing into a vector can't fail, so the results of `write!` are dropped.
struct Line(Vec<u8>);

impl Line {
    fn key(&mut self, key: &str) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
        let _ = write!(self.0, "\"{key}\":");
    }

    fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        write_text(&mut self.0, text);
    }

    fn maybe_text(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn number(&mut self, key: &str, number: Option<i64>) {
        if let Some(number) = number {
            self.key(key);
            let _ = write!(self.0, "{number}");
        }
    }

    fn id(&mut self, key: &str, id: Option<Uuid>) {
        if let Some(id) = id {
            self.key(key);
            write_id(&mut self.0, id);
        }
    }

    fn ids(&mut self, key: &str, ids: &[Uuid]) {
        self.key(key);
        self.0.push(b'[');
        for (place, id) in ids.iter().enumerate() {
            if place > 0 {
                self.0.push(b',');
            }
            write_id(&mut self.0, *id);
        }
        self.0.push(b']');
    }

    fn instant(&mut self, key: &str, at: DateTime<Utc>) {
        self.key(key);
        let _ = write!(
            self.0,
            "\"{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z\"",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second(),
            at.timestamp_subsec_micros()
        );
    }

    fn json(&mut self, key: &str, value: Option<&Value>) {
        if let Some(value) = value {
            self.key(key);
            write_json(&mut self.0, value);
        }
    }

    fn close(mut self) -> Vec<u8> {
        self.0.push(b'}');
        self.0
    }
}

/// serde_json escapes exactly what RFC 8785 §3.2.2.2 wants escaped, in the same spelling.
fn write_text(out: &mut Vec<u8>, text: &str) {
    let _ = serde_json::to_writer(out, text);
}

fn write_id(out: &mut Vec<u8>, id: Uuid) {
    let mut letters = Uuid::encode_buffer();
    out.push(b'"');
    out.extend_from_slice(id.hyphenated().encode_lower(&mut letters).as_bytes());
    out.push(b'"');
}

/// Free-form JSON, keys sorted by their UTF-16 units (RFC 8785 §3.2.3). A number with a fraction is kept as written.
fn write_json(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) => write_text(out, text),
        Value::Array(values) => {
            out.push(b'[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_json(out, value);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            out.push(b'{');
            for (place, (key, value)) in members.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_text(out, key);
                out.push(b':');
                write_json(out, value);
            }
            out.push(b'}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            let _ = write!(out, "{value}");
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    pub fn row(number: u64) -> AuditRow {
        AuditRow {
            event_id: Uuid::from_u64_pair(7, number),
            recorded_at: DateTime::from_timestamp_micros(1_795_435_200_000_123).expect("a date in 2026"),
            txid: 4711,
            ordinal: 0,
            scope: "chart".into(),
            act: "ViewChart".into(),
            action: "R".into(),
            outcome: "success".into(),
            actor_kind: "person".into(),
            actor_id: Some(Uuid::from_u64_pair(1, 1)),
            actor_name: "Zoë \"Z\" O'Brien\n\u{7f}\u{1}".into(),
            role: None,
            session_id: None,
            address: Some("10.0.0.7/32".into()),
            application: "custodian".into(),
            request_id: Uuid::from_u64_pair(2, 2),
            purpose: "TREAT".into(),
            basis: "care team".into(),
            grant_id: None,
            task_id: None,
            arrival: "search".into(),
            arrival_id: None,
            patient_id: Some(Uuid::from_u64_pair(3, 3)),
            patient_mrn: Some("000123".into()),
            covers: vec![Uuid::from_u64_pair(3, 3), Uuid::from_u64_pair(3, 1)],
            object_kind: None,
            object_id: None,
            object_version: None,
            detail: json!({"rows": 3, "\u{20ac}": 1, "\r": [true, null, -7], "\u{1f600}": {"b": {}, "a": []}, "\u{fb33}": 2}),
            protected: None,
            subjects: vec![Uuid::from_u64_pair(9, 2), Uuid::from_u64_pair(9, 1)],
        }
    }

    #[test]
    fn aud_3_a_row_has_one_canonical_form() {
        let leaf = String::from_utf8(row(1).leaf()).expect("JSON is UTF-8");
        assert_eq!(
            leaf,
            concat!(
                r#"{"act":"ViewChart","action":"R","actor_id":"00000000-0000-0001-0000-000000000001","actor_kind":"person","#,
                "\"actor_name\":\"Zoë \\\"Z\\\" O'Brien\\n\u{7f}\\u0001\",",
                r#""address":"10.0.0.7/32","application":"custodian","arrival":"search","basis":"care team","#,
                r#""covers":["00000000-0000-0003-0000-000000000003","00000000-0000-0003-0000-000000000001"],"#,
                "\"detail\":{\"\\r\":[true,null,-7],\"rows\":3,\"\u{20ac}\":1,\"\u{1f600}\":{\"a\":[],\"b\":{}},\"\u{fb33}\":2},",
                r#""event_id":"00000000-0000-0007-0000-000000000001","ordinal":0,"outcome":"success","#,
                r#""patient_id":"00000000-0000-0003-0000-000000000003","patient_mrn":"000123","purpose":"TREAT","#,
                r#""recorded_at":"2026-11-23T12:00:00.000123Z","request_id":"00000000-0000-0002-0000-000000000002","#,
                r#""scope":"chart","#,
                r#""subjects":["00000000-0000-0009-0000-000000000001","00000000-0000-0009-0000-000000000002"],"#,
                r#""txid":4711}"#,
            )
        );
    }

    #[test]
    fn rfc_8785_every_column_is_in_the_leaf_in_order() {
        let mut full = row(1);
        let id = Some(Uuid::nil());
        (full.session_id, full.grant_id, full.task_id, full.arrival_id, full.object_id) = (id, id, id, id, id);
        (full.role, full.object_kind) = (Some("coder".into()), Some("document".into()));
        (full.object_version, full.protected) = (Some(2), Some(json!({"before": 1.5})));
        let leaf: Value = serde_json::from_slice(&full.leaf()).expect("valid JSON");
        let keys: Vec<_> = leaf.as_object().expect("an object").keys().cloned().collect();
        assert_eq!(keys, COLUMNS, "preserve_order shows them as written");
        assert!(COLUMNS.is_sorted());
        assert_eq!(leaf["protected"], json!({"before": 1.5}));
    }

    #[test]
    fn aud_3_the_order_of_subjects_and_of_json_keys_does_not_matter() {
        let (first, mut second) = (row(1), row(1));
        second.subjects.reverse();
        second.detail = serde_json::from_str(
            "{\"\\u20ac\":1,\"\\ud83d\\ude00\":{\"a\":[],\"b\":{}},\"\\ufb33\":2,\"rows\":3,\"\\r\":[true,null,-7]}",
        )
        .expect("valid JSON");
        assert_eq!(first.leaf(), second.leaf());
        second.covers.reverse();
        assert_ne!(first.leaf(), second.leaf(), "the order of covers is part of the row");
    }

    #[test]
    fn a_row_shows_only_its_id_in_debug_output() {
        assert_eq!(format!("{:?}", row(1)), "AuditRow(00000000-0000-0007-0000-000000000001)");
    }
}
