//! The list of events, by key.

use sqlx::{Postgres, QueryBuilder};

use super::super::model::{By, DAY_BEGINS, DAY_ENDS, Entry, Filter, Flag, Place, exports};
use crate::access::{Desk, Result};

pub(super) const COLUMNS: &str = "select e.event_id as event, e.recorded_at, e.act, e.outcome, e.actor_kind, e.actor_id, e.actor_name, e.role,
    e.session_id as session, e.request_id as request, host(e.address) as address, e.purpose, e.basis, e.grant_id, e.arrival,
    e.patient_id as patient, e.patient_mrn as mrn, e.object_kind, e.object_id, e.detail @> '{\"restricted\": true}' as restricted,
    (select count(*) from audit_subjects s where s.recorded_at = e.recorded_at and s.event_id = e.event_id) as subjects
from audit_events e
where true";

/// At most `limit` events of the filter, newest first, next to `place`.
pub async fn page(desk: &mut Desk<'_>, filter: &Filter, place: Place, limit: i64) -> Result<Vec<Entry>> {
    let mut query = QueryBuilder::new(COLUMNS);
    narrow(&mut query, filter);
    // The time alone is said as well: it lets the planner pass over the months that can't hold a row.
    match place {
        Place::Newest => {}
        Place::Before(key) => {
            query.push(" and e.recorded_at <= ").push_bind(key.recorded_at);
            query.push(" and (e.recorded_at, e.event_id) < (").push_bind(key.recorded_at);
            query.push(", ").push_bind(key.event).push(")");
        }
        Place::After(key) => {
            query.push(" and e.recorded_at >= ").push_bind(key.recorded_at);
            query.push(" and (e.recorded_at, e.event_id) > (").push_bind(key.recorded_at);
            query.push(", ").push_bind(key.event).push(")");
        }
    }
    let upwards = matches!(place, Place::After(_));
    query.push(if upwards {
        " order by e.recorded_at, e.event_id limit "
    } else {
        " order by e.recorded_at desc, e.event_id desc limit "
    });
    query.push_bind(limit);
    let mut entries: Vec<Entry> = desk.all(query.build_query_as()).await?;
    if upwards {
        entries.reverse();
    }
    Ok(entries)
}

/// How many events the filter has, counting no further than `limit`.
pub async fn count(desk: &mut Desk<'_>, filter: &Filter, limit: i64) -> Result<i64> {
    let mut query = QueryBuilder::new("select count(*) from (select from audit_events e where true");
    narrow(&mut query, filter);
    query.push(" limit ").push_bind(limit).push(") counted");
    desk.one(query.build_query_scalar()).await
}

fn narrow(query: &mut QueryBuilder<Postgres>, filter: &Filter) {
    if let Some(from) = filter.from {
        query.push(" and e.recorded_at >= ").push_bind(from);
    }
    if let Some(until) = filter.until {
        query.push(" and e.recorded_at < ").push_bind(until);
    }
    if let Some(by) = &filter.by {
        narrow_to(query, by);
    }
    if !filter.acts.is_empty() {
        query.push(" and e.act = any(").push_bind(filter.acts.clone()).push(")");
    }
    if let Some(outcome) = filter.outcome {
        query.push(" and e.outcome = ").push_bind(outcome);
    }
    if let Some(session) = filter.session {
        query.push(" and e.session_id = ").push_bind(session);
    }
    if let Some(patients) = &filter.patients {
        // Two indexes, one for events about the patient and one for lists that showed them; an "or" would use neither.
        query.push(" and (e.recorded_at, e.event_id) in (select recorded_at, event_id from audit_events where patient_id = any(");
        query.push_bind(patients.clone());
        query.push(") union all select recorded_at, event_id from audit_subjects where patient_id = any(");
        query.push_bind(patients.clone()).push("))");
    }
    if let Some(flag) = filter.flag {
        narrow_to_flag(query, flag, filter.zone);
    }
}

fn narrow_to(query: &mut QueryBuilder<Postgres>, by: &By) {
    match &by.name {
        None => {
            query.push(" and e.actor_id = any(").push_bind(by.staff.clone()).push(")");
        }
        Some(name) => {
            query.push(" and (e.actor_id = any(").push_bind(by.staff.clone());
            query.push(") or (e.actor_id is null and lower(e.actor_name) = lower(").push_bind(name.clone()).push(")))");
        }
    }
}

/// The rules of `rules::flags`, for the database.
fn narrow_to_flag(query: &mut QueryBuilder<Postgres>, flag: Flag, zone: &'static str) {
    match flag {
        Flag::Glass => {
            query.push(" and (e.grant_id is not null or e.act = 'glass.break') and e.basis <> 'emergency' and e.act <> 'glass.emergency'");
        }
        Flag::Emergency => {
            query.push(" and (e.basis = 'emergency' or e.act = 'glass.emergency')");
        }
        Flag::Refused => {
            query.push(" and e.outcome = 'refused'");
        }
        Flag::Failed => {
            query.push(" and e.outcome = 'failed'");
        }
        Flag::Restricted => {
            query.push(" and e.detail @> '{\"restricted\": true}'");
        }
        Flag::AfterHours => {
            query.push(" and e.actor_kind = 'person' and not extract(hour from e.recorded_at at time zone ");
            query.push_bind(zone).push(") between ").push_bind(DAY_BEGINS.cast_signed());
            query.push(" and ").push_bind(DAY_ENDS.cast_signed() - 1);
        }
        Flag::Exported => {
            query.push(" and e.act = any(").push_bind(exports()).push(")");
        }
    }
}
