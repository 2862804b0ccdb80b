//! Every route of the house, and the shell around them.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use super::{health, middleware};
use crate::web::assets;
use crate::web::routes::{Route, Routes};
use crate::web::state::App;
use crate::{audit, chart, documents, encounters, patients, people, privacy, work};

/// The largest form: uploads have a route and a limit of their own.
pub const LARGEST_FORM: usize = 1 << 20;

/// One line a feature.
fn features() -> Routes {
    Routes::new()
        .and(health::routes())
        .and(audit::routes())
        .and(chart::routes())
        .and(encounters::routes())
        .and(patients::routes())
        .and(documents::routes())
        .and(work::routes())
        .and(people::routes())
        .and(privacy::routes())
}

/// The route list, for the permission page and the guards.
pub fn list() -> Vec<Route> {
    features().into_parts().0
}

/// The application, ready to serve.
pub fn build(app: App) -> Router {
    with(app, Routes::new())
}

/// The application with more routes than its own, in the same shell.
pub fn with(app: App, more: Routes) -> Router {
    let (_, router) = features().and(more).into_parts();
    router
        .fallback(middleware::errors::not_found)
        .method_not_allowed_fallback(middleware::errors::not_found)
        .layer(from_fn_with_state(app.clone(), middleware::session::find))
        .layer(from_fn_with_state(app.clone(), middleware::errors::draw))
        .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
        .layer(from_fn(middleware::guards::refuse_forgery_and_prefetch))
        .merge(assets::routes())
        // A page is sent once: the quickest effort saves most of its bytes at a fifth of the time.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(app.clone(), middleware::headers::set))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(middleware::log::record))
        .with_state(app)
}
