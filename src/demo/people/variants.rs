//! One person, two records; one person, many names: what makes a master patient index hard.

use chrono::{Datelike, Duration};

use super::super::dice::Dice;
use super::super::names;
use super::super::world;
use super::street::{Home, Street};
use super::{Name, Part, Person};

/// A second record of somebody, the way it happens at a busy desk: a letter swapped, a short form, a birthday half right, no number asked for.
pub fn second_record(street: &mut Street, home: &Home, first: usize) {
    let original = street.people[first].clone();
    let place = street.add(home, original.woman, original.born, "");
    let dice = &mut Dice::new(street.seed, "second record", street.people[place].index);
    let copy = &mut street.people[place];
    let official = original.names[0].clone();
    copy.part = Part::Again { of: original.index };
    copy.names = vec![Name { family: official.family.clone(), given: official.given.clone(), ..official }];
    copy.sex = original.sex;
    copy.races = original.races.clone();
    copy.ethnicity = original.ethnicity;
    copy.marital_status = original.marital_status;
    copy.fate = original.fate;
    copy.birth_precision = "day";
    copy.mothers_maiden_name = original.mothers_maiden_name.clone();
    copy.ssn = match dice.between(1, 100) {
        1..=45 => original.ssn.clone(),
        46..=58 => original.ssn.as_deref().map(|ssn| slip(ssn, dice)),
        _ => None,
    };
    // the same facility makes a duplicate, another one an overlap (handbook 1.4)
    if dice.chance(65) {
        copy.facilities.clear();
        copy.identifiers.retain(|identifier| identifier.kind != "MR");
        copy.attend(original.facilities[0]);
    }
    if dice.chance(55) {
        copy.telecoms = original.telecoms.clone();
    }
    if dice.chance(35) {
        // moved since
        let mut old = original.addresses[0].clone();
        old.usage = "old";
        copy.addresses[0].lines = format!("{} Ridge Road", dice.between(1, 900));
        copy.addresses.push(old);
    }
    let first_given = official.given.split(' ').next().unwrap_or_default().to_string();
    match dice.between(1, 100) {
        1..=26 => copy.names[0].family = misspelled(&official.family, dice),
        27..=44 => copy.names[0].given = names::nickname(&first_given).map_or(first_given, str::to_owned),
        45..=58 => copy.names[0].given = misspelled(&official.given, dice),
        59..=70 => copy.born = half_right(original.born, dice),
        71..=80 => copy.names[0].family = deunicode::deunicode(&official.family).replace([' ', '-', '\''], ""),
        81..=88 => {
            // each in the other's box
            copy.names[0].family = first_given;
            copy.names[0].given.clone_from(&official.family);
        }
        _ => {
            copy.names[0].family = misspelled(&official.family, dice);
            copy.born = half_right(original.born, dice);
        }
    }
}

/// The same woman, registered again after she married and moved.
pub fn after_the_wedding(street: &mut Street, home: &Home, first: usize) {
    let original = street.people[first].clone();
    let married = names::surname(&names::BACKGROUNDS[home.background], &mut street.dice);
    let elsewhere = street.home();
    let place = street.add(&elsewhere, true, original.born, &married);
    let wedding = street.today() - Duration::days(street.dice.between(200, 2500));
    let copy = &mut street.people[place];
    copy.part = Part::Again { of: original.index };
    let given = original.names[0].given.clone();
    copy.names = vec![Name { started_on: Some(wedding), ..Name::new("official", married, given.clone()) }];
    if original.index.is_multiple_of(2) {
        let maiden = original.names[0].family.clone();
        copy.names.push(Name { ended_on: Some(wedding), ..Name::new("maiden", maiden, given) });
    }
    copy.sex = original.sex;
    copy.races = original.races.clone();
    copy.ethnicity = original.ethnicity;
    copy.marital_status = Some("M");
    copy.ssn = original.ssn.clone();
    copy.fate = original.fate;
}

/// One slip of the fingers or the ear; never the first letter, which people get right.
fn misspelled(name: &str, dice: &mut Dice) -> String {
    const HEARD: &[(&str, &str)] = &[
        ("ph", "f"),
        ("ck", "k"),
        ("y", "i"),
        ("ie", "ei"),
        ("ea", "ee"),
        ("sch", "sh"),
        ("tz", "ts"),
        ("ll", "l"),
        ("c", "k"),
    ];
    // Å and its like are longer than a byte.
    let (head, tail) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
    if dice.chance(35)
        && let Some((from, to)) = HEARD.iter().find(|(from, _)| tail.contains(from))
    {
        return format!("{head}{}", tail.replacen(from, to, 1));
    }
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 4 {
        letters.push('e');
        return letters.into_iter().collect();
    }
    let at = 1 + dice.below(letters.len() - 2);
    match dice.below(4) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = if "aeiou".contains(letters[at]) { *dice.pick(&['a', 'e', 'o']) } else { 'n' },
    }
    letters.into_iter().collect()
}

/// Day and month swapped, or one digit off.
fn half_right(born: chrono::NaiveDate, dice: &mut Dice) -> chrono::NaiveDate {
    let swapped = chrono::NaiveDate::from_ymd_opt(born.year(), born.day(), born.month()).filter(|date| *date != born);
    match swapped {
        Some(swapped) if dice.chance(50) => swapped,
        _ if dice.chance(50) => born.with_year(born.year() - 1).unwrap_or(born),
        _ => born - Duration::days(if born.day() > 10 { 10 } else { 1 }),
    }
}

/// One digit off in a number.
fn slip(number: &str, dice: &mut Dice) -> String {
    let mut digits: Vec<char> = number.chars().collect();
    let at = 5 + dice.below(4);
    digits[at] = if digits[at] == '7' { '1' } else { '7' };
    digits.into_iter().collect()
}

/// Names that break naive software: other scripts, one name only, very long ones, a picture in the preferred name.
pub fn name_from_elsewhere(person: &mut Person, turn: u64) {
    let (woman, mut official, mut others): (bool, Name, Vec<Name>) = match turn % 12 {
        0 => (true, Name::new("official", "Wang", "Xiuying"), vec![Name::new("usual", "王", "秀英")]),
        1 => (false, Name::new("official", "al-Masri", "Khalid"), vec![Name::new("usual", "المصري", "خالد")]),
        2 => (true, Name::new("official", "van der Berg", "Liesbeth"), vec![]),
        3 => (true, Name::new("official", "Ben-David", "Shoshana"), vec![Name::new("usual", "בן־דוד", "שושנה")]),
        4 => (true, Name::new("official", "Delacroix", "Samantha"), vec![Name::new("usual", "Delacroix", "Sam 🌻")]),
        5 => (false, Name::new("official", "", "Suharto"), vec![]),
        6 => (true, Name::new("official", "O'Shaughnessy-Kowalczyk", "Siobhán"), vec![]),
        7 => (false, Name::new("official", "山田", "太郎"), vec![Name::new("alias", "Yamada", "Taro")]),
        8 => (true, Name::new("official", "de la Cruz y Montoya de los Santos", "María del Carmen Guadalupe"), vec![]),
        9 => (true, Name::new("official", "Шевченко", "Оксана"), vec![Name::new("alias", "Shevchenko", "Oksana")]),
        10 => (true, Name::new("official", "Nguyễn", "Thị Ánh Tuyết"), vec![Name::new("usual", "Nguyen", "Snow")]),
        _ => (true, Name::new("official", "Kaʻahumanu", "Leilani"), vec![Name::new("nickname", "Kaʻahumanu", "Lei")]),
    };
    // the second dozen gets own given names, so that the list does not repeat itself
    if turn >= 12 && matches!(turn % 12, 1 | 2 | 3 | 6 | 8) {
        official.given = person.names[0].given.clone();
        others.clear();
    } else {
        person.woman = woman;
        person.sex = if woman { "female" } else { "male" };
    }
    person.names = vec![official];
    person.names.append(&mut others);
}

/// The records clerk of the demo is a patient too; one at home with her is family.
pub fn the_clerk(people: &mut [Person], adults: &[usize]) {
    let clerk = world::STAFF.iter().find(|staff| staff.role == world::STAFF_PATIENT);
    let employee = people.iter().position(|person| person.restricted == Some("employee"));
    if let (Some(clerk), Some(place)) = (clerk, employee) {
        let (given, family) = clerk.full_name.split_once(' ').unwrap_or(("", clerk.full_name));
        let person = &mut people[place];
        person.names = vec![Name::new("official", family, given)];
        person.woman = true;
        person.sex = "female";
    }
    // the first street also has somebody famous, so that sixty patients are enough to see the mask
    if let Some(place) = adults.iter().rev().nth(4) {
        people[*place].restricted = Some("vip");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_differs_and_stays_close() {
        let dice = &mut Dice::new(1, "slips", 0);
        let mut same = 0;
        for name in ["Schmidt", "Li", "Ramírez", "Philips", "O'Brien", "Nguyễn", "Åberg", "Çelik"] {
            for _ in 0..20 {
                let slipped = misspelled(name, dice);
                assert_eq!(slipped.chars().next(), name.chars().next());
                assert!(slipped.chars().count().abs_diff(name.chars().count()) <= 1, "{name} {slipped}");
                same += usize::from(slipped == name);
            }
        }
        assert!(same < 27, "{same} of 160 unchanged");
    }

    #[test]
    fn a_birthday_half_right_is_another_day() {
        let dice = &mut Dice::new(1, "half", 0);
        let born = chrono::NaiveDate::from_ymd_opt(1957, 3, 4).unwrap();
        assert!((0..50).all(|_| half_right(born, dice) != born));
    }
}
