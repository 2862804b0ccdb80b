//! Rows of consents, chart requests and requests for amendment.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::super::amendments::Amendment;
use super::super::asked::{Asked, Consent, Request};
use super::super::people::Person;
use super::super::world::staff_id;
use super::load::{Into, Load};

/// Puts what was signed and asked about one person on the load.
pub fn asked(load: &mut Load, person: &Person, asked: &Asked) {
    let patient = person.id.0;
    for one in &asked.consents {
        consent(load, patient, person, one);
    }
    for one in &asked.requests {
        request(load, patient, one);
    }
    for one in &asked.amendments {
        amendment(load, patient, one);
    }
}

/// Early in the working day, and not before anything that happened on the day before.
fn early(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + chrono::Duration::hours(13)
}

fn amendment(load: &mut Load, patient: Uuid, amendment: &Amendment) {
    let (clerk, privacy) = (staff_id("clerk").0, staff_id("privacy").0);
    let recorded = early(amendment.received_on);
    let owner = amendment.task.map_or(privacy, |(_, role)| staff_id(role).0);
    load.row(
        Into::Amendments,
        &[
            &amendment.id,
            &patient,
            &patient,
            &"patient",
            &amendment.entry,
            &amendment.wanted,
            &amendment.reason,
            &amendment.received_on,
            &clerk,
            &recorded,
        ],
    );
    for (number, step) in (1..).zip(&amendment.steps) {
        let assigned = (step.kind == "assigned").then_some(owner);
        load.row(
            Into::AmendmentSteps,
            &[
                &step.id,
                &amendment.id,
                &patient,
                &patient,
                &number,
                &step.kind,
                &step.on,
                &step.note,
                &assigned,
                &step.until,
                &step.ground,
                &privacy,
                &early(step.on),
            ],
        );
    }
    if let Some((task, _)) = amendment.task {
        let (nowhere, nobody) = (None::<Uuid>, None::<&str>);
        let due = recorded + chrono::Duration::days(60);
        load.row(
            Into::Tasks,
            &[
                &task,
                &patient,
                &patient,
                &nowhere,
                &nowhere,
                &"amendment",
                &Some(owner),
                &nobody,
                &false,
                &amendment.wanted,
                &recorded,
                &Some(due),
            ],
        );
        load.row(Into::AmendmentTasks, &[&task, &amendment.id, &patient, &patient]);
    }
}

fn consent(load: &mut Load, patient: Uuid, person: &Person, consent: &Consent) {
    let registrar = staff_id("registrar").0;
    load.row(
        Into::Consents,
        &[
            &consent.id,
            &patient,
            &patient,
            &consent.kind,
            &consent.decision,
            &consent.scope,
            &consent.signed_on,
            &consent.witness,
            &registrar,
            &person.created_at,
        ],
    );
    if let Some((on, reason)) = consent.revoked {
        load.row(Into::Revocations, &[&consent.id, &patient, &patient, &on, &reason, &registrar, &person.created_at]);
    }
}

fn request(load: &mut Load, patient: Uuid, request: &Request) {
    let clerk = staff_id("clerk").0;
    load.row(
        Into::Requests,
        &[
            &request.id,
            &patient,
            &patient,
            &staff_id(request.role).0,
            &request.role,
            &request.purpose,
            &request.wanted,
            &request.asked_at,
            &request.needed_by,
        ],
    );
    if let Some((step, at, task)) = request.accepted {
        let (nowhere, nobody) = (None::<Uuid>, None::<&str>);
        load.row(
            Into::Tasks,
            &[
                &task,
                &patient,
                &patient,
                &nowhere,
                &nowhere,
                &"retrieval",
                &Some(clerk),
                &nobody,
                &false,
                &request.wanted,
                &at,
                &Some(request.needed_by),
            ],
        );
        load.row(Into::Steps, &[&step, &request.id, &patient, &patient, &"accepted", &clerk, &at, &"", &Some(task)]);
        if let Some((step, kind, at, note)) = request.ended {
            load.row(Into::Closures, &[&task, &patient, &patient, &at, &clerk, &kind]);
            load.row(Into::Steps, &[&step, &request.id, &patient, &patient, &kind, &clerk, &at, &note, &nowhere]);
        }
    }
}
