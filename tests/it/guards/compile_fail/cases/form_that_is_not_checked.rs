// error[E0631]: type mismatch in function arguments … expected function signature `fn( … Viewer, custodian::web::form::Form<_>)
use axum::extract::State;
use custodian::access::Act;
use custodian::web::form::Form; // right
use axum::Form; // wrong
use custodian::web::routes::Routes;
use custodian::web::state::App;
use custodian::web::viewer::Viewer;

async fn send(_: State<App>, _: Viewer, _: Form<Vec<(String, String)>>) {}

pub fn routes() -> Routes {
    Routes::new().post("/tasks/{id}/closure", Act::CloseTask, send)
}
