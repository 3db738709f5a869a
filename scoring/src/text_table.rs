//! Many short texts in one arena, each found by a hash: ids and class names.

use crate::words::{same, short, word};

/// A free slot of the hash table.
const FREE: u64 = u64::MAX;
/// Multiplier of the hash: 2^64 divided by the golden ratio (Knuth, TAOCP 3, 6.4).
pub(crate) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// How many texts are looked up side by side: enough that waits for memory overlap.
pub(crate) const BATCH: usize = 64;

/// Distinct texts in the order of their arrival. One allocation for all letters instead of one a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextTable {
    letters: String,
    count: usize,
    /// Bytes of each text while all have the same length.
    width: usize,
    /// Where each text ends in `letters`, as soon as one has another length.
    ends: Vec<usize>,
    /// Hash (upper half) and position (lower half). Open addressing with linear probing; a power of two, at most three
    /// quarters full. Empty while nothing is looked up by hash.
    slots: Vec<u64>,
}

/// Whether a text was there already, and its position.
pub(crate) enum Insert {
    Old(usize),
    New(usize),
}

impl TextTable {
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The text at `position`.
    pub(crate) fn get(&self, position: usize) -> Option<&str> {
        let (start, end) = self.span(position)?;
        self.letters.get(start..end)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|position| self.get(position))
    }

    /// Whether `text` stands at `position`.
    #[inline]
    pub(crate) fn is_at(&self, position: usize, text: &[u8]) -> bool {
        let bytes = self.span(position).and_then(|(start, end)| self.letters.as_bytes().get(start..end));
        bytes.is_some_and(|bytes| same(bytes, text))
    }

    #[inline]
    fn span(&self, position: usize) -> Option<(usize, usize)> {
        if position >= self.count {
            return None;
        }
        if self.ends.is_empty() {
            let start = position * self.width;
            return Some((start, start + self.width));
        }
        let start = position.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        Some((start, *self.ends.get(position)?))
    }

    /// The position of `text`. `guess` is tried first: files usually keep the order, and then nothing is hashed.
    pub(crate) fn find(&self, text: &[u8], guess: usize) -> Option<usize> {
        if self.is_at(guess, text) {
            return Some(guess);
        }
        self.find_hashed(text)
    }

    /// The position of `text` where no guess is likely.
    #[inline]
    pub(crate) fn find_hashed(&self, text: &[u8]) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        self.probe(text, hash(text)).1
    }

    /// The positions of at most [`BATCH`] texts; false when one of them is not there. Each step is done for all of them
    /// before the next one, so that the memory is waited for once and not once a text.
    pub(crate) fn find_all(&self, texts: &[&[u8]], positions: &mut [u32; BATCH]) -> bool {
        if self.slots.is_empty() {
            return false;
        }
        let mask = self.slots.len() - 1;
        let (mut hashes, mut entries, mut heads) = ([0; BATCH], [FREE; BATCH], [0; BATCH]);
        for (hash, text) in hashes.iter_mut().zip(texts) {
            *hash = self::hash(text);
        }
        for (entry, &hash) in entries.iter_mut().zip(&hashes).take(texts.len()) {
            *entry = self.slots[hash as usize & mask];
        }
        for (entry, &hash) in entries.iter_mut().zip(&hashes).take(texts.len()) {
            let mut slot = hash as usize & mask;
            while *entry >> 32 != u64::from(hash) && *entry != FREE {
                slot = (slot + 1) & mask;
                *entry = self.slots[slot];
            }
        }
        for (head, &entry) in heads.iter_mut().zip(&entries).take(texts.len()) {
            *head = self.span(place(entry)).map_or(0, |(start, _)| word(self.letters.as_bytes(), start));
        }
        for ((((position, &text), &hash), &entry), &head) in
            positions.iter_mut().zip(texts).zip(&hashes).zip(&entries).zip(&heads)
        {
            // The head is a hint that the text has come by now; a text of up to eight bytes may be followed by others.
            let alike = text.len() < 8 || head == word(text, 0);
            *position = if alike && self.is_at(place(entry), text) {
                low(entry)
            } else if let Some(found) = self.probe(text, hash).1 {
                short_position(found)
            } else {
                return false;
            };
        }
        true
    }

    /// Adds `text` unless it is there.
    pub(crate) fn insert(&mut self, text: &str) -> Insert {
        if (self.len() + 1) * 4 > self.slots.len() * 3 {
            self.grow((self.slots.len() * 2).max(16));
        }
        let hash = hash(text.as_bytes());
        let (slot, found) = self.probe(text.as_bytes(), hash);
        if let Some(position) = found {
            return Insert::Old(position);
        }
        let position = self.len();
        self.push(text);
        self.slots[slot] = entry(hash, position);
        Insert::New(position)
    }

    /// Adds `text` without looking whether it is there; [`Self::index`] does that for all.
    pub(crate) fn push(&mut self, text: &str) {
        if self.count == 0 {
            self.width = text.len();
        } else if self.ends.is_empty() && text.len() != self.width {
            self.ends.extend((1..=self.count).map(|number| number * self.width));
        }
        self.letters.push_str(text);
        self.count += 1;
        if !self.ends.is_empty() {
            self.ends.push(self.letters.len());
        }
    }

    /// The texts of all tables, as [`Self::push`] adds them.
    pub(crate) fn concat(tables: Vec<Self>) -> Self {
        let letters = tables.iter().map(|table| table.letters.len()).sum::<usize>();
        let mut tables = tables.into_iter();
        let mut all = tables.next().unwrap_or_default();
        all.letters.reserve_exact(letters - all.letters.len());
        tables.for_each(|table| all.append(table));
        all
    }

    fn append(&mut self, other: Self) {
        if self.count == 0 {
            *self = other;
        } else if self.ends.is_empty() && other.ends.is_empty() && self.width == other.width {
            self.letters.push_str(&other.letters);
            self.count += other.count;
        } else {
            other.iter().for_each(|text| self.push(text));
        }
    }

    /// Makes pushed texts findable by hash; false when two are the same.
    pub(crate) fn index(&mut self) -> bool {
        self.begin_index();
        self.index_some(0, self.count)
    }

    /// Makes room for the hashes of all pushed texts, which [`Self::index_some`] then enters.
    pub(crate) fn begin_index(&mut self) {
        self.slots = vec![FREE; (self.count * 4 / 3 + 1).next_power_of_two().max(16)];
    }

    /// Enters the texts from position `from` up to `to`; false when one of them was there already, and then none is findable.
    pub(crate) fn index_some(&mut self, from: usize, to: usize) -> bool {
        let mut slots = std::mem::take(&mut self.slots);
        let mask = slots.len() - 1;
        let mut hashes = [0; BATCH];
        for first in (from..to).step_by(BATCH) {
            for (hash, position) in hashes.iter_mut().zip(first..to) {
                *hash = self::hash(self.get(position).unwrap_or_default().as_bytes());
            }
            for (&hash, position) in hashes.iter().zip(first..to) {
                let mut slot = hash as usize & mask;
                while slots[slot] != FREE {
                    let other = slots[slot];
                    let text = self.get(position).unwrap_or_default().as_bytes();
                    if other >> 32 == u64::from(hash) && self.is_at(place(other), text) {
                        return false;
                    }
                    slot = (slot + 1) & mask;
                }
                slots[slot] = entry(hash, position);
            }
        }
        self.slots = slots;
        true
    }

    /// Frees the hash table; texts are then found by position alone.
    pub(crate) fn forget_index(&mut self) {
        self.slots = Vec::new();
    }

    /// The slot where `text` is or would be, and its position when it is there. The table must not be empty or full.
    fn probe(&self, text: &[u8], hash: u32) -> (usize, Option<usize>) {
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.slots[slot] {
                FREE => return (slot, None),
                found if found >> 32 == u64::from(hash) && self.is_at(place(found), text) => {
                    return (slot, Some(place(found)));
                }
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// Moves to `size` slots; the hashes are in the old ones.
    fn grow(&mut self, size: usize) {
        let mask = size - 1;
        let mut slots = vec![FREE; size];
        for &entry in self.slots.iter().filter(|entry| **entry != FREE) {
            let mut slot = (entry >> 32) as usize & mask;
            while slots[slot] != FREE {
                slot = (slot + 1) & mask;
            }
            slots[slot] = entry;
        }
        self.slots = slots;
    }
}

fn entry(hash: u32, position: usize) -> u64 {
    u64::from(hash) << 32 | u64::from(short_position(position))
}

fn place(entry: u64) -> usize {
    low(entry) as usize
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is the position")]
fn low(entry: u64) -> u32 {
    entry as u32
}

/// Four billion texts would fill more memory than any file that is accepted.
fn short_position(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX - 1)
}

#[inline]
fn hash(text: &[u8]) -> u32 {
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(GOLDEN);
    let mut hash = text.len() as u64;
    if let Some(last) = text.last_chunk() {
        for at in (0..text.len() - 8).step_by(8) {
            hash = mix(hash, word(text, at));
        }
        hash = mix(hash, u64::from_le_bytes(*last));
    } else {
        hash = mix(hash, short(text));
    }
    // A product mixes upwards only: fold, multiply and keep the upper half.
    ((hash ^ (hash >> 32)).wrapping_mul(GOLDEN) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_again_with_and_without_a_good_guess() {
        let mut table = TextTable::default();
        for number in 0..5000 {
            assert!(matches!(table.insert(&format!("P{number:05}")), Insert::New(at) if at == number));
        }
        for number in 0..5000 {
            let text = format!("P{number:05}");
            assert_eq!(table.find(text.as_bytes(), number), Some(number));
            assert_eq!(table.find(text.as_bytes(), 0), Some(number));
            assert_eq!(table.get(number), Some(text.as_str()));
        }
        assert_eq!(table.find(b"P5000", 3), None);
        assert!(matches!(table.insert("P00042"), Insert::Old(42)));
        assert_eq!(table.len(), 5000);
    }

    #[test]
    fn usual_ids_spread_over_the_table() {
        for prefix in ["", "P", "TEST_", "images/img_"] {
            for width in [0, 7] {
                let mut table = TextTable::default();
                for number in 0..20_000 {
                    table.insert(&format!("{prefix}{number:0width$}.png"));
                }
                let mask = table.slots.len() - 1;
                let distance =
                    |(slot, entry): (usize, &u64)| -> usize { slot.wrapping_sub((entry >> 32) as usize) & mask };
                let steps: usize = table.slots.iter().enumerate().filter(|slot| *slot.1 != FREE).map(distance).sum();
                assert!(steps < 2 * table.len(), "{prefix} {width}: {steps}");
            }
        }
    }

    #[test]
    fn an_empty_table_finds_nothing() {
        assert_eq!(TextTable::default().find(b"", 0), None);
        assert_eq!(TextTable::default().get(0), None);
    }

    #[test]
    fn texts_of_one_length_and_of_many_keep_their_places() {
        for width in [4, 0] {
            let texts: Vec<String> = (0..300).map(|number| format!("{number:0width$}")).collect();
            let (mut front, mut back) = (TextTable::default(), TextTable::default());
            texts[..150].iter().for_each(|text| front.push(text));
            texts[150..].iter().for_each(|text| back.push(text));
            let mut front = TextTable::concat(vec![TextTable::default(), front, back]);
            assert!(front.index());
            assert_eq!(front.iter().collect::<Vec<_>>(), texts);
            let bytes: Vec<&[u8]> = texts.iter().rev().take(BATCH).map(String::as_bytes).collect();
            let mut positions = [0; BATCH];
            assert!(front.find_all(&bytes, &mut positions));
            assert!((0..300).rev().zip(positions).all(|(expected, position)| expected == position));
            assert!(!front.find_all(&[b"12".as_slice(), b"xyz"], &mut positions));
        }
    }

    #[test]
    fn a_repeated_text_is_noticed_when_the_index_is_made() {
        let mut table = TextTable::default();
        for text in ["a", "b", "a"] {
            table.push(text);
        }
        assert!(!table.index());
    }
}
