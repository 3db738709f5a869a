//! What wakes up in the browser. Everything reachable from here is in the WASM, so it stays small: no time zones, no
//! Markdown, no page. An island takes its data as properties; its language it asks the document for.

pub mod board;
mod browser;
pub mod copy;
pub mod editor;
pub mod live;
mod morph;
pub mod reveal;
mod rows;
pub mod submit;

pub use board::LiveBoard;
pub use copy::CopyButton;
pub use editor::NoticeEditor;
pub use live::LiveEvents;
pub use reveal::KeyReveal;
