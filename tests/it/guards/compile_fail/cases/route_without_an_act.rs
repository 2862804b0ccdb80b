// error[E0061]: this method takes 3 arguments but 2 arguments were supplied
use axum::extract::State;
use custodian::access::Act;
use custodian::web::routes::Routes;
use custodian::web::state::App;
use custodian::web::viewer::Viewer;

async fn show(_: State<App>, _: Viewer) {}

pub fn routes() -> Routes {
    Routes::new().get("/patients/{id}", Act::ViewChart, show) // right
    Routes::new().get("/patients/{id}", show) // wrong
}
