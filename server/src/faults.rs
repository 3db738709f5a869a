//! The last word about what went wrong: a page for readers, JSON for programs, in the reader's language, whatever failed on
//! the way: a panic, the framework, the database.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use app::context::Viewer;
use app::pages::load;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use domain::address;
use domain::{AppError, ErrorCode};
use futures::FutureExt as _;
use platform::secrets;

use crate::assets::ASSETS;
use crate::error::{self, ApiError};
use crate::viewer;

/// Who gets the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// A browser that shows it.
    Page,
    /// A program at the addresses made for it.
    Program,
    /// A script of a page that called a server function: it knows [`AppError`].
    Function,
    /// A program at a page's address.
    Other,
}

impl Reader {
    fn of(parts: &Parts) -> Self {
        let is_page = text(&parts.headers, ACCEPT).contains("text/html");
        match parts.uri.path() {
            path if path.starts_with(address::function::FUNCTIONS) => {
                if is_page {
                    Self::Page
                } else {
                    Self::Function
                }
            }
            path if path == "/api" || path.starts_with(address::api::PREFIX) => Self::Program,
            _ if is_page => Self::Page,
            _ => Self::Other,
        }
    }

    /// Whether it can read an answer of this type.
    fn reads(self, kind: &str) -> bool {
        match self {
            Self::Page => kind.starts_with("text/html"),
            // Some of these addresses are pages, too.
            Self::Program | Self::Other => kind.starts_with("application/json") || kind.starts_with("text/html"),
            Self::Function => true,
        }
    }

    fn answer(self, viewer: Viewer, error: AppError) -> Response {
        match self {
            Self::Page => Html(load::document(ASSETS, viewer, &error)).into_response(),
            Self::Function => axum::Json(error).into_response(),
            Self::Program | Self::Other => error::told(viewer.locale, &error),
        }
    }
}

/// Sees to it that every failure is told in a way that its reader can read.
pub async fn tell<A>(request: Request, answer: impl FnOnce(Request) -> A + Send) -> Response
where
    A: Future<Output = Result<Response, AppError>> + Send,
{
    let (mut parts, body) = request.into_parts();
    let (reader, method, viewer) = (Reader::of(&parts), parts.method.clone(), viewer::passing(&parts));
    parts.extensions.insert(viewer.clone());
    let request = Request::from_parts(parts, body);
    let answered = AssertUnwindSafe(async { answer(request).await }).catch_unwind().await;
    let mut response = match answered {
        Ok(Ok(response)) => response,
        Ok(Err(refused)) => ApiError::from(refused).into_response(),
        Err(panic) => return with_status(StatusCode::INTERNAL_SERVER_ERROR, reader.answer(viewer, panicked(&*panic))),
    };
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    match response.extensions_mut().remove::<AppError>() {
        Some(error) if reader == Reader::Page => with_status(status, over(response, reader.answer(viewer, error))),
        Some(error) => over(response, error::told(viewer.locale, &error)),
        None if reader.reads(text(response.headers(), CONTENT_TYPE)) => response,
        None => with_status(status, over(response, reader.answer(viewer, of_status(status, &method)))),
    }
}

/// An answer with what tells its failure in place of its body.
fn over(response: Response, told: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let (told, body) = told.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(told.headers);
    Response::from_parts(parts, body)
}

fn with_status(status: StatusCode, mut response: Response) -> Response {
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    response
}

fn panicked(panic: &(dyn Any + Send)) -> AppError {
    let said = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    internal(said.unwrap_or("a panic without words"))
}

fn internal(why: &str) -> AppError {
    let incident = secrets::incident();
    tracing::error!(%incident, why, "request failed");
    AppError::new(ErrorCode::Internal).with("incident", incident)
}

/// What the framework means by a status that it gives no reason for.
fn of_status(status: StatusCode, method: &Method) -> AppError {
    match status {
        StatusCode::UNAUTHORIZED => ErrorCode::LoginRequired.into(),
        StatusCode::FORBIDDEN => ErrorCode::Forbidden.into(),
        StatusCode::NOT_FOUND => ErrorCode::NotFound.into(),
        // Which it takes, the framework writes into the answer's head after this.
        StatusCode::METHOD_NOT_ALLOWED => AppError::new(ErrorCode::MethodNotAllowed).with("method", method),
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::BodyTooLarge.into(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedType.into(),
        StatusCode::SERVICE_UNAVAILABLE => ErrorCode::Unavailable.into(),
        status if status.is_server_error() => internal("an answer without a reason"),
        _ => ErrorCode::BadRequest.into(),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::HeaderValue;
    use axum::http::header::RETRY_AFTER;
    use axum::middleware::{self, Next};
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(path: &str, accept: &str, language: &str) -> (StatusCode, HeaderMap, String) {
        let boom = || async { "x".parse::<u8>().expect("a secret of 김서연").to_string() };
        let away = || async { ApiError::from(AppError::new(ErrorCode::Unavailable).retry_after(7)) };
        let router: Router = Router::new()
            .route("/boom", get(boom))
            .route("/api/v1/boom", get(boom))
            .route("/api/fn/boom", get(boom))
            .route("/away", get(away))
            .route("/files/bare", get(|| async { (StatusCode::BAD_REQUEST, "Invalid URI path: utf8") }))
            .route("/api/v1/bare", get(|| async { (StatusCode::UNSUPPORTED_MEDIA_TYPE, "Expected request with …") }))
            .layer(middleware::from_fn(|request, next: Next| {
                tell(request, |request| async { Ok(next.run(request).await) })
            }));
        let request = Request::builder().uri(path).header(ACCEPT, accept).header("accept-language", language);
        let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_panic_is_a_page_or_json_in_the_readers_language_and_says_only_a_number() {
        let (status, headers, page) = ask("/boom", "text/html", "ko").await;
        assert_eq!(
            (status, &headers[CACHE_CONTROL]),
            (StatusCode::INTERNAL_SERVER_ERROR, &HeaderValue::from_static("no-store"))
        );
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains("저희 쪽 문제로"), "{page}");
        let (_, _, page) = ask("/boom", "text/html,*/*", "en").await;
        assert!(page.contains("<html lang=\"en\"") && page.contains("Something failed on our side"), "{page}");
        for path in ["/boom", "/api/v1/boom"] {
            let (status, headers, json) = ask(path, "*/*", "en").await;
            assert_eq!(
                (status, &headers[CONTENT_TYPE]),
                (StatusCode::INTERNAL_SERVER_ERROR, &HeaderValue::from_static("application/json"))
            );
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(json["error"]["code"], "internal");
        }
        let (_, _, json) = ask("/api/fn/boom", "application/json", "ko").await;
        assert_eq!(serde_json::from_str::<AppError>(&json).unwrap().code, ErrorCode::Internal);
        for (path, accept) in [("/boom", "text/html"), ("/boom", "*/*"), ("/api/fn/boom", "*/*")] {
            assert!(!ask(path, accept, "ko").await.2.contains("김서연"), "{path}");
        }
    }

    #[tokio::test]
    async fn an_outage_is_a_page_for_a_browser_and_json_for_a_program() {
        let (status, headers, page) = ask("/away", "text/html", "ko").await;
        assert_eq!((status, headers[RETRY_AFTER].to_str().unwrap()), (StatusCode::SERVICE_UNAVAILABLE, "7"));
        assert!(
            headers[CONTENT_TYPE].to_str().unwrap().starts_with("text/html") && page.contains("잠시 뒤 다시"),
            "{page}"
        );
        let (status, headers, _) = ask("/away", "*/*", "ko").await;
        assert_eq!(
            (status, &headers[CONTENT_TYPE]),
            (StatusCode::SERVICE_UNAVAILABLE, &HeaderValue::from_static("application/json"))
        );
    }

    #[tokio::test]
    async fn what_the_framework_refuses_has_the_shape_of_our_errors() {
        let (status, _, json) = ask("/api/v1/bare", "*/*", "en").await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["error"]["code"], "unsupported_type");
        let (status, _, json) = ask("/files/bare", "*/*", "en").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["error"]["code"], "bad_request");
    }
}
