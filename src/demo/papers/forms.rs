//! Papers that arrive as paper: consents, advance directives, records from elsewhere, insurance cards.

use chrono::{DateTime, Utc};

use super::super::dice::Dice;
use super::super::people::Person;
use super::super::scans::{Line, Sheet};
use super::super::stays::{Stay, day_of};
use super::super::world::{self, PRACTITIONERS};
use super::notes::clock;
use super::telling::fold;

/// Letters in a printed line of a form.
const WIDTH: usize = 84;

struct Form(Vec<Line>);

impl Form {
    fn new(title: &str, person: &Person, stay: &Stay) -> Self {
        let place = &world::FACILITIES[stay.facility];
        let mut form = Self(Vec::new());
        form.0.push(Line::Bold(place.name.into()));
        form.0.push(Line::Small(place.address.into()));
        form.0.push(Line::Rule);
        form.0.push(Line::Title(title.into()));
        form.0.push(Line::Plain(format!(
            "Patient: {}    Born: {}    MRN: {}",
            latin(&person.written()),
            person.born.format("%m/%d/%Y"),
            person.mrn_at(stay.facility).unwrap_or("-")
        )));
        form.0.push(Line::Rule);
        form
    }

    fn say(mut self, text: &str) -> Self {
        self.0.extend(fold(text, WIDTH).into_iter().map(Line::Plain));
        self.0.push(Line::Gap);
        self
    }

    fn tick(mut self, ticked: bool, text: &str) -> Self {
        self.0.push(Line::Box { ticked, text: text.into() });
        self
    }

    fn sign(mut self, who: &str, at: DateTime<Utc>, dice: &mut Dice) -> Self {
        self.0.push(Line::Gap);
        self.0.push(Line::Signature { who: latin(who), when: clock(at), stroke: dice.between(1, 1 << 40) as u64 });
        self
    }

    fn sheet(self) -> Sheet {
        Sheet(self.0)
    }
}

/// The printer's fonts know Western letters only, as registration printers do.
fn latin(text: &str) -> String {
    deunicode::deunicode(text)
}

pub fn consent(person: &Person, stay: &Stay, at: DateTime<Utc>, dice: &mut Dice) -> Vec<Sheet> {
    let operation = stay.scenario.operation.as_ref();
    let title = operation.map_or("the procedure named by my physician", |operation| operation.title);
    let surgeon =
        stay.providers.iter().find(|(_, role)| *role == "primary-performer").map_or(stay.attending, |(who, _)| *who);
    let surgeon = PRACTITIONERS[surgeon].signed();
    let child = person.age_on(day_of(at)) < 18;
    let name = if child {
        person.contacts.first().map_or_else(|| person.written(), |contact| contact.name.clone())
    } else {
        person.written()
    };
    let first = Form::new("Consent for operation or procedure", person, stay)
        .say(&format!("1. I agree to the following: {title}."))
        .say(&format!("2. It will be done by {surgeon} and those who assist. Residents or students may be present."))
        .say("3. What will be done, why, what may go wrong, and what else could be done have been explained to me in words I understand. Bleeding, infection, a bad reaction to medicines, and damage to parts nearby were named.")
        .say("4. If something unexpected is found that should not wait, I agree that my physician does what is needed.")
        .tick(true, "I agree to receive blood if it is needed.")
        .tick(dice.chance(20), "I want an interpreter. Language: ____________________")
        .tick(dice.chance(70), "My questions were answered.")
        .sign(if child { "Parent or guardian" } else { "Patient" }, at, dice)
        .say(&format!("Printed name: {}", latin(&name)))
        .sign("Witness", at, dice)
        .sheet();
    let second = Form::new("Consent for anesthesia", person, stay)
        .say("The kinds of anesthesia that could be used for me were explained, with what they can do and what may go wrong: sore throat, nausea, damage to teeth, nerve damage, allergic reaction, and very rarely death.")
        .tick(dice.chance(60), "General anesthesia")
        .tick(dice.chance(40), "Spinal or epidural anesthesia")
        .tick(true, "Sedation with monitoring")
        .say("I have told my anesthesia team about my medicines, allergies, and loose teeth, and when I last ate.")
        .sign("Patient or guardian", at, dice)
        .sign("Anesthesia provider", at, dice)
        .sheet();
    vec![first, second]
}

pub fn directive(person: &Person, stay: &Stay, at: DateTime<Utc>, dice: &mut Dice) -> Vec<Sheet> {
    let agent = person.contacts.first().map_or_else(|| "my daughter".to_string(), |contact| latin(&contact.name));
    let resuscitate = dice.chance(55);
    let first = Form::new("Advance directive: health care power of attorney", person, stay)
        .say(&format!("I name as my agent for health care, if I can't decide for myself: {agent}."))
        .say("My agent may read my health record, talk with my physicians, and agree to or refuse any treatment as I would.")
        .tick(true, "My agent may act as soon as two physicians say that I can't decide.")
        .tick(dice.chance(80), "My agent may consent to organ and tissue donation.")
        .say("This takes the place of any earlier paper of this kind.")
        .sign("Signed", at, dice)
        .sign("First witness", at, dice)
        .sign("Second witness", at, dice)
        .sheet();
    let second = Form::new("Advance directive: my wishes", person, stay)
        .say("If I am dying and treatment would only make it take longer:")
        .tick(resuscitate, "I want my heart restarted if it stops.")
        .tick(!resuscitate, "I do not want my heart restarted if it stops.")
        .tick(dice.chance(30), "I want to be fed through a tube.")
        .tick(true, "I want to be free of pain, even if that makes me sleepy.")
        .say("What matters most to me: to be at home, with my family around me.")
        .sign("Signed", at, dice)
        .sheet();
    vec![first, second]
}

/// Three pages faxed from another house.
pub fn outside(person: &Person, stay: &Stay, at: DateTime<Utc>, dice: &mut Dice) -> Vec<Sheet> {
    let cover = Form::new("Fax: records sent at your request", person, stay)
        .say("From: Corvane Regional Medical Group, Health Information Department")
        .say("To: Health Information Management, Lakemere General Hospital")
        .say(&format!("Sent: {}    Pages: 3", clock(at)))
        .say("The pages that follow are confidential. If they reached you by mistake, call us at 419-555-0177 and destroy them.")
        .sheet();
    let letter = Form::new("Letter from an outside clinic", person, stay)
        .say(&format!("Seen here for {}. History as you know it: {}", stay.scenario.reason.to_lowercase(), stay.scenario.history))
        .say("No surgery was advised at the time. Medicines were gone through and left as they were. Laboratory values are on the next page.")
        .say("Thank you for sharing in the care of our patient.")
        .sign("For the clinic", at, dice)
        .sheet();
    let mut values = Form::new("Laboratory values from an outside clinic", person, stay);
    for (name, low, high) in [
        ("Hemoglobin g/dL", 110, 150),
        ("Creatinine mg/dL", 7, 13),
        ("Sodium mmol/L", 1360, 1430),
        ("Glucose mg/dL", 800, 1500),
    ] {
        let tenths = dice.between(low, high);
        values = values.say(&format!("{name}: {}.{}", tenths / 10, tenths % 10));
    }
    vec![cover, letter, values.sheet()]
}

pub fn card(person: &Person) -> Option<Sheet> {
    let coverage = person.coverages.first()?;
    let lines = vec![
        Line::Title(coverage.payer.into()),
        Line::Plain(coverage.plan.into()),
        Line::Rule,
        Line::Bold(format!("Member: {}", latin(&person.written()))),
        Line::Bold(format!("ID: {}", coverage.member_id)),
        Line::Plain(format!("Effective: {}", coverage.started_on.format("%m/%d/%Y"))),
        Line::Small("Call the number on the back before elective admission. Not a guarantee of payment.".into()),
    ];
    Some(Sheet(lines))
}
