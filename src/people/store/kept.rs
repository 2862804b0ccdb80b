//! What somebody had typed when their session ended, sealed.

use uuid::Uuid;

use chrono::{DateTime, Utc};

use crate::access::{Desk, Result};
use crate::base::id::StaffId;

/// As stored.
pub struct KeptForm {
    pub path: String,
    pub sealed: Vec<u8>,
    pub parked_at: DateTime<Utc>,
}

/// Keeps a form; of one person's, the five newest.
pub async fn keep(desk: &mut Desk<'_>, id: Uuid, staff: StaffId, path: &str, sealed: &[u8]) -> Result<()> {
    let now = desk.at();
    desk.exec(sqlx::query!(
        "insert into parked_forms (parked_form_id, staff_id, path, sealed_body, parked_at) values ($1, $2, $3, $4, $5)",
        id,
        staff.0,
        path,
        sealed,
        now,
    ))
    .await?;
    desk.exec(sqlx::query!(
        "delete from parked_forms where staff_id = $1 and parked_form_id not in (
            select parked_form_id from parked_forms where staff_id = $1 order by parked_at desc, parked_form_id desc limit 5)",
        staff.0,
    ))
    .await?;
    Ok(())
}

/// One's own kept form, if it was kept after `since`.
pub async fn find(desk: &mut Desk<'_>, id: Uuid, staff: StaffId, since: DateTime<Utc>) -> Result<KeptForm> {
    desk.one(sqlx::query_as!(
        KeptForm,
        "select path, sealed_body as sealed, parked_at from parked_forms where parked_form_id = $1 and staff_id = $2 and parked_at > $3",
        id,
        staff.0,
        since,
    ))
    .await
}

pub async fn discard(desk: &mut Desk<'_>, id: Uuid, staff: StaffId) -> Result<()> {
    desk.exec(sqlx::query!("delete from parked_forms where parked_form_id = $1 and staff_id = $2", id, staff.0))
        .await?;
    Ok(())
}
