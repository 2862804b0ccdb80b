//! Numbers that pass their own checks and belong to nobody.

use super::super::dice::Dice;

/// A social security number in an area (800 to 899) that was never issued before areas were given up on 25 June 2011: it passes the format rules of
/// the handbook (1.1), and nobody who was born earlier got one at birth. Children born later have none here.
pub fn social_security_number(dice: &mut Dice) -> String {
    let (area, group, serial) = (dice.between(801, 898), dice.between(1, 99), dice.between(1, 9999));
    format!("{area}{group:02}{serial:04}")
}

/// A Medicare beneficiary identifier: C A AN N A AN N A A N N, without the letters S L O I B Z (handbook 1.1).
pub fn medicare_identifier(dice: &mut Dice) -> String {
    const LETTERS: &[u8] = b"ACDEFGHJKMNPQRTUVWXY";
    let letter = |dice: &mut Dice| char::from(*dice.pick(LETTERS));
    let digit = |dice: &mut Dice| char::from(b'0' + dice.below(10) as u8);
    let either = |dice: &mut Dice| if dice.chance(60) { letter(dice) } else { digit(dice) };
    let mut out = String::with_capacity(11);
    out.push(char::from(b'1' + dice.below(9) as u8));
    for shape in "A*9A*9AA99".chars() {
        out.push(match shape {
            'A' => letter(dice),
            '9' => digit(dice),
            _ => either(dice),
        });
    }
    out
}

/// The check digit of a provider number: Luhn over 80840 and the nine digits (handbook 1.1).
pub fn npi_check_digit(nine: &str) -> char {
    let sum: u32 = format!("80840{nine}")
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    char::from(b'0' + ((10 - sum % 10) % 10) as u8)
}

/// A provider number below the first one the register ever gave out, with a right check digit.
pub fn npi(ordinal: usize) -> String {
    let nine = format!("1000{:05}", 10_000 + ordinal * 37 % 20_000);
    format!("{nine}{}", npi_check_digit(&nine))
}

/// A telephone number of the range kept for fiction, 555-0100 to 555-0199.
pub fn telephone(area: &str, dice: &mut Dice) -> String {
    format!("+1{area}55501{:02}", dice.below(100))
}

/// Area codes in use; distant ones for mobile telephones that moved with their owner.
pub const LOCAL_AREAS: &[&str] = &["419", "567", "740", "614", "380"];
pub const DISTANT_AREAS: &[&str] = &[
    "201", "203", "205", "206", "207", "212", "213", "214", "216", "218", "225", "228", "229", "231", "239", "248",
    "251", "253", "254", "256", "260", "262", "267", "269", "270", "301", "302", "303", "304", "305", "307", "308",
    "309", "310", "312", "313", "314", "315", "316", "317", "318", "319", "320", "321", "323", "325", "330", "334",
    "336", "337", "339", "347", "351", "352", "360", "361", "386", "401", "402", "404", "405", "406", "407", "408",
    "409", "410", "412", "413", "414", "415", "417", "423", "425", "430", "432", "434", "435", "440", "443", "469",
    "478", "479", "480", "484", "501", "502", "503", "504", "505", "507", "508", "509", "510", "512", "513", "515",
    "516", "517", "518", "520", "530", "540", "541", "551", "559", "561", "562", "563", "570", "571", "573", "574",
    "575", "580", "585", "586", "601", "602", "603", "605", "606", "607", "608", "609", "610", "612", "615", "616",
    "617", "618", "619", "620", "623", "626", "630", "631", "636", "641", "646", "650", "651", "660", "661", "662",
    "678", "701", "702", "703", "704", "706", "707", "708", "712",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npi_check_digits_hold() {
        assert_eq!(npi_check_digit("123456789"), '3');
        let all: std::collections::BTreeSet<String> = (0..200).map(npi).collect();
        assert_eq!(all.len(), 200);
        assert!(
            all.iter().all(|npi| npi.len() == 10 && npi_check_digit(&npi[..9]) == npi[9..].chars().next().unwrap())
        );
    }

    #[test]
    fn medicare_identifiers_have_their_shape() {
        let mut dice = Dice::new(1, "mbi", 0);
        for _ in 0..500 {
            let mbi = medicare_identifier(&mut dice);
            assert_eq!(mbi.len(), 11);
            for (place, letter) in mbi.chars().enumerate() {
                let right = match place {
                    0 => ('1'..='9').contains(&letter),
                    3 | 6 | 9 | 10 => letter.is_ascii_digit(),
                    1 | 4 | 7 | 8 => letter.is_ascii_uppercase(),
                    _ => letter.is_ascii_uppercase() || letter.is_ascii_digit(),
                };
                assert!(right && !"SLOIBZ".contains(letter), "{mbi}");
            }
        }
    }

    #[test]
    fn social_security_numbers_pass_the_rejects_of_1_1() {
        let mut dice = Dice::new(1, "ssn", 0);
        for _ in 0..500 {
            let ssn = social_security_number(&mut dice);
            assert_eq!(ssn.len(), 9);
            assert!(ssn.starts_with('8') && &ssn[3..5] != "00" && &ssn[5..] != "0000");
            assert!(!ssn.bytes().all(|digit| digit == b'8'));
        }
    }

    #[test]
    fn telephones_are_fictional() {
        let mut dice = Dice::new(1, "telephone", 0);
        let telephone = telephone("419", &mut dice);
        assert!(telephone.starts_with("+141955501") && telephone.len() == 12);
    }
}
