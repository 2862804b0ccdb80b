//! Fills the slots of a scenario's words for one person and one stay.

use super::super::dice::Dice;
use super::super::people::Person;
use super::super::stays::{Stay, day_of};

/// The words of a scenario, told about this person. Alternatives in brackets are thrown for.
pub fn tell(words: &str, person: &Person, stay: &Stay, dice: &mut Dice) -> String {
    let age = person.age_on(day_of(stay.started_at));
    let chosen = choose(words, dice);
    let (he, him, his) = if person.woman { ("she", "her", "her") } else { ("he", "him", "his") };
    let noun = match (age, person.woman) {
        (..=12, true) => "girl",
        (..=12, false) => "boy",
        (_, true) => "woman",
        (_, false) => "man",
    };
    let told = chosen
        .replace("{age}", &age.to_string())
        .replace("{person}", noun)
        .replace("{he}", he)
        .replace("{him}", him)
        .replace("{his}", his)
        .replace("{He}", &capital(he))
        .replace("{His}", &capital(his));
    told.trim().to_string()
}

pub fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Takes one of each `[this|or that]`.
fn choose(words: &str, dice: &mut Dice) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(open) = rest.find('[') {
        let close = rest[open..].find(']').map_or(rest.len(), |at| open + at);
        out.push_str(&rest[..open]);
        let all: Vec<&str> = rest[open + 1..close].split('|').collect();
        out.push_str(all[dice.below(all.len())]);
        rest = rest.get(close + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Folds a paragraph at so many letters.
pub fn fold(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_the_alternatives_is_told() {
        let dice = &mut Dice::new(1, "telling", 0);
        let told: std::collections::BTreeSet<String> =
            (0..40).map(|_| choose("[red|blue] car, [fast|slow]", dice)).collect();
        assert_eq!(told.len(), 4);
        assert!(told.contains("blue car, slow"));
    }

    #[test]
    fn folded_lines_keep_every_word() {
        let folded = fold("one two three four five\nsix", 10);
        assert_eq!(folded, ["one two", "three four", "five", "six"]);
    }
}
