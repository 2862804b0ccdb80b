//! Whose turn a scheduled job is.

use chrono::{DateTime, Duration, Utc};

use crate::access::{Desk, Result};

/// Takes the turn if the job is due; it is due again after `every`, for all servers. The first one ever comes at once.
pub async fn take(desk: &mut Desk<'_>, job: &str, every: Duration) -> Result<bool> {
    let now = desk.at();
    let taken = desk
        .exec(sqlx::query!(
            "insert into scheduled_turns as t (job, due_at)
            values ($1, $3)
            on conflict (job) do update set due_at = excluded.due_at where t.due_at <= $2",
            job,
            now,
            now + every
        ))
        .await?;
    Ok(taken == 1)
}

/// Makes the job due at another time: sooner, after it failed.
pub async fn put_off(desk: &mut Desk<'_>, job: &str, due: DateTime<Utc>) -> Result<()> {
    desk.exec(sqlx::query!("update scheduled_turns set due_at = $2 where job = $1", job, due)).await?;
    Ok(())
}
