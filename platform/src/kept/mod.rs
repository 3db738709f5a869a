//! What is kept in memory: reads that several share, and answers for as long as nothing was written.

pub(crate) mod caches;
pub(crate) mod gathered;
pub(crate) mod joined;
pub(crate) mod unchanged;
