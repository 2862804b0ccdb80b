//! What is in the chart of a stay, by whom, when, and in which state.

use chrono::{DateTime, Duration, Utc};

use super::super::dice::Dice;
use super::super::people::{Part, Person};
use super::super::scenarios::Route;
use super::super::stays::{Stay, When, day_of, local};
use super::super::world::{self, PRACTITIONERS};
use super::kinds::{self, Kind};
use super::notes::{Writer, clock};
use super::{Content, Paper, Version, forms};
use crate::base::id::{DocumentId, DocumentVersionId};

/// The state a paper is filed in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Signed,
    Unsigned,
    Missing,
}

/// The folder being filled.
struct Folder<'a> {
    person: &'a Person,
    stay: &'a Stay,
    now: DateTime<Utc>,
    dice: Dice,
    papers: Vec<Paper>,
}

pub fn file(seed: u64, person: &Person, stay: &Stay, now: DateTime<Utc>) -> Vec<Paper> {
    let dice = Dice::new(seed, "papers", stay.number);
    let mut folder = Folder { person, stay, now, dice, papers: Vec::new() };
    let writer = Writer::new(seed, person, stay);
    match stay.scenario.route {
        Route::Clinic => folder.clinic(&writer, "Clinic note"),
        Route::Virtual => folder.clinic(&writer, "Video visit note"),
        Route::PreAdmit => folder.clinic(&writer, "Pre-admission assessment"),
        Route::Series | Route::HomeHealth => folder.series(&writer),
        Route::Emergency => folder.emergency(&writer),
        Route::DaySurgery => folder.day_surgery(&writer),
        _ => {
            folder.emergency(&writer);
            folder.bed(&writer);
        }
    }
    folder.paperwork();
    folder.papers.sort_by_key(|paper| paper.authored_at);
    folder.papers
}

impl Folder<'_> {
    fn text(&mut self, kind: &'static Kind, author: usize, at: DateTime<Utc>, title: &str, text: String) {
        self.put(kind, Some(author), at, title, Content::Text(text), State::Signed);
    }

    fn put(
        &mut self,
        kind: &'static Kind,
        author: Option<usize>,
        at: DateTime<Utc>,
        title: &str,
        content: Content,
        state: State,
    ) {
        if at > self.now || state == State::Missing {
            return;
        }
        let author_name = author.map_or("Registration desk".into(), |who| PRACTITIONERS[who].signed());
        let signed = state == State::Signed;
        let content = match content {
            Content::Text(text) if !signed => Content::Text(format!("{text}\nUNSIGNED. Waiting for {author_name}.\n")),
            Content::Text(text) if kind.needs_signature => {
                Content::Text(format!("{text}\nElectronically signed by {author_name} on {}.\n", clock(at)))
            }
            Content::Text(text) => Content::Text(format!("{text}\nEntered by {author_name}.\n")),
            other => other,
        };
        let filed_at = (at + Duration::minutes(self.dice.between(1, 45))).min(self.now);
        let version = Version {
            id: DocumentVersionId(self.dice.id(self.person.index)),
            reason: None,
            by: author_name.clone(),
            at: filed_at,
            content,
        };
        let mut paper = Paper {
            id: DocumentId(self.dice.id(self.person.index)),
            encounter: self.stay.id,
            kind,
            title: title.into(),
            status: if signed { "final" } else { "preliminary" },
            sensitivity: if kind.clinical { self.stay.scenario.sensitivity } else { None },
            author,
            author_name,
            authored_at: at,
            service_date: day_of(at),
            filed_at,
            versions: vec![version],
        };
        self.change(&mut paper);
        self.papers.push(paper);
    }

    /// Some signed papers were added to, corrected or taken back afterwards: always a new version, the old one kept (DOC-4).
    fn change(&mut self, paper: &mut Paper) {
        if paper.status != "final" {
            return;
        }
        let at = paper.filed_at + Duration::minutes(self.dice.between(50, 2000));
        let roll = self.dice.between(1, 1000);
        if at > self.now || roll > 82 {
            return;
        }
        let Content::Text(text) = paper.versions[0].content.clone() else { return };
        let (status, reason, added) = match roll {
            1..=50 => (
                "addended",
                "Addendum",
                "ADDENDUM\nAfter talking with the family: the list of medicines above was confirmed with the pharmacy; one tablet was stopped last month and is not to be restarted.",
            ),
            51..=62 => (
                "corrected",
                "Correction of a wrong side",
                "CORRECTION\nThe earlier version named the wrong side in one place. The text above has been read again and is right as it stands.",
            ),
            63..=70 => (
                "amended",
                "Amended at the patient's request",
                "AMENDMENT\nAt the patient's request (45 CFR 164.526): occupation is carpenter, not cabinet maker.",
            ),
            _ => ("retracted", "Filed to the wrong patient", ""),
        };
        paper.status = status;
        let content = match status {
            "retracted" => text,
            _ => format!("{text}\n{added}\nElectronically signed by {} on {}.\n", paper.author_name, clock(at)),
        };
        paper.versions.push(Version {
            id: DocumentVersionId(self.dice.id(self.person.index)),
            reason: Some(reason),
            by: paper.author_name.clone(),
            at,
            content: Content::Text(content),
        });
    }

    fn by(&mut self, specialty: &str) -> usize {
        *self.dice.pick(&world::practitioners_of(specialty))
    }

    /// Results that come back within the first hours.
    fn tests(&mut self, writer: &Writer<'_>, from: DateTime<Utc>) {
        if !self.stay.scenario.labs.is_empty() {
            let (who, at) = (self.by("Pathology"), from + Duration::minutes(self.dice.between(40, 95)));
            self.text(&kinds::LABORATORY, who, at, "Laboratory report", writer.laboratory(at));
        }
        if let Some((examination, report)) = self.stay.scenario.imaging {
            let (who, at) = (self.by("Radiology"), from + Duration::minutes(self.dice.between(60, 160)));
            let state = if self.now - at < Duration::hours(8) && self.dice.chance(40) {
                State::Unsigned
            } else {
                State::Signed
            };
            let text = writer.imaging(at, examination, report);
            self.put(&kinds::IMAGING, Some(who), at, examination, Content::Text(text), state);
        }
    }

    fn emergency(&mut self, writer: &Writer<'_>) {
        if self.stay.classes.first().is_none_or(|period| period.what != "emergency") {
            return;
        }
        let start = self.stay.started_at;
        let (nurse, at) = (self.by("Nursing"), start + Duration::minutes(self.dice.between(3, 12)));
        self.text(&kinds::TRIAGE, nurse, at, "Emergency triage note", writer.triage(at));
        self.tests(writer, start);
        let doctor = self
            .stay
            .providers
            .iter()
            .find(|(_, role)| *role == "admitting")
            .map_or(self.stay.attending, |(who, _)| *who);
        let at = start + Duration::minutes(self.dice.between(45, 90));
        let recent = self.stay.ended_at.unwrap_or(self.now) > self.now - Duration::days(4);
        let state = match self.dice.between(1, 100) {
            1..=9 if recent => State::Unsigned,
            10..=13 if recent => State::Missing,
            _ => State::Signed,
        };
        self.put(
            &kinds::EMERGENCY,
            Some(doctor),
            at,
            "Emergency department note",
            Content::Text(writer.emergency(at)),
            state,
        );
    }

    fn bed(&mut self, writer: &Writer<'_>) {
        let stay = self.stay;
        let from = stay.classes.iter().find(|period| period.what != "emergency").map(|period| period.from);
        let Some(from) = from else { return };
        if stay.classes.first().is_some_and(|period| period.what != "emergency") {
            self.tests(writer, from + Duration::hours(1));
        }
        let at = from + Duration::minutes(self.dice.between(40, 330));
        let in_house = stay.ended_at.is_none();
        let state = match self.dice.between(1, 100) {
            1..=10 if in_house => State::Unsigned,
            11..=18 if in_house => State::Missing,
            1..=3 if self.is_recent() => State::Missing,
            _ => State::Signed,
        };
        self.put(
            &kinds::HISTORY,
            Some(stay.attending),
            at,
            "History and physical",
            Content::Text(writer.history(at)),
            state,
        );
        if let Some((specialty, opinion)) = stay.scenario.consult {
            let who = self.with_role("consulting");
            let at = from + Duration::hours(self.dice.between(14, 30));
            let title = format!("{specialty} consult");
            self.text(&kinds::CONSULT, who, self.within(at), &title, writer.consult(at, specialty, opinion));
        }
        self.surgery(writer, from);
        self.each_day(writer, from);
        self.summary(writer);
    }

    fn is_recent(&self) -> bool {
        self.stay.ended_at.is_none_or(|end| self.now - end < Duration::days(80))
    }

    /// Not after the stay ended.
    fn within(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.stay.ended_at.map_or(at, |end| at.min(end))
    }

    fn with_role(&self, role: &str) -> usize {
        self.stay.providers.iter().find(|(_, had)| *had == role).map_or(self.stay.attending, |(who, _)| *who)
    }

    fn each_day(&mut self, writer: &Writer<'_>, from: DateTime<Utc>) {
        let until = self.stay.ended_at.unwrap_or(self.now);
        let mut day = 0;
        loop {
            let round = local(day_of(from) + Duration::days(day + 1), self.dice.between(7 * 60 + 30, 10 * 60));
            if round >= until || day > 20 {
                return;
            }
            let today = self.stay.ended_at.is_none() && self.now - round < Duration::hours(20);
            let state = if today && self.dice.chance(50) { State::Unsigned } else { State::Signed };
            let title = format!("Progress note, day {}", day + 2);
            let text = writer.progress(round, day);
            self.put(&kinds::PROGRESS, Some(self.stay.attending), round, &title, Content::Text(text), state);
            if day % 2 == 0 {
                let (nurse, at) = (self.by("Nursing"), self.within(round + Duration::hours(8)));
                self.text(&kinds::NURSING, nurse, at, "Nursing note", writer.nursing(at, day));
            }
            day += 1;
        }
    }

    fn surgery(&mut self, writer: &Writer<'_>, from: DateTime<Utc>) {
        let Some(operation) = &self.stay.scenario.operation else { return };
        let delivery = self.stay.scenario.route == Route::Delivery;
        let birth = match &self.person.part {
            Part::Mother { born_at, .. } => *born_at,
            _ => from,
        };
        let hours = match self.stay.scenario.key {
            "hip-fracture" => 22,
            _ if delivery => 0,
            _ => 2,
        };
        let start = if delivery { birth } else { from + Duration::hours(hours) };
        if self.stay.scenario.key != "vaginal-birth" {
            let signed = start - Duration::minutes(self.dice.between(35, 90));
            let content = Content::Scan {
                sheets: forms::consent(self.person, self.stay, signed, &mut self.dice),
                number: self.stay.number,
            };
            self.put(&kinds::CONSENT, None, signed, "Consent for procedure", content, State::Signed);
        }
        let (kind, title) = if delivery {
            (&kinds::DELIVERY, "Labor and delivery summary")
        } else {
            (&kinds::OPERATION, operation.title)
        };
        let minutes = self.dice.between(90, 200);
        let at = self.within(start + Duration::minutes(minutes));
        let state = match self.dice.between(1, 100) {
            1..=10 if self.is_recent() => State::Unsigned,
            11..=18 if self.is_recent() => State::Missing,
            _ => State::Signed,
        };
        let surgeon = self.with_role("primary-performer");
        self.put(kind, Some(surgeon), at, title, Content::Text(writer.operation(at)), state);
        if let Some(report) = self.stay.scenario.pathology {
            let (who, at) = (self.by("Pathology"), start + Duration::hours(self.dice.between(30, 60)));
            self.text(&kinds::PATHOLOGY, who, at, "Pathology report", writer.pathology(at, report));
        }
    }

    /// Missing or unsigned often enough to keep the deficiency analyst and the demo physician busy (handbook 4.2).
    fn summary(&mut self, writer: &Writer<'_>) {
        let Some(end) = self.stay.ended_at else { return };
        let roll = self.dice.between(1, 100);
        let state = match (self.now - end).num_days() {
            0..=1 if roll <= 38 => State::Missing,
            0..=1 if roll <= 72 => State::Unsigned,
            2..=30 if roll <= 13 => State::Missing,
            2..=30 if roll <= 28 => State::Unsigned,
            31..=75 if roll <= 28 => State::Missing,
            31..=75 if roll <= 40 => State::Unsigned,
            _ => State::Signed,
        };
        let at = (end + Duration::minutes(self.dice.between(10, 300))).min(self.now);
        let text = Content::Text(writer.summary(at));
        self.put(&kinds::SUMMARY, Some(self.stay.attending), at, "Discharge summary", text, state);
    }

    fn clinic(&mut self, writer: &Writer<'_>, title: &str) {
        if self.stay.when == When::JustArrived {
            return;
        }
        let at = self.stay.ended_at.unwrap_or(self.stay.started_at + Duration::minutes(25));
        let recent = self.now - at < Duration::days(3);
        let state = if recent && self.dice.chance(35) { State::Unsigned } else { State::Signed };
        let author = self.stay.attending;
        self.put(&kinds::PROGRESS, Some(author), at, title, Content::Text(writer.visit(at, title)), state);
        if !self.stay.scenario.labs.is_empty() {
            let (who, at) = (self.by("Pathology"), at + Duration::hours(self.dice.between(4, 20)));
            self.text(&kinds::LABORATORY, who, at, "Laboratory report", writer.laboratory(at));
        }
    }

    fn series(&mut self, writer: &Writer<'_>) {
        let start = self.stay.started_at;
        let home = self.stay.scenario.route == Route::HomeHealth;
        let title = if home { "Home health assessment" } else { "First visit of the series" };
        let at = start + Duration::minutes(50);
        self.text(&kinds::HISTORY, self.stay.attending, at, title, writer.visit(at, title));
        self.tests(writer, start);
        let until = self.stay.ended_at.unwrap_or(self.now);
        for week in 1..=12_i64 {
            let at = start + Duration::days(7 * week) + Duration::minutes(self.dice.between(40, 200));
            if at >= until {
                return;
            }
            if home {
                let nurse = self.by("Nursing");
                self.text(&kinds::NURSING, nurse, at, "Home visit", writer.progress(at, week - 1));
            } else {
                let title = format!("Treatment note, week {}", week + 1);
                self.text(&kinds::PROGRESS, self.stay.attending, at, &title, writer.progress(at, week - 1));
            }
        }
    }

    fn day_surgery(&mut self, writer: &Writer<'_>) {
        let start = self.stay.started_at;
        let at = start + Duration::minutes(35);
        self.text(&kinds::HISTORY, self.stay.attending, at, "History and physical", writer.history(at));
        self.surgery(writer, start);
        let (nurse, at) = (self.by("Nursing"), self.within(start + Duration::minutes(230)));
        self.text(&kinds::NURSING, nurse, at, "Recovery room note", writer.nursing(at, 0));
    }

    /// Paper that came with the person: a card, a directive, a fax from elsewhere.
    fn paperwork(&mut self) {
        let start = self.stay.started_at;
        let number = self.stay.number;
        let first = number.is_multiple_of(64);
        let age = self.person.age_on(day_of(start));
        if first
            && self.dice.chance(12)
            && let Some(sheet) = forms::card(self.person)
        {
            self.put(
                &kinds::CARD,
                None,
                start + Duration::minutes(9),
                "Insurance card",
                Content::Card(sheet),
                State::Signed,
            );
        }
        if first && age > 68 && self.stay.is_bedded() && self.dice.chance(30) {
            let at = start + Duration::hours(3);
            let sheets = forms::directive(self.person, self.stay, at, &mut self.dice);
            self.put(
                &kinds::DIRECTIVE,
                None,
                at,
                "Advance directive",
                Content::Scan { sheets, number: number + 1 },
                State::Signed,
            );
        }
        if age > 18 && self.dice.chance(4) {
            let at = self.within(start + Duration::hours(20));
            let sheets = forms::outside(self.person, self.stay, at, &mut self.dice);
            let content = match self.dice.chance(50) {
                true => Content::Scan { sheets, number: number + 2 },
                false => Content::Fax { sheets, number: number + 2 },
            };
            self.put(&kinds::OUTSIDE, None, at, "Records from Corvane Regional", content, State::Signed);
        }
    }
}
