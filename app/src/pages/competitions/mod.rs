//! A competition's pages. Each stands in the frame of [`frame::competition_page`].

pub mod data;
pub mod evaluation;
pub mod frame;
pub mod head;
pub mod here;
pub mod moments;
pub mod overview;
pub mod parts;
pub mod rail;
pub mod rules;
pub mod schedule;
