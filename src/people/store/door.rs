//! Checking a name, a password and the code of a second factor, with counting, waiting and the ledger's rows for every refusal (AUD-2).

use chrono::Duration;
use serde_json::json;

use crate::access::door::{Attempt, Known, Patience, forgive, take_back};
use crate::access::ledger::record::Outcome;
use crate::access::session::{self, Token};
use crate::access::{Act, Actor, Desk, Remarks, Result};
use crate::base::id::{SessionId, StaffId};
use crate::people::model::SignInName;
use crate::people::password::{self, Password};
use crate::people::rules::lock_out::{self, ADDRESS_FAILURES, ADDRESS_WINDOW};
use crate::people::store::second_factor::{self, Presented};
use crate::vault::{Use, Vault};
use crate::web::state::App;
use crate::web::viewer::Viewer;

/// What an attempt came to. Why a password was wrong is in the ledger and nowhere else.
pub enum Verdict {
    Right(Proof),
    Wrong,
    /// The password was right, the code was not. Said only to those inside, or past the password.
    WrongCode,
    Wait(Duration),
}

/// What an attempt at the sign-in page came to.
pub enum Knock {
    Right(Proof),
    /// The password was right; a code is asked for next.
    CodeAsked(StaffId),
    Wrong,
    Wait(Duration),
}

/// What is said of a code that was not taken; it does not tell an unknown code from a used one.
pub const WRONG_CODE: &str = "That code does not fit, or was used already. Wait for the next one";

/// Somebody proved who they are, just now.
pub struct Proof {
    pub staff: StaffId,
    key: String,
    /// The code that was part of it: taken when the proof is settled.
    presented: Option<Presented>,
}

impl Proof {
    /// Takes the attempt's count back and the code, in the transaction that acts on the proof.
    pub async fn settle(&self, desk: &mut Desk<'_>, address: Option<std::net::IpAddr>) -> Result<()> {
        if let Some(presented) = &self.presented {
            second_factor::burn(desk, self.staff, presented).await?;
        }
        forgive(desk, &self.key, address).await
    }
}

/// At the sign-in page: any name, any password.
pub async fn check(app: &App, actor: &Actor, name: &str, typed: &str) -> Result<Knock> {
    let name = SignInName::typed(name);
    let known = match &name {
        Some(name) => app.gate.known(name.as_str()).await?,
        None => None,
    };
    let key = match &known {
        Some(known) => known.sign_in_name.clone(),
        None => unknown_key(&app.vault, name.as_ref().map_or("", SignInName::as_str)),
    };
    let counted = match count(app, actor, Act::SignIn, known.as_ref(), &key).await? {
        Counted::Attempt(counted) => counted,
        Counted::Wait(wait) => return Ok(Knock::Wait(wait)),
    };
    let stored = known.as_ref().map(|known| known.password_hash.clone());
    let right = password::matches(Password::typed(typed), stored).await?;
    let basis = match &known {
        Some(known) if right && known.disabled => "disabled",
        Some(known) if right => {
            if app.gate.second_factor(known.staff).await?.is_none() {
                return Ok(Knock::Right(Proof { staff: known.staff, key, presented: None }));
            }
            let remarks = Remarks { detail: Some(json!({ "staff": known.staff })), ..Remarks::none() };
            app.gate
                .desk(actor, Act::AskSecondFactor, remarks, async |desk| {
                    take_back(desk, &key, counted.failures, actor.address()).await
                })
                .await?;
            return Ok(Knock::CodeAsked(known.staff));
        }
        Some(_) => "password",
        None => "unknown-name",
    };
    Ok(match counted.refuse(app, actor, basis).await? {
        Some(wait) => Knock::Wait(wait),
        None => Knock::Wrong,
    })
}

/// At the code page, after the password: the code of a device, or a recovery code.
pub async fn check_code(app: &App, actor: &Actor, staff: StaffId, code: &str) -> Result<Verdict> {
    let Some(known) = app.gate.known_staff(staff).await? else { return Ok(Verdict::Wrong) };
    let key = known.sign_in_name.clone();
    let counted = match count(app, actor, Act::SignIn, Some(&known), &key).await? {
        Counted::Attempt(counted) => counted,
        Counted::Wait(wait) => return Ok(Verdict::Wait(wait)),
    };
    let presented = match app.gate.second_factor(staff).await? {
        Some(factor) if !known.disabled => second_factor::check(&app.vault, &app.gate, staff, &factor, code).await?,
        _ => None,
    };
    if presented.is_some() {
        return Ok(Verdict::Right(Proof { staff, key, presented }));
    }
    Ok(match counted.refuse(app, actor, if known.disabled { "disabled" } else { "second-factor" }).await? {
        Some(wait) => Verdict::Wait(wait),
        None => Verdict::WrongCode,
    })
}

/// Inside: the password of somebody signed in, once more, and a code where they have a second factor (step-up).
pub async fn check_own(app: &App, viewer: &Viewer, typed: &str, code: &str) -> Result<Verdict> {
    let code = viewer.has_second_factor.then_some(code);
    check_again(app, viewer, viewer.staff, typed, code).await
}

/// The password alone, where a code proves something else (a new device).
pub async fn check_password(app: &App, viewer: &Viewer, typed: &str) -> Result<Verdict> {
    check_again(app, viewer, viewer.staff, typed, None).await
}

async fn check_again(app: &App, actor: &Actor, staff: StaffId, typed: &str, code: Option<&str>) -> Result<Verdict> {
    let Some(known) = app.gate.known_staff(staff).await? else { return Ok(Verdict::Wrong) };
    let key = known.sign_in_name.clone();
    let counted = match count(app, actor, Act::ConfirmPassword, Some(&known), &key).await? {
        Counted::Attempt(counted) => counted,
        Counted::Wait(wait) => return Ok(Verdict::Wait(wait)),
    };
    let right = password::matches(Password::typed(typed), Some(known.password_hash)).await? && !known.disabled;
    let (basis, verdict) = match (right, code) {
        (true, None) => return Ok(Verdict::Right(Proof { staff, key, presented: None })),
        (true, Some(code)) => {
            if let Some(factor) = app.gate.second_factor(staff).await?
                && let Some(presented) = second_factor::check(&app.vault, &app.gate, staff, &factor, code).await?
            {
                return Ok(Verdict::Right(Proof { staff, key, presented: Some(presented) }));
            }
            ("second-factor", Verdict::WrongCode)
        }
        (false, _) => (if known.disabled { "disabled" } else { "password" }, Verdict::Wrong),
    };
    Ok(match counted.refuse(app, actor, basis).await? {
        Some(wait) => Verdict::Wait(wait),
        None => verdict,
    })
}

/// Marks the session as stepped up and rotates its token; the old one is worth nothing from here on.
pub async fn step_up(app: &App, actor: &Actor, session: SessionId, proof: &Proof) -> Result<Token> {
    app.gate
        .desk(actor, Act::ConfirmPassword, Remarks::none(), async |desk| {
            proof.settle(desk, actor.address()).await?;
            session::step_up(desk, session).await
        })
        .await
}

/// Takes the count of a right password back where nothing else comes of it.
pub async fn settle(app: &App, actor: &Actor, proof: &Proof) -> Result<()> {
    app.gate
        .desk(actor, Act::ConfirmPassword, Remarks::none(), async |desk| proof.settle(desk, actor.address()).await)
        .await
}

/// An attempt that was counted before anything was looked at.
struct Attempted {
    act: Act,
    staff: Option<StaffId>,
    failures: i32,
}

enum Counted {
    Attempt(Attempted),
    Wait(Duration),
}

async fn count(app: &App, actor: &Actor, act: Act, known: Option<&Known>, key: &str) -> Result<Counted> {
    let limit = app.config.lock_out_failures;
    let patience = Patience {
        after: |failures| lock_out::after(failures, limit).wait(),
        address_failures: ADDRESS_FAILURES,
        address_window: ADDRESS_WINDOW,
    };
    let staff = known.map(|known| known.staff);
    let (basis, wait) = match app.gate.attempt(key, actor.address(), patience).await? {
        Attempt::Counted(failures) => return Ok(Counted::Attempt(Attempted { act, staff, failures })),
        Attempt::NameWaits(wait) => ("waiting", wait),
        Attempt::AddressWaits(wait) => ("address-waiting", wait),
    };
    app.gate.note(actor, act, Outcome::Refused, basis, json!({ "staff": staff })).await?;
    Ok(Counted::Wait(wait))
}

impl Attempted {
    /// Puts the refusal on the log; answers how long to wait, when it locks the name out.
    async fn refuse(self, app: &App, actor: &Actor, basis: &'static str) -> Result<Option<Duration>> {
        let detail = json!({ "staff": self.staff, "failures": self.failures });
        app.gate.note(actor, self.act, Outcome::Refused, basis, detail.clone()).await?;
        let after = lock_out::after(self.failures, app.config.lock_out_failures);
        if !after.locks_out() {
            return Ok(None);
        }
        app.gate.note(actor, self.act, Outcome::Refused, "locked-out", detail).await?;
        Ok(after.wait())
    }
}

/// A name nobody has is counted like any other, but not stored: people type their password into the wrong box.
fn unknown_key(vault: &Vault, name: &str) -> String {
    let index = vault.index(Use::SignInForm, &[b"unknown name", name.as_bytes()]);
    index[..16].iter().fold(String::from("?"), |text, byte| text + &format!("{byte:02x}"))
}
