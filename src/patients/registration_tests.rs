//! What a registration form may say, as tables.

use super::*;

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

fn posted(pairs: &[(&str, &str)]) -> Posted {
    let mut all = vec![("family", "Quill"), ("given", "Ann"), ("sex", "female"), ("born", "03-Apr-1957")];
    all.retain(|(name, _)| !pairs.iter().any(|(other, _)| other == name));
    all.extend_from_slice(pairs);
    Posted::of(all.into_iter().map(|(name, value)| (name, value.to_owned())))
}

fn read(pairs: &[(&str, &str)]) -> (PatientRecord, Problems) {
    let posted = posted(pairs);
    let mut reader = Reader::new(&posted, today());
    let record = reader.record(PatientId::new(), FacilityId::new(), "urn:own");
    (record, reader.problems)
}

#[test]
fn handbook_1_1_and_1_2_what_a_form_may_say() {
    for (pairs, wrong) in [
        (&[][..], ""),
        (&[("family", "")], "family"),
        (&[("family", "🚑")], ""),
        (&[("family", "🚑"), ("given", "🚑")], "family"),
        (&[("family", "محمد"), ("given", "علی")], ""),
        (&[("family", "<script>alert(1)</script>")], ""),
        (&[("family", "Robert'); drop table patients;--")], ""),
        (&[("given", "\u{202e}nnA")], ""),
        (&[("sex", "")], "sex"),
        (&[("sex", "declined")], ""),
        (&[("sex", "asked-unknown")], ""),
        (&[("sex", "robot")], "sex"),
        (&[("born", "")], "born"),
        (&[("born", ""), ("born_unknown", "yes")], ""),
        (&[("born_unknown", "yes")], "born_unknown"),
        (&[("born", "31-Feb-1957")], "born"),
        (&[("born", "2031-01-01")], "born"),
        (&[("born", "1901-01-01")], "born"),
        (&[("born", "1901-01-01"), ("born_reason", "Birth certificate seen")], ""),
        (&[("born", "1850-01-01"), ("born_reason", "Birth certificate seen")], ""),
        (&[("born", "1901-01-01"), ("born_reason", "x")], "born"),
        (&[("birth_time", "25:00")], "birth_time"),
        (&[("birth_order", "2")], "birth_order"),
        (&[("birth_order", "2"), ("multiple_birth", "yes")], ""),
        (&[("birth_order", "13"), ("multiple_birth", "yes")], "birth_order"),
        (&[("race", "2028-9"), ("race", "2106-3")], ""),
        (&[("race", "2028-9"), ("race", "declined")], "race"),
        (&[("race", "0000-0")], "race"),
        (&[("ethnicity", "ASKU")], ""),
        (&[("ethnicity", "martian")], "ethnicity"),
        (&[("language", "declined")], ""),
        (&[("ssn", "219-09-4419")], ""),
        (&[("ssn", "078-05-1120")], "ssn"),
        (&[("ssn", "900-12-3456")], "ssn"),
        (&[("phone", "555-0143")], ""),
        (&[("phone", "12")], "phone"),
        (&[("email", "ann@example.org")], ""),
        (&[("email", "ann at example")], "email"),
        (&[("identifier", "1EG4-TE5-MK73"), ("identifier_type", "MC")], ""),
        (&[("identifier", "1EG4-TE5-MK7"), ("identifier_type", "MC")], "identifier"),
        (&[("identifier", "X1"), ("identifier_type", "MR")], "issuer"),
        (&[("identifier", "X1"), ("identifier_type", "MR"), ("issuer", "urn:own")], "issuer"),
        (&[("identifier", "X1"), ("identifier_type", "MR"), ("issuer", "urn:other")], ""),
        (&[("identifier", "X1")], "identifier_type"),
        (&[("plan", "Gold")], "payer"),
        (&[("postal_code", "12545")], "lines"),
        (&[("contact_phone", "5550143")], "contact_name"),
    ] {
        let (_, problems) = read(pairs);
        let fields: Vec<&str> = problems.iter().map(|(field, _)| *field).collect();
        let expected: Vec<&str> = Some(wrong).into_iter().filter(|field| !field.is_empty()).collect();
        assert_eq!(fields, expected, "{pairs:?}: {problems:?}");
    }
}

#[test]
fn declined_and_asked_unknown_are_kept_as_data() {
    let (record, _) =
        read(&[("race", "declined"), ("ethnicity", "ASKU"), ("language", "declined"), ("marital_status", "ASKU")]);
    assert_eq!(record.races[0].code, "declined");
    assert_eq!(record.ethnicity.as_deref(), Some("ASKU"));
    assert_eq!(record.language.as_deref(), Some("declined"));
    assert_eq!(record.marital_status.as_deref(), Some("ASKU"));
    assert_eq!(record.interpreter_needed, None, "not asked");
}

#[test]
fn a_birth_date_says_how_exactly_it_is_known() {
    for (pairs, precision) in [
        (&[("born", "1957-04-03")][..], BirthPrecision::Day),
        (&[("born", "4/1957")], BirthPrecision::Month),
        (&[("born", "1957")], BirthPrecision::Year),
        (&[("born", "1957"), ("born_estimated", "yes")], BirthPrecision::Estimated),
        (&[("born", ""), ("born_unknown", "yes")], BirthPrecision::Unknown),
    ] {
        assert_eq!(read(pairs).0.birth_precision, precision, "{pairs:?}");
    }
}

#[test]
fn mpi_s1_the_search_must_have_been_for_this_person() {
    let (record, problems) = read(&[("phone", "(555) 555-0143"), ("ssn", "219-09-4419")]);
    assert!(problems.is_empty(), "{problems:?}");
    for (name, born, same) in [
        ("quill", "", true),
        ("qui,a", "", true),
        ("quil ann", "", true),
        ("kwill", "", true),
        ("marlow", "4/3/57", true),
        ("555-555-0143", "", true),
        ("marlow peter", "", false),
        ("marlow", "1/1/1990", false),
    ] {
        let typed = Typed { name: name.into(), born: born.into(), ..Typed::default() };
        let query = Query::read(&typed, today()).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
        assert_eq!(was_searched_for(&query, &record), same, "{name} {born}");
    }
}

#[test]
fn handbook_1_7_nobody_shares_an_alias() {
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..2000 {
        assert!(seen.insert(phonetic_alias(number)), "{} twice", phonetic_alias(number));
    }
    let (one, other) = (phonetic_alias(1), phonetic_alias(2));
    assert!(one.split(' ').all(|word| !other.contains(word)), "{one} / {other}");
}

#[test]
fn handbook_1_7_newborns_are_named_after_their_mother() {
    for (mother, sex, order, name) in [
        ("Judy", Sex::Female, None, "Judysgirl"),
        ("Judy Ann", Sex::Male, None, "Judysboy"),
        ("Judy", Sex::Female, Some(1), "Judysgirl A"),
        ("Judy", Sex::Female, Some(2), "Judysgirl B"),
        ("Judy", Sex::Unknown, None, "Judysbaby"),
        ("", Sex::Male, None, "Mothersboy"),
    ] {
        assert_eq!(newborn_given(mother, sex, order), name);
    }
}

#[test]
fn the_form_begins_with_what_was_searched_for() {
    for (name, born, family, given, birth) in [
        ("quill,ann", "", "Quill", "Ann", ""),
        ("O'Brien, Mary Jo", "", "O'Brien", "Mary Jo", ""),
        ("quill 4/3/57", "", "Quill", "", "03-Apr-1957"),
        ("", "1957-04-03", "", "", "03-Apr-1957"),
        ("555-555-0143", "", "", "", ""),
    ] {
        let typed = Typed { name: name.into(), born: born.into(), ..Typed::default() };
        let form = prefilled(&typed, today());
        let got = ["family", "given", "born"].map(|field| form.text(field).to_owned());
        assert_eq!(got, [family, given, birth], "{name} {born}");
    }
}
