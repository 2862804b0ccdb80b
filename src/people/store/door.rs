//! Checking a name and a password, with counting, waiting and the ledger's rows for every refusal (AUD-2).

use chrono::Duration;
use serde_json::json;

use crate::access::door::{Attempt, Known, Patience, forgive};
use crate::access::ledger::record::Outcome;
use crate::access::session::{self, Token};
use crate::access::{Act, Actor, Desk, Remarks, Result};
use crate::base::id::{SessionId, StaffId};
use crate::people::model::SignInName;
use crate::people::password::{self, Password};
use crate::people::rules::lock_out::{self, ADDRESS_FAILURES, ADDRESS_WINDOW};
use crate::vault::{Use, Vault};
use crate::web::state::App;

/// What an attempt came to. Why a password was wrong is in the ledger and nowhere else.
pub enum Verdict {
    Right(Proof),
    Wrong,
    Wait(Duration),
}

/// Somebody proved who they are, just now.
pub struct Proof {
    pub staff: StaffId,
    key: String,
}

impl Proof {
    /// Takes the attempt's count back, in the transaction that acts on the proof.
    pub async fn settle(&self, desk: &mut Desk<'_>, address: Option<std::net::IpAddr>) -> Result<()> {
        forgive(desk, &self.key, address).await
    }
}

/// At the sign-in page: any name, any password.
pub async fn check(app: &App, actor: &Actor, name: &str, typed: &str) -> Result<Verdict> {
    let name = SignInName::typed(name);
    let known = match &name {
        Some(name) => app.gate.known(name.as_str()).await?,
        None => None,
    };
    let key = match &known {
        Some(known) => known.sign_in_name.clone(),
        None => unknown_key(&app.vault, name.as_ref().map_or("", SignInName::as_str)),
    };
    weigh(app, actor, Act::SignIn, known, key, typed).await
}

/// Inside: the password of somebody signed in, once more (step-up).
pub async fn check_own(app: &App, actor: &Actor, staff: StaffId, typed: &str) -> Result<Verdict> {
    let Some(known) = app.gate.known_staff(staff).await? else { return Ok(Verdict::Wrong) };
    let key = known.sign_in_name.clone();
    weigh(app, actor, Act::ConfirmPassword, Some(known), key, typed).await
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

async fn weigh(app: &App, actor: &Actor, act: Act, known: Option<Known>, key: String, typed: &str) -> Result<Verdict> {
    let limit = app.config.lock_out_failures;
    let patience = Patience {
        after: |failures| lock_out::after(failures, limit).wait(),
        address_failures: ADDRESS_FAILURES,
        address_window: ADDRESS_WINDOW,
    };
    let staff = known.as_ref().map(|known| known.staff);
    let failures = match app.gate.attempt(&key, actor.address(), patience).await? {
        Attempt::Counted(failures) => failures,
        Attempt::NameWaits(wait) => return wait_for(app, actor, act, staff, "waiting", wait).await,
        Attempt::AddressWaits(wait) => return wait_for(app, actor, act, staff, "address-waiting", wait).await,
    };
    let stored = known.as_ref().map(|known| known.password_hash.clone());
    let right = password::matches(Password::typed(typed), stored).await?;
    let basis = match &known {
        Some(known) if right && !known.disabled => return Ok(Verdict::Right(Proof { staff: known.staff, key })),
        Some(known) if right && known.disabled => "disabled",
        Some(_) => "password",
        None => "unknown-name",
    };
    let detail = json!({ "staff": staff, "failures": failures });
    app.gate.note(actor, act, Outcome::Refused, basis, detail.clone()).await?;
    let after = lock_out::after(failures, limit);
    if after.locks_out() {
        app.gate.note(actor, act, Outcome::Refused, "locked-out", detail).await?;
    }
    Ok(match after.wait() {
        Some(wait) if after.locks_out() => Verdict::Wait(wait),
        _ => Verdict::Wrong,
    })
}

async fn wait_for(
    app: &App,
    actor: &Actor,
    act: Act,
    staff: Option<StaffId>,
    basis: &'static str,
    wait: Duration,
) -> Result<Verdict> {
    app.gate.note(actor, act, Outcome::Refused, basis, json!({ "staff": staff })).await?;
    Ok(Verdict::Wait(wait))
}

/// A name nobody has is counted like any other, but not stored: people type their password into the wrong box.
fn unknown_key(vault: &Vault, name: &str) -> String {
    let index = vault.index(Use::SignInForm, &[b"unknown name", name.as_bytes()]);
    index[..16].iter().fold(String::from("?"), |text, byte| text + &format!("{byte:02x}"))
}
