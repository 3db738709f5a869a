//! Ids of 8 to 16 hexadecimal digits, all of one length and case: each is one number, and one look at one place finds it.

use std::ops::Range;

use crate::parallel;
use crate::text_table::{BATCH, GOLDEN, TextTable};
use crate::words::each;

/// No id has this position.
const FREE: u32 = u32::MAX;
/// Ids in one bucket.
const FULL: usize = 5;
/// Buckets in one share: so few that filling them does not wait for memory.
const SHARE: usize = 1 << 12;

/// Where each id stands. Number and text are one to one, so that an id that is found need not be compared.
#[derive(Debug)]
pub(super) struct Hexadecimal {
    length: usize,
    form: Form,
    /// Buckets in shares of [`SHARE`], or one that is smaller and a power of two. The place of a bucket grows with the hash;
    /// what does not fit goes on in the next one of its share.
    shares: Vec<Vec<Bucket>>,
    /// How many buckets.
    count: usize,
}

/// The numbers of some ids and their positions, the free places last. As long as a line of the cache.
#[derive(Clone, Debug)]
#[repr(align(64))]
struct Bucket {
    numbers: [u64; FULL],
    positions: [u32; FULL],
}

/// An id on its way to its bucket: halves of a number, for 12 bytes instead of 16.
#[derive(Clone, Copy, Debug)]
struct Dealt {
    high: u32,
    low: u32,
    position: u32,
}

/// The case of the letters, as what each has beyond ten digits.
#[derive(Clone, Copy, Debug)]
struct Form(u64);

impl Form {
    fn of(ids: &TextTable) -> Self {
        let letter = ids.iter().find_map(|id| id.bytes().find(u8::is_ascii_alphabetic));
        Self(u64::from(letter.map_or(b'a', |letter| if letter.is_ascii_uppercase() { b'A' } else { b'a' }) - b'0' - 10))
    }

    /// The number that eight digits are, its half bytes in some order; absent when one is no digit.
    #[inline]
    fn half(self, word: u64) -> Option<u32> {
        let values = (word & each(0x0f)) + 9 * (word >> 6 & each(1));
        let letters = (values + each(6)) >> 4 & each(1);
        let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
        let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
        // Written again it must be the same word: that tells what is no digit.
        let same = values & each(0xf0) == 0 && values + each(b'0') + self.0 * letters == word;
        same.then_some(lower(fours | fours >> 16))
    }

    /// The number of an id of at least 8 digits; the halves overlap where there are less than 16.
    #[inline]
    fn number(self, id: &[u8]) -> Option<u64> {
        let (first, last) = (id.first_chunk()?, id.last_chunk()?);
        let (high, low) = (self.half(u64::from_le_bytes(*first))?, self.half(u64::from_le_bytes(*last))?);
        Some(u64::from(high) << 32 | u64::from(low))
    }
}

impl Bucket {
    const EMPTY: Self = Self { numbers: [0; FULL], positions: [FREE; FULL] };

    /// The position of a number; [`FREE`] when it is not here.
    #[inline]
    fn find(&self, number: u64) -> u32 {
        let places = self.numbers.iter().zip(&self.positions);
        places.fold(FREE, |found, (&other, &position)| if other == number { found.min(position) } else { found })
    }

    /// How many ids it has; counted without a branch.
    #[inline]
    fn len(&self) -> usize {
        self.positions.iter().map(|&position| usize::from(position != FREE)).sum()
    }
}

impl Hexadecimal {
    /// Absent when the ids are not of this form or not distinct.
    pub(super) fn of(ids: &TextTable) -> Option<Self> {
        let length = ids.get(0).map(str::len).filter(|length| (8..=16).contains(length))?;
        let form = Form::of(ids);
        // Two of three places are taken.
        let wanted = ids.len() * 3 / (2 * FULL) + 1;
        let share = wanted.next_power_of_two().min(SHARE);
        let count = wanted.next_multiple_of(share);
        let threads = parallel::threads(length * ids.len());
        let part = ids.len().div_ceil(threads);
        let parts: Vec<usize> = (0..ids.len()).step_by(part).collect();
        let dealt = parallel::map(threads, &parts, |&from| deal(ids, form, from..ids.len().min(from + part), count));
        let dealt: Vec<_> = dealt.into_iter().collect::<Option<_>>()?;
        let numbers: Vec<usize> = (0..count / share).collect();
        let shares = parallel::map(threads, &numbers, |&number| {
            // Cleared and filled at one go, it stays near.
            let mut buckets = vec![Bucket::EMPTY; share];
            let mut ids = dealt.iter().filter_map(|part| part.get(number)).flatten();
            ids.try_for_each(|&id| enter(&mut buckets, count, id)).map(|()| buckets)
        });
        Some(Self { length, form, shares: shares.into_iter().collect::<Option<_>>()?, count })
    }

    /// The position of an id.
    #[inline]
    pub(super) fn position(&self, id: &[u8]) -> Option<u32> {
        let number = self.form.number(id).filter(|_| id.len() == self.length)?;
        self.find(number, place(number, self.count))
    }

    /// The positions of at most [`BATCH`] ids; absent when one is unknown. Each step is done for all of them before the next
    /// one, so that the memory is waited for once and not once an id.
    pub(super) fn positions(&self, ids: &[&[u8]], positions: &mut [u32; BATCH]) -> Option<()> {
        let (mut numbers, mut places, mut heads) = ([0; BATCH], [0; BATCH], [0; BATCH]);
        for ((number, place), id) in numbers.iter_mut().zip(&mut places).zip(ids) {
            *number = self.form.number(id).filter(|_| id.len() == self.length)?;
            *place = self::place(*number, self.count);
        }
        for (head, &place) in heads.iter_mut().zip(&places).take(ids.len()) {
            *head = self.bucket(place)?.numbers[0];
        }
        for (((position, &number), &place), &head) in
            positions.iter_mut().zip(&numbers).zip(&places).zip(&heads).take(ids.len())
        {
            // The head is a hint that the bucket has come by now.
            *position = if head == number && number != 0 {
                self.bucket(place)?.positions[0]
            } else {
                self.find(number, place)?
            };
        }
        Some(())
    }

    #[inline]
    fn bucket(&self, place: usize) -> Option<&Bucket> {
        self.shares.get(place / SHARE)?.get(place % SHARE)
    }

    #[inline]
    fn find(&self, number: u64, mut place: usize) -> Option<u32> {
        let share = SHARE.min(self.count);
        for _ in 0..share {
            let bucket = self.bucket(place)?;
            let position = bucket.find(number);
            if position != FREE {
                return Some(position);
            }
            if bucket.len() < FULL {
                break;
            }
            place = next(place, share);
        }
        None
    }
}

/// The ids of a range by the share they belong to; absent when one has another form.
fn deal(ids: &TextTable, form: Form, range: Range<usize>, count: usize) -> Option<Vec<Vec<Dealt>>> {
    let length = ids.get(0)?.len();
    let shares = count.div_ceil(SHARE);
    let room = range.len() / shares;
    let mut dealt: Vec<_> = (0..shares).map(|_| Vec::with_capacity(room + room / 16 + FULL)).collect();
    for position in range {
        let number =
            ids.get(position).map(str::as_bytes).filter(|id| id.len() == length).and_then(|id| form.number(id))?;
        dealt.get_mut(place(number, count) / SHARE)?.push(Dealt {
            high: lower(number >> 32),
            low: lower(number),
            position: u32::try_from(position).ok()?,
        });
    }
    Some(dealt)
}

/// Enters an id into its share of `count` buckets; absent when it is there already, or the share full.
fn enter(share: &mut [Bucket], count: usize, Dealt { high, low, position }: Dealt) -> Option<()> {
    let number = u64::from(high) << 32 | u64::from(low);
    let mut at = place(number, count) % SHARE;
    for _ in 0..share.len() {
        let bucket = share.get_mut(at)?;
        if bucket.find(number) != FREE {
            return None;
        }
        let free = bucket.len();
        if let (Some(own), Some(place)) = (bucket.numbers.get_mut(free), bucket.positions.get_mut(free)) {
            (*own, *place) = (number, position);
            return Some(());
        }
        at = next(at, share.len());
    }
    None
}

/// The bucket after this one in its share; shares are as long as a power of two.
#[inline]
fn next(place: usize, share: usize) -> usize {
    place & !(share - 1) | (place + 1) & (share - 1)
}

/// The place of a number's bucket among `count`. A product mixes upwards only: fold, multiply again and take the upper half.
#[inline]
fn place(number: u64, count: usize) -> usize {
    let product = number.wrapping_mul(GOLDEN);
    let hash = (product ^ product >> 32).wrapping_mul(GOLDEN) >> 32;
    ((hash * count as u64) >> 32) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
fn lower(number: u64) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(ids: &[String]) -> TextTable {
        let mut table = TextTable::default();
        for id in ids {
            table.push(id);
        }
        table
    }

    /// Distinct ids of this length in no order.
    fn ids(count: u64, length: usize, upper: bool) -> Vec<String> {
        let scattered = |number: u64| number.wrapping_mul(GOLDEN) >> (64 - 4 * length);
        let text = |number| if upper { format!("{number:0length$X}") } else { format!("{number:0length$x}") };
        (0..count).map(|number| text(scattered(number))).collect()
    }

    #[test]
    fn every_id_is_found_and_no_other_by_any_number_of_threads() {
        for (length, upper) in [(8, false), (11, true), (16, false), (16, true)] {
            let all = ids(40_000, length, upper);
            let (known, others) = all.split_at(30_000);
            for threads in [1, 2, 7] {
                let found = parallel::forced(threads, || Hexadecimal::of(&table(known))).unwrap();
                assert!(found.shares.len() > 1);
                for (batch, first) in known.chunks(BATCH).zip((0..).step_by(BATCH)) {
                    let bytes: Vec<&[u8]> = batch.iter().map(String::as_bytes).collect();
                    let mut positions = [0; BATCH];
                    found.positions(&bytes, &mut positions).unwrap();
                    assert!((first..).zip(&bytes).zip(positions).all(|((at, _), position)| at == position));
                }
                assert!((0..).zip(known).all(|(at, id)| found.position(id.as_bytes()) == Some(at)));
                assert!(others.iter().all(|id| found.position(id.as_bytes()).is_none()));
                assert!(found.positions(&[others[0].as_bytes()], &mut [0; BATCH]).is_none());
            }
        }
    }

    #[test]
    fn only_digits_of_the_right_case_are_a_number() {
        let (lower, upper) = (Form::of(&table(&["0000000a".to_owned()])), Form::of(&table(&["0000000A".to_owned()])));
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                let mut id = *b"01234567";
                id[at] = byte;
                assert_eq!(lower.number(&id).is_some(), matches!(byte, b'0'..=b'9' | b'a'..=b'f'), "{byte}");
                assert_eq!(upper.number(&id).is_some(), matches!(byte, b'0'..=b'9' | b'A'..=b'F'), "{byte}");
            }
        }
    }

    #[test]
    fn the_search_for_an_unknown_id_ends_where_no_place_is_free() {
        let full = Bucket { numbers: [1, 2, 3, 4, 5], positions: [0, 1, 2, 3, 4] };
        let form = Form::of(&TextTable::default());
        let found = Hexadecimal { length: 8, form, shares: vec![vec![full.clone(), full]], count: 2 };
        assert_eq!(found.position(b"99999999"), None);
    }

    #[test]
    fn the_number_zero_is_an_id_like_others() {
        let found = |ids: &[&str], id: &str| {
            let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
            Hexadecimal::of(&table(&ids)).unwrap().position(id.as_bytes())
        };
        assert_eq!(found(&["00000001", "00000000"], "00000000"), Some(1));
        assert_eq!(found(&["00000001"], "00000000"), None);
        assert_eq!(found(&["00000001"], "000000001"), None);
    }

    #[test]
    fn other_ids_go_another_way() {
        for other in ["0123456", "0123456789abcdef0", "0123456g", "0123456A"] {
            assert!(Hexadecimal::of(&table(&["0123456a".to_owned(), other.to_owned()])).is_none(), "{other}");
        }
        assert!(Hexadecimal::of(&TextTable::default()).is_none());
        let mut twice = ids(30_000, 16, false);
        twice[29_999] = twice[7].clone();
        assert!(Hexadecimal::of(&table(&twice)).is_none());
    }
}
