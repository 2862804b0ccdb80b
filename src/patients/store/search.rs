//! Finds people. One statement finds: every way to search is a leg of one union, each on an index of its own, cut to what the viewer may
//! know before anything is counted (PRV-1). A second one reads the columns of those few who are shown.
//!
//! Only range and equality conditions lead a leg: row-level security lets nothing else use an index, because a condition that could leak a
//! value is tested after the policy. `LIKE` and array overlap are such conditions.

use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::legs::{self, Leg};
use crate::access::scope::Figure;
use crate::access::{About, Result, Roster};
use crate::base::id::PatientId;
use crate::patients::hits::{Candidate, Hits, rank};
use crate::patients::names;
use crate::patients::query::{Criterion, Query, Reading};
use crate::patients::ssn;
use crate::vault::Vault;

/// MPI-S3: the list is capped, and says so.
pub const MOST_SHOWN: i64 = 50;

/// What no row may get past: the viewer's facilities, and who they are for restricted people.
pub(super) struct Ceiling {
    pub facilities: Vec<Uuid>,
    pub staff: Option<Uuid>,
    pub roles: Vec<String>,
    pub contact: bool,
    pub ssn: bool,
    pub encounters: bool,
}

/// Searches as the viewer of this roster may; what is answered is recorded as shown.
pub async fn search(roster: &mut Roster<'_>, vault: &Vault, query: &Query) -> Result<Hits> {
    let ceiling = ceiling(roster);
    let (readings, mut notes) = permitted(&query.readings, &ceiling);
    let mut hits = find(roster, vault, &ceiling, &readings).await?;
    if hits.rows.is_empty() {
        let rest: Vec<Reading> = readings
            .iter()
            .filter(|reading| reading.number.is_some() || reading.ssn.is_some())
            .filter_map(|reading| reading.leaving_out(&[Criterion::Number, Criterion::Ssn]))
            .collect();
        if !rest.is_empty() {
            hits = find(roster, vault, &ceiling, &rest).await?;
            if !hits.rows.is_empty() {
                notes.push("Nobody here has that number. These match the rest of what you typed.".into());
            }
        }
    }
    hits.notes = notes;
    Ok(hits)
}

fn ceiling(roster: &Roster<'_>) -> Ceiling {
    let sight = roster.sight();
    Ceiling {
        facilities: roster.facilities(),
        staff: roster.staff().map(|staff| staff.0),
        roles: roster.role_words(),
        contact: sight.contact,
        ssn: sight.ssn_masked,
        encounters: sight.encounters,
    }
}

/// These people with the columns of a list, masked as in one; recorded as shown.
pub async fn people(roster: &mut Roster<'_>, vault: &Vault, ids: &[Uuid]) -> Result<Vec<Candidate>> {
    let ceiling = ceiling(roster);
    described(roster, vault, &ceiling, &[], ids).await
}

/// A criterion the role may not see is not searched by either: a yes or no would tell it. Nothing may be left.
fn permitted(readings: &[Reading], ceiling: &Ceiling) -> (Vec<Reading>, Vec<String>) {
    let (mut hidden, mut notes) = (Vec::new(), Vec::new());
    if !ceiling.contact && readings.iter().any(|reading| reading.phone.is_some()) {
        hidden.push(Criterion::Phone);
        notes.push("Your role does not search by phone number.".to_owned());
    }
    if !ceiling.ssn && readings.iter().any(|reading| reading.ssn.is_some() || reading.last4.is_some()) {
        hidden.push(Criterion::Ssn);
        notes.push("Your role does not search by Social Security number.".to_owned());
    }
    if hidden.is_empty() {
        return (readings.to_vec(), notes);
    }
    let left: Vec<Reading> = readings.iter().filter_map(|reading| reading.leaving_out(&hidden)).collect();
    notes.push(if left.is_empty() {
        "Type a name, a date of birth or a record number.".into()
    } else {
        "The rest of what you typed was searched.".into()
    });
    (left, notes)
}

async fn find(roster: &mut Roster<'_>, vault: &Vault, ceiling: &Ceiling, readings: &[Reading]) -> Result<Hits> {
    if readings.is_empty() {
        return Ok(Hits { rows: Vec::new(), more: false, notes: Vec::new() });
    }
    let legs = legs::of(roster, vault, ceiling, readings).await?;
    let mut statement = QueryBuilder::new("");
    legs::push(&mut statement, ceiling, &legs);
    push_found(&mut statement, ceiling);
    // Planned anew each time where what was typed decides which index is the short way.
    let by_key = legs.iter().all(Leg::is_by_key);
    let found: Vec<Hit> = roster.all(statement.build_query_as().persistent(by_key)).await?;
    let more = found.first().is_some_and(|first| first.total > MOST_SHOWN || first.saturated);
    let ids: Vec<Uuid> = found.iter().map(|hit| hit.patient_id.0).collect();
    let people = described(roster, vault, ceiling, readings, &ids).await?;
    Ok(Hits { rows: rank(people, readings), more, notes: Vec::new() })
}

/// Somebody found.
#[derive(sqlx::FromRow)]
struct Hit {
    patient_id: PatientId,
    /// How many were found before the cut.
    total: i64,
    /// One of the ways to search found more than it looked at.
    saturated: bool,
}

impl About for Hit {
    fn about(&self) -> PatientId {
        self.patient_id
    }
}

/// From hits to people: merged-away records lead to their survivor (MPI-S4), other facilities' people are not even counted.
fn push_found(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling) {
    statement.push(
        ", found as (select patient_id, max(rank) as rank from hits group by patient_id),
        people as (
            select coalesce(survivor.id, f.patient_id) as patient_id, max(f.rank) as rank
            from found f
            join patients p on p.patient_id = f.patient_id
            left join lateral (
                with recursive up (id, step) as (
                    select p.merged_into, 1 where p.merged_into is not null
                    union all
                    select q.merged_into, up.step + 1 from up join patients q on q.patient_id = up.id
                    where q.merged_into is not null and up.step < 20)
                select up.id from up order by up.step desc limit 1) survivor on true
            group by 1)
        select q.patient_id, count(*) over () as total, coalesce((select max(leg_rows) from hits) >= ",
    );
    statement.push_bind(legs::MOST_LOOKED_AT);
    statement.push(
        ", false) as saturated
        from people q join patients p on p.patient_id = q.patient_id
        where p.merged_into is null and p.facility_ids && ",
    );
    statement.push_bind(ceiling.facilities.clone());
    statement.push(" order by q.rank desc, q.patient_id limit ");
    statement.push_bind(MOST_SHOWN);
}

/// The columns of these people, in their order. The statement is the same for everybody of a role, long, and looks up by key: it is planned once a
/// connection, because planning it took several times as long as running it (docs/performance.md).
async fn described(
    roster: &mut Roster<'_>,
    vault: &Vault,
    ceiling: &Ceiling,
    readings: &[Reading],
    ids: &[Uuid],
) -> Result<Vec<Candidate>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    roster.look_up_by_key().await?;
    let mut statement = QueryBuilder::new("with shown as (select k.patient_id, k.place from unnest(");
    statement.push_bind(ids.to_vec()).push("::uuid[]) with ordinality k (patient_id, place))");
    push_columns(&mut statement, vault, ceiling, readings, roster.at());
    roster.all(statement.build_query_as()).await
}

/// MPI-S2: the columns of the list. What the role may not see is not in the statement; a masked person's columns are null.
fn push_columns(
    statement: &mut QueryBuilder<Postgres>,
    vault: &Vault,
    ceiling: &Ceiling,
    readings: &[Reading],
    at: chrono::DateTime<chrono::Utc>,
) {
    statement.push(
        " select p.patient_id, m.hidden, p.restricted,
            case when m.hidden then '[]'::jsonb else (
                select coalesce(jsonb_agg(jsonb_build_object('usage', n.use, 'family', n.family, 'given', n.given,
                    'prefix', n.prefix, 'suffix', n.suffix, 'ended', n.ended_on is not null)
                    order by n.ended_on is not null, array_position(array['official', 'usual', 'temp', 'alias'], n.use), n.name_id), '[]'::jsonb)
                from patient_names n where n.patient_id = p.patient_id) end as names,
            case when not m.hidden then p.sex end as sex,
            case when not m.hidden then p.birth_date end as birth_date,
            extract(year from p.birth_date)::int as birth_year,
            p.deceased and not m.hidden as deceased,
            case when not m.hidden then p.identity end as identity,
            case when m.hidden then right(mrn.value, 4) else mrn.value end as mrn",
    );
    push_sighted(statement, ceiling);
    push_matches(statement, vault, ceiling, readings);
    statement.push(
        " from shown s
        join patients p on p.patient_id = s.patient_id
        cross join lateral (select case when p.restricted then not access_related(",
    );
    statement.push_bind(ceiling.staff);
    statement.push(", ").push_bind(ceiling.roles.clone());
    statement.push(", p.patient_id, ").push_bind(at);
    statement.push(
        ") else false end as hidden) m
        left join lateral (
            select i.value from patient_identifiers i
            where i.patient_id = p.patient_id and i.type = 'MR'
            order by i.original_patient_id = i.patient_id desc, i.authority in (select f.mrn_authority from facilities f where f.facility_id = any(",
    );
    statement.push_bind(ceiling.facilities.clone());
    statement.push(
        ")) desc, i.ended_on nulls first, i.identifier_id limit 1) mrn on true
        left join lateral (
            select k.kind, k.value from (
                select case when i.type = 'MR' and (i.ended_on is not null or i.original_patient_id <> i.patient_id) then 'MR former' else i.type end as kind,
                    i.value, 1 as place
                from patient_identifiers i where i.patient_id = p.patient_id and i.value_key = any(",
    );
    statement.push_bind(number_keys(readings));
    statement.push(") union all select 'policy', c.member_id, 3 from coverages c where c.patient_id = p.patient_id and c.member_id = any(");
    statement.push_bind(number_variants(readings));
    statement.push(")");
    if ceiling.encounters {
        statement.push(" union all select 'visit', e.visit_number, 2 from encounters e where e.patient_id = p.patient_id and (e.visit_number = any(");
        statement.push_bind(number_variants(readings));
        statement.push(") or e.account_number = any(").push_bind(number_variants(readings));
        statement.push("))");
    }
    statement.push(") k order by k.place limit 1) number on not m.hidden order by s.place");
}

/// Columns that depend on the role.
fn push_sighted(statement: &mut QueryBuilder<Postgres>, ceiling: &Ceiling) {
    statement.push(if ceiling.ssn {
        ", case when not m.hidden then p.ssn_sealed end as ssn_sealed"
    } else {
        ", null::bytea as ssn_sealed"
    });
    statement.push(if ceiling.contact {
        ", case when not m.hidden then (select t.value from patient_telecoms t where t.patient_id = p.patient_id and t.kind = 'phone'
            order by t.ended_on is not null, t.telecom_id limit 1) end as phone,
        case when not m.hidden then (select concat_ws(', ', a.city, a.state) from patient_addresses a where a.patient_id = p.patient_id
            order by a.ended_on is not null, a.use = 'old', a.use <> 'home', a.address_id limit 1) end as town"
    } else {
        ", null::text as phone, null::text as town"
    });
    // A protected visit is not told by its date either (42 CFR Part 2).
    statement.push(if ceiling.encounters {
        ", case when not m.hidden then (select max(e.started_at) from encounters e where e.patient_id = p.patient_id
            and e.sensitivity is null and e.status not in ('cancelled', 'entered-in-error', 'planned')) end as last_visit"
    } else {
        ", null::timestamptz as last_visit"
    });
}

/// Which criteria each person matches, for the marks.
fn push_matches(statement: &mut QueryBuilder<Postgres>, vault: &Vault, ceiling: &Ceiling, readings: &[Reading]) {
    let ssns: Vec<Vec<u8>> =
        readings.iter().filter_map(|reading| reading.ssn.as_ref()).map(|number| ssn::index(vault, number)).collect();
    let last4s: Vec<Vec<u8>> = readings
        .iter()
        .filter_map(|reading| Some(ssn::last4_index(vault, reading.last4.as_ref()?, reading.born?.day()?)))
        .collect();
    statement.push(
        ", number.kind as number_kind, number.value as number_value, not m.hidden and coalesce(p.ssn_index = any(",
    );
    statement.push_bind(ssns);
    statement.push("), false) as ssn_hit, not m.hidden and coalesce(p.ssn_last4_index = any(");
    statement.push_bind(last4s);
    statement.push("), false) as last4_hit");
    if ceiling.contact {
        let phones: Vec<String> = readings.iter().filter_map(|reading| reading.phone.clone()).collect();
        statement.push(", not m.hidden and exists (select from patient_telecoms t where t.patient_id = p.patient_id and (t.value_key = any(");
        statement.push_bind(phones.clone());
        statement.push(") or t.local_key = any(").push_bind(phones);
        statement.push("))) as phone_hit");
    } else {
        statement.push(", false as phone_hit");
    }
}

fn number_keys(readings: &[Reading]) -> Vec<String> {
    readings.iter().filter_map(|reading| reading.number.as_deref()).map(names::identifier_key).collect()
}

/// Visit, account and policy numbers are kept as they came: tried as typed, in capitals, and without signs.
pub(super) fn number_variants(readings: &[Reading]) -> Vec<String> {
    let mut variants: Vec<String> = readings
        .iter()
        .filter_map(|reading| reading.number.as_deref())
        .flat_map(|number| [number.to_owned(), number.to_uppercase(), names::identifier_key(number)])
        .collect();
    variants.sort_unstable();
    variants.dedup();
    variants
}

/// Surnames of the dictionary: about no one person.
pub(super) struct Surnames {
    pub keys: Vec<String>,
}

impl Figure for Surnames {}
