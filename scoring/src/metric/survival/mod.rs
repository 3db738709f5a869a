//! Metrics of risks against survival times.

pub(super) mod concordance;
