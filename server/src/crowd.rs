//! How many may be here at once, and from one address: [`Places`] for connections and for those who listen to events.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::{AppError, ErrorCode};
use futures::StreamExt as _;
use platform::places::Places;

use crate::config::Settings;
use crate::rest::ApiError;
use crate::state::AppState;
use crate::{client, extract};

/// Seconds after which a place may be free.
pub const RETRY: u64 = 30;

/// Those who hold a connection, and those of them who listen to events.
pub struct Crowd {
    pub connections: Arc<Places>,
    pub streams: Arc<Places>,
    /// Those to whom a stored file is sent, which is open meanwhile.
    pub files: Arc<Places>,
}

impl Crowd {
    pub fn new(settings: &Settings) -> Self {
        let all = settings.connections;
        Self {
            connections: Arc::new(Places::new(all, settings.connections_per_address)),
            streams: Arc::new(Places::new(all, settings.streams_per_address)),
            files: files(all),
        }
    }
}

/// Places for so many files, a quarter of them for one address.
pub fn files(all: usize) -> Arc<Places> {
    Arc::new(Places::new(all, all.div_ceil(4)))
}

/// Gives an event stream its place for as long as its answer lasts; none begins while the server stops.
pub async fn stream(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if *state.stop.borrow() {
        let (parts, _) = request.into_parts();
        let error = AppError::new(ErrorCode::Unavailable).retry_after(RETRY);
        return ApiError::new(extract::locale(&parts), error).into_response();
    }
    placed(&state, &state.crowd.streams, ErrorCode::TooManyConnections, request, next).await
}

/// Gives a stored file its place for as long as it is sent.
pub async fn file(State(state): State<AppState>, request: Request, next: Next) -> Response {
    placed(&state, &state.crowd.files, ErrorCode::Unavailable, request, next).await
}

/// The answer, which holds a place as long as it lasts, or that there is none.
async fn placed(state: &AppState, places: &Arc<Places>, full: ErrorCode, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let address = Some(client::address(&parts, &state.proxies).0);
    let Ok(place) = places.take(address) else {
        let error = AppError::new(full).retry_after(RETRY);
        return ApiError::new(extract::locale(&parts), error).into_response();
    };
    let response = next.run(Request::from_parts(parts, body)).await;
    if !response.status().is_success() {
        return response;
    }
    response.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |data| {
            let _held = &place;
            data
        }))
    })
}
