//! The programs' face: JSON over HTTP, described by OpenAPI generated from this code.

mod certainty;
mod competitions;
pub mod data;
mod direct_report;
mod leaderboard;
mod me;
mod notices;
pub mod ops;
mod submissions;
mod types;
pub mod upload;

use app::format;
use axum::Router;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use domain::{AppError, ErrorCode, Locale};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::crowd;
use crate::extract::Language;
use crate::state::AppState;

/// An error in the language of the request.
#[derive(Debug)]
pub struct ApiError {
    locale: Locale,
    error: AppError,
}

pub type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub fn new(locale: Locale, error: AppError) -> Self {
        Self { locale, error }
    }
}

/// Adds the language to an error on its way out.
pub trait InLanguage<T> {
    /// # Errors
    /// The same error, with the language it will be told in.
    fn told(self, locale: Locale) -> ApiResult<T>;
}

impl<T, E: Into<AppError>> InLanguage<T> for Result<T, E> {
    fn told(self, locale: Locale) -> ApiResult<T> {
        self.map_err(|error| ApiError::new(locale, error.into()))
    }
}

/// Every error's body.
#[derive(Serialize, ToSchema)]
pub struct ErrorBody {
    error: ErrorObject,
}

#[derive(Serialize, ToSchema)]
struct ErrorObject {
    /// Stable name of the error.
    #[schema(example = "quota_exceeded")]
    code: &'static str,
    /// A sentence for people.
    message: String,
    /// Wrong lines of a file or wrong fields, the first hundred.
    details: Vec<Value>,
    /// How many things are wrong with the file in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

impl ApiError {
    fn body(&self) -> ErrorBody {
        let file = self.error.file.as_ref().map(|file| file.report(self.locale.lang()).errors);
        let total = file.as_ref().map(|report| report.total);
        let lines = file.into_iter().flat_map(|report| report.first).map(|line| json!(line));
        let fields =
            self.error.fields.iter().map(
                |wrong| json!({ "field": wrong.field, "message": format::error::field(self.locale, &self.error, &wrong.problem) }),
            );
        ErrorBody {
            error: ErrorObject {
                code: self.error.code.key(),
                message: format::error::error(self.locale, &self.error),
                details: lines.chain(fields).collect(),
                total,
            },
        }
    }
}

impl IntoResponse for ApiError {
    /// Carries the error itself along, for [`crate::faults::tell`].
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self.body())).into_response();
        response.extensions_mut().insert(self.error.clone());
        if let Some(seconds) = self.error.retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        if self.error.code == ErrorCode::BadCredentials || self.error.code == ErrorCode::LoginRequired {
            // No Basic challenge: a browser would open its own password window over the page.
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"madang\""));
        }
        response
    }
}

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
        components.add_security_scheme("basic", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    }
}

/// Every route for programs, with `/api/v1/openapi.json` that describes them; those whose answers go on for hours apart.
pub fn routers(state: &AppState) -> (Router<AppState>, Router<AppState>) {
    let (streams, described) = OpenApiRouter::new().routes(routes!(crate::sse::events)).split_for_parts();
    let streams = streams.layer(middleware::from_fn_with_state(state.clone(), crowd::stream));
    let (router, mut openapi) = OpenApiRouter::<AppState>::with_openapi(Api::openapi())
        .routes(routes!(competitions::list))
        .routes(routes!(competitions::get))
        .routes(routes!(competitions::commitment))
        .routes(routes!(leaderboard::json))
        .routes(routes!(leaderboard::csv))
        .routes(routes!(certainty::json))
        .routes(routes!(submissions::list, submissions::create))
        .routes(routes!(submissions::get))
        .routes(routes!(submissions::quota))
        .routes(routes!(notices::list))
        .routes(routes!(notices::atom))
        .routes(routes!(me::me))
        .routes(routes!(direct_report::direct_report))
        .split_for_parts();
    openapi.merge(described);
    env!("CARGO_PKG_VERSION").clone_into(&mut openapi.info.version);
    let document = openapi.to_json().unwrap_or_default();
    let router = router
        .route("/api/v1/openapi.json", get(move || async move { ([(CONTENT_TYPE, "application/json")], document) }))
        // Before the pages' own word about wrong addresses.
        .route("/api", any(nothing))
        .route("/api/{*rest}", any(nothing));
    (router, streams)
}

async fn nothing(Language(locale): Language) -> ApiError {
    ApiError::new(locale, ErrorCode::NotFound.into())
}
