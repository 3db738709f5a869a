//! How scores are published: with so many places, the same on every page, in JSON and in CSV.

pub use scoring::published;

/// What [`crate::competitions::Settings::decimals`] may be: f64 tells hardly more apart.
pub const DECIMALS: std::ops::RangeInclusive<u32> = 0..=15;

/// Makes scores what the world may see of them.
pub(crate) fn publish<'a>(scores: impl IntoIterator<Item = &'a mut f64>, decimals: u32) {
    for score in scores {
        *score = published(*score, decimals);
    }
}

/// A published score with all its places: `0.90000`. A giant is written as short as it can be.
pub fn written(score: f64, decimals: u32) -> String {
    let places = usize::try_from(decimals).unwrap_or(0);
    match score.abs() {
        size if size < 1e15 => format!("{:.places$}", published(score, decimals)),
        _ => format!("{score:e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_shown_with_all_its_places_and_a_giant_in_one_line() {
        assert_eq!(written(0.9, 5), "0.90000");
        assert_eq!(written(-0.000_1, 3), "0.000");
        assert_eq!(written(12.5, 0), "13");
        assert_eq!(written(1.7e308, 5), "1.7e308");
    }
}
