//! Decimal numbers, with exactly the values of `str::parse`.

use super::scan::text_end;
use crate::csv::value;
use crate::words::{each, number, word};

/// Powers of ten that f64 holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
const SHIFTS: [u64; 9] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
/// Integers up to here are f64 without rounding.
const EXACT: u64 = 1 << 53;
/// A u64 holds every number of this many digits.
const DIGITS: usize = 19;

/// The finite number at `start` and where it ends; absent when there is none.
#[inline]
pub(super) fn decimal(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let negative = bytes.get(start) == Some(&b'-');
    let begin = start + usize::from(negative);
    let (mut mantissa, mut end) = digits(bytes, begin, 0);
    let mut count = end - begin;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        let point = end + 1;
        (mantissa, end) = digits(bytes, point, mantissa);
        fraction = end - point;
        count += fraction;
    }
    let whole = matches!(bytes.get(end), None | Some(b',' | b'\n' | b'\r'));
    // Two exact numbers and one rounding: the quotient is the nearest f64 (Clinger, PLDI 1990).
    match POWERS.get(fraction) {
        Some(power) if whole && (1..=DIGITS).contains(&count) && mantissa <= EXACT => {
            let size = mantissa as f64 / power;
            // Adding zero turns -0 into 0, so that the two tie.
            Some((if negative { -size } else { size } + 0.0, end))
        }
        _ => rare(bytes, start),
    }
}

/// The digits at `at` behind those of `number`, and where they end.
#[inline]
fn digits(bytes: &[u8], mut at: usize, mut value: u64) -> (u64, usize) {
    loop {
        let values = word(bytes, at) ^ each(b'0');
        let others = (values.wrapping_add(each(0x76)) | values) & each(0x80);
        let count = others.trailing_zeros() as usize / 8;
        if count == 0 {
            return (value, at);
        }
        // The digits move to the upper end, zeros come before them. More than 19 digits overflow, and are not used.
        value = value.wrapping_mul(SHIFTS[count]).wrapping_add(number(values << (64 - 8 * count)));
        at += count;
        if count < 8 {
            return (value, at);
        }
    }
}

/// Many digits, an exponent, a plus: as the reader reads them.
#[cold]
fn rare(bytes: &[u8], start: usize) -> Option<(f64, usize)> {
    let end = text_end(bytes, start)?;
    let text = str::from_utf8(bytes.get(start..end)?).ok()?;
    Some((value::number(text).ok()?, end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agrees(text: &str) -> Result<(), TestCaseError> {
        let expected = value::number(text).ok().map(f64::to_bits);
        for end in ["", ",", "\n", "\r\n", ",000000000", "\n00000000"] {
            let line = format!("{text}{end}");
            let found = decimal(line.as_bytes(), 0);
            prop_assert_eq!(found.map(|(number, _)| number.to_bits()), expected, "{:?}", line);
            prop_assert!(found.is_none_or(|(_, end)| end == text.len()));
        }
        Ok(())
    }

    #[test]
    fn edges_of_the_quick_way_agree_with_the_usual_one() {
        for text in [
            "0",
            "-0",
            "-0.0",
            "1",
            "1.",
            ".5",
            "+.5",
            "-.5",
            ".",
            "-",
            "",
            "+",
            "1e5",
            "1E-5",
            "1e",
            "inf",
            "nan",
            " 1",
            "1 ",
            "9007199254740992",
            "9007199254740993",
            "9007199254740993.0",
            "0.1234567890123456789",
            "12345678901234567890",
            "99999999999999999999",
            "0.0000000000000000000001",
            "1e400",
            "00000000000000000000000000001",
            "1.2.3",
            "1-2",
            "0x1",
            "1_0",
            "１",
            "0.30000000000000004",
            "123456789012345678.5",
        ] {
            agrees(text).unwrap();
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn every_number_is_that_of_the_standard_library(number in any::<f64>(), small in -2.0..2.0_f64, places in 0_usize..25) {
            agrees(&number.to_string())?;
            agrees(&format!("{number:e}"))?;
            agrees(&small.to_string())?;
            agrees(&format!("{small:.places$}"))?;
        }

        #[test]
        fn texts_that_look_like_numbers_are_read_alike(text in "[-+]?[0-9]{0,20}[.]?[0-9]{0,24}([eE][-+]?[0-9]{1,3})?") {
            agrees(&text)?;
        }
    }
}
