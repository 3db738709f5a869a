//! Ids that are a counter between two fixed texts (`P0001`, `img_7.png`): found by their number, without a hash.

use crate::text_table::TextTable;
use crate::words::{are_digits, each, same, short, word};

/// No id has this number.
const NONE: u32 = u32::MAX;
/// A table of numbers has at most this many places for each id.
const SPARSE: u64 = 4;

/// Where each number stands. Number and text are one to one, so that an id that is found need not be compared.
#[derive(Debug)]
pub(super) struct Numbered {
    before: Box<[u8]>,
    after: Box<[u8]>,
    /// How many digits a number has; absent when it is written without leading zeros.
    digits: Option<usize>,
    short: Option<Short>,
    lowest: u64,
    /// Position by number, counted from the lowest; empty when the ids count up one by one.
    places: Vec<u32>,
    count: usize,
}

/// Ids of the same length with up to 8 digits within the last 8 bytes before the fixed end.
#[derive(Debug)]
struct Short {
    length: usize,
    /// Where the 8 bytes begin.
    at: usize,
    /// Which of them are digits; the others are as in `expected`, which has zeros for digits.
    digits: u64,
    expected: u64,
}

impl Short {
    fn of(id: &[u8], digits: usize, after: usize) -> Option<Self> {
        let at = (id.len() - after).checked_sub(8).filter(|_| digits <= 8)?;
        let digits = u64::MAX << (64 - 8 * digits);
        let expected = (word(id, at) & !digits) | (each(b'0') & digits);
        Some(Self { length: id.len(), at, digits, expected })
    }

    /// The values of the digits; absent when the id has another length or the bytes before them are others.
    #[inline]
    fn values(&self, id: &[u8]) -> Option<u64> {
        if id.len() != self.length {
            return None;
        }
        let values = word(id, self.at) ^ self.expected;
        (values & !self.digits == 0 && are_digits(values)).then_some(values)
    }
}

impl Numbered {
    /// Absent when the ids are not of this form, too far apart, or not distinct.
    pub(super) fn of(ids: &TextTable) -> Option<Self> {
        let (first, last) = (ids.get(0)?.as_bytes(), ids.get(ids.len() - 1)?.as_bytes());
        let mut before = first.iter().zip(last).take_while(|(a, b)| a == b).count();
        while before > 0 && first[before - 1].is_ascii_digit() {
            before -= 1;
        }
        let run = |id: &[u8]| id[before..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, other) = (run(first), run(last));
        let mut numbered = Self {
            before: first[..before].into(),
            after: first[before + digits..].into(),
            short: None,
            digits: (digits == other).then_some(digits),
            lowest: 0,
            places: Vec::new(),
            count: ids.len(),
        };
        let mut span = numbered.span(ids);
        if span.is_none() && numbered.digits.is_some() {
            // The first and the last may be as long as each other by chance.
            numbered.digits = None;
            span = numbered.span(ids);
        }
        let (lowest, highest, in_order) = span?;
        numbered.lowest = lowest;
        numbered.short = numbered.digits.and_then(|digits| Short::of(first, digits, numbered.after.len()));
        if in_order {
            return Some(numbered);
        }
        let range = highest - lowest + 1;
        if range > SPARSE * ids.len() as u64 {
            return None;
        }
        let mut places = vec![NONE; usize::try_from(range).ok()?];
        for (id, position) in ids.iter().zip(0_u32..) {
            let place = places.get_mut(usize::try_from(numbered.number(id.as_bytes())? - lowest).ok()?)?;
            if *place != NONE {
                return None;
            }
            *place = position;
        }
        numbered.places = places;
        Some(numbered)
    }

    /// The lowest and the highest number, and whether they count up one by one. Absent when an id has another form. The ids
    /// are read again rather than kept as numbers: memory that is touched first costs more.
    fn span(&self, ids: &TextTable) -> Option<(u64, u64, bool)> {
        let (mut lowest, mut highest, mut in_order, mut before) = (u64::MAX, 0, true, None);
        for id in ids.iter() {
            let number = self.number(id.as_bytes())?;
            (lowest, highest) = (lowest.min(number), highest.max(number));
            in_order &= before.is_none_or(|before: u64| before + 1 == number);
            before = Some(number);
        }
        Some((lowest, highest, in_order))
    }

    /// The position of an id.
    #[inline]
    pub(super) fn position(&self, id: &[u8]) -> Option<u32> {
        let offset = usize::try_from(self.number(id)?.checked_sub(self.lowest)?).ok()?;
        if self.places.is_empty() {
            return u32::try_from(offset).ok().filter(|_| offset < self.count);
        }
        self.places.get(offset).copied().filter(|&position| position != NONE)
    }

    /// The number of a text of this form.
    #[inline]
    fn number(&self, id: &[u8]) -> Option<u64> {
        if let Some(short) = &self.short {
            let values = short.values(id)?;
            let fits = (short.at == 0 || same(&id[..short.at], &self.before[..short.at]))
                && (self.after.is_empty() || id.ends_with(&self.after));
            return fits.then(|| crate::words::number(values));
        }
        let (before, rest) = id.split_at_checked(self.before.len())?;
        let (number, after) = rest.split_at_checked(rest.len().checked_sub(self.after.len())?)?;
        let form = match self.digits {
            Some(digits) => number.len() == digits,
            None => number.len() == 1 || number.first() != Some(&b'0'),
        };
        if !form || !same(before, &self.before) || !same(after, &self.after) {
            return None;
        }
        match number.len() {
            1..8 => eight_digits(short(number), number.len()),
            8..=16 => {
                let (high, low) = number.split_at(number.len() - 8);
                let low = eight_digits(u64::from_le_bytes(*low.first_chunk()?), 8)?;
                let high = match high.first_chunk() {
                    Some(high) => eight_digits(u64::from_le_bytes(*high), 8)?,
                    None if high.is_empty() => 0,
                    None => eight_digits(short(high), high.len())?,
                };
                Some(high * 100_000_000 + low)
            }
            _ => None,
        }
    }
}

/// The number that `count` digits (1 to 8) are, the first one in the lowest byte.
#[inline]
fn eight_digits(text: u64, count: usize) -> Option<u64> {
    let values = (text << (64 - 8 * count)) ^ (each(b'0') << (64 - 8 * count));
    are_digits(values).then(|| crate::words::number(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(ids: &[&str]) -> TextTable {
        let mut table = TextTable::default();
        for id in ids {
            table.push(id);
        }
        table
    }

    fn finds_its_own(ids: &[&str]) -> Numbered {
        let numbered = Numbered::of(&table(ids)).unwrap();
        for (id, position) in ids.iter().zip(0..) {
            assert_eq!(numbered.position(id.as_bytes()), Some(position), "{id}");
        }
        numbered
    }

    #[test]
    fn a_counter_between_fixed_texts_is_found_by_its_number() {
        for ids in [
            ["P0001", "P0002", "P0003"],
            ["img_9.png", "img_10.png", "img_8.png"],
            ["1", "3", "2"],
            ["000000000000001", "000000000000002", "000000000000000"],
            ["가7", "가8", "가9"],
        ] {
            let numbered = finds_its_own(&ids);
            for other in
                ["", "P", "P001", "P00001", "p0001", "P0004", "4", "01", "img_10", "img_08.png", "가07", "P000/"]
            {
                assert_eq!(numbered.position(other.as_bytes()), None, "{other} in {ids:?}");
            }
        }
    }

    #[test]
    fn a_number_is_one_text_only() {
        let numbered = finds_its_own(&["9", "10", "11", "8"]);
        assert_eq!(numbered.position(b"09"), None);
        let numbered = finds_its_own(&["08", "09", "10"]);
        assert_eq!(numbered.position(b"8"), None);
        assert!(Numbered::of(&table(&["7", "07", "8"])).is_none());
    }

    #[test]
    fn other_ids_have_no_numbers() {
        for ids in [["a", "b", "c"], ["1", "2", "1"], ["1", "2", "900000"], ["P1_a", "P2_b", "P3_c"], ["1", "2", ""]] {
            assert!(Numbered::of(&table(&ids)).is_none(), "{ids:?}");
        }
        assert!(Numbered::of(&TextTable::default()).is_none());
    }
}
