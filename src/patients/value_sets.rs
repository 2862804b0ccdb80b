//! What the fields of a person may say (handbook 1.2). "Declined" and "asked, unknown" are answers like any other and are kept as data.

/// A code and what people read for it.
pub type Value = (&'static str, &'static str);

/// Asked, and the person did not know.
pub const ASKED_UNKNOWN: &str = "ASKU";
/// Asked, and the person would not say.
pub const DECLINED: &str = "declined";

pub const SEXES: &[Value] = &[
    ("female", "Female"),
    ("male", "Male"),
    ("other", "Other"),
    ("unknown", "Not known"),
    ("asked-unknown", "Asked, unknown"),
    ("declined", "Declined"),
];

/// The OMB categories of race and of the combined question (SPD 15), CDC codes.
pub const RACES: &[Value] = &[
    ("1002-5", "American Indian or Alaska Native"),
    ("2028-9", "Asian"),
    ("2054-5", "Black or African American"),
    ("2118-8", "Middle Eastern or North African"),
    ("2076-8", "Native Hawaiian or Other Pacific Islander"),
    ("2106-3", "White"),
    (ASKED_UNKNOWN, "Asked, unknown"),
    (DECLINED, "Declined"),
];

pub const ETHNICITIES: &[Value] = &[
    ("2135-2", "Hispanic or Latino"),
    ("2186-5", "Not Hispanic or Latino"),
    (ASKED_UNKNOWN, "Asked, unknown"),
    (DECLINED, "Declined"),
];

/// HL7 table 0002.
pub const MARITAL_STATUSES: &[Value] = &[
    ("S", "Single"),
    ("M", "Married"),
    ("D", "Divorced"),
    ("W", "Widowed"),
    ("A", "Separated"),
    ("P", "Domestic partner"),
    ("L", "Legally separated"),
    ("C", "Common law"),
    ("G", "Living together"),
    ("I", "Interlocutory decree"),
    ("U", "Unmarried"),
    (ASKED_UNKNOWN, "Asked, unknown"),
    (DECLINED, "Declined"),
];

/// BCP 47, the languages a front desk meets most; others are written as their tag.
pub const LANGUAGES: &[Value] = &[
    ("en", "English"),
    ("es", "Spanish"),
    ("zh", "Chinese"),
    ("vi", "Vietnamese"),
    ("tl", "Tagalog"),
    ("ar", "Arabic"),
    ("ko", "Korean"),
    ("ru", "Russian"),
    ("fr", "French"),
    ("ht", "Haitian Creole"),
    ("pt", "Portuguese"),
    ("hi", "Hindi"),
    ("pl", "Polish"),
    ("de", "German"),
    ("so", "Somali"),
    ("ase", "American Sign Language"),
    (ASKED_UNKNOWN, "Asked, unknown"),
    (DECLINED, "Declined"),
];

pub const NAME_USES: &[Value] = &[
    ("official", "Official"),
    ("usual", "Name to use"),
    ("nickname", "Nickname"),
    ("maiden", "Maiden"),
    ("old", "Previous"),
    ("alias", "Alias"),
    ("temp", "Temporary"),
    ("anonymous", "Privacy name"),
];

pub const ADDRESS_USES: &[Value] = &[("home", "Home"), ("work", "Work"), ("temp", "Temporary"), ("billing", "Billing")];

pub const CONTACT_KINDS: &[Value] = &[("phone", "Phone"), ("email", "E-mail"), ("fax", "Fax"), ("other", "Other")];

pub const CONTACT_USES: &[Value] = &[("home", "Home"), ("mobile", "Mobile"), ("work", "Work")];

/// HL7 table 0203, those people bring. Record numbers are issued, and an SSN has a place of its own.
pub const IDENTIFIER_TYPES: &[Value] = &[
    ("MC", "Medicare (MBI)"),
    ("MA", "Medicaid"),
    ("DL", "Driver’s licence"),
    ("PPN", "Passport"),
    ("MR", "Record number of another issuer"),
    ("PI", "Internal number"),
    ("AN", "Account"),
    ("TAX", "Taxpayer number (ITIN)"),
];

pub const RELATIONSHIPS: &[Value] = &[
    ("spouse", "Spouse or partner"),
    ("parent", "Parent"),
    ("child", "Child"),
    ("sibling", "Brother or sister"),
    ("guardian", "Guardian"),
    ("emergency contact", "Emergency contact"),
    ("primary care provider", "Primary care provider"),
    ("other", "Other"),
];

/// What people read for a stored code; what came from elsewhere without a word of ours is shown as it came.
pub fn words<'a>(set: &'a [Value], stored: &'a str) -> &'a str {
    match set.iter().find(|(code, _)| *code == stored) {
        Some((_, label)) => label,
        None if stored == "UNK" => "Unknown",
        None => stored,
    }
}

/// What people read for a language tag: its language where that has a word of ours, whatever the region.
pub fn language_words(tag: &str) -> &str {
    match words(LANGUAGES, tag) {
        shown if shown == tag => {
            let language = tag.split(['-', '_']).next().unwrap_or(tag);
            LANGUAGES.iter().find(|(code, _)| *code == language).map_or(tag, |(_, label)| label)
        }
        shown => shown,
    }
}

/// The seven minimum categories of SPD 15 (28 March 2024).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    AmericanIndian,
    Asian,
    Black,
    Hispanic,
    MiddleEastern,
    PacificIslander,
    White,
}

/// Detailed CDC codes below each category; the category's own code stands first.
const DETAILS: &[(Category, &[&str])] = &[
    (Category::AmericanIndian, &["1002-5", "1004-1", "1735-0"]),
    (Category::Asian, &["2028-9", "2029-7", "2034-7", "2036-2", "2039-6", "2040-4", "2047-9"]),
    (Category::Black, &["2054-5", "2056-0", "2058-6", "2060-2", "2067-7", "2071-9", "2072-7"]),
    (Category::Hispanic, &["2135-2", "2137-8", "2148-5", "2155-0", "2180-8", "2182-4", "2184-0"]),
    (Category::MiddleEastern, &["2118-8", "2119-6", "2120-4", "2121-2", "2122-0", "2123-8", "2124-6", "2125-3"]),
    (Category::PacificIslander, &["2076-8", "2079-2", "2080-0", "2086-7", "2500-7"]),
    (Category::White, &["2106-3", "2108-9", "2110-5", "2112-1", "2113-9", "2114-7", "2115-4"]),
];

impl Category {
    fn of(code: &str) -> Option<Self> {
        DETAILS.iter().find(|(_, codes)| codes.contains(&code)).map(|(category, _)| *category)
    }

    /// Its own code.
    pub fn code(self) -> &'static str {
        DETAILS.iter().find(|(category, _)| *category == self).map_or("", |(_, codes)| codes[0])
    }
}

/// The combined question of SPD 15: stored race and ethnicity codes, detailed or not, as minimum categories. Answers that are no category
/// ("declined", "asked, unknown", "not Hispanic") are none.
pub fn roll_up(codes: &[&str]) -> Vec<Category> {
    let mut categories: Vec<Category> = codes.iter().filter_map(|code| Category::of(code)).collect();
    categories.sort_unstable();
    categories.dedup();
    categories
}

/// The two questions of before: five races, and Hispanic or not. Middle Eastern or North African counted as White until 2024.
pub fn roll_up_to_1997(codes: &[&str]) -> (Vec<&'static str>, Option<&'static str>) {
    let categories = roll_up(codes);
    let mut races: Vec<&str> = categories
        .iter()
        .filter(|category| **category != Category::Hispanic)
        .map(|category| if *category == Category::MiddleEastern { Category::White.code() } else { category.code() })
        .collect();
    races.sort_unstable();
    races.dedup();
    let ethnicity = match () {
        () if categories.contains(&Category::Hispanic) => Some("2135-2"),
        () if codes.contains(&"2186-5") => Some("2186-5"),
        () => None,
    };
    (races, ethnicity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handbook_1_2_detailed_codes_roll_up_both_ways() {
        use Category as C;
        for (codes, new, races, ethnicity) in [
            (&["2029-7", "2106-3"][..], &[C::Asian, C::White][..], &["2028-9", "2106-3"][..], None),
            (&["2118-8"], &[C::MiddleEastern], &["2106-3"], None),
            (&["2123-8", "2106-3"], &[C::MiddleEastern, C::White], &["2106-3"], None),
            (&["2148-5"], &[C::Hispanic], &[], Some("2135-2")),
            (&["2054-5", "2186-5"], &[C::Black], &["2054-5"], Some("2186-5")),
            (&["declined"], &[], &[], None),
            (&["ASKU", "UNK"], &[], &[], None),
            (&[], &[], &[], None),
        ] {
            assert_eq!(roll_up(codes), new, "{codes:?}");
            assert_eq!(roll_up_to_1997(codes), (races.to_vec(), ethnicity), "{codes:?}");
        }
    }

    #[test]
    fn answers_that_are_no_answer_have_words_of_their_own() {
        for set in [RACES, ETHNICITIES, MARITAL_STATUSES, LANGUAGES] {
            assert_eq!(words(set, ASKED_UNKNOWN), "Asked, unknown");
            assert_eq!(words(set, DECLINED), "Declined");
        }
        assert_eq!(words(MARITAL_STATUSES, "M"), "Married");
        assert_eq!(words(LANGUAGES, "sw"), "sw", "a tag without a word of ours stays");
        assert_eq!((language_words("en-US"), language_words("sgn-US")), ("English", "sgn-US"));
        assert_eq!(language_words(DECLINED), "Declined");
    }
}
