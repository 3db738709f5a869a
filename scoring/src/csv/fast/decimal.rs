//! Decimal numbers, with exactly the values of `str::parse`.

use std::ops::Range;

use crate::csv::value;
use crate::words::{are_digits, each, number, word};

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

/// The finite number that stands at `place`; absent when there is none.
#[inline]
pub(super) fn decimal(bytes: &[u8], place: Range<usize>) -> Option<f64> {
    let text = word(bytes, place.start);
    let negative = usize::from(text & 0xff == u64::from(b'-'));
    let length = place.end - place.start;
    let found = if length <= 8 {
        short(text >> (8 * negative), length.wrapping_sub(negative))
    } else {
        long(bytes, place.start + negative, place.end)
    };
    let size = match found {
        // Two exact numbers and one rounding: the quotient is the nearest f64 (Clinger, PLDI 1990).
        Some((mantissa, fraction)) if mantissa <= EXACT && fraction < POWERS.len() => {
            Some(mantissa as f64 / POWERS[fraction])
        }
        Some((mantissa, fraction)) => quotient(mantissa, fraction),
        None => None,
    };
    match size {
        // Adding zero turns -0 into 0, so that the two tie.
        Some(size) => Some(if negative == 1 { -size } else { size } + 0.0),
        None => rare(bytes.get(place)?),
    }
}

/// The f64 nearest to `mantissa` / 10^`fraction`, by one long multiplication (Lemire, Software: Practice and Experience 51,
/// 2021); absent where its error could decide the rounding. `mantissa` is not 0.
#[inline]
fn quotient(mantissa: u64, fraction: usize) -> Option<f64> {
    let (reciprocal, exponent) = *RECIPROCALS.get(fraction)?;
    let zeros = mantissa.leading_zeros();
    let factor = u128::from(mantissa << zeros);
    let low = factor * (reciprocal & u128::from(u64::MAX));
    // Less than 2 below the true product, of which the last 64 bits are cut off.
    let product = factor * (reciprocal >> 64) + (low >> 64);
    let shift = 75 - product.leading_zeros();
    let (kept, rest, half) = (product >> shift, product & ((1 << shift) - 1), 1 << (shift - 1));
    let rounded = match rest {
        rest if rest + 2 <= half => kept,
        rest if rest > half => kept + 1,
        _ => return None,
    };
    let scale = i64::from(shift) + 64 - i64::from(zeros) - i64::from(exponent);
    // Never subnormal: the smallest number here is 10^-19.
    let power = f64::from_bits(u64::try_from(1023 + scale).ok()? << 52);
    Some(u64::try_from(rounded).ok()? as f64 * power)
}

/// 10^-n as a number of 128 bits, its first bit set, rounded down, and the power of two it is multiplied by.
const RECIPROCALS: [(u128, u32); DIGITS + 1] = {
    let mut table = [(0, 0); DIGITS + 1];
    let (mut power, mut n) = (1_u64, 0);
    let mut halvings = 0_u32;
    while n < table.len() {
        // Long division of a power of two by 5^n, bit by bit.
        let (mut quotient, mut remainder, mut exponent) = (0_u128, 1_u64, halvings);
        if power == 1 {
            (quotient, remainder) = (1, 0);
        }
        while quotient >> 127 == 0 {
            remainder *= 2;
            quotient = quotient << 1 | (remainder >= power) as u128;
            if remainder >= power {
                remainder -= power;
            }
            exponent += 1;
        }
        table[n] = (quotient, exponent);
        n += 1;
        halvings += 1;
        power *= 5;
    }
    table
};

/// Up to eight bytes: the digits as one number, and how many of them stand behind the point.
#[inline]
fn short(text: u64, length: usize) -> Option<(u64, usize)> {
    let other = text ^ each(b'.');
    let point = (other.wrapping_sub(each(1)) & !other & each(0x80)).trailing_zeros() as usize / 8;
    let (text, digits, fraction) = if point < length {
        // The digits behind the point move over it.
        let before = (1 << (8 * point)) - 1;
        ((text & before) | ((text >> 8) & !before), length - 1, length - 1 - point)
    } else {
        (text, length, 0)
    };
    if !(1..=8).contains(&digits) {
        return None;
    }
    // The digits move to the upper end, zeros come before them.
    let up = 64 - 8 * digits;
    let values = (text << up) ^ (each(b'0') << up);
    are_digits(values).then(|| (number(values), fraction))
}

/// Up to 19 digits and a point.
#[inline]
fn long(bytes: &[u8], begin: usize, end: usize) -> Option<(u64, usize)> {
    let (mut mantissa, mut at) = digits(bytes, begin, 0);
    let (mut count, mut fraction) = (at - begin, 0);
    if at < end && bytes.get(at) == Some(&b'.') {
        let point = at + 1;
        (mantissa, at) = digits(bytes, point, mantissa);
        fraction = at - point;
        count += fraction;
    }
    (at == end && (1..=DIGITS).contains(&count)).then_some((mantissa, fraction))
}

/// The digits at `at` behind those of `value`, and where they end. More than 19 overflow, and are not used.
#[inline]
fn digits(bytes: &[u8], mut at: usize, mut value: u64) -> (u64, usize) {
    loop {
        let values = word(bytes, at) ^ each(b'0');
        let others = (values.wrapping_add(each(0x76)) | values) & each(0x80);
        let count = others.trailing_zeros() as usize / 8;
        if count == 0 {
            return (value, at);
        }
        value = value.wrapping_mul(SHIFTS[count]).wrapping_add(number(values << (64 - 8 * count)));
        at += count;
        if count < 8 {
            return (value, at);
        }
    }
}

/// Many digits, an exponent, a plus: as the reader reads them.
#[cold]
fn rare(text: &[u8]) -> Option<f64> {
    value::number(str::from_utf8(text).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agrees(text: &str) -> Result<(), TestCaseError> {
        let expected = value::number(text).ok().map(f64::to_bits);
        for end in ["", ",", "\n", "\r\n", ",000000000", "\n00000000"] {
            let line = format!("{text}{end}");
            let found = decimal(line.as_bytes(), 0..text.len());
            prop_assert_eq!(found.map(f64::to_bits), expected, "{:?}", line);
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
