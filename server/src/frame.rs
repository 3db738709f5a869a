//! What every request passes on its way in and its answer on the way out, in two layers: axum copies all that lie within one with
//! each request, so each layer costs as much as there is inside it.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::timeout::TimeoutBody;

use crate::rest::ops::Counted;
use crate::state::AppState;
use crate::{arrival, faults, security, text};

/// How long the next part of a body is waited for.
const SILENCE: Duration = Duration::from_mins(1);

/// Around everything.
pub async fn outer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    arrival::note(&mut request, &state.services);
    let (counted, is_answer) = (Counted::begin(&request), security::is_answer(&request));
    security::leave_functions_unpacked(&mut request);
    if !request.body().is_end_stream() {
        request = request.map(|body| Body::new(TimeoutBody::new(SILENCE, body)));
    }
    let mut response = next.run(request).await;
    security::headers(response.headers_mut(), is_answer, &state.settings.base_url);
    counted.end(response.status());
    response
}

/// Around what people and programs ask for: what may not be asked is refused, and each failure is told.
pub async fn inner(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let answer = async |request: Request| {
        text::address(request.uri())?;
        security::same_origin(&request, &state.settings.base_url)?;
        Ok(next.run(request).await)
    };
    faults::tell(request, answer).await
}
