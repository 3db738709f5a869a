//! What one run may use, and who watches over it.

use std::time::Duration;

use thiserror::Error;
use wasmtime::{ResourceLimiter, Trap};

/// Entries of all tables together.
const TABLE_MAX: usize = 100_000;

/// What one run may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// About one for each instruction and each byte that is moved. Ends an endless loop at the same place on every machine.
    pub(crate) fuel: u64,
    /// Bytes of all linear memories together.
    pub(crate) memory: usize,
    /// For a machine that is too slow for the fuel.
    pub(crate) time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fuel: 200_000_000_000, memory: 256 * 1024 * 1024, time: Duration::from_mins(1) }
    }
}

/// Keeps count of an instance's memory.
pub(crate) struct Guard {
    pub(crate) limits: Limits,
    memory: usize,
    table: usize,
    /// Memory was wanted beyond the limit.
    pub(crate) over: bool,
}

impl Guard {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, memory: 0, table: 0, over: false }
    }

    /// Whether an instance could not be made through no doing of its own code: for want of this machine's memory, say.
    pub(crate) fn is_innocent(&self, error: &wasmtime::Error) -> bool {
        !self.over && error.downcast_ref::<Trap>().is_none()
    }
}

#[derive(Debug, Error)]
#[error("more memory than a metric may have")]
struct Over;

impl ResourceLimiter for Guard {
    /// Beyond the limit the run ends here: what a program makes of a refusal is anyone's guess.
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.memory = self.memory.saturating_add(desired.saturating_sub(current));
        self.over |= self.memory > self.limits.memory;
        if self.over { Err(wasmtime::Error::new(Over)) } else { Ok(true) }
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.table = self.table.saturating_add(desired.saturating_sub(current));
        self.over |= self.table > TABLE_MAX;
        if self.over { Err(wasmtime::Error::new(Over)) } else { Ok(true) }
    }

    fn instances(&self) -> usize {
        100
    }

    fn tables(&self) -> usize {
        20
    }

    fn memories(&self) -> usize {
        20
    }
}
