//! Metrics of events in series.

pub(super) mod event_ap;
mod matched;

pub(super) use event_ap::matched;
pub(crate) use matched::Matched;
