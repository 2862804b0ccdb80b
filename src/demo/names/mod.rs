//! What people in an American town are called: our own lists of surnames and given names by family background, more common ones first.

mod american;
mod world;

use std::sync::LazyLock;

use super::dice::Dice;

/// A family's background: decides surnames, given names, languages and what they answered about race and ethnicity.
pub struct Background {
    pub name: &'static str,
    /// Share among a thousand families.
    pub weight: u32,
    pub surnames: Vec<&'static str>,
    pub women: Vec<&'static str>,
    pub men: Vec<&'static str>,
    /// Code and text of the OMB race categories they name.
    pub races: &'static [(&'static str, &'static str)],
    pub hispanic: bool,
    /// Spoken at home besides English, where there is one (BCP-47).
    pub language: Option<&'static str>,
    /// How often given names come from the common American stock, in a hundred.
    pub american_given: i64,
}

pub const WHITE: (&str, &str) = ("2106-3", "White");
pub const BLACK: (&str, &str) = ("2054-5", "Black or African American");
pub const ASIAN: (&str, &str) = ("2028-9", "Asian");
pub const NATIVE: (&str, &str) = ("1002-5", "American Indian or Alaska Native");
pub const PACIFIC: (&str, &str) = ("2076-8", "Native Hawaiian or Other Pacific Islander");

/// All backgrounds, with the lists cut into names.
pub static BACKGROUNDS: LazyLock<Vec<Background>> = LazyLock::new(|| {
    let mut backgrounds = american::backgrounds();
    backgrounds.extend(world::backgrounds());
    backgrounds
});

/// Given names of the common stock by when somebody was born: Mildred is not in kindergarten.
struct Generation {
    born_before: i32,
    women: Vec<&'static str>,
    men: Vec<&'static str>,
}

static GENERATIONS: LazyLock<Vec<Generation>> = LazyLock::new(american::generations);

/// A surname as it is spoken of, with particles as the family writes them.
pub fn surname(background: &Background, dice: &mut Dice) -> String {
    // English place and trade names put together give thousands of rare but believable ones.
    if background.name == "english" && dice.chance(30) {
        let (front, back) = (dice.pick(american::FRONTS), dice.pick(american::BACKS));
        return format!("{front}{back}");
    }
    dice.skewed(&background.surnames).to_string()
}

/// A given name of that background and year.
pub fn given(background: &Background, woman: bool, born: i32, dice: &mut Dice) -> &'static str {
    if dice.chance(background.american_given) {
        return common(woman, born, dice);
    }
    let names = if woman { &background.women } else { &background.men };
    dice.skewed::<&'static str>(names)
}

/// A given name of the common stock.
pub fn common(woman: bool, born: i32, dice: &mut Dice) -> &'static str {
    let generation = GENERATIONS.iter().find(|g| born < g.born_before).unwrap_or(&GENERATIONS[GENERATIONS.len() - 1]);
    dice.skewed::<&'static str>(if woman { &generation.women } else { &generation.men })
}

/// Cuts a list at its commas.
fn cut(list: &'static str) -> Vec<&'static str> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

/// What friends call somebody of this name, where there is a usual short form.
pub fn nickname(given: &str) -> Option<&'static str> {
    american::NICKNAMES.iter().find(|(full, _)| *full == given).map(|(_, short)| *short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_hundred_of_each_and_no_name_twice_in_a_list() {
        let surnames: usize = BACKGROUNDS.iter().map(|b| b.surnames.len()).sum();
        let given: usize = BACKGROUNDS.iter().map(|b| b.women.len() + b.men.len()).sum();
        assert!(surnames > 500 && given > 400, "{surnames} surnames, {given} given names");
        for background in BACKGROUNDS.iter() {
            for list in [&background.surnames, &background.women, &background.men] {
                let mut sorted = list.clone();
                sorted.sort_unstable();
                sorted.dedup();
                assert_eq!(sorted.len(), list.len(), "{}", background.name);
            }
        }
    }
}
