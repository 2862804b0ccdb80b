//! The forms of registration: a new person whole, and one thing at a time of a person we know.

use crate::patients::store::change::Stored;
use crate::patients::store::register::Site;
use crate::patients::value_sets::{self as sets, Value};
use crate::web::form_page::Group;
use crate::web::format;
use crate::web::posted::Posted;
use crate::web::ui::{Choice, Field};

/// The fields of the person's own part, and what they are called.
pub const PERSON: [(&str, &str); 13] = [
    ("sex", "Sex"),
    ("born", "Date of birth"),
    ("born_estimated", "Birth date estimated"),
    ("born_unknown", "Birth date not known"),
    ("birth_time", "Time of birth"),
    ("multiple_birth", "Multiple birth"),
    ("birth_order", "Birth order"),
    ("marital_status", "Marital status"),
    ("language", "Language"),
    ("interpreter", "Interpreter"),
    ("religion", "Religion"),
    ("mothers_maiden_name", "Mother’s maiden name"),
    ("ethnicity", "Ethnicity"),
];

/// A list to choose from, with what is stored even when it is none of ours.
fn choices(set: &[Value], first: &str, kept: &str) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", first)];
    choices.extend(set.iter().map(|(code, label)| Choice::new(*code, *label)));
    if !kept.is_empty() && !set.iter().any(|(code, _)| *code == kept) {
        choices.push(Choice::new(kept, sets::words(set, kept)));
    }
    choices
}

fn text(posted: &Posted, name: &'static str, label: &str) -> Field {
    Field::text(name, label).value(posted.text(name)).longest(200)
}

fn select(posted: &Posted, name: &'static str, label: &str, set: &[Value], first: &str) -> Field {
    Field::select(name, label, choices(set, first, posted.text(name))).value(posted.text(name))
}

pub fn name(posted: &Posted, uses: bool) -> Vec<Field> {
    let mut fields = vec![
        text(posted, "family", "Family name").required(),
        text(posted, "given", "Given names"),
        text(posted, "suffix", "Suffix").hint("Jr, Sr, III"),
        text(posted, "prefix", "Title"),
    ];
    if uses {
        let use_of =
            Field::select("name_use", "Use", choices(sets::NAME_USES, "Choose", "")).value(posted.text("name_use"));
        fields.extend([use_of.required(), Field::date("name_from", "Since").value(posted.text("name_from"))]);
    }
    fields
}

fn other_name(posted: &Posted) -> Vec<Field> {
    vec![
        text(posted, "other_family", "Family name"),
        text(posted, "other_given", "Given names"),
        select(posted, "other_use", "What name is this", sets::NAME_USES, "Alias"),
    ]
}

/// Sex, birth, and how it is known.
pub fn born(posted: &Posted) -> Vec<Field> {
    vec![
        select(posted, "sex", "Sex", sets::SEXES, "Choose").required(),
        Field::date("born", "Date of birth")
            .value(posted.text("born"))
            .longest(40)
            .hint("Any common order; a year alone will do"),
        Field::tick("born_estimated", "Estimated", posted.ticked("born_estimated")),
        Field::tick("born_unknown", "Date of birth not known", posted.ticked("born_unknown")),
        text(posted, "birth_time", "Time of birth").hint("24 hours, for newborns"),
        Field::tick("multiple_birth", "Twin, triplet …", posted.ticked("multiple_birth")),
        Field::number("birth_order", "Birth order").value(posted.text("birth_order")).longest(2),
        text(posted, "born_reason", "Why the birth date is right all the same")
            .hint("Only for dates to come, and ages above 124"),
    ]
}

/// Race has as many answers as the person gives; what is stored and none of ours stays a choice.
pub fn told(posted: &Posted) -> Vec<Field> {
    let ticked = posted.all("race");
    let others = ticked.iter().filter(|code| !sets::RACES.iter().any(|(known, _)| known == *code));
    let races = sets::RACES.iter().map(|(code, label)| Choice::new(*code, *label));
    let races = races.chain(others.map(|code| Choice::new(*code, *code))).collect();
    vec![
        Field::ticks("race", "Race, as many as apply", races, &ticked),
        select(posted, "ethnicity", "Ethnicity", sets::ETHNICITIES, "Not asked"),
        select(posted, "language", "Preferred language", sets::LANGUAGES, "Not asked"),
        Field::select(
            "interpreter",
            "Interpreter",
            vec![Choice::new("", "Not asked"), Choice::new("yes", "Needed"), Choice::new("no", "Not needed")],
        )
        .value(posted.text("interpreter")),
        select(posted, "marital_status", "Marital status", sets::MARITAL_STATUSES, "Not asked"),
        text(posted, "religion", "Religion"),
        text(posted, "mothers_maiden_name", "Mother’s maiden name"),
    ]
}

pub fn address(posted: &Posted, since: bool) -> Vec<Field> {
    let mut fields = vec![
        text(posted, "lines", "Street"),
        text(posted, "city", "Town"),
        text(posted, "state", "State").longest(20),
        text(posted, "postal_code", "ZIP code").longest(20),
        text(posted, "country", "Country"),
        Field::select(
            "address_use",
            "Use",
            sets::ADDRESS_USES.iter().map(|(code, label)| Choice::new(*code, *label)).collect(),
        )
        .value(posted.text("address_use")),
    ];
    if since {
        fields.push(Field::date("address_from", "Since").value(posted.text("address_from")));
    }
    fields
}

fn phone(posted: &Posted, name: &'static str, label: &str) -> Field {
    Field::phone(name, label).value(posted.text(name)).longest(60)
}

fn reached(posted: &Posted) -> Vec<Field> {
    vec![
        phone(posted, "phone", "Phone"),
        select(posted, "phone_use", "This phone is", sets::CONTACT_USES, "Not said"),
        phone(posted, "second_phone", "Second phone"),
        select(posted, "second_phone_use", "The second is", sets::CONTACT_USES, "Not said"),
        text(posted, "email", "E-mail"),
    ]
}

pub fn telecom(posted: &Posted) -> Vec<Field> {
    vec![
        Field::select(
            "kind",
            "Kind",
            sets::CONTACT_KINDS.iter().map(|(code, label)| Choice::new(*code, *label)).collect(),
        )
        .value(posted.text("kind")),
        text(posted, "value", "Number or address").required(),
        select(posted, "telecom_use", "Use", sets::CONTACT_USES, "Not said"),
    ]
}

pub fn contact(posted: &Posted) -> Vec<Field> {
    vec![
        text(posted, "contact_name", "Name"),
        select(posted, "contact_relationship", "Relationship", sets::RELATIONSHIPS, "Not said"),
        phone(posted, "contact_phone", "Their phone"),
    ]
}

pub fn coverage(posted: &Posted) -> Vec<Field> {
    vec![
        text(posted, "payer", "Payer"),
        text(posted, "plan", "Plan"),
        text(posted, "member_id", "Member number"),
        text(posted, "subscriber", "Relationship to the subscriber"),
    ]
}

pub fn identifier(posted: &Posted) -> Vec<Field> {
    vec![
        select(posted, "identifier_type", "What number", sets::IDENTIFIER_TYPES, "Choose"),
        text(posted, "identifier", "Number").longest(80),
        text(posted, "issuer", "Issued by").hint("State, payer or facility; Medicare needs none"),
    ]
}

pub fn ssn(kept: Option<&str>) -> Field {
    let field = Field::number("ssn", "SSN").longest(20);
    match kept {
        Some(last4) => field.hint(format!("The number ending {last4} is kept; type to replace it")),
        None => field.hint("Optional; shown masked afterwards"),
    }
}

/// The whole form of somebody new.
pub fn new_person(posted: &Posted, sites: &[Site], kept_ssn: Option<&str>) -> Vec<Group> {
    let mut who = name(posted, false);
    if sites.len() > 1 {
        let sites = sites.iter().map(|site| Choice::new(site.facility.to_string(), site.name.clone())).collect();
        who.push(Field::select("facility", "Registered at", sites).value(posted.text("facility")));
    }
    let mut numbers = vec![ssn(kept_ssn)];
    numbers.extend(identifier(posted));
    let mut near = contact(posted);
    near.push(text(posted, "primary_care", "Primary care provider"));
    vec![
        Group::new("Name", who),
        Group::new("Sex and birth", born(posted)),
        Group::new("Address", address(posted, false)),
        Group::new("Phone and e-mail", reached(posted)),
        Group::new("Numbers", numbers),
        Group::new("As the person tells it", told(posted)),
        Group::new("People to contact", near),
        Group::new("Coverage", coverage(posted)),
        Group::new("Another name", other_name(posted)),
    ]
}

/// The stored values as their form shows them.
pub fn of_stored(stored: &Stored) -> Posted {
    let ticked = |yes: bool| if yes { "yes" } else { "" }.to_owned();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let born = stored.birth_date.map(|day| match stored.birth_precision.as_str() {
        "month" => day.format("%b-%Y").to_string(),
        "year" => day.format("%Y").to_string(),
        _ => format::date(day),
    });
    let mut posted = Posted::of([
        ("sex", stored.sex.clone()),
        ("born", born.unwrap_or_default()),
        ("born_estimated", ticked(stored.birth_precision == "estimated")),
        ("born_unknown", ticked(stored.birth_date.is_none())),
        ("birth_time", stored.birth_time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default()),
        ("multiple_birth", ticked(stored.multiple_birth)),
        ("birth_order", stored.birth_order.map(|order| order.to_string()).unwrap_or_default()),
        ("marital_status", text(&stored.marital_status)),
        ("language", text(&stored.language)),
        ("interpreter", stored.interpreter_needed.map_or("", |needed| if needed { "yes" } else { "no" }).to_owned()),
        ("religion", text(&stored.religion)),
        ("mothers_maiden_name", text(&stored.mothers_maiden_name)),
        ("ethnicity", text(&stored.ethnicity)),
    ]);
    posted.0.extend(stored.races.iter().map(|race| ("race".to_owned(), race.clone())));
    posted
}

/// A value of the person's form as people read it.
pub fn words_of(name: &str, value: &str) -> String {
    let set = match name {
        "sex" => sets::SEXES,
        "marital_status" => sets::MARITAL_STATUSES,
        "language" => sets::LANGUAGES,
        "ethnicity" => sets::ETHNICITIES,
        "race" => {
            return value
                .split(' ')
                .filter(|code| !code.is_empty())
                .map(|code| sets::words(sets::RACES, code))
                .collect::<Vec<_>>()
                .join(", ");
        }
        _ => &[],
    };
    match value {
        "" => "–".into(),
        value => sets::words(set, value).to_owned(),
    }
}
