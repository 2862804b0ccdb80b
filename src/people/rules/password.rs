//! Which passwords will do (NIST SP 800-63B-4, handbook 7.8).
//!
//! Length is what counts: at least 15 characters as the only factor, 8 beside a second one, no composition rules, no periodic change, pasting allowed. What is
//! refused is what a guesser tries first: well-known passwords, keyboard runs, and words that name the product, the facility or the person.
//!
//! Passwords are normalised to Unicode NFKC before anything else, so that the same keys give the same password on every machine; length is
//! counted in characters (code points) after that.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// What else is asked for at the sign-in: it decides how long a password must be (NIST SP 800-63B-4 §3.1.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Factors {
    /// The password alone.
    One,
    /// A code from a device besides.
    Two,
}

impl Factors {
    pub fn of(has_second_factor: bool) -> Self {
        if has_second_factor { Factors::Two } else { Factors::One }
    }

    /// The fewest characters that will do.
    pub fn shortest(self) -> usize {
        match self {
            Factors::One => 15,
            Factors::Two => 8,
        }
    }

    /// What must be left when everything well known is taken out.
    fn own_part(self) -> usize {
        match self {
            Factors::One => 8,
            Factors::Two => 5,
        }
    }
}

/// Long enough for any passphrase, short enough to hash.
pub const LONGEST: usize = 256;
/// Fewer different characters than this is one key held down.
const DIFFERENT: usize = 5;

/// Well-known passwords and their usual parts, ours to extend. Compared without case, marks and the common letter-for-digit swaps.
const WELL_KNOWN: &[&str] = &[
    "password",
    "passwort",
    "motdepasse",
    "passphrase",
    "passcode",
    "qwertyuiop",
    "qwerty",
    "qwertz",
    "azerty",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "zxcvbn",
    "qazwsx",
    "1qaz",
    "2wsx",
    "letmein",
    "welcome",
    "changeme",
    "default",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "basketball",
    "superman",
    "batman",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "trustno",
    "starwars",
    "whatever",
    "abcdefghijkl",
    "abcdefgh",
    "abcdef",
    "abc",
    "administrator",
    "admin",
    "root",
    "secret",
    "login",
    "signin",
    "test",
    "temp",
    "guest",
    "user",
    "hello",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "spring",
    "summer",
    "autumn",
    "winter",
    "monday",
    "friday",
    // the house and its trade
    "custodian",
    "hospital",
    "clinic",
    "medical",
    "medicine",
    "health",
    "healthcare",
    "patient",
    "patients",
    "records",
    "record",
    "chart",
    "charts",
    "doctor",
    "physician",
    "nurse",
    "nursing",
    "coding",
    "coder",
    "himdepartment",
    "hipaa",
    "epic",
    "cerner",
    "meditech",
];

/// Whole passwords that lead every list of breached ones, eight characters and longer: a shorter one is refused for its length.
const BREACHED: &str = include_str!("breached.txt");

/// Words a guesser would take from the surroundings: the facility, the sign-in name, the person's own name.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    words: BTreeSet<String>,
}

impl Surroundings {
    /// Splits what is given into words of three letters or more.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let words = texts
            .into_iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()))
            .map(bare)
            .filter(|word| word.chars().count() >= 3)
            .collect();
        Self { words }
    }
}

/// Why a password won't do; the words are for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    #[error("Use at least {0} characters. A few unrelated words do well.")]
    Short(usize),
    #[error("Use at most 256 characters.")]
    Long,
    #[error("Use more different characters.")]
    Repetitive,
    #[error(
        "This is too close to well-known passwords, or to the name of a person or place here. Add words of your own."
    )]
    WellKnown,
}

/// A password as typed, normalised; wiped from memory when dropped and never printed.
pub struct Password(Zeroizing<String>);

impl Password {
    /// What somebody typed to prove who they are: normalised, not judged.
    pub fn typed(text: &str) -> Self {
        // Nothing longer was ever accepted, and normalising must not become work for strangers to order.
        Self(Zeroizing::new(text.chars().take(LONGEST * 2).nfkc().collect()))
    }

    /// A new password, judged.
    ///
    /// # Errors
    /// The first [`Weakness`] found.
    pub fn chosen(text: &str, surroundings: &Surroundings, factors: Factors) -> Result<Self, Weakness> {
        let password = Self::typed(text);
        let length = password.0.chars().count();
        if length < factors.shortest() {
            return Err(Weakness::Short(factors.shortest()));
        }
        if length > LONGEST {
            return Err(Weakness::Long);
        }
        if password.0.chars().collect::<BTreeSet<_>>().len() < DIFFERENT {
            return Err(Weakness::Repetitive);
        }
        if is_listed(&password.0) || own_part(&password.0, surroundings) < factors.own_part() {
            return Err(Weakness::WellKnown);
        }
        Ok(password)
    }

    /// The bytes to hash.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

/// A password for someone else to use once: 20 characters without look-alikes, about 98 bits.
pub fn one_time(random: impl Fn(usize) -> usize) -> String {
    in_groups(23, random)
}

/// A recovery code: 15 characters without look-alikes, about 74 bits (NIST SP 800-63B-4 asks for 64).
pub fn recovery_code(random: impl Fn(usize) -> usize) -> String {
    in_groups(17, random)
}

fn in_groups(length: usize, random: impl Fn(usize) -> usize) -> String {
    const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    (0..length).map(|at| if at % 6 == 5 { '-' } else { char::from(ALPHABET[random(ALPHABET.len())]) }).collect()
}

/// Whether it stands on the list of passwords that were found in breaches again and again, as it is or with another tail of digits and marks.
fn is_listed(password: &str) -> bool {
    let (plain, root) = (unswapped(&bare(password)), stem(password));
    BREACHED
        .lines()
        .any(|listed| unswapped(&bare(listed)) == plain || (root.chars().count() >= 5 && stem(listed) == root))
}

/// A word without the digits and marks behind it.
fn stem(text: &str) -> String {
    unswapped(bare(text).trim_end_matches(|c: char| c.is_ascii_digit() || "@$!".contains(c)))
}

/// How many letters and digits are left once well-known words, the surroundings' words and counting runs are taken out.
fn own_part(password: &str, surroundings: &Surroundings) -> usize {
    let mut rest = bare(password);
    let mut words: Vec<&str> =
        WELL_KNOWN.iter().copied().chain(surroundings.words.iter().map(String::as_str)).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(word, " ");
        // A well-known word written with digits for letters is the same word.
        let plain = unswapped(&rest);
        if plain.contains(word) {
            rest = plain.replace(word, " ");
        }
    }
    without_runs(&rest).chars().filter(|c| !c.is_whitespace()).count()
}

/// Lower case, letters and digits and the marks that stand for letters.
fn bare(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric() || "@$!".contains(*c)).collect()
}

fn unswapped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

/// Drops runs of three and more that count up, count down or repeat: 123456, fedcba, aaaa.
fn without_runs(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let step = |at: usize| letters[at + 1] as i64 - letters[at] as i64;
    let mut kept = String::new();
    let mut at = 0;
    while at < letters.len() {
        let mut end = at + 1;
        if end < letters.len() && step(at).abs() <= 1 {
            while end < letters.len() && step(end - 1) == step(at) {
                end += 1;
            }
        }
        if end - at >= 3 {
            at = end;
        } else {
            kept.push(letters[at]);
            at += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Result<(), Weakness> {
        let surroundings = Surroundings::of(["Mercy Ridge Hospital", "oyelaran", "Marcus Oyelaran"]);
        Password::chosen(text, &surroundings, Factors::One).map(drop)
    }

    #[test]
    fn handbook_7_8_what_will_do_and_what_will_not() {
        let table = [
            ("bright maple lantern 2026", Ok(())),
            ("correct horse battery staple", Ok(())),
            ("   spaces count too   ", Ok(())),
            ("пятнадцать кошек", Ok(())),
            ("no digits no capitals needed", Ok(())),
            ("fourteen chars", Err(Weakness::Short(15))),
            ("", Err(Weakness::Short(15))),
            ("aaaaaaaaaaaaaaaaaaaa", Err(Weakness::Repetitive)),
            ("abababababababababab", Err(Weakness::Repetitive)),
            ("passwordpassword", Err(Weakness::WellKnown)),
            ("P@ssw0rd-P@ssw0rd-1", Err(Weakness::WellKnown)),
            ("123456789012345678", Err(Weakness::WellKnown)),
            ("qwertyuiopasdfghjkl", Err(Weakness::WellKnown)),
            ("abcdefghijklmnopqrst", Err(Weakness::WellKnown)),
            ("Custodian2026!!Custodian", Err(Weakness::WellKnown)),
            ("MercyRidgeHospital1", Err(Weakness::WellKnown)),
            ("oyelaran-oyelaran-12", Err(Weakness::WellKnown)),
            ("Marcus.Oyelaran.2026", Err(Weakness::WellKnown)),
            ("welcome to the hospital", Err(Weakness::WellKnown)),
        ];
        for (text, expected) in table {
            assert_eq!(judge(text), expected, "{text}");
        }
    }

    #[test]
    fn handbook_7_8_eight_characters_beside_a_second_factor() {
        let surroundings = Surroundings::of(["Mercy Ridge Hospital", "oyelaran"]);
        for (text, expected) in [
            ("kiwi-fern", Ok(())),
            ("kiwi-fe", Err(Weakness::Short(8))),
            ("password", Err(Weakness::WellKnown)),
            ("P@ssw0rd1", Err(Weakness::WellKnown)),
            ("12345678", Err(Weakness::WellKnown)),
            ("oyelaran", Err(Weakness::WellKnown)),
            ("jennifer1", Err(Weakness::WellKnown)),
            ("liverpool!!", Err(Weakness::WellKnown)),
            ("1q2w3e4r", Err(Weakness::WellKnown)),
        ] {
            assert_eq!(Password::chosen(text, &surroundings, Factors::Two).map(drop), expected, "{text}");
        }
    }

    #[test]
    fn every_listed_password_is_refused() {
        for listed in BREACHED.lines() {
            assert!(listed.len() >= 8, "{listed}: refused for its length anyway");
            let judged = Password::chosen(listed, &Surroundings::default(), Factors::Two).map(drop);
            assert!(matches!(judged, Err(Weakness::WellKnown | Weakness::Repetitive)), "{listed}: {judged:?}");
        }
    }

    #[test]
    fn handbook_7_8_length_is_counted_in_characters() {
        let words = "many different unrelated words in here ";
        let long: String = words.chars().cycle().take(LONGEST).collect();
        assert_eq!(judge(&long), Ok(()));
        assert_eq!(judge(&format!("{long}x")), Err(Weakness::Long));
        // fifteen characters, thirty bytes
        assert_eq!(judge("яблокогрушаслив"), Ok(()));
    }

    #[test]
    fn the_same_password_typed_on_another_keyboard_is_the_same() {
        // "é" as one code point and as two, and full-width letters
        assert_eq!(Password::typed("caf\u{e9}").bytes(), Password::typed("cafe\u{301}").bytes());
        assert_eq!(Password::typed("ａｂｃ").bytes(), Password::typed("abc").bytes());
    }

    #[test]
    fn a_one_time_password_is_long_and_without_look_alikes() {
        let counter = std::cell::Cell::new(0);
        let made = one_time(|below| {
            counter.set(counter.get() + 7);
            counter.get() % below
        });
        assert_eq!(made.chars().count(), 23);
        assert!(!made.contains(['0', 'o', '1', 'l', 'i']), "{made}");
        assert_eq!(judge(&made), Ok(()));
    }

    #[test]
    fn a_password_never_prints() {
        assert_eq!(format!("{:?}", Password::typed("bright maple lantern 2026")), "Password(..)");
    }
}
