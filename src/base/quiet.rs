//! How records print in a log or a failing test: their name and at most an id, never what they hold.

/// `quiet!(Visit, Document.document)`: prints `Visit(…)` and `Document(0190…)`.
macro_rules! quiet {
    ($($name:ident $(. $id:ident)?),* $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let shown: &[&dyn std::fmt::Display] = &[$(&self.$id)?];
                match shown {
                    [id] => write!(f, concat!(stringify!($name), "({})"), id),
                    _ => f.write_str(concat!(stringify!($name), "(…)")),
                }
            }
        }
    )*};
}
pub(crate) use quiet;

#[cfg(test)]
mod tests {
    struct Chart {
        number: i32,
        name: &'static str,
    }

    struct Note {
        text: &'static str,
    }

    quiet!(Chart.number, Note);

    #[test]
    fn nothing_of_a_record_prints_but_its_id() {
        let (chart, note) = (Chart { number: 7, name: "Ann Lee" }, Note { text: "Ann Lee is better." });
        assert_eq!(format!("{chart:?} {note:?}"), "Chart(7) Note(…)");
        assert!(chart.name.len() + note.text.len() > 0);
    }
}
