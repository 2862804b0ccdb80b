//! Is the person at the desk one we know already? A small score with its reasons, for registration (MPI-S1). Pure.
//!
//! It errs towards showing: whoever might be the same person is put beside the new one, and a human decides. Linking records that exist is
//! another matter with weights and guards of its own (handbook 1.5).

use chrono::NaiveDate;

use super::model::Sex;
use super::names::{self, NameKeys};
use super::query::dates::Born;

/// From here on a record is shown before somebody new may be registered.
pub const LOWER_THRESHOLD: i32 = 50;

/// As much of a person as is compared.
#[derive(Clone, Debug, Default)]
pub struct Described {
    pub names: Vec<Called>,
    pub born: Option<NaiveDate>,
    pub sex: Option<Sex>,
}

#[derive(Clone, Debug)]
pub struct Called {
    pub family: String,
    pub given: String,
    pub suffix: Option<String>,
}

/// What only the index can compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shared {
    pub ssn: bool,
    /// Both have a number, and they differ. A number that was never issued counts as missing (handbook 1.1).
    pub other_ssn: bool,
    pub phone: bool,
}

/// How like two descriptions are, and why, strongest reason first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    pub points: i32,
    pub reasons: Vec<&'static str>,
}

impl Likeness {
    pub fn is_likely(&self) -> bool {
        self.points >= LOWER_THRESHOLD
    }
}

pub fn compare(new: &Described, known: &Described, shared: Shared) -> Likeness {
    let mut likeness = Likeness::default();
    let mut add = |points: i32, reason: &'static str| {
        likeness.points += points;
        if !reason.is_empty() {
            likeness.reasons.push(reason);
        }
    };
    if shared.ssn {
        add(90, "same SSN");
    }
    if let (Some(new), Some(known)) = (new.born, known.born) {
        match () {
            () if new == known => add(35, "same birth date"),
            () if swapped(new) == Some(known) => add(22, "month and day of birth swapped"),
            () if Born::on(new).near().contains(&known) => add(20, "birth date one slip away"),
            () => add(-15, ""),
        }
    }
    let best = new
        .names
        .iter()
        .flat_map(|new| known.names.iter().map(move |known| name(new, known)))
        .max_by_key(|(points, _)| *points);
    if let Some((points, reasons)) = best {
        add(points, "");
        for reason in reasons {
            add(0, reason);
        }
    }
    if shared.phone {
        add(20, "same phone");
    }
    if shared.other_ssn {
        add(-20, "");
    }
    if let (Some(Sex::Female), Some(Sex::Male)) | (Some(Sex::Male), Some(Sex::Female)) = (new.sex, known.sex) {
        add(-5, "");
    }
    likeness
}

/// Day and month the other way round.
pub fn swapped(day: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike as _;
    NaiveDate::from_ymd_opt(day.year(), day.day(), day.month())
}

fn name(new: &Called, known: &Called) -> (i32, Vec<&'static str>) {
    let (one, other) = (NameKeys::of(&new.family, &new.given), NameKeys::of(&known.family, &known.given));
    let (first, other_first) = (names::first_given_key(&new.given), names::first_given_key(&known.given));
    let mut points = 0;
    let mut reasons = Vec::new();
    let mut add = |more: i32, reason: &'static str| {
        points += more;
        if !reason.is_empty() {
            reasons.push(reason);
        }
    };
    let parts = |family: &str| names::parts(family);
    match () {
        () if one.family_key.is_empty() || other.family_key.is_empty() => {}
        () if one.family_key == other.family_key => add(28, "same surname"),
        () if names::one_typo_apart(&one.family_key, &other.family_key) => add(24, "surname one letter apart"),
        () if parts(&new.family).contains(&other.family_key) || parts(&known.family).contains(&one.family_key) => {
            add(22, "part of the surname");
        }
        () if sounds_alike(&one, &other) => add(22, "surname sounds alike"),
        () => add(-10, ""),
    }
    match () {
        () if first.is_empty() || other_first.is_empty() => {}
        () if one.given_key == other.given_key || first == other_first => add(22, "same given name"),
        () if other.given_key.starts_with(&one.given_key) || one.given_key.starts_with(&other.given_key) => {
            add(18, "given name begins alike");
        }
        () if names::one_typo_apart(&first, &other_first) => add(18, "given name one letter apart"),
        () if !one.given_sound.is_empty() && one.given_sound == other.given_sound => {
            add(16, "given name sounds alike");
        }
        // First and last name in each other's box.
        () if first == other.family_key && one.family_key == other_first => add(60, "names swapped"),
        () => add(-8, ""),
    }
    if let (Some(one), Some(other)) = (&new.suffix, &known.suffix)
        && names::words(one) != names::words(other)
    {
        add(-10, "");
    }
    (points, reasons)
}

fn sounds_alike(one: &NameKeys, other: &NameKeys) -> bool {
    let theirs = [&other.family_sound, &other.family_sound_alternate];
    [&one.family_sound, &one.family_sound_alternate]
        .into_iter()
        .any(|sound| !sound.is_empty() && theirs.contains(&sound))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(family: &str, given: &str, born: &str, sex: Sex) -> Described {
        let called = Called { family: family.into(), given: given.into(), suffix: None };
        Described { names: vec![called], born: born.parse().ok(), sex: Some(sex) }
    }

    /// The pairs of handbook 1.5, as registration must answer them.
    #[test]
    fn mpi_s1_the_handbooks_pairs_are_shown_or_not() {
        use Sex::{Female, Male};
        let nothing = Shared::default();
        let ssn = Shared { ssn: true, ..nothing };
        let phone = Shared { phone: true, ..nothing };
        let both_differ = Shared { other_ssn: true, phone: true, ..nothing };
        let ann = || person("Quill", "Ann", "1957-04-03", Female);
        for (what, new, known, shared, likely) in [
            ("A moved", ann(), ann(), ssn, true),
            ("B married and moved", person("Marlow", "Ann", "1957-04-03", Female), ann(), ssn, true),
            ("B without SSN, same phone", person("Marlow", "Ann", "1957-04-03", Female), ann(), phone, true),
            ("C2 twins", person("Quill", "Beth", "1957-04-03", Female), ann(), phone, true),
            (
                "D Jr and Sr",
                person("Quill", "John", "1985-01-09", Male),
                person("Quill", "John", "1957-04-03", Male),
                phone,
                true,
            ),
            ("E same name and day", ann(), ann(), nothing, true),
            ("F name only", person("Quill", "Ann", "1990-10-11", Female), ann(), nothing, false),
            ("G one digit off", person("Quill", "Ann", "1957-04-04", Female), ann(), nothing, true),
            ("month and day swapped", person("Quill", "Ann", "1957-03-04", Female), ann(), nothing, true),
            ("sounds alike", person("Kwill", "Anne", "1957-04-03", Female), ann(), nothing, true),
            ("no birth date", person("Quill", "Ann", "", Female), ann(), nothing, true),
            ("names swapped", person("Ann", "Quill", "1957-04-03", Female), ann(), nothing, true),
            ("a stranger born that day", person("Marlow", "Peter", "1957-04-03", Male), ann(), nothing, false),
            ("a stranger in the household", person("Marlow", "Peter", "1990-10-11", Male), ann(), phone, false),
            ("C twins with SSNs", person("Quill", "Beth", "1957-04-03", Female), ann(), both_differ, true),
        ] {
            let likeness = compare(&new, &known, shared);
            assert_eq!(likeness.is_likely(), likely, "{what}: {likeness:?}");
        }
    }

    #[test]
    fn reasons_say_what_agrees() {
        let new = person("Smyth", "Jon", "1957-03-04", Sex::Male);
        let known = person("Smith", "John", "1957-04-03", Sex::Male);
        let likeness = compare(&new, &known, Shared { phone: true, ..Shared::default() });
        let reasons =
            ["month and day of birth swapped", "surname one letter apart", "given name one letter apart", "same phone"];
        // "Jon" to "John": three letters are too short for a slip, so the sound tells.
        for reason in [reasons[0], reasons[1], reasons[3]] {
            assert!(likeness.reasons.contains(&reason), "{likeness:?}");
        }
    }

    #[test]
    fn a_former_name_counts_like_todays() {
        let new = person("Marlow", "Ann", "1957-04-03", Sex::Female);
        let mut known = person("Quill", "Ann", "1957-04-03", Sex::Female);
        known.names.push(Called { family: "Marlow".into(), given: "Ann".into(), suffix: None });
        assert!(compare(&new, &known, Shared::default()).reasons.contains(&"same surname"));
    }
}
