//! The forms of the room, grouped by who may send them, and its letters.

use super::StepKind;

/// A form of the room: a step, or whom to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Step(StepKind),
    Decision,
    Recipient,
    Notice,
}

impl Form {
    pub const ALL: [Form; 12] = [
        Form::Step(StepKind::Assigned),
        Form::Step(StepKind::Extended),
        Form::Step(StepKind::Told),
        Form::Step(StepKind::Withdrawn),
        Form::Recipient,
        Form::Notice,
        Form::Step(StepKind::Advised),
        Form::Decision,
        Form::Step(StepKind::Rebutted),
        Form::Step(StepKind::Amended),
        Form::Step(StepKind::Disagreed),
        Form::Step(StepKind::AttachmentAsked),
    ];

    pub fn word(self) -> &'static str {
        match self {
            Form::Step(StepKind::Assigned) => "assignment",
            Form::Step(StepKind::Extended) => "extension",
            Form::Step(StepKind::Advised) => "opinion",
            Form::Step(StepKind::Amended) => "entry",
            Form::Step(StepKind::Told) => "telling",
            Form::Step(StepKind::Disagreed) => "disagreement",
            Form::Step(StepKind::Rebutted) => "rebuttal",
            Form::Step(StepKind::AttachmentAsked) => "attachment",
            Form::Step(StepKind::Withdrawn) => "withdrawal",
            Form::Step(StepKind::Granted | StepKind::GrantedInPart | StepKind::Denied) | Form::Decision => "decision",
            Form::Recipient => "recipient",
            Form::Notice => "notice",
        }
    }

    /// Routes are grouped by who may: each group is one act.
    pub fn duty(self) -> &'static str {
        match self {
            Form::Step(StepKind::Advised) => "advice",
            Form::Step(StepKind::Amended) => "carrying-out",
            Form::Step(StepKind::Rebutted | StepKind::Granted | StepKind::GrantedInPart | StepKind::Denied)
            | Form::Decision => "deciding",
            Form::Step(StepKind::Disagreed | StepKind::AttachmentAsked) => "answers",
            _ => "handling",
        }
    }

    pub fn parse(duty: &str, word: &str) -> Option<Form> {
        Self::ALL.into_iter().find(|form| form.duty() == duty && form.word() == word)
    }
}

/// What is written to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    Extension,
    Decision,
    Rebuttal,
}

impl Letter {
    pub const ALL: [Letter; 3] = [Letter::Extension, Letter::Decision, Letter::Rebuttal];

    pub fn word(self) -> &'static str {
        match self {
            Letter::Extension => "extension",
            Letter::Decision => "decision",
            Letter::Rebuttal => "rebuttal",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|letter| letter.word() == word)
    }
}
