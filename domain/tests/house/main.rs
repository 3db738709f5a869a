//! What keeps the house in order and no compiler sees: modules import each other in no circle, and a public name is declared once
//! in a crate. And what is offered as a future is boxed.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

mod boxed;
mod circles;
mod names;
mod sources;
