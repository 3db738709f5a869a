//! The programs' face: JSON over HTTP, described by OpenAPI generated from this code.

mod activity;
pub mod boards;
mod certainty;
mod competitions;
mod direct_report;
pub mod files;
mod leaderboards;
mod me;
pub mod ops;
mod shapes;
mod submissions;
pub mod tables;
pub mod upload;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::middleware;
use axum::routing::{any, get};
use domain::ErrorCode;
use domain::address;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::placed;
use crate::state::AppState;

#[derive(OpenApi)]
#[openapi(
    info(title = "Madang", description = "Competitions, leaderboards and submissions for programs. Times are RFC 3339; errors say what to do, in the language of Accept-Language (Korean unless it says English).", license(name = "Apache-2.0")),
    modifiers(&Security),
    components(schemas(ErrorBody)),
)]
struct Api;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("service", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.add_security_scheme("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    }
}

/// Every route for programs, with `/api/v1/openapi.json` that describes them; those whose answers go on for hours apart.
pub fn routers(state: &AppState) -> (Router<AppState>, Router<AppState>) {
    let (streams, described) = OpenApiRouter::new()
        .routes(routes!(crate::sse::events))
        .routes(routes!(crate::sse::own::events))
        .split_for_parts();
    let streams = streams.layer(middleware::from_fn_with_state(state.clone(), placed::stream));
    let (router, mut openapi) = OpenApiRouter::<AppState>::with_openapi(Api::openapi())
        .routes(routes!(competitions::list))
        .routes(routes!(competitions::get))
        .routes(routes!(competitions::commitment))
        .routes(routes!(leaderboards::json))
        .routes(routes!(leaderboards::csv))
        .routes(routes!(certainty::json))
        .routes(routes!(submissions::list, submissions::create))
        .routes(routes!(submissions::get))
        .routes(routes!(submissions::quota))
        .routes(routes!(boards::list))
        .routes(routes!(boards::atom))
        .routes(routes!(me::me))
        .routes(routes!(activity::report))
        .routes(routes!(direct_report::direct_report))
        .split_for_parts();
    openapi.merge(described);
    env!("CARGO_PKG_VERSION").clone_into(&mut openapi.info.version);
    let document = openapi.to_json().unwrap_or_default();
    let router = router
        .route(address::api::OPENAPI, get(move || async move { ([(CONTENT_TYPE, "application/json")], document) }))
        // Before the pages' own word about wrong addresses.
        .route("/api", any(nothing))
        .route("/api/{*rest}", any(nothing));
    (router, streams)
}

async fn nothing() -> ApiError {
    ErrorCode::NotFound.into()
}
