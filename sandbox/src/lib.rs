//! Metrics of an organizer's own: WebAssembly components that can compute and nothing else.
//!
//! A [`Component`] exports the interface of `wit/metric.wit` and imports nothing, so there is no file, network, clock or random
//! number within its reach. Each run is a new instance with a bounded share of computing, memory and time; however it
//! ends, it ends with scores or with a [`scoring::metric::Fault`].

mod component;
mod engine;
mod guard;
mod metric;
mod run;
#[cfg(test)]
mod tests;

pub use component::{Component, Unfit};
pub use metric::metric;

/// The interface, for whoever writes a metric.
pub const WIT: &str = include_str!("../wit/metric.wit");

/// Types and calls of the interface.
mod interface {
    wasmtime::component::bindgen!({
        path: "wit/metric.wit",
        ownership: Borrowing { duplicate_if_necessary: false },
    });
}
