//! One field: a number, a probability or a label, or what is wrong with it.

use std::collections::BTreeSet;

use super::errors::{Detail, ErrorKind, NAMED, excerpt};
use crate::items::gain;
use crate::runs::runs;
use crate::schema::ColumnKind;
use crate::text_table::TextTable;

/// Why a field is refused.
pub(crate) type Refusal = (ErrorKind, Detail);

/// A finite number, correctly rounded. `text` is trimmed.
pub(super) fn number(text: &str) -> Result<f64, Refusal> {
    match text.parse::<f64>() {
        // Adding zero turns -0 into 0, so that the two tie.
        Ok(number) if number.is_finite() => Ok(number + 0.0),
        Ok(number) if number.is_nan() => Err((ErrorKind::Nan, Detail::None)),
        Ok(_) => Err((ErrorKind::Infinite, Detail::None)),
        Err(_) => Err(not_a_number(text)),
    }
}

/// A number from 0 to 1.
pub(super) fn probability(text: &str) -> Result<f64, Refusal> {
    match number(text) {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        Ok(_) => Err((ErrorKind::OutOfRange, Detail::None)),
        Err(refusal) => Err(refusal),
    }
}

/// A finite number that is not negative; `below` names one that is.
pub(super) fn amount(text: &str, below: ErrorKind) -> Result<f64, Refusal> {
    match number(text) {
        Ok(number) if number >= 0.0 => Ok(number),
        Ok(_) => Err((below, Detail::None)),
        Err(refusal) => Err(refusal),
    }
}

/// A whole number from 1 to a million.
pub(super) fn size(text: &str) -> Result<f64, Refusal> {
    match number(text) {
        Ok(number) if (1.0..=1e6).contains(&number) && number.fract() == 0.0 => Ok(number),
        Ok(_) => Err((ErrorKind::BadSize, Detail::None)),
        Err(refusal) => Err(refusal),
    }
}

/// Distinct items separated by spaces; none at all is fine.
pub(super) fn items(text: &str) -> Result<&str, Refusal> {
    let mut seen = BTreeSet::new();
    match text.split_ascii_whitespace().find(|item| !seen.insert(*item)) {
        Some(repeated) => Err((ErrorKind::RepeatedItem, Detail::Meant(excerpt(repeated)))),
        None => Ok(text),
    }
}

/// Distinct items, each with a gain that is not negative or without.
pub(super) fn gains(text: &str) -> Result<&str, Refusal> {
    let mut seen = BTreeSet::new();
    for item in text.split_ascii_whitespace() {
        let (name, gain) = gain(item);
        if !(gain.is_finite() && gain >= 0.0) {
            return Err((ErrorKind::BadGain, Detail::Meant(excerpt(item))));
        }
        if !seen.insert(name) {
            return Err((ErrorKind::RepeatedItem, Detail::Meant(excerpt(name))));
        }
    }
    Ok(text)
}

/// `start length` pairs that rise and do not meet, or `-`.
pub(crate) fn mask(text: &str) -> Result<&str, Refusal> {
    if text == "-" {
        return Ok(text);
    }
    let bad = || (ErrorKind::BadMask, Detail::None);
    let mut numbers = text.split_ascii_whitespace();
    let mut free = 1_u64;
    while let Some(start) = numbers.next() {
        let number = |text: &str| text.parse::<u32>().ok().filter(|&number| number > 0).map(u64::from);
        let start = number(start).filter(|&start| start >= free).ok_or_else(bad)?;
        let length = numbers.next().and_then(number).ok_or_else(bad)?;
        free = start + length;
    }
    Ok(text)
}

/// Fails where a mask has pixels beyond its image.
pub(super) fn inside(mask: &str, area: Option<u64>) -> Result<(), Refusal> {
    let found = runs(mask).last().map_or(0, |run| run.end);
    match area {
        Some(expected) if found > expected => Err((ErrorKind::OutsideImage, Detail::Count { expected, found })),
        _ => Ok(()),
    }
}

/// The cure of an empty field depends on what the column holds.
pub(super) fn empty(kind: &ColumnKind) -> Refusal {
    let detail = match kind {
        ColumnKind::Number | ColumnKind::Amount | ColumnKind::Weight | ColumnKind::Size => Detail::None,
        ColumnKind::Probability => Detail::Probability,
        ColumnKind::Label { .. } => Detail::Label,
        ColumnKind::Mask | ColumnKind::Items | ColumnKind::Gains => Detail::Mask,
    };
    (ErrorKind::EmptyValue, detail)
}

/// What to write instead of a label that is none of `classes`: perhaps the same written otherwise (`1.0` for `1`, `cat` for `Cat`).
pub(super) fn instead_of_label(text: &str, classes: &TextTable) -> Detail {
    let number = text.parse::<f64>().ok();
    let same =
        |class: &&str| class.eq_ignore_ascii_case(text) || (number.is_some() && class.parse::<f64>().ok() == number);
    match classes.iter().find(same) {
        Some(class) => Detail::Meant(excerpt(class)),
        None => {
            Detail::Names { count: classes.len() as u64, first: classes.iter().take(NAMED * 2).map(excerpt).collect() }
        }
    }
}

fn not_a_number(text: &str) -> Refusal {
    const MARKS: [&str; 5] = ["na", "n/a", "null", "none", "#n/a"];
    if MARKS.iter().any(|mark| text.eq_ignore_ascii_case(mark)) {
        return (ErrorKind::Nan, Detail::None);
    }
    if text.strip_suffix('%').is_some_and(|rest| rest.trim_end().parse::<f64>().is_ok()) {
        return (ErrorKind::NotANumber, Detail::Percent);
    }
    if has_thousands(text) {
        return (ErrorKind::ThousandsSeparator, Detail::None);
    }
    if text.matches(',').count() == 1 && text.replace(',', ".").parse::<f64>().is_ok() {
        return (ErrorKind::NotANumber, Detail::DecimalComma);
    }
    (ErrorKind::NotANumber, Detail::None)
}

/// `1,234,567.8`: groups of three digits, the first shorter or equal.
fn has_thousands(text: &str) -> bool {
    let whole = text.trim_start_matches(['+', '-']);
    let (whole, fraction) = whole.split_once('.').unwrap_or((whole, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    // `0,123` is a decimal comma, not a thousand.
    rest.peek().is_some()
        && matches!(first.len(), 1..=3)
        && !first.starts_with('0')
        && digits(first)
        && rest.all(|group| group.len() == 3 && digits(group))
        && digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_usual_spelling_are_read() {
        for (text, expected) in [("1e-3", 0.001), (".5", 0.5), ("5.", 5.0), ("+2", 2.0), ("-1E2", -100.0), ("007", 7.0)]
        {
            assert_eq!(number(text), Ok(expected), "{text}");
        }
        assert_eq!(number("-0.0").unwrap().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn what_is_not_a_finite_number_is_named() {
        for (text, expected) in [
            ("NaN", (ErrorKind::Nan, Detail::None)),
            ("-nan", (ErrorKind::Nan, Detail::None)),
            ("NULL", (ErrorKind::Nan, Detail::None)),
            ("inf", (ErrorKind::Infinite, Detail::None)),
            ("-Infinity", (ErrorKind::Infinite, Detail::None)),
            ("1e999", (ErrorKind::Infinite, Detail::None)),
            ("abc", (ErrorKind::NotANumber, Detail::None)),
            ("1 2", (ErrorKind::NotANumber, Detail::None)),
            ("50%", (ErrorKind::NotANumber, Detail::Percent)),
            ("0,5", (ErrorKind::NotANumber, Detail::DecimalComma)),
            ("0,123", (ErrorKind::NotANumber, Detail::DecimalComma)),
            ("1,234", (ErrorKind::ThousandsSeparator, Detail::None)),
            ("-12,345,678.9", (ErrorKind::ThousandsSeparator, Detail::None)),
            ("1,23,456", (ErrorKind::NotANumber, Detail::None)),
        ] {
            assert_eq!(number(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_probability_includes_both_ends_and_nothing_beyond() {
        assert_eq!(probability("0"), Ok(0.0));
        assert_eq!(probability("1.0"), Ok(1.0));
        for text in ["-0.1", "1.0000001"] {
            assert_eq!(probability(text), Err((ErrorKind::OutOfRange, Detail::None)), "{text}");
        }
    }

    #[test]
    fn an_item_may_stand_only_once() {
        assert_eq!(items("a b  c"), Ok("a b  c"));
        assert_eq!(items(""), Ok(""));
        assert_eq!(items("a b a"), Err((ErrorKind::RepeatedItem, Detail::Meant("a".to_owned()))));
    }

    #[test]
    fn a_gain_is_a_finite_number_from_zero_on() {
        for text in ["", "a:2 b c:0.5", "a:b a:c", "a:0"] {
            assert_eq!(gains(text), Ok(text));
        }
        assert_eq!(gains("b a:1 a:2"), Err((ErrorKind::RepeatedItem, Detail::Meant("a".to_owned()))));
        for item in ["a:-1", "a:nan", "a:inf"] {
            assert_eq!(gains(item), Err((ErrorKind::BadGain, Detail::Meant(item.to_owned()))), "{item}");
        }
    }

    #[test]
    fn a_size_is_a_whole_number_of_pixels() {
        assert_eq!((size("1"), size("512.0")), (Ok(1.0), Ok(512.0)));
        for text in ["0", "-3", "2.5", "1e7"] {
            assert_eq!(size(text), Err((ErrorKind::BadSize, Detail::None)), "{text}");
        }
    }

    #[test]
    fn a_mask_is_made_of_rising_runs_that_do_not_meet() {
        for text in ["-", "1 3", "1 3 4 2", "10 1 20 5"] {
            assert_eq!(mask(text), Ok(text));
        }
        for text in ["0 3", "1", "1 0", "1 3 2 2", "5 1 1 1", "a b", "1 3 -", "1.0 2", "-1 2"] {
            assert_eq!(mask(text), Err((ErrorKind::BadMask, Detail::None)), "{text}");
        }
    }

    #[test]
    fn a_label_written_otherwise_is_recognised() {
        let mut classes = TextTable::default();
        for class in ["0", "1", "Cat"] {
            classes.insert(class);
        }
        assert_eq!(instead_of_label("1.0", &classes), Detail::Meant("1".to_owned()));
        assert_eq!(instead_of_label("cat", &classes), Detail::Meant("Cat".to_owned()));
        assert!(matches!(instead_of_label("dog", &classes), Detail::Names { count: 3, .. }));
    }
}
