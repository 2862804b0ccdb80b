//! The parts of a record that can be changed one at a time, and what happens when two people change one at once. Pure.

use crate::web::posted::Posted;

/// A part of the record with a form of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Person,
    Name,
    Address,
    Telecom,
    Contact,
    Coverage,
    Identifier,
    Ssn,
    Death,
}

impl Section {
    pub const ALL: [Section; 9] = [
        Section::Person,
        Section::Name,
        Section::Address,
        Section::Telecom,
        Section::Contact,
        Section::Coverage,
        Section::Identifier,
        Section::Ssn,
        Section::Death,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Section::Person => "person",
            Section::Name => "name",
            Section::Address => "address",
            Section::Telecom => "telecom",
            Section::Contact => "contact",
            Section::Coverage => "coverage",
            Section::Identifier => "identifier",
            Section::Ssn => "ssn",
            Section::Death => "death",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.word() == word)
    }

    pub fn title(self) -> &'static str {
        match self {
            Section::Person => "Change the person’s values",
            Section::Name => "Add a name",
            Section::Address => "Add an address",
            Section::Telecom => "Add a phone or e-mail",
            Section::Contact => "Add a person to contact",
            Section::Coverage => "Add coverage",
            Section::Identifier => "Add a number",
            Section::Ssn => "Replace or clear the SSN",
            Section::Death => "Record a death",
        }
    }

    pub fn lead(self) -> &'static str {
        match self {
            Section::Person => "What stands here now is kept in the history.",
            Section::Name => "The old name is ended, not overwritten: the person is still found by it.",
            Section::Address | Section::Telecom => "The old one is ended, not overwritten.",
            Section::Contact | Section::Coverage => "",
            Section::Identifier => "Record numbers of this facility are issued by the system.",
            Section::Ssn => "The stored number is not shown.",
            Section::Death => {
                "Blocks nothing that may still be filed: late documents, autopsy, release to a representative."
            }
        }
    }
}

/// One field that two people changed differently, or that somebody else changed alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub field: &'static str,
    pub yours: String,
    pub theirs: String,
}

/// Puts two changes of one form together: what only one of them changed is taken from there; where both did, yours stays in the form and is
/// told. `names` are fields that may repeat.
pub fn merge(names: &[&'static str], was: &Posted, yours: &Posted, theirs: &Posted) -> (Posted, Vec<Clash>) {
    let mut merged = Posted::default();
    let mut clashes = Vec::new();
    for &name in names {
        let value = |posted: &Posted| {
            let mut all: Vec<String> =
                posted.all(name).into_iter().filter(|value| !value.is_empty()).map(str::to_owned).collect();
            all.sort_unstable();
            all
        };
        let (was, yours, theirs) = (value(was), value(yours), value(theirs));
        let kept = if yours == was { &theirs } else { &yours };
        merged.0.extend(kept.iter().map(|value| (name.to_owned(), value.clone())));
        if theirs != was && yours != theirs {
            clashes.push(Clash { field: name, yours: yours.join(" "), theirs: theirs.join(" ") });
        }
    }
    (merged, clashes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Posted {
        Posted::of(pairs.iter().map(|(name, value)| (*name, (*value).to_owned())))
    }

    #[test]
    fn changes_of_different_fields_are_put_together_and_the_same_field_clashes() {
        let was = of(&[("sex", "female"), ("religion", "None"), ("race", "2028-9")]);
        let yours = of(&[("sex", "male"), ("religion", "None"), ("race", "2028-9"), ("race", "2106-3")]);
        let theirs = of(&[("sex", "other"), ("religion", "Quaker"), ("race", "2028-9")]);
        let (merged, clashes) = merge(&["sex", "religion", "race"], &was, &yours, &theirs);
        assert_eq!(merged.text("sex"), "male", "yours stays in the form");
        assert_eq!(merged.text("religion"), "Quaker", "theirs alone");
        assert_eq!(merged.all("race"), ["2028-9", "2106-3"], "yours alone");
        let told: Vec<_> =
            clashes.iter().map(|clash| (clash.field, clash.yours.as_str(), clash.theirs.as_str())).collect();
        assert_eq!(told, [("sex", "male", "other"), ("religion", "None", "Quaker")]);
    }

    #[test]
    fn the_same_change_twice_is_no_clash() {
        let (was, both) = (of(&[("sex", "female")]), of(&[("sex", "male")]));
        assert!(merge(&["sex"], &was, &both, &both).1.is_empty());
    }
}
