//! A competition's pages. Each stands in the [`frame::Frame`].

pub mod frame;
