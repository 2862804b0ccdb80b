// error[E0061]: this method takes 4 arguments but 3 arguments were supplied
use custodian::access::{Act, Actor, Gate, Remarks};

pub async fn look(gate: &Gate, actor: &Actor) {
    let _ = gate.roster(actor, Act::SearchPatients, Remarks::none(), async |_| Ok(())).await; // right
    let _ = gate.roster(actor, Remarks::none(), async |_| Ok(())).await; // wrong
}
