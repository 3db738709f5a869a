//! How many may be here at once, and from one address: [`Places`] for connections and for those who listen to events.

use std::sync::Arc;

use platform::places::Places;

use crate::settings::Limits;

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
    pub fn new(limits: &Limits) -> Self {
        let all = limits.connections;
        Self {
            connections: Arc::new(Places::new(all, limits.connections_per_address)),
            streams: Arc::new(Places::new(all, limits.streams_per_address)),
            files: files(all),
        }
    }
}

/// Places for so many files, a quarter of them for one address.
pub fn files(all: usize) -> Arc<Places> {
    Arc::new(Places::new(all, all.div_ceil(4)))
}
