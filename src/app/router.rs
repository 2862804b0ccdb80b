//! Every route of the house, and the shell around them.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::{health, middleware};
use crate::web::assets;
use crate::web::routes::{Route, Routes};
use crate::web::state::App;
use crate::{amendments, audit, chart, consents, documents, encounters, filing, patients, people, privacy, work};

/// The largest form: uploads have a route and a limit of their own.
pub const LARGEST_FORM: usize = 1 << 20;
/// A body of which nothing comes for this long comes no more.
const SLOWEST_PIECE: Duration = Duration::from_secs(20);

/// One line a feature.
fn features() -> Routes {
    Routes::new()
        .and(health::routes())
        .and(amendments::routes())
        .and(audit::routes())
        .and(chart::routes())
        .and(consents::routes())
        .and(encounters::routes())
        .and(patients::routes())
        .and(documents::routes())
        .and(filing::routes())
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
    let (_, router, uploads) = features().and(more).into_parts();
    router
        .fallback(middleware::errors::not_found)
        .method_not_allowed_fallback(middleware::errors::not_found)
        .layer(RequestBodyLimitLayer::new(LARGEST_FORM))
        .merge(uploads.layer(DefaultBodyLimit::disable()))
        .layer(from_fn_with_state(app.clone(), middleware::session::find))
        .layer(from_fn_with_state(app.clone(), middleware::limits::hold))
        .layer(from_fn_with_state(app.clone(), middleware::errors::draw))
        .layer(RequestBodyTimeoutLayer::new(SLOWEST_PIECE))
        .layer(from_fn(middleware::guards::refuse_forgery_and_prefetch))
        .merge(assets::routes())
        // A page is sent once: the quickest effort saves most of its bytes at a fifth of the time.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(app.clone(), middleware::headers::set))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), middleware::address::find))
        .layer(from_fn_with_state(app.clone(), middleware::log::record))
        .with_state(app)
}
