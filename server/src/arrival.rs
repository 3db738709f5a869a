//! When a request arrived: the moment its head was read, taken once, before anything else is done.

use axum::extract::Request;
use chrono::{DateTime, Utc};
use platform::Services;

/// The moment that counts for a deadline, however long the body takes.
#[derive(Debug, Clone, Copy)]
struct Arrival(DateTime<Utc>);

/// Notes the moment.
pub fn note(request: &mut Request, services: &Services) {
    request.extensions_mut().insert(Arrival(services.clock.now()));
}

/// When the request arrived.
pub fn of(request: &Request, services: &Services) -> DateTime<Utc> {
    request.extensions().get::<Arrival>().map_or_else(|| services.clock.now(), |arrival| arrival.0)
}
