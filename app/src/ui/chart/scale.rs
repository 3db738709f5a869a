//! Axes: round steps between two values.

/// Round values from at or below `low` to at or above `high`, about `wanted` steps apart, with the decimals they need.
pub(super) fn ticks(low: f64, high: f64, wanted: usize) -> (Vec<f64>, usize) {
    let span = if high > low { high - low } else { low.abs().max(1.0) * 0.1 };
    let rough = span / wanted.max(1) as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|m| m * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let (first, last) =
        ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil().max((low / step + 1e-9).floor() + 1.0));
    let mut values = Vec::new();
    let mut at = first;
    while at <= last + 0.5 {
        values.push(at * step);
        at += 1.0;
    }
    let decimals = (0..6)
        .find(|d| {
            let scaled = step * 10_f64.powi(*d);
            (scaled - scaled.round()).abs() < 1e-6
        })
        .unwrap_or(6);
    (values, usize::try_from(decimals).unwrap_or(0))
}

/// A position as an SVG percentage, to two places.
pub(super) fn percent(share: f64) -> String {
    format!("{}%", round(share * 100.0))
}

/// To two places, without trailing zeros.
pub(super) fn round(value: f64) -> f64 {
    let value = (value * 100.0).round() / 100.0;
    if value == 0.0 { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_hold_the_data() {
        let (scores, decimals) = ticks(0.85, 0.9487, 4);
        let labels: Vec<_> = scores.iter().map(|score| format!("{score:.decimals$}")).collect();
        assert_eq!(labels, ["0.850", "0.875", "0.900", "0.925", "0.950"]);
        assert_eq!(ticks(0.0, 247.0, 3), (vec![0.0, 100.0, 200.0, 300.0], 0));
        let (same, _) = ticks(0.5, 0.5, 4);
        assert!(same.len() >= 2 && same[0] <= 0.5 && same[same.len() - 1] >= 0.5);
    }

    #[test]
    fn positions_are_short() {
        assert_eq!(percent(1.0 / 3.0), "33.33%");
        assert_eq!(percent(0.5), "50%");
    }
}
