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
}

impl Crowd {
    pub fn new(settings: &Settings) -> Self {
        let all = settings.connections;
        Self {
            connections: Arc::new(Places::new(all, settings.connections_per_address)),
            streams: Arc::new(Places::new(all, settings.streams_per_address)),
        }
    }
}

/// Gives an event stream its place for as long as its answer lasts; none begins while the server stops.
pub async fn stream(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let address = Some(client::address(&parts, &state.proxies).0);
    let refused = |error: AppError| ApiError::new(extract::locale(&parts), error).into_response();
    if *state.stop.borrow() {
        return refused(AppError::new(ErrorCode::Unavailable).retry_after(RETRY));
    }
    let Ok(place) = state.crowd.streams.take(address) else {
        return refused(AppError::new(ErrorCode::TooManyConnections).retry_after(RETRY));
    };
    let response = next.run(Request::from_parts(parts, body)).await;
    response.map(|body| {
        Body::from_stream(body.into_data_stream().map(move |data| {
            let _held = &place;
            data
        }))
    })
}
