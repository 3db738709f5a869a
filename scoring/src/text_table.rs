//! Many short texts in one arena, each found by a hash: ids and class names.

/// A free slot of the hash table.
const FREE: usize = usize::MAX;
/// Multiplier of the hash: 2^64 divided by the golden ratio (Knuth, TAOCP 3, 6.4).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Distinct texts in the order of their arrival. One allocation for all letters instead of one a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextTable {
    letters: String,
    ends: Vec<usize>,
    /// Open addressing with linear probing; a power of two, at most half full.
    slots: Vec<usize>,
}

/// Whether a text was there already, and its position.
pub(crate) enum Insert {
    Old(usize),
    New(usize),
}

impl TextTable {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text at `position`.
    pub(crate) fn get(&self, position: usize) -> Option<&str> {
        let end = *self.ends.get(position)?;
        let start = position.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.letters.get(start..end)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|position| self.get(position))
    }

    /// The position of `text`. `guess` is tried first: files usually keep the order, and then nothing is hashed.
    pub(crate) fn find(&self, text: &str, guess: usize) -> Option<usize> {
        if self.get(guess) == Some(text) {
            return Some(guess);
        }
        if self.slots.is_empty() {
            return None;
        }
        let (_, found) = self.probe(text);
        found
    }

    /// Adds `text` unless it is there.
    pub(crate) fn insert(&mut self, text: &str) -> Insert {
        if (self.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let (slot, found) = self.probe(text);
        if let Some(position) = found {
            return Insert::Old(position);
        }
        let position = self.len();
        self.letters.push_str(text);
        self.ends.push(self.letters.len());
        self.slots[slot] = position;
        Insert::New(position)
    }

    /// The slot where `text` is or would be, and its position when it is there. The table must not be empty or full.
    fn probe(&self, text: &str) -> (usize, Option<usize>) {
        let mask = self.slots.len() - 1;
        let mut slot = hash(text) & mask;
        loop {
            match self.slots[slot] {
                FREE => return (slot, None),
                position if self.get(position) == Some(text) => return (slot, Some(position)),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![FREE; (self.slots.len() * 2).max(16)];
        let mask = self.slots.len() - 1;
        for position in 0..self.len() {
            let mut slot = hash(self.get(position).unwrap_or_default()) & mask;
            while self.slots[slot] != FREE {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = position;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a hash may lose its upper half where a word has 32 bits")]
fn hash(text: &str) -> usize {
    let mut hash = text.len() as u64;
    for chunk in text.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(GOLDEN);
    }
    // A product mixes upwards only and the mask takes the lower bits: fold, multiply and fold again.
    hash = (hash ^ (hash >> 32)).wrapping_mul(GOLDEN);
    (hash ^ (hash >> 32)) as usize
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
            assert_eq!(table.find(&text, number), Some(number));
            assert_eq!(table.find(&text, 0), Some(number));
            assert_eq!(table.get(number), Some(text.as_str()));
        }
        assert_eq!(table.find("P5000", 3), None);
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
                let distance = |(slot, position): (usize, &usize)| -> usize {
                    let home = hash(table.get(*position).unwrap_or_default()) & mask;
                    slot.wrapping_sub(home) & mask
                };
                let steps: usize = table.slots.iter().enumerate().filter(|slot| *slot.1 != FREE).map(distance).sum();
                assert!(steps < 2 * table.len(), "{prefix} {width}: {steps}");
            }
        }
    }

    #[test]
    fn an_empty_table_finds_nothing() {
        assert_eq!(TextTable::default().find("", 0), None);
        assert_eq!(TextTable::default().get(0), None);
    }
}
