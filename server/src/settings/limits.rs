//! How many may be here at once.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Section, least_one};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct Limits {
    /// Connections at once; the limit of open files is raised to fit, see below
    pub connections: usize,
    /// Of them from one address (a /56 of IPv6) that is no trusted proxy's
    pub connections_per_address: usize,
    /// Event streams (open pages) from one address, behind a trusted proxy the client's
    pub streams_per_address: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 16_000, connections_per_address: 4_000, streams_per_address: 2_000 }
    }
}

impl Section for Limits {
    fn checked(self) -> anyhow::Result<Self> {
        least_one("CONNECTIONS", self.connections)?;
        least_one("CONNECTIONS_PER_ADDRESS", self.connections_per_address)?;
        least_one("STREAMS_PER_ADDRESS", self.streams_per_address)?;
        Ok(self)
    }
}
