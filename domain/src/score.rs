//! How scores are published: so many places, the same on every page, in JSON and in CSV.

/// What [`crate::competition::Settings::decimals`] may be: f64 tells hardly more apart.
pub const DECIMALS: std::ops::RangeInclusive<u32> = 0..=15;

/// From here on every f64 is a whole number.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// A score as the world may see it: the nearest number of so many places, which is written with no more than these
/// (`0.12345`, never `0.123449999999999`). Numbers too large to have them stay as they are; minus zero is zero.
pub fn published(score: f64, decimals: u32) -> f64 {
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let scaled = score * scale;
    let rounded = if scaled.abs() < WHOLE { scaled.round() / scale } else { score };
    rounded + 0.0
}

/// A published score with all its places: `0.90000`. Numbers too large to have them are written as short as they can be.
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
    fn a_published_score_is_written_without_noise() {
        for (score, decimals, text) in [
            (0.123_449_999_999_999, 5, "0.12345"),
            (0.1 + 0.2, 5, "0.3"),
            (0.934_938_191_281_717_6, 5, "0.93494"),
            (2.0 / 3.0, 0, "1"),
            (-0.000_000_1, 5, "0"),
            (1.0 / 3.0, 15, "0.333333333333333"),
            (1.7e308, 5, &1.7e308_f64.to_string()),
        ] {
            assert_eq!(published(score, decimals).to_string(), text);
        }
    }

    #[test]
    fn what_is_published_stays_what_it_is() {
        for decimals in DECIMALS {
            for score in (0..1000).map(|step| f64::from(step).sqrt() / 7.0) {
                let once = published(score, decimals);
                assert_eq!(published(once, decimals).to_bits(), once.to_bits());
                let digits = once.to_string();
                assert!(digits.split_once('.').is_none_or(|(_, places)| places.len() <= decimals as usize), "{digits}");
            }
        }
    }

    #[test]
    fn a_score_is_shown_with_all_its_places_and_a_giant_in_one_line() {
        assert_eq!(written(0.9, 5), "0.90000");
        assert_eq!(written(-0.000_001, 3), "0.000");
        assert_eq!(written(12.5, 0), "13");
        assert_eq!(written(1.7e308, 5), "1.7e308");
    }
}
