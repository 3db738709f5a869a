//! Eight bytes at a time: what hashing, comparing and splitting text have in common.

/// The same byte eight times.
pub(crate) const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Eight bytes from `at`, the first one lowest; zeros beyond the end.
#[inline]
pub(crate) fn word(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => last(rest),
    }
}

/// Apart, to keep the usual way small.
#[cold]
fn last(bytes: &[u8]) -> u64 {
    short(bytes)
}

/// Up to seven bytes as a word, zeros above them.
#[inline]
pub(crate) fn short(bytes: &[u8]) -> u64 {
    let count = bytes.len();
    // Two loads that overlap: a byte that is read twice lands on itself.
    if let (Some(low), Some(high)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*low)) | u64::from(u32::from_le_bytes(*high)) << (8 * (count & 7) - 32);
    }
    match *bytes {
        [] => 0,
        [a] => u64::from(a),
        [a, b] => u64::from(u16::from_le_bytes([a, b])),
        [a, b, c, ..] => u64::from(u32::from_le_bytes([a, b, c, 0])),
    }
}

/// Whether two texts are equal; quicker than a call of `memcmp` where they are as short as ids are.
#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let (Some(end_a), Some(end_b)) = (a.last_chunk::<8>(), b.last_chunk::<8>()) else { return short(a) == short(b) };
    let (words_a, _) = a.as_chunks::<8>();
    let (words_b, _) = b.as_chunks::<8>();
    words_a == words_b && end_a == end_b
}

/// Marks, by its highest bit, every byte up to the comma: those that end a field and the quote are among them.
#[inline]
pub(crate) const fn up_to_comma(word: u64) -> u64 {
    !((word & each(0x7f)).wrapping_add(each(0x80 - b',' - 1)) | word) & each(0x80)
}

/// The number that eight digits are: their values, the first digit in the lowest byte. Neighbours are joined three times
/// (Lemire, "Quickly parsing eight digits", 2018).
#[inline]
pub(crate) const fn number(values: u64) -> u64 {
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff
}

/// Whether all eight are the values of digits.
#[inline]
pub(crate) const fn are_digits(values: u64) -> bool {
    (values.wrapping_add(each(0x76)) | values) & each(0x80) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_are_a_number() {
        for text in ["00000000", "12345678", "99999999", "90000001"] {
            assert_eq!(number(word(text.as_bytes(), 0) ^ each(b'0')), text.parse::<u64>().unwrap());
        }
    }

    #[test]
    fn a_word_is_its_bytes_and_zeros_beyond_the_end() {
        let bytes = *b"abcdefghij";
        for at in 0..12 {
            let mut expected = [0; 8];
            for (place, byte) in expected.iter_mut().zip(bytes.get(at..).unwrap_or_default()) {
                *place = *byte;
            }
            assert_eq!(word(&bytes, at).to_le_bytes(), expected, "{at}");
        }
    }

    #[test]
    fn texts_that_differ_in_one_byte_or_in_length_differ() {
        for length in 0..40 {
            let text: Vec<u8> = (0..length).collect();
            assert!(same(&text, &text.clone()));
            for at in 0..text.len() {
                let mut other = text.clone();
                other[at] ^= 0x80;
                assert!(!same(&text, &other), "{length} {at}");
                assert!(!same(&text, &text[1..]));
            }
        }
    }
}
