//! One request: what was asked, its clock, what is to do, what goes with the documents, and its history.

use askama::Template;
use chrono::NaiveDate;

use super::super::model::{Case, Form, Letter, Recipient, Step, StepKind, Target};
use super::super::rules::{Paper, accompanies, due_on};
use super::super::urls;
use super::{days_left, due_tag, state_tag};
use crate::access::policy::amends;
use crate::access::{Act, Role};
use crate::base::id::StaffId;
use crate::chart::Frame;
use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{Fact, Moment, Tag, Timeline};

#[derive(Template)]
#[template(path = "amendments/case.html")]
pub struct CasePage {
    pub frame: Frame,
    pub case: Case,
    pub roles: Vec<Role>,
    pub reader: StaffId,
    /// Titles lead to their documents for those who may open some.
    pub opens_documents: bool,
    pub today: NaiveDate,
}

/// Something to do next.
struct Action {
    form: Form,
    label: &'static str,
    icon: &'static str,
    hint: &'static str,
    first: bool,
}

impl CasePage {
    fn layout(&self) -> &Layout {
        &self.frame.layout
    }

    fn may(&self, act: Act) -> bool {
        self.roles.iter().any(|role| amends(*role, act))
    }

    fn tag(&self) -> Tag {
        state_tag(self.case.state().word(), self.case.decision().map(|step| step.kind.word()))
    }

    fn due(&self) -> Tag {
        due_tag(self.case.due_on(), self.case.acted_on().is_some(), self.today)
    }

    fn back(&self) -> String {
        urls::of_chart(self.frame.patient())
    }

    fn asked(&self) -> Vec<Fact> {
        let request = &self.case.request;
        let who = match &request.requester_name {
            Some(name) => format!("{name}, personal representative"),
            None => "The patient".into(),
        };
        let mut facts = vec![Fact::new("Asked by", who)];
        if !request.entry.is_empty() {
            facts.push(Fact::new("Entry", request.entry.clone()));
        }
        facts.push(Fact::new("Received", format::date(request.received_on)));
        facts.push(Fact::new(
            "Recorded",
            format!("{} by {}", format::date_time(request.recorded_at, self.frame.zone), request.recorded_by),
        ));
        facts.push(Fact::new("With", self.assignee()));
        facts
    }

    fn assignee(&self) -> String {
        let assigned = self.case.step(StepKind::Assigned).and_then(|step| step.assignee.clone());
        assigned.unwrap_or_else(|| "Nobody yet".into())
    }

    fn title<'a>(&self, target: &'a Target) -> &'a str {
        target.title.as_deref().unwrap_or("A document you may not read the title of")
    }

    fn document(&self, target: &Target) -> Option<String> {
        (self.opens_documents && target.title.is_some()).then(|| format!("/documents/{}", target.document))
    }

    fn is_amended(&self, target: &Target) -> bool {
        self.case.steps.iter().any(|step| step.kind == StepKind::Amended && step.target == Some(target.document))
    }

    /// Number, day and rule of the clock.
    fn clock(&self) -> String {
        let case = &self.case;
        let due = case.due_on();
        match case.acted_on() {
            Some(day) if day > due => format!("Acted on {}, after its day.", format::date(day)),
            Some(day) => format!("Acted on {}, in time.", format::date(day)),
            None if due < self.today => format!("{} d past its day.", (self.today - due).num_days()),
            None => format!("{}.", capital(&days_left((due - self.today).num_days()))),
        }
    }

    fn rule(&self) -> String {
        let first = format::date(due_on(self.case.request.received_on));
        match self.case.step(StepKind::Extended) {
            Some(step) => format!(
                "60 days from receipt were {first}; extended once to {}, told to the person on {}.",
                format::date(self.case.due_on()),
                format::date(step.happened_on)
            ),
            None => {
                format!("60 days from receipt: {first}. One extension of at most 30 days, told to the person by then.")
            }
        }
    }

    /// What may be done now by this reader, most wanted first.
    fn actions(&self) -> Vec<Action> {
        let case = &self.case;
        let mut actions: Vec<Action> = Vec::new();
        let mut add = |fits: bool, form: Form, label, icon, hint| {
            if fits {
                actions.push(Action { form, label, icon, hint, first: false });
            }
        };
        let step = Form::Step;
        let handles = self.may(Act::HandleAmendment);
        let answers = self.may(Act::AnswerDenial);
        add(
            self.may(Act::AdviseAmendment) && case.is_with(self.reader) && case.may(StepKind::Advised),
            step(StepKind::Advised),
            "Give your opinion",
            "message-square-text",
            "Is the entry accurate and complete, or what should it say?",
        );
        add(
            self.may(Act::DecideAmendment) && case.may(StepKind::Granted),
            Form::Decision,
            "Decide",
            "gavel",
            "Grant it, in whole or in part, or deny it on one of four grounds.",
        );
        add(
            self.may(Act::CarryOutAmendment) && case.may(StepKind::Amended),
            step(StepKind::Amended),
            "Amend the document",
            "file-plus",
            "Append the amendment, or link the one its author signed.",
        );
        add(
            handles && case.may(StepKind::Told),
            step(StepKind::Told),
            "The person was told",
            "mail",
            "The clock stops on the day the letter leaves.",
        );
        add(
            handles && case.waits_for_notice(),
            Form::Notice,
            "Somebody was told",
            "send",
            "One of those to be told of the amendment.",
        );
        add(
            handles && case.may_name_recipients(),
            Form::Recipient,
            "Add whom to tell",
            "user-plus",
            "Whom the person names, and who is known to rely on the entry.",
        );
        add(
            answers && case.may(StepKind::Disagreed),
            step(StepKind::Disagreed),
            "Record a statement of disagreement",
            "scroll-text",
            "It goes with every later copy of the document.",
        );
        add(
            answers && case.may(StepKind::AttachmentAsked),
            step(StepKind::AttachmentAsked),
            "Attach request and denial",
            "link-2",
            "The person asks for it instead of a statement.",
        );
        add(
            self.may(Act::DecideAmendment) && case.may(StepKind::Rebutted),
            step(StepKind::Rebutted),
            "Write a rebuttal",
            "pen-line",
            "With a copy to the person.",
        );
        add(
            handles && case.may(StepKind::Assigned),
            step(StepKind::Assigned),
            if case.assignee().is_some() { "Assign to somebody else" } else { "Assign" },
            "user-round",
            "The author or who decides; the task is their right to open the documents.",
        );
        add(
            handles && case.may(StepKind::Extended),
            step(StepKind::Extended),
            "Extend the time",
            "calendar-clock",
            "Once, by at most 30 days, told to the person with the reason.",
        );
        add(
            handles && case.may(StepKind::Withdrawn),
            step(StepKind::Withdrawn),
            "The person takes it back",
            "undo-2",
            "What was asked stays on file.",
        );
        if let Some(first) = actions.first_mut() {
            first.first = true;
        }
        actions
    }

    fn to(&self, form: &Form) -> String {
        urls::step(self.frame.patient(), self.case.request.request, *form)
    }

    /// Letters there are something to say in.
    fn letters(&self) -> Vec<(&'static str, String)> {
        let case = &self.case;
        let decision = match case.decision().map(|step| step.kind) {
            Some(StepKind::Denied) => Some("Denial letter"),
            Some(_) if case.is_amended() => Some("Letter that it is granted"),
            _ => None,
        };
        let letters = [
            (case.step(StepKind::Extended).map(|_| "Notice of extension"), Letter::Extension),
            (decision, Letter::Decision),
            (case.step(StepKind::Rebutted).map(|_| "Copy of the rebuttal"), Letter::Rebuttal),
        ];
        let to = |letter| urls::letter(self.frame.patient(), case.request.request, letter);
        let may = self.may(Act::PrintAmendment);
        letters.into_iter().filter_map(|(label, letter)| Some((label.filter(|_| may)?, to(letter)))).collect()
    }

    /// What goes with each document, title by title.
    fn carried(&self) -> Vec<(String, Vec<Paper>)> {
        let with = |target: &Target| {
            let papers = accompanies(target.document, std::slice::from_ref(&self.case));
            (!papers.is_empty()).then(|| (self.title(target).to_owned(), papers))
        };
        self.case.targets.iter().filter_map(with).collect()
    }

    fn paper_day(&self, paper: &Paper) -> String {
        format::date(paper.on)
    }

    fn told(&self, recipient: &Recipient) -> String {
        match (recipient.told_on, &recipient.how) {
            (Some(day), Some(how)) => format!("Told {}: {how}", format::date(day)),
            _ => "To be told".into(),
        }
    }

    fn history(&self) -> Timeline {
        let moments = self.case.steps.iter().rev().enumerate().map(|(at, step)| Moment {
            iso: format::iso(step.taken_at, self.frame.zone),
            time: format::date_time(step.taken_at, self.frame.zone),
            title: format!("{} by {}", step_words(step), step.taker),
            href: None,
            note: Some(self.step_note(step)).filter(|note| !note.is_empty()),
            now: at == 0,
        });
        Timeline { moments: moments.collect() }
    }

    fn step_note(&self, step: &Step) -> String {
        let recorded = step.taken_at.with_timezone(&self.frame.zone).date_naive();
        let mut parts = Vec::new();
        if step.happened_on != recorded {
            parts.push(format!("On {}.", format::date(step.happened_on)));
        }
        if let Some(ground) = step.ground {
            parts.push(format!("{}.", ground.label()));
        }
        if !step.note.is_empty() {
            parts.push(step.note.clone());
        }
        parts.join(" ")
    }
}

/// A step as a history says it.
pub fn step_words(step: &Step) -> String {
    match (step.kind, &step.assignee, step.until_on) {
        (StepKind::Assigned, Some(name), _) => format!("Assigned to {name}"),
        (StepKind::Extended, _, Some(until)) => format!("Extended to {}", format::date(until)),
        (kind, ..) => kind.label().into(),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
