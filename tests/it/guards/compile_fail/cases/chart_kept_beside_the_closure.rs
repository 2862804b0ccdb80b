// error[E0521]: borrowed data escapes outside of
use custodian::access::{Act, Actor, Chart, Gate};
use custodian::base::id::PatientId;

pub async fn look(gate: &Gate, actor: &Actor, patient: PatientId) {
    let mut _kept: Option<&mut Chart<'_>> = None;
    let work = async |_chart: &mut Chart<'_>| {
        _kept = Some(_chart); // wrong
        Ok(()) // right
        Ok(()) // wrong
    };
    let _ = gate.chart(actor, Act::ViewChart, patient, work).await;
}
