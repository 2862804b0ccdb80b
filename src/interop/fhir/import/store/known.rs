//! What came from where: `source_records`, the memory that makes an import idempotent and lets a reference come before its target.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Touched, Writer, superseded_id, superseded_kind};
use crate::access::scope::Figure;
use crate::access::{About, Result, Roster};
use crate::base::id::PatientId;
use crate::interop::fhir::import::map::reference::Key;
use crate::patients::names::identifier_key;

/// A type and an id: the address of a record within its source.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub kind: String,
    pub id: String,
}

impl Slot {
    pub(super) fn new(kind: &str, id: &str) -> Self {
        Self { kind: kind.to_owned(), id: id.to_owned() }
    }

    pub(super) fn of(key: &Key) -> Self {
        Self::new(key.target.word(), &key.id)
    }
}

/// Where a record is kept, and what it was when it was read last.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub target: Uuid,
    /// Whose it is now; none for providers and places.
    pub patient: Option<Uuid>,
    pub content: [u8; 32],
    pub imported_at: DateTime<Utc>,
}

struct Held {
    kind: String,
    id: String,
    target: Uuid,
    patient: PatientId,
    content: Vec<u8>,
    imported_at: DateTime<Utc>,
}

impl About for Held {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// Directory records of a batch in columns: providers, places and organisations are nobody's.
struct Shared {
    kinds: Vec<String>,
    ids: Vec<String>,
    targets: Vec<Uuid>,
    contents: Vec<Vec<u8>>,
    imported: Vec<DateTime<Utc>>,
}

impl Figure for Shared {}

/// What is known under these keys. The lateral keeps the plan to one index look-up a key, whatever the statistics of a table that grows by
/// the hundred thousand within a run.
pub(super) async fn look_up(
    roster: &mut Roster<'_>,
    source: &str,
    slots: &HashSet<Slot>,
) -> Result<HashMap<Slot, Known>> {
    let (kinds, ids): (Vec<String>, Vec<String>) =
        slots.iter().map(|slot| (slot.kind.clone(), slot.id.clone())).unzip();
    let held = roster
        .all(sqlx::query_as!(
            Held,
            r#"select r.resource_type as kind, r.resource_id as id, r.target_id as target, r.patient_id as "patient!: PatientId",
                r.content_sha256 as content, r.imported_at
            from unnest($2::text[], $3::text[]) as k (kind, id)
            cross join lateral (select * from source_records s
                where s.source = $1 and s.resource_type = k.kind and s.resource_id = k.id offset 0) r
            where r.patient_id is not null"#,
            source,
            &kinds,
            &ids,
        ))
        .await?;
    let shared = roster
        .figure(sqlx::query_as!(
            Shared,
            r#"select coalesce(array_agg(r.resource_type), '{}') as "kinds!", coalesce(array_agg(r.resource_id), '{}') as "ids!",
                coalesce(array_agg(r.target_id), '{}') as "targets!", coalesce(array_agg(r.content_sha256), '{}') as "contents!",
                coalesce(array_agg(r.imported_at), '{}') as "imported!"
            from unnest($2::text[], $3::text[]) as k (kind, id)
            cross join lateral (select * from source_records s
                where s.source = $1 and s.resource_type = k.kind and s.resource_id = k.id offset 0) r
            where r.patient_id is null"#,
            source,
            &kinds,
            &ids,
        ))
        .await?;
    let mut known = HashMap::with_capacity(held.len() + shared.ids.len());
    for row in held {
        let content = row.content.try_into().unwrap_or([0; 32]);
        let found = Known { target: row.target, patient: Some(row.patient.0), content, imported_at: row.imported_at };
        known.insert(Slot { kind: row.kind, id: row.id }, found);
    }
    let Shared { kinds, ids, targets, contents, imported } = shared;
    for ((((kind, id), target), content), imported_at) in
        kinds.into_iter().zip(ids).zip(targets).zip(contents).zip(imported)
    {
        let content = content.try_into().unwrap_or([0; 32]);
        known.insert(Slot { kind, id }, Known { target, patient: None, content, imported_at });
    }
    Ok(known)
}

struct Identified {
    authority: String,
    value: String,
    patient: PatientId,
}

impl About for Identified {
    fn about(&self) -> PatientId {
        self.patient
    }
}

/// Patients who carry these identifiers (authority, value). Without an authority any will do, if it leads to one person only.
pub(super) async fn look_up_patients(
    roster: &mut Roster<'_>,
    identifiers: &HashSet<(String, String)>,
) -> Result<HashMap<(String, String), Vec<Uuid>>> {
    let mut found: HashMap<(String, String), Vec<Uuid>> = HashMap::new();
    if identifiers.is_empty() {
        return Ok(found);
    }
    let (authorities, values): (Vec<String>, Vec<String>) = identifiers.iter().cloned().unzip();
    let keys: Vec<String> = values.iter().map(|value| identifier_key(value)).collect();
    let rows = roster
        .all(sqlx::query_as!(
            Identified,
            r#"select distinct k.authority as "authority!", k.value as "value!", i.patient_id as "patient: PatientId"
            from unnest($1::text[], $2::text[], $3::text[]) as k (authority, value, key)
            join patient_identifiers i on i.value_key = k.key and i.value = k.value and (k.authority = '' or i.authority = k.authority)"#,
            &authorities,
            &values,
            &keys,
        ))
        .await?;
    for row in rows {
        found.entry((row.authority, row.value)).or_default().push(row.patient.0);
    }
    Ok(found)
}

/// Whether this very copy was replaced by a later one of the same input in an earlier run: reading it again must change nothing.
pub(super) async fn was_superseded(
    roster: &mut Roster<'_>,
    source: &str,
    kind: &str,
    id: &str,
    hash: &[u8; 32],
) -> Result<bool> {
    roster
        .figure(sqlx::query_scalar!(
            r#"select exists (select from source_records where source = $1 and resource_type = $2 and resource_id = $3) as "known!""#,
            source,
            superseded_kind(kind),
            superseded_id(id, hash),
        ))
        .await
}

/// Rows of `source_records` to be written.
#[derive(Default)]
pub(super) struct Sources {
    rows: HashMap<Slot, Known>,
}

impl Sources {
    pub(super) fn keep(&mut self, kind: &str, id: &str, known: Known) {
        self.rows.insert(Slot::new(kind, id), known);
    }

    pub(super) fn superseded(&mut self, kind: &str, id: &str, replaced: Known) {
        self.rows.insert(Slot { kind: superseded_kind(kind), id: superseded_id(id, &replaced.content) }, replaced);
    }

    pub(super) async fn write(self, writer: &Writer, roster: &mut Roster<'_>) -> Result<()> {
        let (owned, shared): (Vec<_>, Vec<_>) = self.rows.into_iter().partition(|(_, known)| known.patient.is_some());
        let at = roster.at();
        if !owned.is_empty() {
            let columns = Columns::of(owned);
            roster
                .all(sqlx::query_as!(
                    Touched,
                    r#"insert into source_records (source, resource_type, resource_id, patient_id, original_patient_id, target_id, content_sha256, imported_at)
                    select $1, u.kind, u.id, u.patient, u.patient, u.target, u.content, $2
                    from unnest($3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::bytea[]) as u (kind, id, patient, target, content)
                    on conflict (source, resource_type, resource_id) do update
                        set target_id = excluded.target_id, content_sha256 = excluded.content_sha256, imported_at = excluded.imported_at
                    returning patient_id as "patient!: PatientId""#,
                    writer.source,
                    at,
                    &columns.kinds,
                    &columns.ids,
                    &columns.patients,
                    &columns.targets,
                    &columns.contents,
                ))
                .await?;
        }
        if !shared.is_empty() {
            let columns = Columns::of(shared);
            roster
                .figure(sqlx::query_scalar!(
                    r#"with written as (
                        insert into source_records (source, resource_type, resource_id, target_id, content_sha256, imported_at)
                        select $1, u.kind, u.id, u.target, u.content, $2
                        from unnest($3::text[], $4::text[], $5::uuid[], $6::bytea[]) as u (kind, id, target, content)
                        on conflict (source, resource_type, resource_id) do update
                            set target_id = excluded.target_id, content_sha256 = excluded.content_sha256, imported_at = excluded.imported_at
                        returning 1)
                    select count(*) as "count!" from written"#,
                    writer.source,
                    at,
                    &columns.kinds,
                    &columns.ids,
                    &columns.targets,
                    &columns.contents,
                ))
                .await?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Columns {
    kinds: Vec<String>,
    ids: Vec<String>,
    patients: Vec<Uuid>,
    targets: Vec<Uuid>,
    contents: Vec<Vec<u8>>,
}

impl Columns {
    fn of(rows: Vec<(Slot, Known)>) -> Self {
        let mut columns = Self::default();
        for (slot, known) in rows {
            columns.kinds.push(slot.kind);
            columns.ids.push(slot.id);
            columns.patients.extend(known.patient);
            columns.targets.push(known.target);
            columns.contents.push(known.content.to_vec());
        }
        columns
    }
}
