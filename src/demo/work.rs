//! The day's work: tasks for every role, the demo physician's patients, and broken glass waiting for review.
//!
//! Handed out where the stays and papers call for it: an unsigned summary is an incomplete chart, a discharge waits for its coder, a fax for the
//! clerk. Restricted patients go to the demo `coder` by name: an assignment is the relationship, so no glass is broken (privacy handbook 7.2).

use chrono::{DateTime, Duration, Utc};

use super::dice::Dice;
use super::papers::{Content, Paper};
use super::people::Person;
use super::stays::{self, Stay, When};
use crate::base::id::{DocumentId, EncounterId, GrantId, TaskId};

/// A task, open or done.
pub struct Task {
    pub id: TaskId,
    pub encounter: Option<EncounterId>,
    pub document: Option<DocumentId>,
    pub kind: &'static str,
    pub role: &'static str,
    /// Assigned to the demo person of that role; else to anyone of it.
    pub by_name: bool,
    pub needs_sensitive: bool,
    pub note: String,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub done: Option<(DateTime<Utc>, &'static str)>,
}

/// A broken glass and what became of it.
pub struct Grant {
    pub id: GrantId,
    pub role: &'static str,
    pub emergency: bool,
    pub sensitive: bool,
    pub reason_code: &'static str,
    pub reason: &'static str,
    pub granted_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// When, finding, note.
    pub review: Option<(DateTime<Utc>, &'static str, &'static str)>,
}

/// The demo physician's treating relationship beyond the encounter.
pub struct Cover {
    pub reason: &'static str,
    pub from: DateTime<Utc>,
    pub to: Option<DateTime<Utc>>,
}

#[derive(Default)]
pub struct Work {
    pub tasks: Vec<Task>,
    pub grants: Vec<Grant>,
    pub covers: Vec<Cover>,
}

struct Desk<'a> {
    person: &'a Person,
    now: DateTime<Utc>,
    dice: Dice,
    work: Work,
}

/// What is to be done about one person.
pub fn work(seed: u64, person: &Person, told: &[(Stay, Vec<Paper>)], now: DateTime<Utc>) -> Work {
    let mut desk = Desk { person, now, dice: Dice::new(seed, "work", person.index), work: Work::default() };
    for (stay, papers) in told {
        desk.coding(stay);
        desk.completion(stay, papers);
        desk.scanning(stay, papers);
        desk.rest(stay);
    }
    desk.request(told);
    desk.glass(told);
    desk.cover(told);
    desk.work
}

impl Desk<'_> {
    fn task(
        &mut self,
        kind: &'static str,
        role: &'static str,
        stay: &Stay,
        opened_at: DateTime<Utc>,
        note: impl Into<String>,
    ) -> &mut Task {
        let opened_at = opened_at.min(self.now);
        self.work.tasks.push(Task {
            id: TaskId(self.dice.id(self.person.index)),
            encounter: Some(stay.id),
            document: None,
            kind,
            role,
            by_name: false,
            needs_sensitive: stay.scenario.sensitivity.is_some(),
            note: note.into(),
            opened_at,
            due_at: None,
            done: None,
        });
        let last = self.work.tasks.len() - 1;
        &mut self.work.tasks[last]
    }

    /// Discharges of the last month wait for a code, older ones have theirs; stays in the house may be read along.
    fn coding(&mut self, stay: &Stay) {
        let codable = stay.is_bedded() || matches!(stay.class, "emergency" | "day-surgery");
        if !stay.took_place() || !codable {
            return;
        }
        let Some(end) = stay.ended_at else {
            if stay.class == "inpatient" && self.dice.chance(35) {
                let opened = stay.started_at + Duration::hours(20);
                let by_name = self.dice.chance(50);
                let note = "Concurrent review: is every diagnosis said as exactly as it is known?";
                self.task("documentation-improvement", "cdi", stay, opened, note).by_name = by_name;
            }
            return;
        };
        let days = (self.now - end).num_days();
        if days > 45 {
            return;
        }
        let restricted = self.person.restricted.is_some();
        let (by_name, done) = (restricted || self.dice.chance(40), !restricted && self.dice.chance(days.min(12) * 7));
        let done_at = (end + Duration::hours(self.dice.between(20, 90))).min(self.now);
        let words = class_words(stay.class);
        let note = format!("{words}, discharged {}", stays::day_of(end).format("%m/%d"));
        let task = self.task("coding", "coder", stay, end + Duration::minutes(30), note);
        task.by_name = by_name;
        task.due_at = Some(end + Duration::days(4));
        task.done = done.then_some((done_at, "Coded"));
        if done && self.dice.chance(18) {
            let note = "Second look before the bill goes out";
            let by_name = self.dice.chance(70);
            self.task("coding-review", "lead", stay, done_at, note).by_name = by_name;
        }
    }

    /// What is missing or unsigned after discharge (handbook 4.2); what the demo physician has not signed, wherever it is.
    fn completion(&mut self, stay: &Stay, papers: &[Paper]) {
        let analysed = stay.ended_at.filter(|end| stay.class == "inpatient" && self.now - *end < Duration::days(90));
        // day 30 after discharge is the outer limit (CMP-2)
        let due = stay.ended_at.map(|end| stays::local(stays::day_of(end) + Duration::days(30), 23 * 60 + 59));
        if let Some(end) = analysed
            && !papers.iter().any(|paper| paper.kind.code == "discharge-summary")
        {
            let task =
                self.task("completion", "completion", stay, end + Duration::hours(2), "Discharge summary missing");
            task.due_at = due;
        }
        for paper in papers.iter().filter(|paper| paper.status == "preliminary") {
            let physicians = paper.author == Some(0);
            if !physicians && analysed.is_none() {
                continue;
            }
            let role = if physicians { "physician" } else { "completion" };
            let opened = paper.filed_at + Duration::minutes(30);
            let task = self.task("completion", role, stay, opened, format!("{} unsigned", paper.title));
            task.document = Some(paper.id);
            task.by_name = physicians;
            task.due_at = due;
        }
    }

    /// Paper of the last days goes through indexing, then a second pair of eyes.
    fn scanning(&mut self, stay: &Stay, papers: &[Paper]) {
        for paper in papers.iter().filter(|paper| !matches!(paper.versions[0].content, Content::Text(_))) {
            let age = self.now - paper.filed_at;
            if age > Duration::days(9) {
                continue;
            }
            let (filed, title) = (paper.filed_at, paper.title.to_lowercase());
            let fresh = age < Duration::days(2);
            let (kind, role, note) = match paper.kind.code {
                "external-record" if fresh => {
                    ("filing", "clerk", "Fax from elsewhere: file it with the right visit".into())
                }
                _ if fresh => ("indexing", "indexer", format!("Scanned {title}: index it")),
                _ => ("quality-check", "scanqc", format!("Check the scan of the {title}")),
            };
            let done = !fresh && self.dice.chance(45);
            let task = self.task(kind, role, stay, filed, note);
            task.document = Some(paper.id);
            task.due_at = Some(filed + Duration::days(1));
            task.done = done.then_some((filed + Duration::hours(20), "Done"));
        }
    }

    fn rest(&mut self, stay: &Stay) {
        match stay.when {
            When::Planned(ahead) if ahead <= 10 && self.dice.chance(60) => {
                let note = "Chart wanted for the visit: earlier records and films";
                let by_name = self.dice.chance(50);
                let opened = stay.created_at.max(stay.started_at - Duration::days(6));
                let task = self.task("retrieval", "clerk", stay, opened, note);
                task.by_name = by_name;
                task.due_at = Some(stay.started_at - Duration::hours(12));
            }
            When::Left(days) if days <= 60 && stay.charges_cents.is_some() && self.dice.chance(6) => {
                let opened = self.now - Duration::hours(self.dice.between(5, 90));
                self.task(
                    "billing",
                    "billing",
                    stay,
                    opened,
                    "Payer asks for the operative report or summary with the claim",
                );
            }
            When::Left(days) if days <= 200 && stay.is_bedded() && self.dice.chance(3) => {
                let opened = self.now - Duration::days(self.dice.between(1, 20));
                self.task(
                    "audit-sample",
                    "auditor",
                    stay,
                    opened,
                    "Sample of the quarter: completeness and timeliness",
                )
                .by_name = true;
            }
            _ => {}
        }
    }

    /// Somebody asks for copies.
    fn request(&mut self, told: &[(Stay, Vec<Paper>)]) {
        const ASKED: &[&str] = &[
            "Patient asks for a copy of the discharge summary and results",
            "Attorney's request with signed authorization",
            "Disability office asks for two years of notes",
            "Another hospital asks for records for further care",
            "Life insurer with signed authorization",
        ];
        let Some((stay, _)) = told.iter().find(|(stay, papers)| stay.ended_at.is_some() && !papers.is_empty()) else {
            return;
        };
        if self.dice.chance(6) {
            let (note, hours) = (*self.dice.pick(ASKED), self.dice.between(4, 400));
            let (opened, by_name) = (self.now - Duration::hours(hours), self.dice.chance(50));
            let task = self.task("release", "release", stay, opened, note);
            task.by_name = by_name;
            // 45 CFR 164.524(b)(2): thirty days
            task.due_at = Some(opened + Duration::days(30));
        } else if self.dice.chance(2) {
            let opened = self.now - Duration::hours(self.dice.between(2, 60));
            self.task("intake", "clerk", stay, opened, "Request for copies came by mail: open it and check identity");
        }
    }

    /// Broken glass of the last three weeks (PRV-5): reviewed, most of it; the last days wait.
    fn glass(&mut self, told: &[(Stay, Vec<Paper>)]) {
        const BROKEN: &[(&str, &str, &str)] = &[
            ("physician", "coverage", "Covering for a colleague tonight, called about a fever."),
            ("physician", "direct-care", "Asked to see the patient in the emergency department."),
            ("coder", "coding-billing", "Earlier stay needed to decide whether the condition is new."),
            ("cdi", "coding-billing", "Query about the earlier admission for this diagnosis."),
            ("manager", "patient-request", "Patient on the telephone says that a report is wrong."),
            ("release", "legal-compliance", "Subpoena arrived; checking whether we hold the record."),
            ("completion", "other", "Neighbor asked me how she was doing."),
        ];
        let chance = if self.person.restricted.is_some() { 45 } else { 2 };
        let Some((stay, _)) = told.first().filter(|_| self.dice.chance(chance)) else { return };
        let emergency = self.dice.chance(25);
        let (role, reason_code, reason) = match emergency {
            true => ("physician", "emergency", ""),
            false => *self.dice.pick(BROKEN),
        };
        // who has a case or a task needs no glass
        if self.work.tasks.iter().any(|task| task.role == role)
            || (role == "physician" && stays::physician_attends(stay))
        {
            return;
        }
        let granted_at = self.now - Duration::minutes(self.dice.between(70, 60 * 24 * 20));
        let early = self.dice.chance(40).then(|| granted_at + Duration::minutes(self.dice.between(4, 50)));
        let age = self.now - granted_at;
        let odd = reason_code == "other";
        let review = (age > Duration::days(2) && self.dice.chance(75)).then(|| {
            let at = granted_at + Duration::hours(self.dice.between(10, 46));
            match (odd, self.dice.between(1, 10)) {
                (true, _) => (at, "investigation", "Reason is not one of care or work; talked with the manager."),
                (false, 1) => (at, "not-appropriate", "The question could have been answered without the chart."),
                _ => (at, "appropriate", "Fits the visit and the schedule of that day."),
            }
        });
        if matches!(review, Some((_, "investigation", _))) {
            let opened = granted_at + Duration::hours(50);
            self.task("privacy-case", "privacy", stay, opened, "Access without a reason of work: case opened")
                .by_name = true;
        }
        self.work.grants.push(Grant {
            id: GrantId(self.dice.id(self.person.index)),
            role,
            emergency,
            sensitive: stay.scenario.sensitivity.is_some() && self.dice.chance(50),
            reason_code,
            reason,
            granted_at,
            ended_at: early,
            review,
        });
    }

    /// The demo physician covers for colleagues.
    fn cover(&mut self, told: &[(Stay, Vec<Paper>)]) {
        let Some((stay, _)) = told.first().filter(|(stay, _)| stay.is_bedded() && stay.ended_at.is_none()) else {
            return;
        };
        if stays::physician_attends(stay) || !self.dice.chance(18) {
            return;
        }
        let from = self.now - Duration::hours(self.dice.between(1, 9));
        let to = Some(self.now + Duration::days(6));
        self.work.covers.push(Cover { reason: "Covering hospitalist", from: from.max(stay.started_at), to });
    }
}

fn class_words(class: &str) -> &'static str {
    match class {
        "inpatient" => "Inpatient stay",
        "observation" => "Observation stay",
        "emergency" => "Emergency visit",
        "day-surgery" => "Day surgery",
        "newborn" => "Newborn stay",
        _ => "Visit",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::super::people::street;
    use super::super::{papers, world};
    use super::*;

    #[test]
    fn every_role_of_the_chart_has_work_and_the_coder_a_restricted_one() {
        let now: DateTime<Utc> = "2026-11-22T15:20:00Z".parse().unwrap();
        let (mut open, mut kinds, mut restricted) = (BTreeMap::<&str, usize>::new(), BTreeSet::new(), 0);
        let (mut covers, mut reviewed, mut waiting) = (0, 0, 0);
        for mut person in (0..12).flat_map(|number| street(5, number, now)) {
            let told: Vec<_> = stays::stays(5, &mut person, now)
                .into_iter()
                .map(|stay| {
                    let papers = papers::papers(5, &person, &stay, now);
                    (stay, papers)
                })
                .collect();
            let work = work(5, &person, &told, now);
            for task in &work.tasks {
                assert!(task.opened_at <= now && task.done.is_none_or(|(at, _)| at >= task.opened_at && at <= now));
                assert!(world::STAFF.iter().any(|staff| staff.role == task.role));
                kinds.insert(task.kind);
                if task.done.is_none() {
                    *open.entry(task.role).or_default() += 1;
                    let coder = task.role == "coder" && task.by_name;
                    restricted += usize::from(coder && person.restricted.is_some());
                }
            }
            covers += work.covers.len();
            for grant in &work.grants {
                assert!(grant.emergency || grant.reason.len() >= 10);
                assert!(grant.review.is_none_or(|(at, _, _)| at >= grant.granted_at && at <= now));
                match grant.review {
                    Some(_) => reviewed += 1,
                    None => waiting += 1,
                }
            }
        }
        for role in [
            "clerk",
            "indexer",
            "scanqc",
            "coder",
            "lead",
            "cdi",
            "release",
            "completion",
            "physician",
            "billing",
            "auditor",
        ] {
            assert!(open.get(role).copied().unwrap_or(0) >= 1, "{role}: {open:?}");
        }
        assert!(kinds.len() >= 12, "{kinds:?}");
        assert!(
            restricted >= 1 && covers >= 2 && reviewed >= 2 && waiting >= 1,
            "{restricted} {covers} {reviewed} {waiting}"
        );
    }
}
