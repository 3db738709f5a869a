//! For those who run the server: alive, ready, metrics.

use std::net::SocketAddr;
use std::time::Instant;

use axum::Extension;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use domain::access::SiteAction;
use domain::jobs::JobKind;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use platform::jobs::{self, JobTally};

use crate::extract::Caller;
use crate::state::AppState;

/// Steps in which the times of answers are counted, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// By any of these a proxy says that it hands on another's request.
const FORWARDED: [&str; 4] = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/// The other end of the connection.
type Peer = Extension<ConnectInfo<SocketAddr>>;

/// `GET /healthz`: the process answers.
pub async fn healthz() -> &'static str {
    "ok"
}

/// `GET /readyz`: database and storage answer; on this machine it says which of them does not.
pub async fn readyz(State(state): State<AppState>, connection: Option<Peer>, headers: HeaderMap) -> Response {
    let silent = state.services.silent().await;
    if silent.is_empty() {
        return "ready".into_response();
    }
    let which =
        if is_local(connection, &headers) { format!(": no answer from {}", silent.join(", ")) } else { String::new() };
    (StatusCode::SERVICE_UNAVAILABLE, format!("not ready{which}")).into_response()
}

/// Whether a request comes from this machine. Behind a proxy on it every connection does, so a forwarded one is a stranger's.
fn is_local(connection: Option<Peer>, headers: &HeaderMap) -> bool {
    let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
    connection.is_some_and(|info| info.0.0.ip().to_canonical().is_loopback()) && !is_forwarded
}

/// `GET /metrics`: Prometheus text, on loopback or for an administrator's token.
pub async fn metrics(
    State(state): State<AppState>,
    connection: Option<Peer>,
    caller: Option<Caller>,
    headers: HeaderMap,
) -> Response {
    if !is_local(connection, &headers)
        && caller.is_none_or(|caller| caller.0.may(SiteAction::ReadMetrics).check().is_err())
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Some(handle) = &state.metrics else { return StatusCode::NOT_FOUND.into_response() };
    if let Ok(tallies) = jobs::tallies(&state.services).await {
        count(&tallies, state.services.clock.now());
    }
    metrics::gauge!("madang_connections").set(state.crowd.connections.taken() as f64);
    metrics::gauge!("madang_event_streams").set(state.crowd.streams.taken() as f64);
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
}

/// Jobs by kind, also of the kinds of which there is none: a gauge that is not set keeps its last value.
fn count(tallies: &[JobTally], now: DateTime<Utc>) {
    for kind in JobKind::ALL.map(JobKind::key) {
        let tally = tallies.iter().find(|tally| tally.kind == kind);
        let of = |count: fn(&JobTally) -> i64| tally.map_or(0.0, |tally| count(tally) as f64);
        metrics::gauge!("madang_jobs", "kind" => kind, "state" => "waiting").set(of(|tally| tally.waiting));
        metrics::gauge!("madang_jobs", "kind" => kind, "state" => "running").set(of(|tally| tally.running));
        metrics::gauge!("madang_jobs", "kind" => kind, "state" => "dead").set(of(|tally| tally.dead));
        let oldest = tally.and_then(|tally| tally.oldest);
        let waits = oldest.map_or(0.0, |since| (now - since).as_seconds_f64());
        metrics::gauge!("madang_jobs_oldest_seconds", "kind" => kind).set(waits);
    }
}

/// Where the metrics are kept. Times go into these steps as they come in [`PrometheusHandle::run_upkeep`], which must run every
/// few seconds: until then each is kept by itself.
///
/// # Errors
/// When this process has a recorder already.
pub fn recorder() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().set_buckets(&SECONDS)?.install_recorder()
}

/// A request that is being counted, with how long its answer takes, by route and status.
pub struct Counted {
    started: Instant,
    route: Option<MatchedPath>,
}

impl Counted {
    pub fn begin(request: &Request) -> Self {
        Self { started: Instant::now(), route: request.extensions().get().cloned() }
    }

    pub fn end(self, status: StatusCode) {
        let route = self.route.map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
        metrics::histogram!("madang_http_seconds", "route" => route.clone())
            .record(self.started.elapsed().as_secs_f64());
        metrics::counter!("madang_http_requests", "route" => route, "status" => status.as_str().to_owned())
            .increment(1);
    }
}
