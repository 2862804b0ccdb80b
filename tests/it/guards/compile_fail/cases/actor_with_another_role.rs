// error[E0451]: fields … `roles` … of struct `Actor` are private
use custodian::access::{Actor, Arrival, Role};

pub fn promote(actor: Actor) -> Actor {
    actor.arriving(Arrival::Link) // right
    Actor { roles: vec![Role::Privacy], ..actor } // wrong
}
