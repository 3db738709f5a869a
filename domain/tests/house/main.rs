//! What keeps the house in order and no compiler sees: modules import each other in no circle, and a public name is declared once
//! in a crate.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod circles;
mod names;
mod sources;
