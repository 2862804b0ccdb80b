// error[E0616]: field `pool` of struct `Gate` is private
use custodian::access::Gate;

pub fn take(gate: &Gate) {
    let _clock = gate.clock(); // right
    let _pool = &gate.pool; // wrong
}
