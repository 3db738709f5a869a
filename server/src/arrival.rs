//! When a request arrived: the moment its head was read, taken once, before anything else is done.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use platform::Services;

/// The moment that counts for a deadline, however long the body takes.
#[derive(Debug, Clone, Copy)]
struct Arrival(DateTime<Utc>);

/// Notes the moment; the outermost layer.
pub async fn note(State(services): State<Services>, mut request: Request, next: Next) -> Response {
    let arrival = Arrival(services.clock.now());
    request.extensions_mut().insert(arrival);
    next.run(request).await
}

/// When the request arrived.
pub fn of(request: &Request, services: &Services) -> DateTime<Utc> {
    request.extensions().get::<Arrival>().map_or_else(|| services.clock.now(), |arrival| arrival.0)
}
