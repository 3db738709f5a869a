//! Requests that hold a place of the [`crate::crowd`] for as long as their answer lasts.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::{AppError, ErrorCode};
use futures::StreamExt as _;
use platform::places::Places;

use crate::client;
use crate::crowd::RETRY;
use crate::error::ApiError;
use crate::state::AppState;

/// Gives an event stream its place for as long as its answer lasts; none begins while the server stops.
pub async fn stream(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if *state.stop.borrow() {
        let error = AppError::new(ErrorCode::Unavailable).retry_after(RETRY);
        return ApiError::from(error).into_response();
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
        return ApiError::from(error).into_response();
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
