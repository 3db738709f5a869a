//! Metrics of numbers.

pub(super) mod absolute_errors;
pub(super) mod correlation;
pub(super) mod relative_errors;
pub(super) mod squared_errors;
