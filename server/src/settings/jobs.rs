//! How scoring is done.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Section, least_one};

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(default)]
pub struct Jobs {
    /// Scorings at once in this process
    #[schema(default = "cores")]
    pub workers: usize,
    /// How many seconds a worker may be silent before another takes its job
    pub lease_seconds: u64,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { workers: 0, lease_seconds: platform::Config::default().lease.as_secs() }
    }
}

impl Section for Jobs {
    fn checked(self) -> anyhow::Result<Self> {
        least_one("LEASE_SECONDS", self.lease_seconds)?;
        Ok(self)
    }
}

impl Jobs {
    /// How many workers there are; nothing or 0 is one for each core.
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, Into::into),
            count => count,
        }
    }
}
