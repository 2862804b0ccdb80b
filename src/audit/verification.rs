//! One verification from end to end, the same for the page and the command: seal what is there, recompute everything, keep what was found.

use std::time::Instant;

use super::store::verifications;
use crate::access::ledger::notary::VerifyingTurn;
use crate::access::ledger::seal::Turn;
use crate::access::ledger::verify::{Progress, Verification};
use crate::access::ledger::{LedgerError, Notary};
use crate::access::{Act, Actor, Gate, Remarks, Result};

/// Verifies to the last event. A ledger that is not whole is an answer, not an error.
pub async fn run(
    gate: &Gate,
    notary: &Notary,
    actor: &Actor,
    _turn: VerifyingTurn,
    progress: impl FnMut(Progress) + Send,
) -> Result<Verification> {
    match notary.seal(gate, Turn::Wait).await {
        Ok(_) => {}
        // A tree that denies its own checkpoints can't be sealed further: exactly what a verification is to find.
        Err(LedgerError::Forked { .. } | LedgerError::Shortened { .. } | LedgerError::Checkpoint { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let begun = Instant::now();
    gate.desk(actor, Act::VerifyLedger, Remarks::none(), async |desk| {
        let found = notary.verify(desk, progress).await?;
        let took = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        verifications::keep(desk, &found, took).await?;
        Ok(found)
    })
    .await
}
