//! Rows of tasks, care relations and broken glass.

use chrono::Duration;
use uuid::Uuid;

use super::super::dice::Dice;
use super::super::people::Person;
use super::super::work::{Grant, Task, Work};
use super::super::world::staff_id;
use super::load::{Into, Load};

/// Puts what is to be done about one person on the load.
pub fn work(load: &mut Load, seed: u64, person: &Person, work: &Work) {
    let ids = &mut Dice::new(seed, "work rows", person.index);
    let patient = person.id.0;
    for one in &work.tasks {
        task(load, patient, one);
    }
    for cover in &work.covers {
        let row = ids.id(person.index);
        load.row(
            Into::CareTeam,
            &[&row, &patient, &patient, &staff_id("physician").0, &cover.reason, &cover.from, &cover.to],
        );
    }
    for one in &work.grants {
        grant(load, patient, one, ids.id(person.index));
    }
}

fn task(load: &mut Load, patient: Uuid, task: &Task) {
    let staff = staff_id(task.role).0;
    load.row(
        Into::Tasks,
        &[
            &task.id.0,
            &patient,
            &patient,
            &task.encounter.map(|id| id.0),
            &task.document.map(|id| id.0),
            &task.kind,
            &task.by_name.then_some(staff),
            &(!task.by_name).then_some(task.role),
            &task.needs_sensitive,
            &task.note,
            &task.opened_at,
            &task.due_at,
        ],
    );
    if let Some((at, outcome)) = task.done {
        load.row(Into::Closures, &[&task.id.0, &patient, &patient, &at, &staff, &outcome]);
    }
}

fn grant(load: &mut Load, patient: Uuid, grant: &Grant, review: Uuid) {
    let (id, staff) = (grant.id.0, staff_id(grant.role).0);
    let class = if grant.sensitive { "sensitive" } else { "chart" };
    load.row(
        Into::Grants,
        &[
            &id,
            &patient,
            &patient,
            &staff,
            &grant.emergency,
            &class,
            &grant.reason_code,
            &grant.reason,
            &grant.granted_at,
            &(grant.granted_at + Duration::minutes(60)),
        ],
    );
    if let Some(at) = grant.ended_at {
        load.row(Into::Endings, &[&id, &patient, &patient, &at, &staff]);
    }
    if let Some((at, finding, note)) = grant.review {
        let privacy = staff_id("privacy").0;
        load.row(Into::Reviews, &[&review, &id, &patient, &patient, &at, &privacy, &finding, &note]);
    }
}
