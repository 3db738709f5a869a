//! For those who run the server: alive, ready, metrics.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use platform::jobs;

use crate::extract::Caller;
use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`: database and storage answer; otherwise it says which of them does not.
pub async fn readyz(State(state): State<AppState>) -> Response {
    let silent = state.services.silent().await;
    if silent.is_empty() {
        return "ready".into_response();
    }
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: no answer from {}", silent.join(", "))).into_response()
}

/// `GET /metrics`: Prometheus text, on loopback or for an administrator's token. Behind a proxy on the same machine every
/// connection is loopback, so a forwarded request counts as a stranger's.
pub async fn metrics(
    State(state): State<AppState>,
    connection: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    caller: Option<Caller>,
    headers: axum::http::HeaderMap,
) -> Response {
    let local = connection.is_some_and(|info| info.0.0.ip().to_canonical().is_loopback())
        && !headers.contains_key("x-forwarded-for");
    if !local && !caller.is_some_and(|caller| caller.0.is_admin) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(handle) = &state.metrics else { return StatusCode::NOT_FOUND.into_response() };
    if let Ok((waiting, running)) = jobs::queue_size(&state.services).await {
        metrics::gauge!("madang_jobs", "state" => "waiting").set(waiting as f64);
        metrics::gauge!("madang_jobs", "state" => "running").set(running as f64);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
}

/// Counts every request and how long its answer took, by route and status.
pub async fn count(request: Request, next: Next) -> Response {
    let started = std::time::Instant::now();
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::histogram!("madang_http_seconds", "route" => route.clone()).record(started.elapsed().as_secs_f64());
    metrics::counter!("madang_http_requests", "route" => route, "status" => status).increment(1);
    response
}
