// error[E0451]: fields `actor`, … of struct `Viewer` are private
use custodian::access::Actor;
use custodian::web::viewer::Viewer;

pub fn pretend(mut viewer: Viewer, _actor: Actor) -> Viewer {
    viewer.stepped_up = true; // right
    viewer // right
    Viewer { actor: _actor, ..viewer } // wrong
}
