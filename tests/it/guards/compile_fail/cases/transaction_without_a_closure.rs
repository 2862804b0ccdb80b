// error[E0624]: method `open` is private
use custodian::access::{Act, Actor, Gate, Remarks};

pub async fn look(gate: &Gate, actor: &Actor) {
    let _ = gate.roster(actor, Act::SearchPatients, Remarks::none(), async |_| Ok(())).await; // right
    let _ = gate.open(actor, Act::SearchPatients, Remarks::none()).await; // wrong
}
