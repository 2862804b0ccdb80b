//! Codes of the second factor (RFC 6238) and recovery codes for a lost device (handbook 7.8).
//!
//! Six digits, thirty seconds, HMAC-SHA-1: what every authenticator app reads. One step of clock difference either way is forgiven; a code of a
//! step that was taken before is not (RFC 6238 §5.2).

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Secret, Totp};

/// Recovery codes made at once.
pub const RECOVERY_CODES: usize = 10;
/// 160 bits, as RFC 4226 asks.
pub const SECRET_BYTES: usize = 20;

const DIGITS: usize = 6;

/// What somebody typed where a code is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// From the device.
    Code(String),
    /// From the printed list, in its plain form.
    Recovery(String),
    Neither,
}

impl Typed {
    /// Blanks and hyphens are how people read codes out; they mean nothing.
    pub fn read(text: &str) -> Self {
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(40).collect();
        match plain.chars().count() {
            DIGITS if plain.chars().all(|c| c.is_ascii_digit()) => Typed::Code(plain),
            15 if plain.chars().all(|c| c.is_ascii_alphanumeric()) => Typed::Recovery(plain.to_lowercase()),
            _ => Typed::Neither,
        }
    }
}

/// The step of a code that fits now and has not been taken before.
pub fn fits(secret: &[u8], code: &str, last_step: i64, now: DateTime<Utc>) -> Option<i64> {
    let seconds = u64::try_from(now.timestamp()).ok()?;
    let step = i64::try_from(clockwork(secret)?.check(code, seconds)?).ok()?;
    (step > last_step).then_some(step)
}

/// The secret as people type it into a device: base 32 in groups of four.
pub fn spelled(secret: &[u8]) -> String {
    let letters = base32(secret);
    letters.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect::<Vec<_>>().join(" ")
}

/// What the QR code says (Key URI format). The sign-in name tells two accounts of one device apart.
pub fn address(secret: &[u8], site: &str, sign_in_name: &str) -> String {
    let plain =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let site = plain(site);
    format!("otpauth://totp/{site}:{}?secret={}&issuer={site}", plain(sign_in_name), base32(secret))
}

fn clockwork(secret: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(Secret::new(secret.into())).build().ok()
}

fn base32(secret: &[u8]) -> String {
    Secret::new(secret.into()).to_base32()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn rfc_6238_appendix_b() {
        // The published codes have eight digits; six are their end.
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(fits(RFC, &code[2..], -1, at(seconds)), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn one_step_either_way_and_no_more() {
        let code = "005924"; // of the step that holds 1234567890
        let step = 1_234_567_890 / 30;
        for (seconds, fitting) in
            [(-31, true), (-30, true), (0, true), (29, true), (59, true), (60, false), (-61, false)]
        {
            let now = at(step * 30 + seconds);
            assert_eq!(fits(RFC, code, 0, now).is_some(), fitting && seconds >= -30, "{seconds}");
        }
    }

    #[test]
    fn rfc_6238_5_2_no_code_counts_twice() {
        let now = at(1_234_567_890);
        let step = fits(RFC, "005924", 0, now).unwrap();
        assert_eq!(fits(RFC, "005924", step, now), None);
        assert_eq!(fits(RFC, "005924", step + 1, now), None, "nor an older one after a newer");
    }

    #[test]
    fn what_is_typed_is_read_with_blanks_and_hyphens() {
        assert_eq!(Typed::read(" 123 456 "), Typed::Code("123456".into()));
        assert_eq!(Typed::read("ABCDE-fghjk-mnpqr"), Typed::Recovery("abcdefghjkmnpqr".into()));
        for wrong in ["", "12345", "1234567", "12345é", "abcde-fghjk", &"9".repeat(500)] {
            assert_eq!(Typed::read(wrong), Typed::Neither, "{wrong}");
        }
    }

    #[test]
    fn the_secret_is_spelled_for_people_and_for_devices() {
        assert_eq!(spelled(RFC), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            address(RFC, "Mercy Ridge", "a.lee"),
            "otpauth://totp/Mercy%20Ridge:a%2Elee?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Mercy%20Ridge"
        );
    }
}
