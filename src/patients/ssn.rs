//! A Social Security number as it is kept: sealed, with two keyed indexes to find it by. The digits are never in the database in clear.

use chrono::NaiveDate;

use super::rules::Ssn;
use crate::base::id::PatientId;
use crate::vault::{Use, Vault, VaultError};

/// What the three columns of `patients` hold.
pub struct SealedSsn {
    pub sealed: Vec<u8>,
    pub index: Vec<u8>,
    /// None without a birth date: the last four digits alone would be a dictionary of ten thousand.
    pub last4_index: Option<Vec<u8>>,
}

/// Seals a number for one patient; it opens in no other row.
///
/// # Errors
/// Only what the vault says.
pub fn seal(vault: &Vault, patient: PatientId, ssn: &Ssn, born: Option<NaiveDate>) -> Result<SealedSsn, VaultError> {
    Ok(SealedSsn {
        sealed: vault.seal(Use::SocialSecurityNumber, patient.0.as_bytes(), ssn.expose().as_bytes())?,
        index: index(vault, ssn),
        last4_index: born.map(|born| last4_index(vault, ssn.last4(), born)),
    })
}

/// What equal numbers share.
pub fn index(vault: &Vault, ssn: &Ssn) -> Vec<u8> {
    vault.index(Use::SocialSecurityNumberIndex, &[b"whole", ssn.expose().as_bytes()]).to_vec()
}

/// What people with the same last four digits, born on the same day, share.
pub fn last4_index(vault: &Vault, last4: &str, born: NaiveDate) -> Vec<u8> {
    let born = born.format("%Y%m%d").to_string();
    vault.index(Use::SocialSecurityNumberIndex, &[b"last four", last4.as_bytes(), born.as_bytes()]).to_vec()
}

/// The last four digits of a sealed number, for masked display; `None` when it can't be opened.
pub fn last4(vault: &Vault, patient: PatientId, sealed: &[u8]) -> Option<String> {
    let digits = vault.open(Use::SocialSecurityNumber, patient.0.as_bytes(), sealed).ok()?;
    let text = String::from_utf8(digits).ok()?;
    text.get(text.len().checked_sub(4)?..).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_four_come_back_for_their_own_row_only() {
        let vault = Vault::from_key([3; 32]);
        let ssn = Ssn::parse("219-09-4419").unwrap();
        let patient = PatientId::new();
        let born: NaiveDate = "1968-07-22".parse().unwrap();
        let kept = seal(&vault, patient, &ssn, Some(born)).unwrap();
        assert_eq!(last4(&vault, patient, &kept.sealed).as_deref(), Some("4419"));
        assert_eq!(last4(&vault, PatientId::new(), &kept.sealed), None);
        assert_eq!(kept.index, index(&vault, &ssn));
        assert_eq!(kept.last4_index, Some(last4_index(&vault, "4419", born)));
        assert_ne!(kept.last4_index, Some(last4_index(&vault, "4419", "1968-07-23".parse().unwrap())));
        assert!(seal(&vault, patient, &ssn, None).unwrap().last4_index.is_none());
    }
}
