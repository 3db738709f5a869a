//! Errors on their way out, and as programs get them: JSON in the language of the request.

use app::format;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::access::Obstacle;
use domain::error::FieldError;
use domain::{AppError, ErrorCode, Locale};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// How a request ends that does not end well. As an answer it has the status and the headers that fit and carries the error along:
/// [`crate::faults::tell`], around every route, says it in the reader's language.
#[derive(Debug)]
pub struct ApiError(AppError);

pub type ApiResult<T> = Result<T, ApiError>;

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        Self(error)
    }
}

impl From<Obstacle> for ApiError {
    fn from(obstacle: Obstacle) -> Self {
        Self(obstacle.into())
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self(code.into())
    }
}

impl From<platform::Error> for ApiError {
    fn from(error: platform::Error) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = head(&self.0);
        response.extensions_mut().insert(self.0);
        response
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

impl ErrorBody {
    fn new(locale: Locale, error: &AppError) -> Self {
        let file = error.file.as_ref().map(|file| file.report(locale.lang()).errors);
        let total = file.as_ref().map(|report| report.total);
        let lines = file.into_iter().flat_map(|report| report.first).map(|line| json!(line));
        let message = |wrong: &FieldError| format::error::field(locale, error, wrong.problem);
        let fields = error.fields.iter().map(|wrong| json!({ "field": wrong.field, "message": message(wrong) }));
        Self {
            error: ErrorObject {
                code: error.code.key(),
                message: format::error::error(locale, error),
                details: lines.chain(fields).collect(),
                total,
            },
        }
    }
}

/// An error as a program reads it.
pub fn told(locale: Locale, error: &AppError) -> Response {
    let mut response = head(error);
    let (parts, body) = axum::Json(ErrorBody::new(locale, error)).into_response().into_parts();
    response.headers_mut().extend(parts.headers);
    *response.body_mut() = body;
    response
}

/// The status of an error, and the headers that say more.
fn head(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = status.into_response();
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    if error.code == ErrorCode::BadCredentials || error.code == ErrorCode::LoginRequired {
        // No Basic challenge: a browser would open its own password window over the page.
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"madang\""));
    }
    response
}
