//! Cuts one line of typing into its pieces: words, commas, dates, telephone and other numbers.

use chrono::NaiveDate;

use super::dates::{self, Born};
use crate::patients::names;
use crate::patients::rules::Ssn;

/// One thing read from the line. `Several` when a number can mean more than one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Word(String),
    Comma,
    Born(Born),
    BadDate(String),
    Ssn(Ssn),
    /// Nine digits in an SSN's shape that were never issued.
    BadSsn,
    /// Seven or ten digits.
    Phone(String),
    /// Four digits: the end of an SSN, a year, or a number, depending on their neighbours.
    Four(String),
    /// A record, account or policy number, as typed.
    Number(String),
    Several(Vec<Piece>),
}

/// Words that only announce what follows.
const LABELS: &[&str] =
    &["mrn", "mr", "acct", "account", "visit", "dob", "born", "ssn", "ss", "phone", "tel", "id", "no", "number"];
/// The longest run of tokens that is one thing: "+1 (555) 010 7734".
const LONGEST_RUN: usize = 4;

/// The pieces of a line, in their order.
pub fn cut(line: &str, today: NaiveDate) -> Vec<Piece> {
    let tokens = tokens(line);
    let numbered = tokens.iter().any(|token| token.chars().any(|c| c.is_ascii_digit()));
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (piece, taken) = (1..=LONGEST_RUN.min(tokens.len() - at))
            .rev()
            .find_map(|length| run(&tokens[at..at + length], today).map(|piece| (piece, length)))
            .unwrap_or_else(|| (alone(&tokens[at], today), 1));
        at += taken;
        if !(numbered && is_label(&piece)) {
            pieces.push(piece);
        }
    }
    pieces
}

/// Words and commas; a comma is a token of its own.
fn tokens(line: &str) -> Vec<String> {
    line.replace([',', ';'], " , ").split_whitespace().map(str::to_owned).collect()
}

fn is_label(piece: &Piece) -> bool {
    matches!(piece, Piece::Word(word) if LABELS.contains(&word.trim_end_matches([':', '#', '.']).to_lowercase().as_str()) || word == "#")
}

/// What one or several tokens are together, when their shape is unmistakable.
fn run(tokens: &[String], today: NaiveDate) -> Option<Piece> {
    let text = tokens.join(" ");
    let has_digit = text.chars().any(|c| c.is_ascii_digit());
    // A comma belongs to a date only between its day and its year.
    let comma = tokens.iter().position(|token| token == ",");
    if !has_digit || comma.is_some_and(|at| at == 0 || at + 1 == tokens.len()) {
        return None;
    }
    if tokens.len() > 1 || text.chars().any(|c| !c.is_ascii_digit()) {
        let is_month_day_comma_year = comma.is_none_or(|at| at == 2 && tokens.len() == 4);
        if let Some(reading) = dates::read(&text, today).filter(|_| is_month_day_comma_year) {
            return Some(reading.map_or_else(Piece::BadDate, Piece::Born));
        }
    }
    if comma.is_some() { None } else { shaped(&text) }
}

/// Numbers whose grouping says what they are.
fn shaped(text: &str) -> Option<Piece> {
    if !text.chars().all(|c| c.is_ascii_digit() || " ()-.+/".contains(c)) {
        return None;
    }
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    match lengths.as_slice() {
        [3, 2, 4] if !text.contains(['.', '/', '(']) => {
            Some(Ssn::parse(&groups.concat()).map_or(Piece::BadSsn, Piece::Ssn))
        }
        [3, 4 | 7] | [3, 3, 4] => Some(Piece::Phone(groups.concat())),
        [1, 3, 3, 4] | [1, 10] if groups[0] == "1" => Some(Piece::Phone(groups[1..].concat())),
        [10 | 11] if text.starts_with('+') => Some(Piece::Phone(names::phone_key(text))),
        _ => None,
    }
}

/// One token by itself.
fn alone(token: &str, today: NaiveDate) -> Piece {
    if token == "," {
        return Piece::Comma;
    }
    let bare = token.trim_matches(['#', ':']);
    if !bare.chars().any(char::is_numeric) {
        return Piece::Word(bare.to_owned());
    }
    let number = Piece::Number(bare.to_owned());
    if !bare.bytes().all(|b| b.is_ascii_digit()) {
        return if bare.starts_with(char::is_alphabetic) && !bare.contains(['-', '/']) {
            // "A1002" may be an account, "Adams7" a person not yet identified.
            Piece::Several(vec![number, Piece::Word(bare.to_owned())])
        } else {
            number
        };
    }
    let also = match bare.len() {
        4 => return Piece::Four(bare.to_owned()),
        7 => Some(Piece::Phone(bare.to_owned())),
        8 => dates::read(bare, today).and_then(Result::ok).map(Piece::Born),
        9 => Ssn::parse(bare).map(Piece::Ssn),
        10 => Some(Piece::Phone(bare.to_owned())),
        11 if bare.starts_with('1') => Some(Piece::Phone(bare[1..].to_owned())),
        _ => None,
    };
    match also {
        Some(also) => Piece::Several(vec![also, number]),
        None => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_on(line: &str) -> Vec<Piece> {
        cut(line, "2026-11-22".parse().unwrap())
    }

    fn word(text: &str) -> Piece {
        Piece::Word(text.into())
    }

    fn born(text: &str) -> Piece {
        Piece::Born(Born::on(text.parse().unwrap()))
    }

    #[test]
    fn telephones_in_any_form_are_one_piece() {
        for text in [
            "(555) 010-7734",
            "555-010-7734",
            "555.010.7734",
            "555 010 7734",
            "+1 555 010 7734",
            "1-555-010-7734",
            "+15550107734",
        ] {
            assert_eq!(cut_on(text), [Piece::Phone("5550107734".into())], "{text}");
        }
        assert_eq!(cut_on("010-7734"), [Piece::Phone("0107734".into())]);
    }

    #[test]
    fn a_comma_inside_a_date_is_not_a_comma_of_names() {
        assert_eq!(cut_on("smith, april 3, 1957"), [word("smith"), Piece::Comma, born("1957-04-03")]);
        assert_eq!(cut_on("smith, john 03-Apr-1957"), [word("smith"), Piece::Comma, word("john"), born("1957-04-03")]);
        assert_eq!(cut_on("may, june"), [word("may"), Piece::Comma, word("june")]);
    }

    #[test]
    fn labels_go_when_a_number_follows() {
        assert_eq!(cut_on("MRN: 0071-5530"), [Piece::Number("0071-5530".into())]);
        assert_eq!(cut_on("dob 3/4/57"), [born("1957-03-04")]);
        assert_eq!(cut_on("visit"), [word("visit")]);
    }

    #[test]
    fn social_security_numbers_are_told_from_telephones() {
        assert!(matches!(cut_on("219-09-4419").as_slice(), [Piece::Ssn(ssn)] if ssn.last4() == "4419"));
        assert!(matches!(cut_on("219 09 4419").as_slice(), [Piece::Ssn(_)]));
        assert_eq!(cut_on("000-12-3456"), [Piece::BadSsn]);
        assert!(matches!(cut_on("219094419").as_slice(), [Piece::Several(both)] if both.len() == 2));
    }
}
