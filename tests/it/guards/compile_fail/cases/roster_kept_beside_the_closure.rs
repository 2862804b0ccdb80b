// error[E0521]: borrowed data escapes outside of
use custodian::access::{Act, Actor, Gate, Remarks, Roster};

pub async fn look(gate: &Gate, actor: &Actor) {
    let mut _kept: Option<&mut Roster<'_>> = None;
    let work = async |_roster: &mut Roster<'_>| {
        _kept = Some(_roster); // wrong
        Ok(()) // right
        Ok(()) // wrong
    };
    let _ = gate.roster(actor, Act::SearchPatients, Remarks::none(), work).await;
}
