//! Searches kept behind an opaque id, so that no name stands in an address.

use chrono::Duration;

use crate::access::scope::Figure;
use crate::access::{Error, Result, Roster};
use crate::base::id::SearchId;
use crate::patients::query::Typed;
use crate::vault::{Use, Vault};

/// A shift; then the address is dead and the criteria are gone.
const KEPT_FOR: Duration = Duration::hours(24);

struct Sealed {
    criteria: Option<Vec<u8>>,
}

impl Figure for Sealed {}

/// Keeps what was typed for its maker; drops what they no longer need.
pub async fn keep(roster: &mut Roster<'_>, vault: &Vault, typed: &Typed) -> Result<SearchId> {
    let search = SearchId::new();
    let staff = roster.staff().ok_or(Error::NotFound)?;
    let plain = serde_json::to_vec(typed).map_err(|error| Error::Internal(error.to_string()))?;
    let sealed = vault
        .seal(Use::SearchCriteria, search.0.as_bytes(), &plain)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let at = roster.at();
    roster
        .figure(sqlx::query_scalar!(
            r#"with old as (delete from patient_searches where staff_id = $2 and made_at < $5)
            insert into patient_searches (search_id, staff_id, sealed_criteria, made_at) values ($1, $2, $3, $4) returning true as "kept!""#,
            search.0,
            staff.0,
            sealed,
            at,
            at - KEPT_FOR,
        ))
        .await?;
    Ok(search)
}

/// What was typed. [`Error::NotFound`] for anybody but its maker, and after a day.
pub async fn kept(roster: &mut Roster<'_>, vault: &Vault, search: SearchId) -> Result<Typed> {
    typed(roster, vault, search, KEPT_FOR).await?.ok_or(Error::NotFound)
}

async fn typed(roster: &mut Roster<'_>, vault: &Vault, search: SearchId, within: Duration) -> Result<Option<Typed>> {
    let (staff, since) = (roster.staff().map(|staff| staff.0), roster.at() - within);
    let found = roster
        .figure(sqlx::query_as!(
            Sealed,
            "select (select sealed_criteria from patient_searches where search_id = $1 and staff_id = $2 and made_at >= $3) as criteria",
            search.0,
            staff,
            since,
        ))
        .await?;
    let Some(sealed) = found.criteria else { return Ok(None) };
    let plain = vault.open(Use::SearchCriteria, search.0.as_bytes(), &sealed).map_err(|_| Error::NotFound)?;
    serde_json::from_slice(&plain).map(Some).map_err(|_| Error::NotFound)
}

/// How long a search may lie before somebody new is registered: about one interview (MPI-S1).
const FRESH_FOR: Duration = Duration::minutes(60);

/// What was typed by this person within the hour; nothing otherwise.
pub async fn fresh(roster: &mut Roster<'_>, vault: &Vault, search: SearchId) -> Result<Option<Typed>> {
    typed(roster, vault, search, FRESH_FOR).await
}
