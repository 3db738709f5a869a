//! Fields of a file without quotes, by eight bytes at a time.

use crate::words::{each, word};

/// Where the text that begins at `at` ends: at a comma, at a line end or with the file. Absent when there is a quote.
#[inline]
pub(super) fn text_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let word = word(bytes, at);
        // The lowest marked byte is the first one up to the comma, as are all that can end a field.
        let stops = word.wrapping_sub(each(b',' + 1)) & !word & each(0x80);
        if stops == 0 {
            at += 8;
            continue;
        }
        at += stops.trailing_zeros() as usize / 8;
        match bytes.get(at) {
            None => return Some(bytes.len()),
            Some(b',' | b'\n' | b'\r') => return Some(at),
            Some(b'"') => return None,
            Some(_) => at += 1,
        }
    }
}

/// The beginning of the next line, where the line that ends at `at` does so properly.
#[inline]
pub(super) fn next_line(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at) {
        Some(b'\n') => Some(at + 1),
        Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => Some(at + 2),
        None if at == bytes.len() => Some(at),
        _ => None,
    }
}

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

    #[test]
    fn a_text_ends_at_a_comma_a_line_end_or_with_the_file() {
        for text in ["", "a", "P0000001", "한국어 이름", "a b#c$d!e f&g(h)", "x\0y\tz"] {
            for (end, expected) in [(",1", true), ("\n", true), ("\r\n", true), ("", true), ("\"", false)] {
                let line = format!("{text}{end}");
                assert_eq!(text_end(line.as_bytes(), 0), expected.then_some(text.len()), "{line:?}");
            }
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
