// error[E0308]: mismatched types
use custodian::access::policy::{Basis, Decision, Sight};
use custodian::access::purpose::Purpose;
use custodian::access::{Act, Actor, Gate};
use custodian::base::id::PatientId;

pub async fn look(gate: &Gate, actor: &Actor, patient: PatientId, sight: Sight) {
    let _yes = Decision::Allow { basis: Basis::Role, role: None, purpose: Purpose::Treatment, sight };
    let _ = gate.chart(actor, Act::ViewChart, patient, async |_| Ok(())).await; // right
    let _ = gate.chart(actor, _yes, patient, async |_| Ok(())).await; // wrong
}
