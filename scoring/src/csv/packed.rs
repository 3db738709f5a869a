//! Ids written compactly, for a browser: `P0001` to `P9999` are one entry, other ids one each.

use super::ids::Ids;
use super::numbered::Numbered;
use crate::text_table::TextTable;

/// Ids that count up one by one: the first of them, and how many follow it.
struct Run<'a> {
    first: &'a str,
    more: usize,
}

impl Ids {
    /// All ids in their order: for each run the length of its first id, that id, and how many follow it by counting up its
    /// last digits. Numbers are LEB128 (DWARF 5, 7.6).
    pub fn pack(&self) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut write = |run: Run<'_>| {
            write_number(&mut packed, run.first.len());
            packed.extend_from_slice(run.first.as_bytes());
            write_number(&mut packed, run.more);
        };
        let mut run: Option<Run<'_>> = None;
        let mut expected = Vec::new();
        for id in self.iter() {
            match &mut run {
                Some(run) if id.as_bytes() == expected => run.more += 1,
                _ => {
                    if let Some(done) = run.replace(Run { first: id, more: 0 }) {
                        write(done);
                    }
                    id.as_bytes().clone_into(&mut expected);
                }
            }
            count_up(&mut expected);
        }
        if let Some(last) = run {
            write(last);
        }
        packed
    }

    /// Reads what [`Ids::pack`] wrote.
    pub fn unpack(packed: Vec<u8>) -> Unpacking {
        Unpacking {
            packed,
            at: 0,
            expected: Vec::new(),
            more: 0,
            texts: TextTable::default(),
            indexed: None,
            is_right: true,
        }
    }
}

/// Ids that are being unpacked, some at a time so that a page stays alive.
#[derive(Debug)]
pub struct Unpacking {
    packed: Vec<u8>,
    at: usize,
    /// The next id of the run.
    expected: Vec<u8>,
    more: usize,
    texts: TextTable,
    /// How many of them have been entered into the index, where they need one: once all are there.
    indexed: Option<usize>,
    is_right: bool,
}

impl Unpacking {
    /// Does a part of the work, for at most `count` ids; false when all is done.
    pub fn step(&mut self, count: usize) -> bool {
        let (before, all) = (self.indexed, self.texts.len());
        match before {
            Some(done) if done == all => return false,
            Some(done) => {
                let to = done.saturating_add(count).min(all);
                self.is_right = self.texts.index_some(done, to);
                self.indexed = Some(to);
            }
            None => {
                for _ in 0..count {
                    if self.more == 0 && self.at == self.packed.len() {
                        if Numbered::of(&self.texts).is_some() {
                            return false;
                        }
                        self.texts.begin_index();
                        self.indexed = Some(0);
                        break;
                    }
                    self.is_right = self.read().is_some();
                    if !self.is_right {
                        break;
                    }
                }
            }
        }
        self.is_right
    }

    fn read(&mut self) -> Option<()> {
        if self.more > 0 {
            self.more -= 1;
        } else {
            self.read_run()?;
        }
        self.texts.push(std::str::from_utf8(&self.expected).ok()?);
        count_up(&mut self.expected);
        Some(())
    }

    /// The first id of the next run.
    fn read_run(&mut self) -> Option<()> {
        let length = self.read_number()?;
        let end = self.at.checked_add(length)?;
        self.packed.get(self.at..end)?.clone_into(&mut self.expected);
        self.at = end;
        self.more = self.read_number()?;
        Some(())
    }

    fn read_number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let byte = *self.packed.get(self.at)?;
            self.at += 1;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// The ids; absent when the bytes are not what [`Ids::pack`] writes.
    pub fn finish(mut self) -> Option<Ids> {
        while self.step(usize::MAX) {}
        self.is_right.then(|| Ids::indexed(self.texts))
    }
}

fn write_number(bytes: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

/// Raises the last run of digits by one and keeps its length: `a09.png` is followed by `a10.png`, and `a99.png` by `a00.png`.
/// A text without digits stays as it is.
fn count_up(text: &mut [u8]) {
    let end = text.iter().rposition(u8::is_ascii_digit).map_or(0, |last| last + 1);
    for digit in text[..end].iter_mut().rev().take_while(|byte| byte.is_ascii_digit()) {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(texts: &[impl AsRef<str>]) -> Ids {
        let mut table = TextTable::default();
        for text in texts {
            table.insert(text.as_ref());
        }
        Ids::from_table(table)
    }

    fn unpacked(packed: Vec<u8>) -> Option<Vec<String>> {
        Ids::unpack(packed).finish().map(|ids| ids.iter().map(str::to_owned).collect())
    }

    #[test]
    fn a_counter_is_one_entry_whatever_its_length() {
        let texts: Vec<_> = (0..100_000).map(|number| format!("P{number:06}.png")).collect();
        let packed = ids(&texts).pack();
        assert!(packed.len() < 20, "{packed:?}");
        assert_eq!(unpacked(packed).unwrap(), texts);
    }

    #[test]
    fn numbers_of_growing_length_are_an_entry_a_length() {
        let texts: Vec<_> = (1..=12_000).map(|number| number.to_string()).collect();
        let packed = ids(&texts).pack();
        assert!(packed.len() < 40, "{packed:?}");
        assert_eq!(unpacked(packed).unwrap(), texts);
    }

    #[test]
    fn ids_can_be_unpacked_in_steps_and_are_found() {
        let mut unpacking = Ids::unpack(ids(&["b7", "b8", "가-1", "x", "a"]).pack());
        let mut steps = 0;
        while unpacking.step(2) {
            steps += 1;
        }
        let known = unpacking.finish().unwrap();
        assert_eq!((steps > 4, known.len(), known.position("x", 0), known.position("b9", 0)), (true, 5, Some(3), None));
    }

    #[test]
    fn bytes_that_are_no_packed_ids_are_refused() {
        // An id that is cut off, one that is repeated, a count without end, one that counts into itself.
        let broken: [&[u8]; 4] = [&[5, b'a'], &[1, b'a', 0, 1, b'a', 0], &[1, b'a', 0xff], &[1, b'8', 10]];
        for bytes in broken {
            assert_eq!(unpacked(bytes.to_vec()), None, "{bytes:?}");
        }
        assert_eq!(unpacked(Vec::new()), Some(Vec::new()));
    }

    proptest! {
        #[test]
        fn whatever_the_ids_are_they_come_back_in_their_order(texts in prop::collection::vec("[ab0-3가\n,]{1,4}", 0..60)) {
            let known = ids(&texts);
            let expected: Vec<_> = known.iter().map(str::to_owned).collect();
            prop_assert_eq!(unpacked(known.pack()).unwrap(), expected);
        }
    }
}
