//! Metrics of ranked items.

pub(super) mod relevance;
