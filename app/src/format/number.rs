use domain::Locale;
use domain::scores::written;

/// A score with the places its competition publishes, and a true minus sign.
pub fn score(value: f64, decimals: u32) -> String {
    signed(&written(value, decimals))
}

/// A difference of scores with its sign: `+0.00347`, `−0.01726`.
pub fn difference(value: f64, decimals: u32) -> String {
    let text = written(value, decimals);
    if text.starts_with('-') { signed(&text) } else { format!("+{text}") }
}

/// Typesets the hyphen of a number as a minus sign; a rounded zero has none.
fn signed(number: &str) -> String {
    match number.strip_prefix('-') {
        Some(rest) if rest.bytes().any(|b| (b'1'..=b'9').contains(&b)) => format!("−{rest}"),
        Some(rest) => rest.to_owned(),
        None => number.to_owned(),
    }
}

/// A share in percent to one place: `93.3%`, `5%`.
pub fn percent(share: f64) -> String {
    format!("{}%", (share * 1000.0).round() / 10.0)
}

/// A coefficient between −1 and 1 to two places.
pub fn coefficient(value: f64) -> String {
    signed(&format!("{value:.2}"))
}

/// A count with commas: `1,204`.
pub fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let mut out = String::from(if count < 0 { "−" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A file's size: `512 B`, `5.1 KB`, `412 KB`, `1.2 MB`.
pub fn bytes(size: u64, locale: Locale) -> String {
    let [kilo, mega] = [1024.0, 1024.0 * 1024.0];
    let value = size as f64;
    let shown =
        |value: f64, unit: &str| if value < 10.0 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") };
    match (size, locale) {
        (0..1024, Locale::Ko) => format!("{size}바이트"),
        (0..1024, Locale::En) => format!("{size} B"),
        _ if value < mega => shown(value / kilo, "KB"),
        _ => shown(value / mega, "MB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_have_five_places_and_a_true_minus() {
        assert_eq!(score(0.931_468, 5), "0.93147");
        assert_eq!(score(-1.5, 5), "−1.50000");
        assert_eq!(score(-0.000_000_1, 5), "0.00000");
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(difference(0.003_47, 5), "+0.00347");
        assert_eq!(difference(-0.017_26, 5), "−0.01726");
    }

    #[test]
    fn shares_and_coefficients_are_short() {
        assert_eq!([0.933, 0.05, 1.0, 0.0].map(percent), ["93.3%", "5%", "100%", "0%"]);
        assert_eq!([0.914, -0.5].map(coefficient), ["0.91", "−0.50"]);
    }

    #[test]
    fn counts_are_grouped_by_three() {
        assert_eq!([0, 999, 1_204, 1_234_567].map(grouped), ["0", "999", "1,204", "1,234,567"]);
    }

    #[test]
    fn sizes_keep_one_place_below_ten() {
        assert_eq!([5_222, 421_888, 1_258_291].map(|n| bytes(n, Locale::Ko)), ["5.1 KB", "412 KB", "1.2 MB"]);
    }
}
