//! How a score is published: with so many places.

/// Up to here an f64 tells the neighbours of every whole number apart with room to spare: fifteen digits.
const FAITHFUL: f64 = 1_125_899_906_842_624.0;

/// A score as the world may see it: the nearest number of so many places, which is written with no more than these
/// (`0.12345`, never `0.123449999999999`). Of large numbers fewer places are left; minus zero is zero.
pub fn published(score: f64, decimals: u32) -> f64 {
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let scaled = score * scale;
    if decimals > 0 && scaled.abs() >= FAITHFUL {
        return published(score, decimals - 1);
    }
    scaled.round() / scale + 0.0
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
            (1e15 / 7.0, 5, "142857142857143"),
            (1.7e308, 5, &1.7e308_f64.to_string()),
        ] {
            assert_eq!(published(score, decimals).to_string(), text);
        }
    }

    #[test]
    fn what_is_published_stays_what_it_is() {
        for decimals in 0..=15 {
            for score in (0..1000).map(|step| f64::from(step).sqrt() / 7.0) {
                let once = published(score, decimals);
                assert_eq!(published(once, decimals).to_bits(), once.to_bits());
                let digits = once.to_string();
                assert!(digits.split_once('.').is_none_or(|(_, places)| places.len() <= decimals as usize), "{digits}");
            }
        }
    }
}
