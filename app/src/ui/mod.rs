//! The design system's components.

pub mod icon;

pub use icon::{Glyph, Icon};
