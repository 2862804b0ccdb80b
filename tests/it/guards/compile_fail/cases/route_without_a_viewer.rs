// error[E0277]: a route with an act needs to know who comes
use axum::extract::State;
use custodian::access::Act;
use custodian::web::routes::Routes;
use custodian::web::state::App;
use custodian::web::viewer::Viewer;

async fn show(_: State<App>, _: Viewer) {} // right
async fn show(_: State<App>) {} // wrong

pub fn routes() -> Routes {
    Routes::new().get("/patients/{id}", Act::ViewChart, show)
}
