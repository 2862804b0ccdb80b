// error[E0277]: a form with an act is checked for forgery
use axum::extract::State;
use custodian::access::Act;
use custodian::web::form::Form;
use custodian::web::routes::Routes;
use custodian::web::state::App;
use custodian::web::viewer::Viewer;

async fn send(_: State<App>, _: Viewer, _: Form<Vec<(String, String)>>) {} // right
async fn send(_: State<App>, _: Viewer) {} // wrong

pub fn routes() -> Routes {
    Routes::new().post("/tasks/{id}/closure", Act::CloseTask, send)
}
