//! How many may be here at once: in all, and from one address. A hall behind one router is one address, so there is room for
//! some hundreds of people; whoever opens more than that does it on purpose.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::{AppError, ErrorCode};
use futures::StreamExt as _;

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

/// A number of places, of which one address may take only some.
pub struct Places {
    all: usize,
    of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place that is free again when this is dropped.
pub struct Place {
    places: Arc<Places>,
    address: Option<IpAddr>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    All,
    Address,
}

impl Places {
    pub fn new(all: usize, of_one: usize) -> Self {
        Self { all, of_one, taken: Mutex::default() }
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// Takes a place, for an address unless it stands for many (a proxy's).
    ///
    /// # Errors
    /// That all are taken, or all of this address.
    pub fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, Full> {
        let address = address.map(network);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.all {
            return Err(Full::All);
        }
        if let Some(address) = address {
            let here = taken.by_address.entry(address).or_default();
            if *here >= self.of_one {
                return Err(Full::Address);
            }
            *here += 1;
        }
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let Some(address) = self.address else { return };
        let left = taken.by_address.get_mut(&address).map_or(0, |here| {
            *here -= 1;
            *here
        });
        if left == 0 {
            taken.by_address.remove(&address);
        }
    }
}

/// What one household or house has of addresses: one of IPv4, a /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address @ IpAddr::V4(_) => address,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bounded_in_all_and_by_address_and_free_again_when_left() {
        let places = Arc::new(Places::new(4, 2));
        let from = |text: &str| places.take(Some(text.parse().unwrap()));
        let first = from("203.0.113.9").unwrap();
        // The same address, as a socket for both families has it.
        let _second = from("::ffff:203.0.113.9").unwrap();
        assert_eq!(from("203.0.113.9").err(), Some(Full::Address));
        let _third = from("2001:db8::1").unwrap();
        let fourth = from("2001:db8::ffff:1").unwrap();
        assert_eq!(from("198.51.100.1").err(), Some(Full::All));
        drop(fourth);
        assert_eq!(from("2001:db8::2").map(drop), Ok(()), "one of this network left");
        drop(first);
        let _proxy = (places.take(None).unwrap(), places.take(None).unwrap());
        assert_eq!(places.take(None).err(), Some(Full::All));
        assert_eq!(places.taken(), 4);
    }

    #[test]
    fn nothing_is_kept_of_addresses_that_left() {
        let places = Arc::new(Places::new(10, 2));
        drop(places.take(Some("203.0.113.9".parse().unwrap())));
        assert!(places.taken.lock().unwrap().by_address.is_empty());
    }
}
