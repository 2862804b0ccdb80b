//! Setting a second factor up, taking one off, recovery codes, and what is checked of them at the door.

use chrono::Duration;

use crate::access::door::SecondFactor;
use crate::access::{Desk, Error, Result, session};
use crate::base::id::StaffId;
use crate::people::model::SecondFactorState;
use crate::people::password;
use crate::people::rules::second_factor::{RECOVERY_CODES, SECRET_BYTES, Typed, fits};
use crate::vault::{Use, Vault};

/// An offer that nobody confirmed is made anew after so long.
const OFFER_LASTS: Duration = Duration::minutes(30);

/// What was presented and fits; it counts once it is burnt.
pub enum Presented {
    Step(i64),
    Recovery([u8; 32]),
}

/// Whether what was typed fits this factor now.
pub async fn check(
    vault: &Vault,
    gate: &crate::access::Gate,
    staff: StaffId,
    factor: &SecondFactor,
    typed: &str,
) -> Result<Option<Presented>> {
    match Typed::read(typed) {
        Typed::Code(code) => {
            let secret = open(vault, staff, &factor.sealed_secret)?;
            Ok(fits(&secret, &code, factor.last_step, gate.clock().now()).map(Presented::Step))
        }
        Typed::Recovery(code) => {
            let hash = hash(vault, staff, &code);
            Ok(gate.has_recovery_code(staff, &hash).await?.then_some(Presented::Recovery(hash)))
        }
        Typed::Neither => Ok(None),
    }
}

/// Takes what was presented, so that it fits nowhere else. Of two at once one comes too late.
pub async fn burn(desk: &mut Desk<'_>, staff: StaffId, presented: &Presented) -> Result<()> {
    let burnt = match presented {
        Presented::Step(step) => {
            desk.exec(sqlx::query!(
                "update second_factors set last_step = $2 where staff_id = $1 and last_step < $2",
                staff.0,
                step
            ))
            .await?
        }
        Presented::Recovery(hash) => {
            desk.exec(sqlx::query!(
                "delete from recovery_codes where staff_id = $1 and code_hash = $2",
                staff.0,
                &hash[..]
            ))
            .await?
        }
    };
    if burnt == 0 { Err(Error::Conflict) } else { Ok(()) }
}

/// How somebody's second factor stands.
pub async fn state(desk: &mut Desk<'_>, staff: StaffId) -> Result<SecondFactorState> {
    desk.one(sqlx::query_as!(
        SecondFactorState,
        r#"select (select f.enrolled_at from second_factors f where f.staff_id = $1) as enrolled_at,
            (select count(*) from recovery_codes c where c.staff_id = $1) as "recovery_codes!""#,
        staff.0,
    ))
    .await
}

/// The secret to show: the one shown a moment ago, so that a page drawn twice shows the same, or a new one.
pub async fn offer(desk: &mut Desk<'_>, vault: &Vault, staff: StaffId) -> Result<Vec<u8>> {
    if let Some(secret) = offered(desk, vault, staff).await? {
        return Ok(secret);
    }
    let secret = rand::random::<[u8; SECRET_BYTES]>();
    let sealed = vault
        .seal(Use::SecondFactor, staff.0.as_bytes(), &secret)
        .map_err(|error| Error::Internal(error.to_string()))?;
    let now = desk.at();
    desk.exec(sqlx::query!(
        "insert into second_factor_offers (staff_id, sealed_secret, offered_at) values ($1, $2, $3)
        on conflict (staff_id) do update set sealed_secret = excluded.sealed_secret, offered_at = excluded.offered_at",
        staff.0,
        sealed,
        now,
    ))
    .await?;
    Ok(secret.to_vec())
}

/// The secret that was shown last, unless that is long ago.
pub async fn offered(desk: &mut Desk<'_>, vault: &Vault, staff: StaffId) -> Result<Option<Vec<u8>>> {
    let since = desk.at() - OFFER_LASTS;
    let sealed = desk
        .optional(sqlx::query_scalar!(
            "select sealed_secret from second_factor_offers where staff_id = $1 and offered_at > $2",
            staff.0,
            since
        ))
        .await?;
    sealed.map(|sealed| open(vault, staff, &sealed)).transpose()
}

/// Makes the offered secret the second factor, in place of any before; answers fresh recovery codes, to be shown once.
pub async fn enrol(desk: &mut Desk<'_>, vault: &Vault, staff: StaffId, step: i64) -> Result<Vec<String>> {
    let now = desk.at();
    let enrolled = desk
        .exec(sqlx::query!(
            "with offer as (delete from second_factor_offers where staff_id = $1 returning sealed_secret)
            insert into second_factors (staff_id, sealed_secret, enrolled_at, last_step) select $1, o.sealed_secret, $2, $3 from offer o
            on conflict (staff_id) do update
            set sealed_secret = excluded.sealed_secret, enrolled_at = excluded.enrolled_at, last_step = excluded.last_step",
            staff.0,
            now,
            step,
        ))
        .await?;
    if enrolled == 0 {
        return Err(Error::Conflict);
    }
    make_recovery_codes(desk, vault, staff).await
}

/// New recovery codes; the old ones are worth nothing from here on.
pub async fn make_recovery_codes(desk: &mut Desk<'_>, vault: &Vault, staff: StaffId) -> Result<Vec<String>> {
    let now = desk.at();
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| password::make_recovery_code()).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| hash(vault, staff, &code.replace('-', "")).to_vec()).collect();
    desk.exec(sqlx::query!("delete from recovery_codes where staff_id = $1", staff.0)).await?;
    desk.exec(sqlx::query!(
        "insert into recovery_codes (staff_id, code_hash, made_at) select $1, h, $3 from unnest($2::bytea[]) h",
        staff.0,
        &hashes,
        now,
    ))
    .await?;
    Ok(codes)
}

/// Takes a lost second factor off. A new password is asked for, because one of eight characters is no longer enough, and sessions end.
pub async fn remove(desk: &mut Desk<'_>, staff: StaffId) -> Result<()> {
    let removed = desk.exec(sqlx::query!("delete from second_factors where staff_id = $1", staff.0)).await?;
    if removed == 0 {
        return Ok(());
    }
    desk.exec(sqlx::query!("delete from recovery_codes where staff_id = $1", staff.0)).await?;
    desk.exec(sqlx::query!("delete from second_factor_offers where staff_id = $1", staff.0)).await?;
    desk.exec(sqlx::query!("update staff set must_change_password = true where staff_id = $1", staff.0)).await?;
    session::end_all(desk, staff).await
}

fn open(vault: &Vault, staff: StaffId, sealed: &[u8]) -> Result<Vec<u8>> {
    vault.open(Use::SecondFactor, staff.0.as_bytes(), sealed).map_err(|error| Error::Internal(error.to_string()))
}

/// A recovery code is kept as a keyed hash: without the master key nobody can even try codes upon a stolen table.
fn hash(vault: &Vault, staff: StaffId, code: &str) -> [u8; 32] {
    vault.index(Use::RecoveryCode, &[staff.0.as_bytes(), code.as_bytes()])
}
