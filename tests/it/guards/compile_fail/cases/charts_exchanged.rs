// error[E0521]: borrowed data escapes outside of
use custodian::access::{Act, Actor, Chart, Gate};
use custodian::base::id::PatientId;

pub async fn look(gate: &Gate, actor: &Actor, outer: &mut Chart<'_>, other: PatientId) {
    let work = async |inner: &mut Chart<'_>| {
        let _ = (outer.patient(), inner.patient()); // right
        std::mem::swap(outer, inner); // wrong
        Ok(())
    };
    let _ = gate.chart(actor, Act::ViewChart, other, work).await;
}
