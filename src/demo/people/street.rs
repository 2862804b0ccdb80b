//! A street: households of a real town's mix, filled up to forty records.
//!
//! Every street holds the cases a master patient index is judged by (a newborn and its mother, second records of one person, names from elsewhere);
//! twins, father and son of one name, unknown and restricted people come every second or third street.

use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};

use super::super::dice::Dice;
use super::super::names::{self, BACKGROUNDS};
use super::super::world;
use super::{Address, Contact, Fate, Name, Part, Person, numbers, places, registration, variants};

/// Records in a street.
pub const STREET: usize = 40;

/// What a household shares.
pub(super) struct Home {
    pub background: usize,
    pub surname: String,
    pub address: Address,
    pub phone: String,
}

pub(super) struct Street {
    pub seed: u64,
    pub number: u64,
    pub now: DateTime<Utc>,
    pub dice: Dice,
    pub people: Vec<Person>,
}

/// The people of one street.
pub fn street(seed: u64, number: u64, now: DateTime<Utc>) -> Vec<Person> {
    let mut street =
        Street { seed, number, now, dice: Dice::new(seed, "street", number), people: Vec::with_capacity(STREET + 4) };
    street.young_family();
    street.old_couple();
    street.single_with_second_record();
    match number % 3 {
        0 => street.twins(),
        1 => street.father_and_son(),
        _ => street.bride_with_second_record(),
    }
    if number.is_multiple_of(2) {
        street.unknown();
    }
    for turn in 0..3 {
        street.named_elsewhere(number * 3 + turn);
    }
    while street.people.len() < STREET {
        street.any_household();
    }
    street.people.truncate(STREET);
    street.restrict();
    street.people
}

impl Street {
    pub(super) fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    pub(super) fn home(&mut self) -> Home {
        let weights: Vec<(usize, u32)> = BACKGROUNDS.iter().enumerate().map(|(n, b)| (n, b.weight)).collect();
        let background = *self.dice.weighted(&weights);
        let area = *self.dice.pick(numbers::LOCAL_AREAS);
        Home {
            background,
            surname: names::surname(&BACKGROUNDS[background], &mut self.dice),
            address: places::address(&mut self.dice),
            phone: numbers::telephone(area, &mut self.dice),
        }
    }

    /// A birthday that makes somebody that old today.
    fn born(&mut self, low: i64, high: i64) -> NaiveDate {
        let age = self.dice.between(low, high);
        let year = self.today().year() - age as i32 - 1;
        let start = NaiveDate::from_yo_opt(year, 1).unwrap_or_default();
        let day = start + Duration::days(self.dice.between(0, 364));
        // the day of the year decides whether the birthday has been
        if day.ordinal() <= self.today().ordinal() { day.with_year(year + 1).unwrap_or(day) } else { day }
    }

    /// Adds somebody to a household and answers their place in the street.
    pub(super) fn add(&mut self, home: &Home, woman: bool, born: NaiveDate, family: &str) -> usize {
        let index = self.number * STREET as u64 + self.people.len() as u64;
        self.people.push(registration::register(self.seed, index, home, woman, born, family, self.now));
        self.people.len() - 1
    }

    fn any_household(&mut self) {
        match self.dice.between(1, 100) {
            1..=34 => {
                let home = self.home();
                let (woman, born) = (self.dice.chance(52), self.born(19, 92));
                self.add(&home, woman, born, &home.surname.clone());
            }
            35..=55 => {
                let home = self.home();
                self.couple(&home, 24, 70);
            }
            56..=70 => self.old_couple(),
            71..=92 => {
                let home = self.home();
                let (wife, _) = self.couple(&home, 26, 52);
                self.children(&home, wife);
            }
            93..=97 => self.single_with_second_record(),
            _ => self.father_and_son(),
        }
    }

    /// Two adults; answers the places of wife and husband.
    fn couple(&mut self, home: &Home, low: i64, high: i64) -> (usize, usize) {
        let his_birthday = self.born(low, high);
        let hers = his_birthday + Duration::days(self.dice.between(-2200, 1500));
        let hers = hers.min(self.today() - Duration::days(366 * low.max(18)));
        let husband = self.add(home, false, his_birthday, &home.surname);
        let wife = self.married_woman(home, hers);
        for place in [husband, wife] {
            self.people[place].marital_status = Some("M");
        }
        self.next_of_kin(husband, wife, "Wife");
        self.next_of_kin(wife, husband, "Husband");
        (wife, husband)
    }

    /// A wife under her husband's name, her own, or both.
    fn married_woman(&mut self, home: &Home, born: NaiveDate) -> usize {
        let maiden = names::surname(&BACKGROUNDS[home.background], &mut self.dice);
        let roll = self.dice.between(1, 100);
        let family = match roll {
            1..=62 => home.surname.clone(),
            63..=74 => format!("{maiden}-{}", home.surname),
            _ => maiden.clone(),
        };
        let wife = self.add(home, true, born, &family);
        if roll <= 74 && maiden != family {
            let married = born + Duration::days(365 * self.dice.between(20, 30));
            if married < self.today() {
                let person = &mut self.people[wife];
                let given = person.names[0].given.clone();
                person.names[0].started_on = Some(married);
                let usage = if roll % 3 == 0 { "old" } else { "maiden" };
                person.names.push(Name { ended_on: Some(married), ..Name::new(usage, maiden, given) });
            }
        }
        wife
    }

    pub(super) fn next_of_kin(&mut self, of: usize, kin: usize, relationship: &'static str) {
        let name = self.people[kin].written();
        let phone = self.people[kin].telecoms.first().map(|telecom| telecom.value.clone());
        self.people[of].contacts.push(Contact { relationship, name, phone });
    }

    fn children(&mut self, home: &Home, mother: usize) {
        let mothers_age = self.people[mother].age_on(self.today());
        for _ in 0..self.dice.between(1, 3) {
            let oldest = (mothers_age - 20).clamp(1, 21);
            let (girl, born) = (self.dice.chance(49), self.born(1, oldest));
            self.child(home, mother, girl, born);
        }
    }

    fn child(&mut self, home: &Home, mother: usize, girl: bool, born: NaiveDate) -> usize {
        let child = self.add(home, girl, born, &home.surname.clone());
        self.people[child].marital_status = Some("S");
        self.next_of_kin(child, mother, "Mother");
        child
    }

    fn old_couple(&mut self) {
        let home = self.home();
        let (wife, husband) = self.couple(&home, 66, 93);
        if self.dice.chance(25) {
            let daughter = self.add(&home, true, self.people[wife].born + Duration::days(9800), &home.surname.clone());
            self.next_of_kin(husband, daughter, "Daughter");
        }
        // One of an old couple in four has died; more at home than with us.
        if self.dice.chance(26) {
            let dead = if self.dice.chance(60) { husband } else { wife };
            let at_home = Fate::DiedAtHome(self.dice.between(20, 600));
            self.people[dead].fate = if self.dice.chance(35) { Fate::DiedInHospital } else { at_home };
            let widowed = if dead == husband { wife } else { husband };
            self.people[widowed].marital_status = Some("W");
        }
    }

    /// Mother, father and a baby born here: yesterday, last week or months ago, as the street number goes.
    fn young_family(&mut self) {
        let home = self.home();
        let (mother, father) = self.couple(&home, 23, 41);
        let mother_born = self.people[mother].born.max(self.today() - Duration::days(365 * 43));
        self.people[mother].born = mother_born;
        let hours = match self.number % 4 {
            0 => self.dice.between(14, 34),
            1 => self.dice.between(24 * 5, 24 * 12),
            2 => self.dice.between(24 * 30, 24 * 80),
            _ => self.dice.between(24 * 120, 24 * 340),
        };
        let born_at = self.now - Duration::minutes(hours * 60 + self.dice.between(0, 59));
        let cesarean = self.dice.chance(32);
        self.people[mother].part = Part::Mother { born_at, cesarean };
        self.people[mother].attend(0);
        let babies = if self.number % 8 == 5 { 2 } else { 1 };
        for order in 1..=babies {
            self.baby(&home, (mother, father), born_at + Duration::minutes(7 * (order - 1)), cesarean, order, babies);
        }
        if self.dice.chance(40) {
            let (girl, born) = (self.dice.chance(50), self.born(2, 6));
            self.child(&home, mother, girl, born);
        }
    }

    /// Own record from the first minute, under a name built on the mother's (handbook 1.7).
    fn baby(
        &mut self,
        home: &Home,
        (mother, father): (usize, usize),
        born_at: DateTime<Utc>,
        cesarean: bool,
        order: i64,
        of: i64,
    ) {
        let local = born_at.with_timezone(&world::TIME_ZONE);
        let girl = self.dice.chance(49);
        let baby = self.child(home, mother, girl, local.date_naive());
        let mothers = self.people[mother].name().clone();
        let first = mothers.given.split(' ').next().unwrap_or_default();
        let letter = if of > 1 { [" A", " B", " C"][order as usize - 1] } else { "" };
        let temporary = format!("{first}s{}{letter}", if girl { "girl" } else { "boy" });
        let (mothers_id, mothers_words) = (self.people[mother].id, self.people[mother].written());
        let in_bed = self.now - born_at < Duration::days(4);
        let day = self.today();
        let person = &mut self.people[baby];
        person.mother = Some(mothers_id);
        person.birth_time = Some(local.time());
        person.multiple_birth = of > 1;
        person.birth_order = (of > 1).then_some(order as i16);
        person.ssn = None;
        person.religion = None;
        person.attend(0);
        let mut name = Name::new("temp", mothers.family.clone(), temporary);
        name.started_on = Some(local.date_naive());
        if in_bed {
            person.identity = "newborn";
            person.names = vec![name];
        } else {
            name.usage = "old";
            name.ended_on = Some((local.date_naive() + Duration::days(3)).min(day));
            person.names.push(name);
        }
        person.part = Part::Newborn { born_at, cesarean, mother: mothers_words };
        self.next_of_kin(baby, father, "Father");
    }

    /// Two children of one birthday with names a tired registrar mixes up.
    fn twins(&mut self) {
        const ALIKE: &[(&str, &str, bool)] = &[
            ("Jada", "Jayda", true),
            ("Hannah", "Anna", true),
            ("Kayla", "Kaylee", true),
            ("Marie", "Maria", true),
            ("Jaden", "Jayden", false),
            ("Aiden", "Caden", false),
            ("Eric", "Erik", false),
            ("Jon", "John", false),
            ("Ethan", "Nathan", false),
        ];
        let home = self.home();
        let (mother, _) = self.couple(&home, 29, 50);
        let born = self.born(1, 16);
        let (first, second, girls) = *self.dice.pick(ALIKE);
        for (order, given) in [(1, first), (2, second)] {
            let child = self.child(&home, mother, girls, born);
            let person = &mut self.people[child];
            person.names = vec![Name::new("official", home.surname.clone(), given)];
            person.multiple_birth = true;
            person.birth_order = Some(order);
        }
    }

    /// One name, one address, two people (and sometimes three).
    fn father_and_son(&mut self) {
        let home = self.home();
        let (born, gap) = (self.born(48, 66), self.dice.between(8500, 11000));
        let father = self.add(&home, false, born, &home.surname.clone());
        let son = self.add(&home, false, born + Duration::days(gap), &home.surname.clone());
        let given = self.people[father].names[0].given.clone();
        self.people[father].names[0].suffix = Some("Sr");
        let suffix = if self.dice.chance(75) { "Jr" } else { "III" };
        self.people[son].names.truncate(1);
        self.people[son].names[0] = Name { suffix: Some(suffix), ..Name::new("official", home.surname.clone(), given) };
        self.next_of_kin(father, son, "Son");
    }

    fn single_with_second_record(&mut self) {
        let home = self.home();
        let (woman, born) = (self.dice.chance(50), self.born(22, 88));
        let first = self.add(&home, woman, born, &home.surname.clone());
        variants::second_record(self, &home, first);
    }

    /// Registered before the wedding under one name and after it under another.
    fn bride_with_second_record(&mut self) {
        let home = self.home();
        let born = self.born(25, 45);
        let first = self.add(&home, true, born, &home.surname.clone());
        variants::after_the_wedding(self, &home, first);
    }

    /// Each unknown person gets an alias of their own, never a shared "John Doe" (handbook 1.7).
    fn unknown(&mut self) {
        const PHONETIC: &[&str] = &[
            "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo",
            "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor",
            "Whiskey", "Xray", "Yankee", "Zulu",
        ];
        let home = self.home();
        let (woman, age) = (self.dice.chance(30), self.dice.between(25, 70));
        let year = self.today().year() - age as i32;
        let born = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
        let place = self.add(&home, woman, born, "");
        // the street's number is spelled into the alias: no two are alike
        let (word, turn) = (PHONETIC[self.number as usize % 26], self.number / 26);
        let family = if turn == 0 { word.to_string() } else { format!("{word}{turn}") };
        let person = &mut self.people[place];
        person.names = vec![Name::new("alias", family.clone(), "Unknown"), Name::new("official", family, "Unknown")];
        person.birth_precision = "estimated";
        person.identity = "unknown";
        person.part = Part::Unknown;
        person.ssn = None;
        person.mothers_maiden_name = None;
        person.marital_status = None;
        person.religion = None;
        person.ethnicity = None;
        person.races.clear();
        person.identifiers.retain(|identifier| identifier.kind == "MR");
        person.addresses.clear();
        person.telecoms.clear();
        person.coverages.clear();
        person.language = "en";
        person.interpreter_needed = None;
        person.fate = Fate::Living;
        person.attend(0);
    }

    fn named_elsewhere(&mut self, turn: u64) {
        let home = self.home();
        let (woman, born) = (self.dice.chance(50), self.born(20, 80));
        let place = self.add(&home, woman, born, &home.surname.clone());
        variants::name_from_elsewhere(&mut self.people[place], turn);
    }

    /// VIPs, employees and their families, and people who asked to be confidential (handbook 7.4).
    fn restrict(&mut self) {
        let adult = |person: &Person| person.age_on(self.now.date_naive()) > 30 && person.part == Part::Ordinary;
        let adults: Vec<usize> = (0..self.people.len()).filter(|place| adult(&self.people[*place])).collect();
        let reason = match self.number % 4 {
            0 => "employee",
            1 => "confidential",
            2 => "vip",
            _ => "employee-family",
        };
        if let Some(place) = adults.iter().rev().nth(2) {
            self.people[*place].restricted = Some(reason);
        }
        if self.number == 0 {
            variants::the_clerk(&mut self.people, &adults);
        }
    }
}
