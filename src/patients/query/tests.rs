//! Every example of handbook 1.3, and what registrars type when they are interrupted.

use proptest::prelude::*;

use super::*;

fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

/// The readings of one line as words.
fn read(line: &str) -> Vec<String> {
    let typed = Typed { name: line.into(), ..Typed::default() };
    Query::read(&typed, today()).unwrap_or_else(|problems| panic!("{line}: {problems:?}")).words()
}

fn refused(typed: &Typed) -> Vec<Problem> {
    Query::read(typed, today()).expect_err("refused")
}

fn refused_line(line: &str) -> String {
    refused(&Typed { name: line.into(), ..Typed::default() })[0].words.clone()
}

#[test]
fn handbook_1_3_typical_entries() {
    for (line, readings) in [
        ("smi,jo", vec!["surname SMI, given name JO"]),
        ("smi, jo", vec!["surname SMI, given name JO"]),
        ("SMITH,JOHN M", vec!["surname SMITH, given name JOHNM"]),
        ("smith, john, jr", vec!["surname SMITH, given name JOHN"]),
        ("smith 3/4/57", vec!["surname SMITH · born 04-Mar-1957"]),
        ("3/4/57 smith", vec!["surname SMITH · born 04-Mar-1957"]),
        ("smith, john 03-Apr-1957", vec!["surname SMITH, given name JOHN · born 03-Apr-1957"]),
        ("smith, 3/4/57", vec!["surname SMITH · born 04-Mar-1957"]),
        ("jo smi", vec!["surname SMI, given name JO", "surname JO, given name SMI", "surname JOSMI"]),
        ("0071-5530", vec!["number 0071-5530"]),
        ("MRN 00715530x", vec!["number 00715530x"]),
        ("1002-4471-8", vec!["number 1002-4471-8"]),
        ("4419 7/22/1968", vec!["born 22-Jul-1968 · SSN ending 4419"]),
        ("7/22/1968 4419", vec!["born 22-Jul-1968 · SSN ending 4419"]),
        ("219-09-4419", vec!["SSN ending 4419"]),
        ("219094419", vec!["SSN ending 4419", "number 219094419"]),
        ("(555) 010-7734", vec!["phone 5550107734"]),
        ("555.010.7734", vec!["phone 5550107734"]),
        ("+1 555 010 7734", vec!["phone 5550107734"]),
        ("5550107734", vec!["phone 5550107734", "number 5550107734"]),
        ("010-7734", vec!["phone 0107734"]),
        ("1EG4-TE5-MK73", vec!["number 1EG4-TE5-MK73"]),
        ("1957-04-03", vec!["born 03-Apr-1957"]),
        ("4/3/1957", vec!["born 03-Apr-1957"]),
        ("03-Apr-1957", vec!["born 03-Apr-1957"]),
        ("19570403", vec!["born 03-Apr-1957", "number 19570403"]),
        ("april 3, 1957", vec!["born 03-Apr-1957"]),
        ("smith", vec!["surname SMITH"]),
        ("smith 1957", vec!["surname SMITH · born 1957"]),
        ("smith 0071-5530", vec!["surname SMITH · number 0071-5530"]),
        (", john 3/4/57", vec!["given name JOHN · born 04-Mar-1957"]),
        ("Adams676", vec!["number Adams676", "surname ADAMS676"]),
        ("A10024471", vec!["number A10024471", "surname A10024471"]),
        ("Adams676, John12", vec!["surname ADAMS676, given name JOHN12"]),
        ("Иванов", vec!["surname IVANOV"]),
    ] {
        assert_eq!(read(line), readings, "{line}");
    }
}

#[test]
fn a_name_of_many_words_is_read_every_sensible_way() {
    let readings = read("anna van der hoef");
    assert!(readings.contains(&"surname VANDERHOEF, given name ANNA".into()), "{readings:?}");
    assert!(readings.contains(&"surname ANNAVANDERHOEF".into()), "{readings:?}");
    assert!(readings.len() <= MOST_READINGS);
}

#[test]
fn the_five_fields_add_up() {
    let typed = Typed {
        name: "vanderhoef, cath".into(),
        born: "22-Jul-1968".into(),
        ssn4: "4419".into(),
        phone: "555-010-7734".into(),
        mrn: "0071-5530".into(),
    };
    let words = Query::read(&typed, today()).unwrap().words();
    assert_eq!(
        words,
        [
            "surname VANDERHOEF, given name CATH · born 22-Jul-1968 · number 0071-5530 · SSN ending 4419 · phone 5550107734"
        ]
    );
}

#[test]
fn mpi_s3_two_criteria_or_three_letters() {
    for line in ["smi", "s,j", "li 3/4/57", "li 1957", "123", "Li, Wei"] {
        read(line);
    }
    for line in ["sm", "li", "j", ",jo"] {
        assert!(refused_line(line).contains("3 letters"), "{line}");
    }
    assert!(refused_line("12").contains("3 characters"));
    assert!(refused_line("").contains("Type a name"));
    assert!(refused_line("🚑").contains("no letters or digits"));
    let year_alone = refused(&Typed { born: "1957".into(), ..Typed::default() });
    assert!(year_alone[0].words.contains("second thing"), "{year_alone:?}");
    let last4_alone = refused(&Typed { ssn4: "4419".into(), name: "smith".into(), ..Typed::default() });
    assert_eq!(last4_alone[0].field, "born");
}

#[test]
fn problems_name_the_field_and_what_was_read() {
    assert!(refused_line("smith 13/45/1957").contains("month 13, day 45, year 1957"));
    assert!(refused_line("000-12-3456").contains("never issued"));
    assert!(refused_line("smi\0th").contains("NUL"));
    assert!(refused_line(&"x".repeat(201)).contains("longer"));
    assert!(refused_line("4/3/1957 5/6/1957").contains("twice"));
    let typed =
        Typed { born: "someday".into(), ssn4: "44".into(), phone: "12".into(), mrn: "--".into(), ..Typed::default() };
    let fields: Vec<_> = refused(&typed).into_iter().map(|problem| problem.field).collect();
    assert_eq!(fields, ["born", "mrn", "ssn4", "phone"]);
}

#[test]
fn the_ledger_never_holds_a_whole_ssn() {
    let typed = Typed { name: "219-09-4419".into(), ..Typed::default() };
    let kept = Query::read(&typed, today()).unwrap().for_ledger().to_string();
    assert!(kept.contains("4419") && !kept.contains("21909"), "{kept}");
}

proptest! {
    #[test]
    fn whatever_is_typed_is_searched_or_explained(name in any::<String>(), born in "[0-9/a-z -]{0,12}") {
        let typed = Typed { name, born, ..Typed::default() };
        match Query::read(&typed, today()) {
            Ok(query) => prop_assert!(!query.readings.is_empty() && query.readings.len() <= MOST_READINGS),
            Err(problems) => prop_assert!(problems.iter().all(|problem| !problem.words.is_empty())),
        }
    }

    #[test]
    fn a_plain_surname_is_a_surname(name in "[a-z]{3,20}") {
        prop_assert_eq!(read(&name), vec![format!("surname {}", name.to_uppercase())]);
    }
}
