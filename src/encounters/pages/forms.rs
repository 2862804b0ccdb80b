//! The forms of an encounter: its beginning, and one change at a time.

use chrono_tz::Tz;

use super::super::model::class_words;
use super::super::rules::by_hand::CLASSES;
use super::super::rules::disposition_words;
use super::super::store::changes::{Named, Site, Standing};
use super::admission_type_words;
use crate::encounters::changes::Change;
use crate::web::form_page::Group;
use crate::web::local;
use crate::web::posted::Posted;
use crate::web::ui::{Choice, Field};

fn first(words: &str) -> Vec<Choice> {
    vec![Choice::new("", words)]
}

fn class(posted: &Posted, classes: &[&'static str]) -> Field {
    let mut choices = first("Choose");
    choices.extend(classes.iter().map(|class| Choice::new(*class, class_words(class))));
    Field::select("class", "Class", choices).value(posted.text("class")).required()
}

/// UB-04 FL 14 and FL 15.
fn origin(posted: &Posted) -> [Field; 2] {
    let mut types = first("Not said");
    types.extend(
        ["1", "2", "3", "4", "5", "9"]
            .map(|code| Choice::new(code, format!("{code} · {}", admission_type_words(code)))),
    );
    let mut origins = first("Not said");
    origins.extend(ORIGINS.map(|(code, words)| Choice::new(code, format!("{code} · {words}"))));
    [
        Field::select("admission_type", "Type of admission (FL 14)", types).value(posted.text("admission_type")),
        Field::select("point_of_origin", "Point of origin (FL 15)", origins)
            .value(posted.text("point_of_origin"))
            .hint("For a newborn, 5 is born here and 6 born outside"),
    ]
}

/// FL 15 in our own words; 5 and 6 mean two things (ENC-9).
const ORIGINS: [(&str, &str); 11] = [
    ("1", "Home or other non-health-care place"),
    ("2", "Clinic or physician’s office"),
    ("4", "Another hospital"),
    ("5", "Nursing or assisted living; newborn: born here"),
    ("6", "Other health-care facility; newborn: born outside"),
    ("8", "Court or law enforcement"),
    ("9", "Not available"),
    ("D", "Distinct unit of this hospital"),
    ("E", "Ambulatory surgery centre"),
    ("F", "Hospice facility"),
    ("G", "Disaster alternate care site"),
];

fn day_and_time(posted: &Posted, day: &'static str, time: &'static str, label: &str) -> [Field; 2] {
    [
        Field::date(day, label).value(posted.text(day)).longest(40),
        Field::text(time, "Time").value(posted.text(time)).longest(12).placeholder("14:30"),
    ]
}

/// A name to look up; a list to choose from when several answer to it.
fn attending(posted: &Posted, found: &[Named]) -> Vec<Field> {
    let mut fields = vec![
        Field::text("attending", "Attending provider")
            .value(posted.text("attending"))
            .hint("Family name or NPI")
            .longest(80),
    ];
    if found.len() > 1 {
        let mut choices = first("Choose");
        choices.extend(found.iter().map(|named| Choice::new(named.practitioner.to_string(), named.name.clone())));
        fields.push(
            Field::select("attending_id", "Which of them", choices).value(posted.text("attending_id")).required(),
        );
    }
    fields
}

fn text(posted: &Posted, name: &'static str, label: &'static str) -> Field {
    Field::text(name, label).value(posted.text(name)).longest(200)
}

pub fn begin(posted: &Posted, sites: &[Site], found: &[Named]) -> Vec<Group> {
    let mut what = vec![class(posted, &CLASSES)];
    if sites.len() > 1 {
        let sites = sites.iter().map(|site| Choice::new(site.facility.to_string(), site.name.clone())).collect();
        what.push(Field::select("facility", "Facility", sites).value(posted.text("facility")));
    }
    what.extend([text(posted, "service", "Service"), text(posted, "visit_type", "Type of visit")]);
    what.extend([text(posted, "place", "Unit, room or clinic"), text(posted, "reason", "Reason as told")]);
    what.extend(attending(posted, found));
    let mut when: Vec<Field> = day_and_time(posted, "started_on", "started_at", "Began").into();
    let [ordered_on, ordered_at] = day_and_time(posted, "ordered_on", "ordered_at", "Inpatient order");
    when.extend([ordered_on.hint("Admission counts from it"), ordered_at]);
    when.extend(origin(posted));
    vec![Group::new("Encounter", what), Group::new("Beginning", when)]
}

fn dispositions() -> Vec<Choice> {
    let mut choices = first("Choose");
    let codes = (1..=99).map(|code| format!("{code:02}"));
    choices.extend(codes.filter_map(|code| {
        let words = disposition_words(&code)?;
        (code != "30").then(|| Choice::new(code.clone(), format!("{code} · {words}")))
    }));
    choices
}

/// The form of one change, with what it changes.
pub fn change(what: Change, standing: &Standing, posted: &Posted, found: &[Named]) -> Vec<Group> {
    let when = |label: &str| day_and_time(posted, "on", "at", label);
    let why = || Field::text("why", "Why").value(posted.text("why")).longest(300).required();
    let fields: Vec<Field> = match what {
        Change::Discharge => {
            let mut fields: Vec<Field> = when("Left on").into();
            fields.push(
                Field::select("disposition", "Disposition (FL 17)", dispositions())
                    .value(posted.text("disposition"))
                    .required(),
            );
            if standing.attending.is_none() || !posted.text("attending").is_empty() {
                fields.extend(attending(posted, found));
            }
            let [died_on, died_at] = day_and_time(posted, "died_on", "died_at", "Died on");
            fields.extend([died_on.hint("Only when the patient died (20)"), died_at]);
            fields
        }
        Change::Class => {
            let classes: Vec<&'static str> =
                CLASSES.into_iter().filter(|class| *class != "pre-admit" && *class != standing.stay.class).collect();
            let mut fields = vec![class(posted, &classes)];
            fields.extend(when("From, for inpatients the order"));
            fields.extend(origin(posted));
            if standing.stay.class == "inpatient" {
                fields.push(Field::tick(
                    "utilization_review",
                    "Utilization review committee and physician agree, documented (condition code 44)",
                    posted.ticked("utilization_review"),
                ));
            }
            fields.push(why());
            fields
        }
        Change::Transfer => {
            let mut fields = vec![text(posted, "place", "To which place").required()];
            fields.extend(when("From"));
            fields
        }
        Change::Leave => when("Left on").into(),
        Change::Return => when("Came back on").into(),
        Change::Correct => {
            let mut fields: Vec<Field> = day_and_time(posted, "started_on", "started_at", "Began").into();
            if super::super::rules::by_hand::is_inpatient(&standing.stay.class) {
                fields.extend(day_and_time(posted, "ordered_on", "ordered_at", "Inpatient order"));
            }
            if standing.stay.is_ended() {
                fields.extend(day_and_time(posted, "ended_on", "ended_at", "Ended"));
                fields.push(
                    Field::select("disposition", "Disposition (FL 17)", dispositions())
                        .value(posted.text("disposition")),
                );
            }
            fields.extend(origin(posted));
            fields.push(why());
            fields
        }
        Change::Cancel | Change::CancelDischarge => vec![why()],
    };
    vec![Group::new(what.title(), fields)]
}

/// What stands there, for a correction.
pub fn of_standing(standing: &Standing, zone: Tz) -> Posted {
    let stay = &standing.stay;
    let written = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| local::written(at, zone)).unwrap_or_default();
    let (started, ordered, ended) = (written(stay.started_at), written(stay.admitted_at), written(stay.ended_at));
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Posted::of([
        ("started_on", started.0),
        ("started_at", started.1),
        ("ordered_on", ordered.0),
        ("ordered_at", ordered.1),
        ("ended_on", ended.0),
        ("ended_at", ended.1),
        ("admission_type", text(&stay.admission_type)),
        ("point_of_origin", text(&stay.point_of_origin)),
        ("disposition", text(&stay.disposition)),
    ])
}
