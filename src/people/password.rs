//! Hashing and checking passwords: Argon2id (RFC 9106), slow on purpose, so it runs off the request threads and only a few at a time.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

pub use super::rules::password::{Factors, LONGEST, Password, Surroundings, Weakness};
use super::rules::password::{one_time, recovery_code};
use crate::access::{Error, Result};

/// Each hash takes 19 MiB and a core for a while; a crowd at the door waits here instead of starving those inside.
static AT_A_TIME: Semaphore = Semaphore::const_new(4);

/// The stored form (PHC string) of a password.
pub async fn hash(password: Password) -> Result<String> {
    slowly(move || make(password.bytes())).await?
}

/// Whether `password` is the one stored. Without a stored form (no such person) it works just as long before it says no, so that the time
/// taken tells nobody which names exist.
pub async fn matches(password: Password, stored: Option<String>) -> Result<bool> {
    slowly(move || {
        // An account made without a password (by an import, say) stores something that is no hash.
        let stored = stored.as_deref().and_then(|phc| PasswordHash::new(phc).ok());
        let known = stored.is_some();
        let parsed = match stored {
            Some(parsed) => parsed,
            None => {
                PasswordHash::new(nobody()?).map_err(|_| Error::Internal("a password hash can't be read".into()))?
            }
        };
        Ok(Argon2::default().verify_password(password.bytes(), &parsed).is_ok() && known)
    })
    .await?
}

fn make(password: &[u8]) -> Result<String> {
    let hash =
        Argon2::default().hash_password(password).map_err(|_| Error::Internal("hashing a password failed".into()))?;
    Ok(hash.to_string())
}

/// The hash that nobody's password matches.
fn nobody() -> Result<&'static str> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    if let Some(phc) = NOBODY.get() {
        return Ok(phc);
    }
    let made = make(&rand::random::<[u8; 32]>())?;
    Ok(NOBODY.get_or_init(|| made))
}

async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = AT_A_TIME.acquire().await.map_err(|_| Error::Unavailable)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Internal("hashing was interrupted".into()))
}

/// A fresh one-time password.
pub fn make_one_time() -> String {
    one_time(random)
}

/// A fresh recovery code.
pub fn make_recovery_code() -> String {
    recovery_code(random)
}

fn random(below: usize) -> usize {
    use rand::Rng;
    rand::rng().random_range(0..below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn handbook_7_8_argon2id_and_a_salt_of_its_own() {
        let one = hash(Password::typed("bright maple lantern 2026")).await.unwrap();
        let two = hash(Password::typed("bright maple lantern 2026")).await.unwrap();
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two);
        assert!(matches(Password::typed("bright maple lantern 2026"), Some(one.clone())).await.unwrap());
        assert!(!matches(Password::typed("bright maple lantern 2027"), Some(one)).await.unwrap());
    }

    #[tokio::test]
    async fn nobody_gets_in_without_a_stored_password() {
        assert!(!matches(Password::typed(""), None).await.unwrap());
    }
}
