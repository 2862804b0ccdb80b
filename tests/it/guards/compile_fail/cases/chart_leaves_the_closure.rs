// error: lifetime may not live long enough
use custodian::access::{Act, Actor, Gate};
use custodian::base::id::PatientId;

pub async fn look(gate: &Gate, actor: &Actor, patient: PatientId) {
    let _kept = gate.chart(actor, Act::ViewChart, patient, async |chart| Ok(chart.patient())).await; // right
    let _kept = gate.chart(actor, Act::ViewChart, patient, async |chart| Ok(chart)).await; // wrong
}
