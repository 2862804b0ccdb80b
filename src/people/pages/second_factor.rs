//! One's own second factor: how it stands, how to set it up, and the recovery codes, shown once.

use std::fmt::Write as _;

use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use qrcodegen::{QrCode, QrCodeEcc};

use crate::web::format;
use crate::web::layout::Layout;
use crate::web::ui::{ErrorSummary, Field};

#[derive(Template)]
#[template(path = "people/second_factor.html")]
pub struct SecondFactorPage {
    pub layout: Layout,
    /// Policy asks for one, and nothing else opens before.
    pub must: bool,
    pub enrolled_at: Option<DateTime<Utc>>,
    pub recovery_codes: i64,
    /// The secret as it is typed by hand, and the address that the QR code says.
    pub spelled: String,
    pub qr: String,
    /// None while what is set up is only looked at.
    pub form: Option<EnrolForm>,
    pub zone: Tz,
}

pub struct EnrolForm {
    pub code: Field,
    pub password: Field,
}

impl EnrolForm {
    pub fn empty() -> Self {
        Self {
            code: Field::one_time_code("Code the device shows now")
                .hint("Six digits; they change every 30 seconds.")
                .required(),
            password: Field::password("password", "Your password, once more").required(),
        }
    }

    pub fn bad_code(self, problem: &str) -> Self {
        Self { code: self.code.error(Some(problem.into())), ..self }
    }

    pub fn bad_password(self, problem: &str) -> Self {
        Self { password: self.password.error(Some(problem.into())), ..self }
    }

    fn problems(&self) -> Option<ErrorSummary> {
        ErrorSummary::of([&self.code, &self.password])
    }
}

impl SecondFactorPage {
    fn enrolled(&self) -> Option<String> {
        self.enrolled_at.map(|at| format::day_of(at, self.zone))
    }

    fn has_problems(&self) -> bool {
        self.form.as_ref().is_some_and(|form| form.problems().is_some())
    }

    fn picture(&self) -> Option<Picture> {
        Picture::of(&self.qr)
    }

    fn codes_left(&self) -> String {
        format::counted(self.recovery_codes.unsigned_abs(), "recovery code")
    }
}

/// A QR code as the path of one SVG: no colour and no style of its own.
struct Picture {
    /// Modules along one side, the quiet zone of four included.
    side: i32,
    path: String,
}

impl Picture {
    fn of(text: &str) -> Option<Self> {
        const QUIET: i32 = 4;
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
        Some(Self { side: code.size() + 2 * QUIET, path })
    }
}

#[derive(Template)]
#[template(path = "people/recovery_codes.html")]
pub struct RecoveryCodesPage {
    pub layout: Layout,
    pub codes: Vec<String>,
    /// The second factor was set up a moment ago.
    pub fresh: bool,
}
