//! A competition's pages. Each stands in the frame of [`frame::competition_page`].

pub mod apply;
pub mod asked;
pub mod certainty;
pub mod evaluation;
pub mod frame;
pub mod head;
pub mod here;
pub mod leaderboard;
pub mod moments;
pub mod my_rank;
pub mod overview;
pub mod parts;
pub mod rail;
pub mod standings;
pub mod submission;
pub mod submissions;
pub mod submit;
pub mod submit_rail;
pub mod text;
