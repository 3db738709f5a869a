//! What wakes up in the browser. Everything reachable from here is in the WASM, so it stays small: no time zones, no
//! Markdown, no page. An island takes its data as properties; its language it asks the document for.

pub mod copy;
pub mod countdown;
pub mod toast;

pub use copy::CopyButton;
pub use countdown::Countdown;
pub use toast::{Toast, Toasts, toast};
