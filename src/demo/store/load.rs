//! Rows on their way in: a JSON array a table, which PostgreSQL takes apart by the table's own types.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

pub use super::tables::Into;
use super::tables::TABLES;
use crate::access::{Result, Roster};

/// A value of a column, as JSON.
pub trait Field {
    fn write(&self, out: &mut String);

    /// Absent values are left out of the row.
    fn is_absent(&self) -> bool {
        false
    }
}

impl Field for &str {
    fn write(&self, out: &mut String) {
        out.push('"');
        for c in self.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                '\n' => out.push_str("\\n"),
                c if u32::from(c) < 0x20 => push(out, format_args!("\\u{:04x}", u32::from(c))),
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

impl Field for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl<T: Field> Field for Option<T> {
    fn write(&self, out: &mut String) {
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// Bytes, as PostgreSQL reads them from text.
impl Field for Vec<u8> {
    fn write(&self, out: &mut String) {
        out.push_str("\"\\\\x");
        for byte in self {
            push(out, format_args!("{byte:02x}"));
        }
        out.push('"');
    }
}

impl Field for Vec<Uuid> {
    fn write(&self, out: &mut String) {
        let all: Vec<String> = self.iter().map(|id| format!("\"{id}\"")).collect();
        push(out, format_args!("[{}]", all.join(",")));
    }
}

impl Field for serde_json::Value {
    fn write(&self, out: &mut String) {
        push(out, format_args!("{self}"));
    }
}

macro_rules! as_displayed {
    ($($kind:ty),*; $form:literal) => {$(
        impl Field for $kind {
            fn write(&self, out: &mut String) {
                push(out, format_args!($form, self));
            }
        }
    )*};
}
as_displayed!(bool, i16, i32, i64; "{}");
as_displayed!(Uuid, NaiveDate, NaiveTime, DateTime<Utc>; "\"{}\"");

fn push(out: &mut String, what: std::fmt::Arguments<'_>) {
    out.write_fmt(what).unwrap_or_else(|_| unreachable!("a string takes everything"));
}

/// Rows of many people, ready to be poured into their tables.
pub struct Load {
    buffers: Vec<String>,
    /// Whose rows these are, for the event.
    pub patients: Vec<Uuid>,
}

impl Default for Load {
    fn default() -> Self {
        Self { buffers: TABLES.iter().map(|_| String::new()).collect(), patients: Vec::new() }
    }
}

impl Load {
    /// Adds a row, its values in the order of the table's columns.
    pub fn row(&mut self, into: Into, values: &[&dyn Field]) {
        let columns = TABLES[into as usize].columns;
        debug_assert_eq!(values.len(), columns.len(), "{into:?}");
        let buffer = &mut self.buffers[into as usize];
        buffer.push_str(if buffer.is_empty() { "[{" } else { ",{" });
        let mut first = true;
        for (column, value) in columns.iter().zip(values).filter(|(_, value)| !value.is_absent()) {
            push(buffer, format_args!("{}\"{column}\":", if first { "" } else { "," }));
            value.write(buffer);
            first = false;
        }
        buffer.push('}');
    }
}

/// Pours a load into the database; the event of the scope says whose rows they were (AUD-2).
///
/// # Errors
/// Whatever a constraint refuses: a fault of the generator.
pub async fn pour(roster: &mut Roster<'_>, load: Load) -> Result<()> {
    for (table, mut rows) in TABLES.iter().zip(load.buffers) {
        if !rows.is_empty() {
            rows.push(']');
            roster.exec_all(&load.patients, sqlx::query(table.insert).bind(rows)).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_json_that_says_only_what_is_known() {
        let mut load = Load::default();
        load.row(Into::Deletions, &[&"a\t\"b\"\\c\nd", &None::<String>]);
        load.row(Into::Deletions, &[&"x", &Some("y")]);
        let rows = format!("{}]", load.buffers[Into::Deletions as usize]);
        let read: serde_json::Value = serde_json::from_str(&rows).unwrap();
        assert_eq!(read, serde_json::json!([{ "deletion": "a\t\"b\"\\c\nd" }, { "deletion": "x", "family_key": "y" }]));
        let mut out = String::new();
        vec![0_u8, 255].write(&mut out);
        assert_eq!(out, r#""\\x00ff""#);
    }
}
