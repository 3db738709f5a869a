//! Splits a file without quotes into rows and fields, eight bytes at a time.

use std::ops::Range;

use crate::csv::records::MAX_RECORD;
use crate::text_table::BATCH;
use crate::words::{up_to_comma, word};

/// How every row ends and how many fields it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) fields: usize,
    /// Line ends are CRLF.
    pub(super) crlf: bool,
}

/// Up to [`BATCH`] rows of a piece at a time.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    bytes: &'a [u8],
    layout: Layout,
    /// How far the bytes have been looked at.
    at: usize,
    /// Where the row before ends, then every place where a field or a line ends.
    ends: Vec<usize>,
    /// The byte at each of `ends`.
    marks: Vec<u8>,
    /// What `marks` are in regular rows.
    pattern: Vec<u8>,
    /// How many of `ends` are known.
    known: usize,
    /// Rows that [`Rows::field`] tells of.
    count: usize,
}

impl Layout {
    /// The separators of a row, one after each field and one more in a CRLF.
    fn separators(self) -> Vec<u8> {
        let mut separators = vec![b','; self.fields - 1];
        separators.extend_from_slice(if self.crlf { b"\r\n" } else { b"\n" });
        separators
    }
}

impl<'a> Rows<'a> {
    /// A row has at least two fields.
    pub(super) fn new(bytes: &'a [u8], layout: Layout) -> Self {
        let pattern = layout.separators().repeat(BATCH);
        // The ends of one word, and of one row that `field` looks into, may come on top.
        let room = 1 + pattern.len() + pattern.len() / BATCH + 10;
        let mut ends = vec![0; room];
        // One before the first byte.
        ends[0] = usize::MAX;
        Self { bytes, layout, at: 0, ends, marks: vec![b'\n'; room], pattern, known: 1, count: 0 }
    }

    /// Goes on to the next rows and says how many; 0 at the end. Absent where a row has another form.
    pub(super) fn next(&mut self) -> Option<usize> {
        let stops = self.stops();
        let used = self.count * stops;
        self.ends.copy_within(used..self.known, 0);
        self.marks.copy_within(used..self.known, 0);
        self.known -= used;
        self.find_ends();
        self.count = ((self.known - 1) / stops).min(BATCH);
        let found = self.count * stops;
        // Less than a row may be left only where more is to come.
        if self.count < BATCH && self.known - 1 > found {
            return None;
        }
        let ends = self.ends.get(..=found)?;
        let regular = self.marks.get(1..=found)? == self.pattern.get(..found)?
            && (!self.layout.crlf || ends.get(1..)?.chunks_exact(stops).all(|row| self.is_line_end(row)))
            && ends.last()?.wrapping_sub(*ends.first()?) < MAX_RECORD;
        regular.then_some(self.count)
    }

    /// The place of field `index` of each row.
    #[inline]
    pub(super) fn field(&self, index: usize) -> impl Iterator<Item = Range<usize>> {
        // Each row begins with the end of the one before.
        let rows = self.ends.get(index..).unwrap_or_default().chunks_exact(self.stops()).take(self.count);
        rows.map(|row| match *row {
            [before, end, ..] => before.wrapping_add(1)..end,
            _ => 0..0,
        })
    }

    fn stops(&self) -> usize {
        self.pattern.len() / BATCH
    }

    /// Whether a row's last two separators are one line end.
    fn is_line_end(&self, row: &[usize]) -> bool {
        matches!(*row, [.., cr, lf] if lf == cr + 1 || cr == self.bytes.len())
    }

    /// Looks for separators until there are enough or no more.
    fn find_ends(&mut self) {
        let (mut known, mut at) = (self.known, self.at);
        while known <= self.pattern.len() && at < self.bytes.len() {
            let word = word(self.bytes, at);
            let mut low = up_to_comma(word);
            while low != 0 {
                let bit = low.trailing_zeros();
                let byte = (word >> (bit & 0x38)).to_le_bytes()[0];
                (self.ends[known], self.marks[known]) = (at + bit as usize / 8, byte);
                known += usize::from(SEPARATES[usize::from(byte)]);
                low &= low - 1;
            }
            at += 8;
        }
        if at >= self.bytes.len() && self.at < self.bytes.len() && !self.bytes.ends_with(b"\n") {
            // The last line lacks its end.
            for &mark in if self.layout.crlf { b"\r\n".as_slice() } else { b"\n" } {
                (self.ends[known], self.marks[known]) = (self.bytes.len(), mark);
                known += 1;
            }
        }
        (self.known, self.at) = (known, at);
    }
}

/// Bytes that end a field, and the quote.
const SEPARATES: [bool; 256] = {
    let mut table = [false; 256];
    table[b',' as usize] = true;
    table[b'\n' as usize] = true;
    table[b'\r' as usize] = true;
    table[b'"' as usize] = true;
    table
};

/// Cuts a file into about `count` pieces that end with a line.
pub(super) fn pieces(bytes: &[u8], count: usize) -> Vec<&[u8]> {
    let share = bytes.len() / count.max(1) + 1;
    let mut pieces = Vec::with_capacity(count);
    let mut rest = bytes;
    while !rest.is_empty() {
        let line = rest.get(share..).and_then(|tail| memchr::memchr(b'\n', tail));
        let (piece, tail) = rest.split_at(line.map_or(rest.len(), |line| share + line + 1));
        pieces.push(piece);
        rest = tail;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All fields, row by row.
    fn rows(text: &str, fields: usize, crlf: bool) -> Option<Vec<Vec<String>>> {
        let mut rows = Rows::new(text.as_bytes(), Layout { fields, crlf });
        let mut all = Vec::new();
        loop {
            match rows.next()? {
                0 => return Some(all),
                count => {
                    let begin = all.len();
                    all.resize(begin + count, Vec::new());
                    for index in 0..fields {
                        let texts = rows.field(index).map(|place| text[place].to_owned());
                        all[begin..].iter_mut().zip(texts).for_each(|(row, text)| row.push(text));
                    }
                }
            }
        }
    }

    #[test]
    fn every_row_has_its_fields() {
        for text in ["", "a", "P0000001", "한국어 이름", "a b#c$d!e f&g(h)", "x\0y\tz", "0.1234567890123456789"] {
            for count in [1, 2, 63, 64, 65, 200] {
                for (end, crlf) in [("\n", false), ("\r\n", true)] {
                    let lines = vec![format!("{text},1,"); count];
                    for file in [lines.join(end), lines.join(end) + end] {
                        let expected = vec![vec![text.to_owned(), "1".to_owned(), String::new()]; count];
                        assert_eq!(rows(&file, 3, crlf), Some(expected), "{file:?}");
                        // One line without its end may be either.
                        assert!(!file.contains(end) || rows(&file, 3, !crlf).is_none());
                        assert_eq!(rows(&file, 2, crlf), None);
                        assert_eq!(rows(&file, 4, crlf), None);
                    }
                }
            }
        }
        assert_eq!(rows("", 2, false), Some(Vec::new()));
    }

    #[test]
    fn a_row_of_another_form_ends_it() {
        for text in
            ["a\"b,1\n", "a\r,1\n", "a,1\r\n", "a,1\n\nb,2\n", "a,1\n,b,2\n", "a\n1,b\n2,c", "a,\"1\"\n", "a,1\r"]
        {
            assert_eq!(rows(text, 2, false), None, "{text:?}");
        }
        for text in ["a,1\n", "a,1\r", "a,1\rb\n", "a,1\r\n\r\n", "a\r\n1,b\r\n", "a,1\r\r\n", "a,1\n\r"] {
            assert_eq!(rows(text, 2, true), None, "{text:?}");
        }
    }

    #[test]
    fn pieces_end_with_a_line_and_nothing_is_lost() {
        let file = "1\n22\n\n333\n".repeat(20);
        for text in [file.as_str(), file.trim_end(), "", "\n", "no line end"] {
            for count in 0..9 {
                let pieces = pieces(text.as_bytes(), count);
                assert_eq!(pieces.concat(), text.as_bytes());
                assert!(pieces.iter().rev().skip(1).all(|piece| piece.ends_with(b"\n")));
            }
        }
    }
}
