//! Rows on their way in: PostgreSQL's text form of COPY, a buffer a table.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

pub use super::tables::Into;
use super::tables::TABLES;
use crate::access::{Error, Result, Roster};

/// A value of a column.
pub trait Field {
    fn write(&self, out: &mut String);
}

impl Field for &str {
    fn write(&self, out: &mut String) {
        for c in self.chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '\t' => out.push_str("\\t"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                c => out.push(c),
            }
        }
    }
}

impl Field for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl<T: Field> Field for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("\\N"),
        }
    }
}

impl Field for bool {
    fn write(&self, out: &mut String) {
        out.push(if *self { 't' } else { 'f' });
    }
}

impl Field for Vec<u8> {
    fn write(&self, out: &mut String) {
        out.push_str("\\\\x");
        for byte in self {
            write!(out, "{byte:02x}").unwrap_or_else(|_| unreachable!("a string takes everything"));
        }
    }
}

impl Field for Vec<Uuid> {
    fn write(&self, out: &mut String) {
        let all: Vec<String> = self.iter().map(Uuid::to_string).collect();
        write!(out, "{{{}}}", all.join(",")).unwrap_or_else(|_| unreachable!("a string takes everything"));
    }
}

macro_rules! as_displayed {
    ($($kind:ty),*) => {$(
        impl Field for $kind {
            fn write(&self, out: &mut String) {
                write!(out, "{self}").unwrap_or_else(|_| unreachable!("a string takes everything"));
            }
        }
    )*};
}
as_displayed!(i16, i32, i64, Uuid, NaiveDate, NaiveTime, DateTime<Utc>);

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
        debug_assert_eq!(values.len(), TABLES[into as usize].columns, "{into:?}");
        let buffer = &mut self.buffers[into as usize];
        for (place, value) in values.iter().enumerate() {
            if place > 0 {
                buffer.push('\t');
            }
            value.write(buffer);
        }
        buffer.push('\n');
    }
}

/// Pours a load into the database; the event of the scope says whose rows they were (AUD-2).
///
/// # Errors
/// Whatever a constraint refuses: a fault of the generator.
pub async fn pour(roster: &mut Roster<'_>, load: &Load) -> Result<()> {
    let event = roster.event().0;
    let connection = roster.connection();
    for (table, rows) in TABLES.iter().zip(&load.buffers) {
        if rows.is_empty() {
            continue;
        }
        sqlx::query(table.stage).execute(&mut *connection).await?;
        copy(connection, table.copy, rows).await?;
        sqlx::query(table.insert).execute(&mut *connection).await?;
    }
    sqlx::query!("select access_seen($1, $2)", event, &load.patients).execute(&mut *connection).await?;
    Ok(())
}

async fn copy(connection: &mut PgConnection, statement: &'static str, rows: &str) -> Result<()> {
    /// PostgreSQL takes messages of any size; smaller ones keep memory level.
    const PIECE: usize = 1 << 20;
    let mut target = connection.copy_in_raw(statement).await.map_err(Error::from)?;
    for piece in rows.as_bytes().chunks(PIECE) {
        target.send(piece).await?;
    }
    target.finish().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_copy_reads_them() {
        let mut load = Load::default();
        load.row(Into::Deletions, &[&"a\tb\\c\nd", &None::<String>]);
        assert_eq!(load.buffers[Into::Deletions as usize], "a\\tb\\\\c\\nd\t\\N\n");
        let mut out = String::new();
        vec![0_u8, 255].write(&mut out);
        assert_eq!(out, "\\\\x00ff");
    }
}
