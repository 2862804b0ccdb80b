//! The fields of the room's forms.

use chrono::NaiveDate;

use super::super::model::{Assignable, Case, Form, Ground, Requester, SignedEntry, StepKind};
use super::super::rules;
use crate::web::form_page::Group;
use crate::web::format;
use crate::web::posted::Posted;
use crate::web::ui::{Choice, Field};

/// The longest text a person hands in or reads in a letter.
pub const LONGEST: u32 = 4000;

/// What forms choose from: who may have it, what is signed, and the chart's documents by id and title.
#[derive(Default)]
pub struct Choices {
    pub assignable: Vec<Assignable>,
    pub signed: Vec<SignedEntry>,
    pub documents: Vec<(String, String)>,
}

/// What is asked to prove that it is the decider's own hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Confirmed a moment ago.
    Given,
    Password,
    PasswordAndCode,
}

fn documents(choices: &Choices, none: &str) -> Vec<Choice> {
    let none = Choice::new("", none);
    std::iter::once(none).chain(choices.documents.iter().map(|(id, title)| Choice::new(id, title))).collect()
}

fn value(field: Field, posted: &Posted) -> Field {
    let name = field.name;
    match posted.0.iter().find(|(known, _)| known == name) {
        Some((_, typed)) => field.value(typed.clone()),
        None => field,
    }
}

/// The form of a new request.
pub fn record(choices: &Choices, posted: &Posted) -> Vec<Group> {
    let ticked = posted.all("document");
    let papers: Vec<Field> = (1..)
        .zip(&choices.documents)
        .map(|(number, (id, title))| {
            let tick = Field::tick("document", title.clone(), ticked.contains(&id.as_str()));
            tick.id(format!("document-{number}")).value(id.clone())
        })
        .collect();
    let who = vec![
        Choice::new(Requester::Patient.word(), "The patient"),
        Choice::new(Requester::Representative.word(), "A personal representative"),
    ];
    let fields = |fields: Vec<Field>| fields.into_iter().map(|field| value(field, posted)).collect();
    let mut groups = vec![
        Group::new(
            "Who asks",
            fields(vec![
                Field::radios("requester", "Asked by", who),
                Field::text("requester_name", "Representative")
                    .hint("Name, and what makes them one: parent, guardian, executor, power of attorney.")
                    .longest(200),
                Field::date("received", "Received on").longest(40).required(),
                Field::select("paper", "The request on paper", documents(choices, "Not scanned")),
            ]),
        ),
        Group::new(
            "What is to change",
            fields(vec![
                Field::area("wanted", "What the person wants changed", 4).longest(LONGEST).required(),
                Field::area("reason", "Why, in their words", 4).longest(LONGEST).required(),
                Field::text("entry", "Which entry, where no document is ticked")
                    .hint("Such as: allergy list, visit of 3 March.")
                    .longest(300),
            ]),
        ),
    ];
    if !papers.is_empty() {
        groups.insert(1, Group::new("Documents it is about", papers));
    }
    groups
}

/// The fields of one form about a request.
pub fn of(form: Form, case: &Case, choices: &Choices, posted: &Posted, proof: Proof) -> Vec<Group> {
    let request = &case.request;
    let on = |label: &'static str| Field::date("on", label).longest(40).required();
    let note = |label: &'static str, rows| Field::area("note", label, rows).longest(LONGEST).required();
    let fields = match form {
        Form::Step(StepKind::Assigned) => {
            let people = choices.assignable.iter().map(|one| {
                let what = if one.is_author { "author" } else { "decides" };
                Choice::new(one.staff.to_string(), format!("{}, {what}", one.name))
            });
            let people = std::iter::once(Choice::new("", "Choose")).chain(people).collect();
            vec![
                Field::select("to", "Assign to", people)
                    .hint("Authors of the documents first. Their task ends with the request.")
                    .required(),
                Field::area("note", "What you ask of them", 2)
                    .hint("Left empty, they read what the person wants.")
                    .longest(500),
            ]
        }
        Form::Step(StepKind::Extended) => vec![
            on("The person was told on")
                .hint(format!("By {} at the latest.", format::date(rules::due_on(request.received_on)))),
            Field::date("until", "New last day")
                .hint(format!("At most {}.", format::date(rules::latest(request.received_on))))
                .longest(40)
                .value(format::date(rules::latest(request.received_on)))
                .required(),
            note("Why it takes longer, as the person is told", 3),
        ],
        Form::Step(StepKind::Advised) => vec![
            Field::radios(
                "view",
                "In your opinion",
                vec![
                    Choice::new("accurate", "The entry is accurate and complete as it stands"),
                    Choice::new("amend", "It should be amended"),
                ],
            ),
            note("What you know of it", 4).hint("Who decides reads this; it is kept with the request."),
        ],
        Form::Step(StepKind::Amended) => entry(case, choices),
        Form::Step(StepKind::Told) => {
            let letter = if case.decision().is_some_and(|step| step.kind.denies()) {
                "The letter left on"
            } else {
                "The person was told on"
            };
            vec![
                on(letter),
                note("How", 2).hint("Such as: letter by mail to the address on file; handed over at the desk."),
            ]
        }
        Form::Step(StepKind::Disagreed) => vec![
            on("Received on"),
            note("The statement, in the person’s words", 8)
                .hint("It goes with every later copy of the document, whole."),
            Field::select("paper", "The paper it is on", documents(choices, "Not scanned")),
        ],
        Form::Step(StepKind::Rebutted) => vec![
            note("Rebuttal", 8).hint("It goes with every later copy of the document, after the statement it answers."),
            on("Copy given to the person on"),
        ],
        Form::Step(StepKind::AttachmentAsked) => {
            vec![on("Asked on"), Field::area("note", "How they asked", 2).longest(500)]
        }
        Form::Step(StepKind::Withdrawn) => vec![on("Taken back on"), note("How the person said so", 2)],
        Form::Step(StepKind::Granted | StepKind::GrantedInPart | StepKind::Denied) | Form::Decision => decision(proof),
        Form::Recipient => vec![
            Field::text("name", "Name").longest(200).required(),
            Field::text("address", "Where and how to reach them").longest(300),
            Field::radios(
                "why",
                "Why",
                vec![
                    Choice::new("named", "The person named them and agreed"),
                    Choice::new("relies", "Known to rely on the entry, to the person’s harm"),
                ],
            ),
        ],
        Form::Notice => {
            let waiting = case.recipients.iter().filter(|one| one.told_on.is_none());
            let waiting = waiting.map(|one| Choice::new(one.recipient.to_string(), &one.name));
            vec![
                Field::select(
                    "to",
                    "Who was told",
                    std::iter::once(Choice::new("", "Choose")).chain(waiting).collect(),
                )
                .required(),
                on("Told on"),
                note("How", 2),
            ]
        }
    };
    vec![Group::new(title(form), fields.into_iter().map(|field| value(field, posted)).collect())]
}

fn decision(proof: Proof) -> Vec<Field> {
    let decisions = StepKind::DECISIONS.map(|kind| {
        let words = match kind {
            StepKind::Granted => "Granted: the record is amended as asked",
            StepKind::GrantedInPart => "Granted in part: the rest is denied",
            _ => "Denied",
        };
        Choice::new(kind.word(), words)
    });
    let grounds = Ground::ALL.map(|ground| Choice::new(ground.word(), ground.label()));
    let grounds = std::iter::once(Choice::new("", "Nothing is denied")).chain(grounds).collect();
    let mut fields = vec![
        Field::radios("decision", "Decision", decisions.into()),
        Field::select("ground", "Ground of the denial", grounds).hint("There are no others (45 CFR 164.526(a)(2))."),
        Field::area("note", "Basis, in plain words", 5)
            .hint("Of a denial, it stands in the letter.")
            .longest(LONGEST)
            .required(),
    ];
    if proof != Proof::Given {
        fields.push(
            Field::password("password", "Your password").hint("A decision is yours, so it is confirmed.").required(),
        );
    }
    if proof == Proof::PasswordAndCode {
        fields.push(Field::one_time_code("Code of your second factor").required());
    }
    fields
}

/// Which document, and its entry: written here, or signed by the author already.
fn entry(case: &Case, choices: &Choices) -> Vec<Field> {
    let named: Vec<Choice> = case
        .unamended()
        .map(|target| {
            let title = target.title.as_deref().unwrap_or("A document you may not read the title of");
            Choice::new(target.document.to_string(), title)
        })
        .collect();
    let targets = match (case.targets.is_empty(), named.len()) {
        (true, _) => documents(choices, "Choose"),
        (false, 1) => named,
        (false, _) => std::iter::once(Choice::new("", "Choose")).chain(named).collect(),
    };
    let signed = choices.signed.iter().map(|one| Choice::new(one.document.to_string(), &one.title));
    let signed: Vec<Choice> = std::iter::once(Choice::new("", "None: append the text below")).chain(signed).collect();
    let mut fields = vec![Field::select("target", "Document to amend", targets).required()];
    if signed.len() > 1 {
        fields.push(Field::select("signed", "Amendment that its author signed", signed));
    }
    fields.push(
        Field::area("note", "What is to be read now", 8)
            .hint("It is appended and linked both ways under your name; the document itself stays as it was.")
            .longest(LONGEST),
    );
    fields
}

pub fn title(form: Form) -> &'static str {
    match form {
        Form::Step(StepKind::Assigned) => "Assign the request",
        Form::Step(StepKind::Extended) => "Extend the time",
        Form::Step(StepKind::Advised) => "Give an opinion",
        Form::Step(StepKind::Amended) => "Amend the document",
        Form::Step(StepKind::Told) => "The person was told",
        Form::Step(StepKind::Disagreed) => "Statement of disagreement",
        Form::Step(StepKind::Rebutted) => "Rebuttal",
        Form::Step(StepKind::AttachmentAsked) => "Attach request and denial",
        Form::Step(StepKind::Withdrawn) => "The person takes it back",
        Form::Step(StepKind::Granted | StepKind::GrantedInPart | StepKind::Denied) | Form::Decision => {
            "Decide the request"
        }
        Form::Recipient => "Whom to tell of the amendment",
        Form::Notice => "Somebody was told",
    }
}

/// What the form is about, under its title.
pub fn lead(form: Form, case: &Case) -> String {
    let asked = format!("“{}”", case.request.wanted);
    match form {
        Form::Decision => match case.step(StepKind::Advised) {
            Some(step) => format!("{asked} · Opinion of {}: {}", step.taker, step.note),
            None => asked,
        },
        Form::Step(StepKind::Rebutted) => match case.step(StepKind::Disagreed) {
            Some(step) => format!("The person’s statement: “{}”", step.note),
            None => asked,
        },
        _ => asked,
    }
}

pub fn button(form: Form) -> &'static str {
    match form {
        Form::Step(StepKind::Assigned) => "Assign",
        Form::Step(StepKind::Extended) => "Extend",
        Form::Step(StepKind::Amended) => "Amend",
        Form::Decision => "Decide",
        Form::Recipient => "Add",
        _ => "Record",
    }
}

/// The day a form begins with.
pub fn begins(today: NaiveDate) -> Posted {
    Posted::of([("on", format::date(today)), ("received", format::date(today))])
}
