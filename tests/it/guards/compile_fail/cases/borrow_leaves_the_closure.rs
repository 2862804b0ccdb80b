// error: lifetime may not live long enough
use custodian::access::{Act, Actor, Gate};
use custodian::base::id::PatientId;

pub async fn look(gate: &Gate, actor: &Actor, patient: PatientId) {
    let _ids = gate.chart(actor, Act::ViewChart, patient, async |chart| Ok(chart.ids().to_vec())).await; // right
    let _ids = gate.chart(actor, Act::ViewChart, patient, async |chart| Ok(chart.ids())).await; // wrong
}
