//! Charts drawn as SVG on the server: letters in screen pixels, shapes in a stretched inner viewBox, so that letters
//! never scale; the data as a table behind `표로 보기`.

pub mod bars;
mod scale;
pub mod spark;
pub mod steps;

pub use bars::{Bar, BarChart};
pub use spark::Spark;
pub use steps::{ScoreChart, ScoreSeries};
