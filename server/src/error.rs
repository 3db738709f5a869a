//! Errors as programs get them: JSON in the language of the request.

use app::format;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{AppError, ErrorCode, Locale};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

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
                |wrong| json!({ "field": wrong.field, "message": format::error::field(self.locale, &self.error, wrong.problem) }),
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
