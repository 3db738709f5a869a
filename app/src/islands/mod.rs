//! What wakes up in the browser. Everything reachable from here is in the WASM, so it stays small: no time zones, no
//! Markdown, no page. An island takes its data as properties; its language it asks the document for.

pub mod boards;
mod browser;
pub mod copy;
pub mod leaderboards;
pub mod live;
pub mod live_questions;
mod morph;
pub mod reveal;
pub mod submissions;

pub use boards::PostEditor;
pub use copy::CopyButton;
pub use leaderboards::live::LiveLeaderboard;
pub use live::LiveEvents;
pub use live_questions::LiveQuestions;
pub use reveal::KeyReveal;
