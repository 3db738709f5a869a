//! How many may be somewhere at once: in all, and from one network. A hall behind one router is one network, so what one may take
//! is for many people; whoever takes more than that does it on purpose.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// A number of places, of which one network may take only some.
#[derive(Debug)]
pub struct Places {
    all: usize,
    of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// A place that is free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    network: Option<IpAddr>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    All,
    Network,
}

impl Places {
    pub fn new(all: usize, of_one: usize) -> Self {
        Self { all, of_one, taken: Mutex::default() }
    }

    /// How many are taken.
    pub fn taken(&self) -> usize {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// Takes a place, for an address unless it stands for many (a proxy's) or there is none (the operator's own command).
    ///
    /// # Errors
    /// That all are taken, or all of this network.
    pub fn take(self: &Arc<Self>, address: Option<IpAddr>) -> Result<Place, Full> {
        let network = address.map(network);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.all {
            return Err(Full::All);
        }
        if let Some(network) = network {
            let here = taken.by_network.entry(network).or_default();
            if *here >= self.of_one {
                return Err(Full::Network);
            }
            *here += 1;
        }
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let Some(network) = self.network else { return };
        let left = taken.by_network.get_mut(&network).map_or(0, |here| {
            *here -= 1;
            *here
        });
        if left == 0 {
            taken.by_network.remove(&network);
        }
    }
}

/// What counts as one household or house: an IPv4 address, the /56 of an IPv6 one (providers give a customer that or more, not a /64).
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << (128 - 56))).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn places_are_bounded_in_all_and_by_network_and_free_again_when_left() {
        let places = Arc::new(Places::new(4, 2));
        let from = |text: &str| places.take(Some(address(text)));
        let first = from("203.0.113.9").unwrap();
        // The same address, as a socket for both families has it.
        let _second = from("::ffff:203.0.113.9").unwrap();
        assert_eq!(from("203.0.113.9").err(), Some(Full::Network));
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
    fn nothing_is_kept_of_networks_that_left() {
        let places = Arc::new(Places::new(10, 2));
        drop(places.take(Some(address("203.0.113.9"))));
        assert!(places.taken.lock().unwrap().by_network.is_empty());
    }

    #[test]
    fn all_that_a_provider_gives_one_customer_is_one_network_and_a_mapped_address_is_its_ipv4_one() {
        let of = |text: &str| network(address(text));
        assert_eq!(of("2001:db8:1:2ff:a:b:c:d"), of("2001:db8:1:200::1"));
        assert_ne!(of("2001:db8:1:2ff::1"), of("2001:db8:1:300::1"));
        assert_eq!(of("::ffff:203.0.113.9"), address("203.0.113.9"));
        assert_ne!(of("203.0.113.9"), of("203.0.113.10"));
    }
}
