//! What a file is, judged by its first bytes, and which encoding bytes that are not UTF-8 have.

use serde::{Deserialize, Serialize};

use super::errors::{Detail, ErrorKind};
use super::records::Bytes;

/// How many bytes are looked at before the first record is read.
pub(super) const HEAD: usize = 4096;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// An encoding that is recognised and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// CP949, which contains EUC-KR: what Korean spreadsheets write by default.
    Cp949,
    Utf16,
    /// UTF-8 that ends in the middle of a letter.
    Cut,
    Unknown,
}

/// A kind of file that is recognised and refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Xlsx,
    Xls,
    Zip,
    Gzip,
    SevenZip,
    Html,
    Json,
    Png,
    Jpeg,
    Pdf,
    Parquet,
    Numpy,
    Pickle,
    /// Something else that is not text.
    Binary,
}

/// What the first bytes say.
#[derive(Debug, PartialEq)]
pub(super) enum Sniffed {
    /// Text that begins after `skip` bytes of byte order mark.
    Text {
        skip: usize,
    },
    Refused {
        kind: ErrorKind,
        detail: Detail,
    },
}

/// Judges a file by its first [`HEAD`] bytes (fewer only when the file is shorter).
pub(super) fn sniff(head: &[u8]) -> Sniffed {
    if head.starts_with(BOM) {
        return Sniffed::Text { skip: BOM.len() };
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Sniffed::Refused { kind: ErrorKind::Encoding, detail: Detail::Encoding(Encoding::Utf16) };
    }
    if let Some(format) = magic(head).or_else(|| markup(head)) {
        return Sniffed::Refused { kind: ErrorKind::Format, detail: Detail::Format(format) };
    }
    if head.contains(&0) {
        return if is_utf16(head) {
            Sniffed::Refused { kind: ErrorKind::Encoding, detail: Detail::Encoding(Encoding::Utf16) }
        } else {
            Sniffed::Refused { kind: ErrorKind::Format, detail: Detail::Format(Format::Binary) }
        };
    }
    Sniffed::Text { skip: 0 }
}

/// The encoding of a record that is not UTF-8.
pub(super) fn encoding_of(bytes: &Bytes<'_>) -> Encoding {
    // Without a length the error is that bytes are still to come.
    let lacks_bytes = str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none());
    if lacks_bytes && bytes.end_the_file {
        Encoding::Cut
    } else if is_cp949(bytes) {
        Encoding::Cp949
    } else {
        Encoding::Unknown
    }
}

/// Formats with a fixed beginning.
fn magic(head: &[u8]) -> Option<Format> {
    const TABLE: [(&[u8], Format); 11] = [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format::Xls),
        (b"\x1f\x8b", Format::Gzip),
        (b"7z\xbc\xaf\x27\x1c", Format::SevenZip),
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"\xff\xd8\xff", Format::Jpeg),
        (b"%PDF-", Format::Pdf),
        (b"PAR1", Format::Parquet),
        (b"\x93NUMPY", Format::Numpy),
        (b"\x80\x03", Format::Pickle),
        (b"\x80\x04", Format::Pickle),
        (b"\x80\x05", Format::Pickle),
    ];
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        // An Office file is a ZIP; the names of its parts tell.
        let office = [b"[Content_Types].xml".as_slice(), b"xl/", b"docProps/"];
        let is_office = office.iter().any(|name| head.windows(name.len()).any(|window| window == *name));
        return Some(if is_office { Format::Xlsx } else { Format::Zip });
    }
    TABLE.iter().find(|(start, _)| head.starts_with(start)).map(|&(_, format)| format)
}

/// Text formats that are told by their first letters.
fn markup(head: &[u8]) -> Option<Format> {
    let text = head.trim_ascii_start();
    let html: [&[u8]; 6] = [b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<table"];
    if html.iter().any(|start| text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))) {
        return Some(Format::Html);
    }
    let (first, rest) = text.split_first()?;
    let next = rest.trim_ascii_start().first();
    (matches!(first, b'{' | b'[') && matches!(next, Some(b'"' | b'{' | b'['))).then_some(Format::Json)
}

/// UTF-16 without a byte order mark: of ASCII text every second byte is zero.
fn is_utf16(head: &[u8]) -> bool {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    even.min(odd) == 0 && even.max(odd) * 4 >= head.len()
}

/// Whether every byte above ASCII is part of a CP949 pair (lead 81–FE). Trails below A1 are those of the syllables that
/// Microsoft added to EUC-KR, which end at C652.
fn is_cp949(bytes: &[u8]) -> bool {
    let mut bytes = bytes.iter();
    while let Some(&lead) = bytes.next() {
        if lead.is_ascii() {
            continue;
        }
        let pair = match (lead, bytes.next().copied().unwrap_or(0)) {
            (0x81..=0xfe, 0xa1..=0xfe) => true,
            (0x81..=0xc5, trail) => trail.is_ascii_alphabetic() || (0x81..=0xa0).contains(&trail),
            (0xc6, trail) => (b'A'..=b'R').contains(&trail),
            _ => false,
        };
        if !pair {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(head: &[u8]) -> Option<Format> {
        match sniff(head) {
            Sniffed::Refused { detail: Detail::Format(format), .. } => Some(format),
            _ => None,
        }
    }

    #[test]
    fn other_formats_are_recognised_by_their_bytes() {
        assert_eq!(format(b"PK\x03\x04\x14\0\0\0\x08\0[Content_Types].xml"), Some(Format::Xlsx));
        assert_eq!(format(b"PK\x03\x04\x14\0\0\0\x08\0answer.csv"), Some(Format::Zip));
        assert_eq!(format(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Some(Format::Xls));
        assert_eq!(format(b"\x1f\x8b\x08"), Some(Format::Gzip));
        assert_eq!(format(b"\n<!DOCTYPE html><html>"), Some(Format::Html));
        assert_eq!(format(b"%PDF-1.7"), Some(Format::Pdf));
        assert_eq!(format(b"\x89PNG\r\n\x1a\n"), Some(Format::Png));
        assert_eq!(format(b"[ {\"id\": 1}]"), Some(Format::Json));
        assert_eq!(format(b"id,x\n\0\0\0\x01"), Some(Format::Binary));
        assert_eq!(format(b"id,x\n1,2\n"), None);
    }

    #[test]
    fn utf16_is_recognised_with_and_without_its_mark() {
        let text: Vec<u8> = "id,x\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xff\xfe".as_slice(), &text].concat();
        for bytes in [&text, &marked] {
            let expected = Sniffed::Refused { kind: ErrorKind::Encoding, detail: Detail::Encoding(Encoding::Utf16) };
            assert_eq!(sniff(bytes), expected);
        }
    }

    #[test]
    fn a_utf8_mark_is_skipped() {
        assert_eq!(sniff(b"\xef\xbb\xbfid"), Sniffed::Text { skip: 3 });
        assert_eq!(sniff(b""), Sniffed::Text { skip: 0 });
    }

    /// The encoding of a line, and of the same at the end of a file.
    fn encodings(bytes: &[u8]) -> [Encoding; 2] {
        [false, true].map(|end_the_file| encoding_of(&Bytes { all: bytes, end_the_file }))
    }

    #[test]
    fn korean_in_cp949_is_told_from_broken_bytes() {
        // 가나, 똠, 힣 (the last of the syllables that EUC-KR lacks), 韓.
        for pairs in [b"\xb0\xa1\xb3\xaa".as_slice(), b"\x8c\x63", b"\xc6\x52", b"\xf9\xdb"] {
            assert_eq!(encodings(&[pairs, b",1"].concat()), [Encoding::Cp949; 2], "{pairs:x?}");
        }
        for broken in [b"\xb0".as_slice(), b"\xb0 ", b"\x80a", b"\xc6\x53", b"\xc7A", b"\xff\xa1", b"\xeb\x8b,"] {
            assert_eq!(encodings(broken), [Encoding::Unknown; 2], "{broken:x?}");
        }
    }

    #[test]
    fn western_letters_are_not_taken_for_korean() {
        for latin in [b"caf\xe9 1".as_slice(), b"J\xe9r\xf4me,1", b"Universit\xe4t"] {
            assert_eq!(encodings(latin), [Encoding::Unknown; 2], "{latin:x?}");
        }
    }

    #[test]
    fn a_file_cut_inside_a_letter_is_told_by_its_last_bytes() {
        let text = "나,다".as_bytes();
        for length in [5, 6] {
            assert_eq!(encodings(&text[..length]), [Encoding::Unknown, Encoding::Cut], "{length}");
        }
        assert_eq!(encodings(b"\xf0\x9f\x98")[1], Encoding::Cut);
        assert_eq!(encodings(b"\xb0\xa1,\xeb\x8b")[1], Encoding::Unknown);
    }
}
