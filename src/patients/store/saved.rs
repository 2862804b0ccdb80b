//! Searches that somebody named to run again. Name and criteria are sealed: people name them after patients.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::scope::Figure;
use crate::access::{Error, Result, Roster};
use crate::patients::query::Typed;
use crate::vault::{Use, Vault};

/// More than this is a list nobody reads.
pub const MOST: usize = 20;

/// A saved search, as a list shows it.
pub struct Saved {
    pub saved: Uuid,
    pub name: String,
}

#[derive(Serialize, Deserialize)]
struct Search {
    name: String,
    typed: Typed,
}

#[derive(Default)]
struct Rows {
    ids: Vec<Uuid>,
    sealed: Vec<Vec<u8>>,
}

impl Figure for Rows {}

struct Sealed {
    search: Vec<u8>,
}

impl Figure for Sealed {}

/// Keeps a search under a name. [`Error::Invalid`] when there are enough.
pub async fn save(roster: &mut Roster<'_>, vault: &Vault, name: &str, typed: Typed) -> Result<()> {
    let staff = roster.staff().ok_or(Error::NotFound)?;
    if rows(roster).await?.ids.len() >= MOST {
        return Err(Error::Invalid(format!("You have {MOST} saved searches. Remove one on My day first.")));
    }
    let (id, at) = (Uuid::now_v7(), roster.at());
    let plain = serde_json::to_vec(&Search { name: name.to_owned(), typed })
        .map_err(|error| Error::Internal(error.to_string()))?;
    let sealed =
        vault.seal(Use::SearchCriteria, id.as_bytes(), &plain).map_err(|error| Error::Internal(error.to_string()))?;
    roster
        .figure(sqlx::query_scalar!(
            r#"insert into saved_searches (saved_id, staff_id, sealed_search, saved_at) values ($1, $2, $3, $4) returning true as "saved!""#,
            id,
            staff.0,
            sealed,
            at,
        ))
        .await?;
    Ok(())
}

/// One's own, by name. What can't be opened is left out.
pub async fn list(roster: &mut Roster<'_>, vault: &Vault) -> Result<Vec<Saved>> {
    let rows = rows(roster).await?;
    let mut saved: Vec<Saved> = rows
        .ids
        .into_iter()
        .zip(rows.sealed)
        .filter_map(|(saved, sealed)| Some(Saved { saved, name: open(vault, saved, &sealed).ok()?.name }))
        .collect();
    saved.sort_by_key(|saved| saved.name.to_lowercase());
    Ok(saved)
}

async fn rows(roster: &mut Roster<'_>) -> Result<Rows> {
    let staff = roster.staff().map(|staff| staff.0);
    roster
        .figure(sqlx::query_as!(
            Rows,
            r#"select coalesce(array_agg(saved_id order by saved_at), '{}') as "ids!", coalesce(array_agg(sealed_search order by saved_at), '{}') as "sealed!"
            from saved_searches where staff_id = $1"#,
            staff,
        ))
        .await
}

/// What was typed. [`Error::NotFound`] for anybody but whoever saved it.
pub async fn typed(roster: &mut Roster<'_>, vault: &Vault, saved: Uuid) -> Result<Typed> {
    let staff = roster.staff().map(|staff| staff.0);
    let sealed: Sealed = roster
        .figure(sqlx::query_as!(
            Sealed,
            "select sealed_search as search from saved_searches where saved_id = $1 and staff_id = $2",
            saved,
            staff,
        ))
        .await?;
    Ok(open(vault, saved, &sealed.search)?.typed)
}

/// Throws one's own away; another's stays where it is.
pub async fn remove(roster: &mut Roster<'_>, saved: Uuid) -> Result<()> {
    let staff = roster.staff().map(|staff| staff.0);
    roster
        .figure(sqlx::query_scalar!(
            r#"with gone as (delete from saved_searches where saved_id = $1 and staff_id = $2 returning 1) select count(*) as "gone!" from gone"#,
            saved,
            staff,
        ))
        .await?;
    Ok(())
}

fn open(vault: &Vault, saved: Uuid, sealed: &[u8]) -> Result<Search> {
    let plain = vault.open(Use::SearchCriteria, saved.as_bytes(), sealed).map_err(|_| Error::NotFound)?;
    serde_json::from_slice(&plain).map_err(|_| Error::NotFound)
}
