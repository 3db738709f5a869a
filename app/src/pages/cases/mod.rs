//! Cases: what their pages share, and the team's own page.

pub mod card;
pub mod fields;
pub mod history;
pub mod own;
pub mod words;
