//! Names as keys: what makes "GARCÍA-LÓPEZ", "garcia lopez" and a misheard "Garsia Lopes" meet in one search.
//!
//! A key is lower-case Latin letters and digits only. Accents go, other alphabets are transliterated (Иванов → ivanov), hyphens and spaces
//! close up, so that "van der Hoef" and "Vanderhoef" are one name. Beside the key a surname has its sound (double metaphone, two readings)
//! and the forms with one letter left out: two spellings one typo apart share at least one of those. All of it is computed here, in Rust,
//! so that no database locale or extension has a say; the import and the sample data use the same functions.

use std::collections::BTreeSet;

use rphonetic::DoubleMetaphone;
use unicode_normalization::UnicodeNormalization as _;

/// Longer keys say nothing more about a person, and an index entry has a limit.
const LONGEST_KEY: usize = 100;
/// Longer than any name on a card; what comes after is a paste by mistake.
const LONGEST_NAME: usize = 200;
/// Typos are looked for in this many letters.
const LONGEST_DELETED: usize = 40;
/// A shorter name with a letter left out is somebody else's name.
const SHORTEST_DELETED: usize = 4;
/// Double metaphone as PostgreSQL and most registries cut it.
const SOUND_LETTERS: usize = 4;

/// Words that lead a surname without being one.
const PARTICLES: &[&str] = &[
    "abu", "al", "ap", "bar", "ben", "bin", "bint", "da", "das", "de", "degli", "dei", "del", "della", "den", "der",
    "des", "di", "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "les", "los", "mac", "mc", "o", "san",
    "santa", "st", "ten", "ter", "van", "ver", "von", "y", "zu",
];

/// Why a text can't be kept as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    #[error("holds a character that can't be stored (NUL)")]
    Nul,
    #[error("is longer than 200 characters")]
    TooLong,
}

/// The keys of one name, as stored beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameKeys {
    pub family_key: String,
    pub given_key: String,
    pub family_sound: String,
    /// The second reading of the surname; equal to the first when there is only one.
    pub family_sound_alternate: String,
    /// The sound of the first given name alone: "Jon" sounds like "John Michael".
    pub given_sound: String,
}

impl NameKeys {
    pub fn of(family: &str, given: &str) -> Self {
        let family_key = family_key(family);
        let (family_sound, family_sound_alternate) = sounds(&family_key);
        let given_sound = sounds(words(given).first().map_or("", String::as_str)).0;
        Self { family_key, given_key: given_key(given), family_sound, family_sound_alternate, given_sound }
    }
}

/// A name as it may be stored: composed, one space between words, no control or direction characters.
///
/// # Errors
/// [`NameProblem`] when PostgreSQL could not hold it or it is no name.
pub fn tidy(text: &str) -> Result<String, NameProblem> {
    if text.contains('\0') {
        return Err(NameProblem::Nul);
    }
    let text: String = text.nfc().filter(|c| c.is_whitespace() || !(c.is_control() || is_direction(*c))).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > LONGEST_NAME { Err(NameProblem::TooLong) } else { Ok(text) }
}

/// Invisible characters that turn the direction of text: in a name they can make one person's row read like another's.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The surname's key, particles included.
pub fn family_key(family: &str) -> String {
    let mut words = words(family);
    // "Saint John" and "St. John" are told apart by nobody.
    if words.len() > 1 && words[0] == "saint" {
        words[0] = "st".into();
    }
    cut(words.concat())
}

/// The key of all given names together.
pub fn given_key(given: &str) -> String {
    cut(words(given).concat())
}

/// The key of the first given name.
pub fn first_given_key(given: &str) -> String {
    words(given).into_iter().next().map(cut).unwrap_or_default()
}

fn cut(mut key: String) -> String {
    key.truncate(LONGEST_KEY);
    key
}

/// The words of a name as keys: hyphens, spaces and most signs part them, apostrophes and full stops don't.
pub fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.nfc() {
        match c {
            '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '`' | '\u{b4}' | '.' => {}
            // Signs, emoji and marks are dropped before transliteration, which would spell them out.
            c if c.is_alphanumeric() => {
                words.last_mut().unwrap_or_else(|| unreachable!("never empty")).push_str(&latin(c));
            }
            // A mark that stood on the letter before, or an invisible one: no new word.
            c if is_direction(c)
                || unicode_normalization::char::is_combining_mark(c)
                || matches!(c, '\u{200c}' | '\u{200d}') => {}
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// One letter or digit in lower-case Latin; empty when it has no counterpart.
fn latin(c: char) -> String {
    if c.is_ascii() {
        return c.to_ascii_lowercase().to_string();
    }
    let spelled = deunicode::deunicode_char(c).unwrap_or_default();
    spelled.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Double metaphone of a key: the first and the second reading.
pub fn sounds(key: &str) -> (String, String) {
    let letters = letters(key);
    if letters.is_empty() {
        return Default::default();
    }
    let sound = DoubleMetaphone::new(Some(SOUND_LETTERS)).double_metaphone(&letters);
    (sound.primary(), sound.alternate())
}

/// Numbers in a name ("Doe 7", generated sample names) are no part of its spelling or sound.
fn letters(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphabetic).collect()
}

/// What a typed surname is looked up under in the dictionary of surnames: itself and every form with one letter left out.
pub fn typo_keys(family_key: &str) -> BTreeSet<String> {
    let mut letters = letters(family_key);
    letters.truncate(LONGEST_DELETED);
    if letters.is_empty() {
        return BTreeSet::new();
    }
    let mut keys = BTreeSet::new();
    if letters.len() >= SHORTEST_DELETED {
        keys.extend((0..letters.len()).map(|at| format!("{}{}", &letters[..at], &letters[at + 1..])));
    }
    keys.insert(letters);
    keys
}

/// What a surname is entered under in that dictionary: its [`typo_keys`], and the single words of a double surname, so that "Lopez" finds
/// "García-López" and "Hoef" finds "van der Hoef".
pub fn dictionary_keys(family: &str) -> BTreeSet<String> {
    let mut keys = typo_keys(&family_key(family));
    keys.extend(parts(family));
    keys
}

/// The words of a surname of several that can stand for it.
pub fn parts(family: &str) -> Vec<String> {
    let words = words(family);
    if words.len() < 2 {
        return Vec::new();
    }
    words
        .into_iter()
        .map(|word| letters(&word))
        .filter(|word| word.len() > 2 && !PARTICLES.contains(&word.as_str()))
        .collect()
}

/// Whether two keys are one slip of the finger apart: a letter more, less, other, or two swapped.
pub fn one_typo_apart(one: &str, other: &str) -> bool {
    let (one, other) = (letters(one), letters(other));
    one.len().max(other.len()) >= SHORTEST_DELETED && strsim::osa_distance(&one, &other) == 1
}

/// The end of the range of keys that begin with `prefix`: `key >= prefix and key < end_of(prefix)`.
pub fn end_of(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

/// How many bytes of `shown` spell the first letters of its key, for marking what a search matched; 0 when they don't.
pub fn spelled_by(shown: &str, key: &str) -> usize {
    if key.is_empty() {
        return 0;
    }
    let mut spelled = String::new();
    for (at, c) in shown.char_indices() {
        if c.is_alphanumeric() {
            spelled.push_str(&latin(c));
        }
        if !key.starts_with(&spelled) && !spelled.starts_with(key) {
            return 0;
        }
        if spelled.len() >= key.len() {
            return at + c.len_utf8();
        }
    }
    0
}

/// The key of an identifier: upper case, letters and digits only ("0071-5530" is "00715530").
pub fn identifier_key(value: &str) -> String {
    cut(value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect())
}

/// The key of a telephone number: its digits, the last ten of them, whatever country code and signs came before.
pub fn phone_key(value: &str) -> String {
    let digits: String = value.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    digits[digits.len().saturating_sub(10)..].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        for (text, key) in [
            ("Vanderhoef", "vanderhoef"),
            ("van der Hoef", "vanderhoef"),
            ("VAN DER HOEF", "vanderhoef"),
            ("O'Brien", "obrien"),
            ("O\u{2019}Brien", "obrien"),
            ("García-López", "garcialopez"),
            ("Garcia Lopez", "garcialopez"),
            ("Gar\u{63}i\u{301}a", "garcia"),
            ("Müller", "muller"),
            ("Strauß", "strauss"),
            ("Øster", "oster"),
            ("Łukasz", "lukasz"),
            ("Иванов", "ivanov"),
            ("St. John", "stjohn"),
            ("Saint John", "stjohn"),
            ("Saint", "saint"),
            ("Smith 🚑", "smith"),
            ("🚑", ""),
            ("\u{202e}Smith", "smith"),
            ("  Smith  ", "smith"),
            ("Adams676", "adams676"),
            ("", ""),
        ] {
            assert_eq!(family_key(text), key, "{text:?}");
        }
        assert_eq!(family_key("محمد"), family_key("\u{200f}محمد"), "direction marks say nothing");
        assert!(!family_key("محمد").is_empty());
        assert!(!family_key("王").is_empty());
    }

    #[test]
    fn given_names_close_up_and_the_first_one_gives_the_sound() {
        let keys = NameKeys::of("Smith", "John Michael");
        assert_eq!(keys.given_key, "johnmichael");
        assert_eq!(first_given_key("John Michael"), "john");
        assert_eq!(keys.given_sound, NameKeys::of("Smith", "Jon").given_sound);
        assert_eq!(given_key("Jean-Pierre"), given_key("Jean Pierre"));
    }

    #[test]
    fn names_that_sound_alike_share_a_sound() {
        for (one, other) in [
            ("Smith", "Smyth"),
            ("Meyer", "Maier"),
            ("Philips", "Filips"),
            ("Stephens", "Stevens"),
            ("Adams676", "Adams"),
        ] {
            assert_eq!(sounds(&family_key(one)).0, sounds(&family_key(other)).0, "{one} {other}");
        }
        let (smith, schmidt) = (sounds("smith"), sounds("schmidt"));
        assert_ne!(smith.0, schmidt.0);
        assert_eq!(smith.1, schmidt.0, "their readings cross");
        assert_eq!(sounds(""), (String::new(), String::new()));
        assert_eq!(sounds("123"), (String::new(), String::new()));
    }

    #[test]
    fn the_words_of_a_double_surname_find_it() {
        assert_eq!(parts("García-López"), ["garcia", "lopez"]);
        assert_eq!(parts("van der Hoef"), ["hoef"]);
        assert!(parts("Smith").is_empty());
        assert!(dictionary_keys("García-López").contains("lopez"));
    }

    #[test]
    fn nul_is_refused_and_invisible_characters_go() {
        assert_eq!(tidy("Smi\0th"), Err(NameProblem::Nul));
        assert_eq!(tidy("  Ann \u{202e}\u{7} Lee "), Ok("Ann Lee".into()));
        assert_eq!(tidy("e\u{301}"), Ok("é".into()));
        assert_eq!(tidy(&"a".repeat(201)), Err(NameProblem::TooLong));
        assert_eq!(tidy("محمد\u{200c}علی").as_deref(), Ok("محمد\u{200c}علی"), "Persian needs its joiner");
    }

    #[test]
    fn what_a_prefix_matched_is_marked_in_the_name_as_shown() {
        for (shown, key, marked) in [
            ("Vanderhoef", "vander", "Vander"),
            ("van der Hoef", "vanderh", "van der H"),
            ("O'Brien", "ob", "O'B"),
            ("Łukasz", "lu", "Łu"),
        ] {
            assert_eq!(&shown[..spelled_by(shown, key)], marked);
        }
        assert_eq!(spelled_by("Smith", "smyth"), 0);
        assert_eq!(spelled_by("Smith", ""), 0);
    }

    #[test]
    fn telephone_and_identifier_keys_forget_their_signs() {
        for phone in ["(555) 010-7734", "+1 555 010 7734", "555.010.7734", "15550107734"] {
            assert_eq!(phone_key(phone), "5550107734", "{phone}");
        }
        assert_eq!(phone_key("555-0107"), "5550107");
        assert_eq!(identifier_key("0071-5530"), "00715530");
        assert_eq!(identifier_key("1eg4-te5-mk73"), "1EG4TE5MK73");
    }

    proptest! {
        #[test]
        fn keys_are_plain_and_stable(text in any::<String>()) {
            let key = family_key(&text);
            prop_assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            prop_assert!(key.len() <= LONGEST_KEY);
            prop_assert_eq!(family_key(&key), key.clone());
            let keys = NameKeys::of(&text, &text);
            prop_assert!(keys.family_sound.len() <= SOUND_LETTERS && keys.family_sound_alternate.len() <= SOUND_LETTERS);
            prop_assert!(dictionary_keys(&text).len() <= LONGEST_DELETED + 1 + words(&text).len());
            prop_assert!(spelled_by(&text, &key) <= text.len());
        }

        #[test]
        fn what_is_tidy_stays_and_keeps_its_key(text in "\\PC{0,60}") {
            if let Ok(tidied) = tidy(&text) {
                prop_assert_eq!(tidy(&tidied), Ok(tidied.clone()));
                prop_assert_eq!(family_key(&tidied), family_key(&text));
            }
        }

        #[test]
        fn a_prefix_lies_in_its_range(name in "[a-z0-9]{1,20}", cut in 1_usize..20) {
            let prefix = &name[..cut.min(name.len())];
            prop_assert!(name.as_str() >= prefix && name.as_bytes() < end_of(prefix).as_bytes());
        }

        /// Handbook 1.3, wrong spelling: by construction every single slip in a surname of four letters or more is found.
        #[test]
        fn one_slip_always_shares_a_dictionary_key(name in "[a-z]{4,12}", at in 0_usize..12, letter in "[a-z]", slip in 0..4) {
            let at = at % (name.len() - 1);
            let mut typed = name.clone();
            match slip {
                0 => typed.replace_range(at..=at, ""),
                1 => typed.insert_str(at, &letter),
                2 => typed.replace_range(at..=at, &letter),
                _ => typed = format!("{}{}{}{}", &name[..at], &name[at + 1..at + 2], &name[at..=at], &name[at + 2..]),
            }
            prop_assert!(!typo_keys(&typed).is_disjoint(&dictionary_keys(&name)), "{} for {}", typed, name);
            prop_assert!(typed == name || one_typo_apart(&typed, &name));
        }
    }
}
