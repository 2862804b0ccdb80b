//! What can be done with an encounter by hand: the closed list, and which of it makes sense when. Pure.

use super::rules::by_hand::{Stay, is_inpatient};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Discharge,
    Class,
    Transfer,
    Leave,
    Return,
    Correct,
    CancelDischarge,
    Cancel,
}

impl Change {
    pub const ALL: [Change; 8] = [
        Change::Discharge,
        Change::Return,
        Change::Class,
        Change::Transfer,
        Change::Leave,
        Change::CancelDischarge,
        Change::Correct,
        Change::Cancel,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Change::Discharge => "discharge",
            Change::Class => "class",
            Change::Transfer => "transfer",
            Change::Leave => "leave",
            Change::Return => "return",
            Change::Correct => "correct",
            Change::CancelDischarge => "cancel-discharge",
            Change::Cancel => "cancel",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.word() == word)
    }

    pub fn title(self) -> &'static str {
        match self {
            Change::Discharge => "Discharge",
            Change::Class => "Change class",
            Change::Transfer => "Transfer",
            Change::Leave => "Leave of absence",
            Change::Return => "Return from leave",
            Change::Correct => "Correct",
            Change::CancelDischarge => "Cancel discharge",
            Change::Cancel => "Cancel encounter",
        }
    }

    pub fn lead(self) -> &'static str {
        match self {
            Change::Discharge => "Date, disposition and attending are needed; a death is recorded with it (ENC-3).",
            Change::Class => "The stay goes on; each class keeps its period (ENC-1).",
            Change::Transfer => "Places are kept with their times.",
            Change::Leave | Change::Return => "Whole days away leave the length of stay.",
            Change::Correct => "What was written wrong. The old values stay in the history.",
            Change::CancelDischarge => {
                "The patient never left: date and disposition go, and the stay goes on. A recorded death stays until it is withdrawn."
            }
            Change::Cancel => "Nothing is deleted: the encounter stays with who, when and why (ENC-7).",
        }
    }

    /// Whether a button for it helps.
    pub fn fits(self, stay: &Stay) -> bool {
        let planned = stay.status == "planned";
        match self {
            Change::Discharge => stay.is_open(),
            Change::Class => stay.is_open() || planned && stay.class == "pre-admit",
            Change::Transfer => stay.is_open(),
            Change::Leave => stay.status == "in-progress" && is_inpatient(&stay.class),
            Change::Return => stay.status == "on-leave",
            Change::Correct => !stay.is_cancelled(),
            Change::CancelDischarge => stay.is_ended(),
            Change::Cancel => !stay.is_cancelled(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_follow_the_state() {
        let words = |class: &str, status: &str| {
            let stay = Stay { class: class.into(), status: status.into(), ..Stay::default() };
            Change::ALL.into_iter().filter(|change| change.fits(&stay)).map(Change::word).collect::<Vec<_>>()
        };
        assert_eq!(words("inpatient", "in-progress"), ["discharge", "class", "transfer", "leave", "correct", "cancel"]);
        assert_eq!(words("inpatient", "on-leave"), ["discharge", "return", "class", "transfer", "correct", "cancel"]);
        assert_eq!(words("inpatient", "discharged"), ["cancel-discharge", "correct", "cancel"]);
        assert_eq!(words("pre-admit", "planned"), ["class", "correct", "cancel"]);
        assert!(words("ambulatory", "cancelled").is_empty());
    }
}
