//! A competition's leaderboard.

pub mod asked;
pub mod certainty;
pub mod leaderboard;
pub mod my_rank;
pub mod standings;
