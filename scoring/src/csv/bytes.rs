//! What a file is, judged by its first bytes, and which encoding bytes that are not UTF-8 have.

use super::errors::{Detail, ErrorKind};
use super::kinds::{Encoding, Format};
use super::records::Bytes;

/// How many bytes are looked at before the first record is read.
pub(super) const HEAD: usize = 4096;

const BOM: &[u8] = b"\xef\xbb\xbf";

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
    if let Some(text) = head.strip_prefix(BOM) {
        return match markup(text) {
            Some(format) => Sniffed::Refused { kind: ErrorKind::Format, detail: Detail::Format(format) },
            None => Sniffed::Text { skip: BOM.len() },
        };
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
        return Some(archive(head));
    }
    TABLE.iter().find(|(start, _)| head.starts_with(start)).map(|&(_, format)| format)
}

/// An office document is a ZIP; the names of its parts tell, as far as they are in sight.
fn archive(head: &[u8]) -> Format {
    let has = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
    let is_office = has(b"[Content_Types].xml") || has(b"_rels/.rels") || has(b"docProps/");
    if has(b"application/vnd.oasis.") || is_office && (has(b"word/") || has(b"ppt/")) {
        Format::Office
    } else if has(b"xl/") {
        Format::Xlsx
    } else if is_office {
        Format::Office
    } else {
        Format::Zip
    }
}

/// Text formats that are told by their first letters.
fn markup(head: &[u8]) -> Option<Format> {
    const HTML: [&[u8]; 11] = [
        b"<!doctype",
        b"<!--",
        b"<?xml",
        b"<html",
        b"<head",
        b"<body",
        b"<meta",
        b"<title",
        b"<script",
        b"<style",
        b"<table",
    ];
    let text = head.trim_ascii_start();
    if HTML.iter().any(|start| text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))) {
        return Some(Format::Html);
    }
    let (first, rest) = text.split_first()?;
    let next = rest.trim_ascii_start().first();
    (matches!(first, b'{' | b'[') && matches!(next, Some(b'"' | b'{' | b'['))).then_some(Format::Json)
}

/// UTF-16 without a byte order mark: read so, there are separators and line ends, no other control characters, and a
/// good part is ASCII. Hangul has bytes above ASCII; where there are none, the most must be ASCII, or a zero here and
/// there in plain text would do.
fn is_utf16(head: &[u8]) -> bool {
    let (pairs, _) = head.as_chunks();
    let share = if head.is_ascii() { 2 } else { 8 };
    let reads_as_text = |unit: fn([u8; 2]) -> u16| {
        let (mut marks, mut ascii) = (0, 0);
        for &pair in pairs {
            match unit(pair) {
                // Tab, LF, CR, comma, semicolon.
                0x09 | 0x0a | 0x0d | 0x2c | 0x3b => marks += 1,
                0x20..=0x7e => ascii += 1,
                0..0x20 | 0x7f..0xa0 | 0xfffe.. => return false,
                _ => {}
            }
        }
        marks >= 2 && (marks + ascii) * share > pairs.len()
    };
    reads_as_text(u16::from_le_bytes) || reads_as_text(u16::from_be_bytes)
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
        assert_eq!(format(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Some(Format::Xls));
        assert_eq!(format(b"\x1f\x8b\x08"), Some(Format::Gzip));
        assert_eq!(format(b"%PDF-1.7"), Some(Format::Pdf));
        assert_eq!(format(b"\x89PNG\r\n\x1a\n"), Some(Format::Png));
        assert_eq!(format(b"[ {\"id\": 1}]"), Some(Format::Json));
        assert_eq!(format(b"id,x\n\0\0\0\x01"), Some(Format::Binary));
        assert_eq!(format(b"id,x\n1,2\n"), None);
    }

    #[test]
    fn an_archive_is_told_by_the_names_in_it() {
        for (names, expected) in [
            (["[Content_Types].xml", "xl/workbook.xml"], Format::Xlsx),
            (["docProps/app.xml", "xl/theme/theme1.xml"], Format::Xlsx),
            (["[Content_Types].xml", "word/document.xml"], Format::Office),
            (["[Content_Types].xml", "ppt/presentation.xml"], Format::Office),
            (["mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "content.xml"], Format::Office),
            (["_rels/.rels", "customXml/item1.xml"], Format::Office),
            (["answer.csv", "password/answer.csv"], Format::Zip),
        ] {
            let head = names.map(|name| format!("PK\x03\x04\x14\0\0\0\x08\0{name}")).concat();
            assert_eq!(format(head.as_bytes()), Some(expected), "{names:?}");
        }
    }

    #[test]
    fn a_web_page_is_told_whatever_stands_before_it() {
        for page in ["<!DOCTYPE html>", "<HTML lang=ko>", "<!-- saved -->\n<html>", "<?xml version=\"1.0\"?>\n<html>"] {
            for before in ["", "\u{feff}", "\r\n \t", "\u{feff}\n\n"] {
                assert_eq!(
                    format(format!("{before}{page}<body>id,x</body>").as_bytes()),
                    Some(Format::Html),
                    "{before:?}{page}"
                );
            }
        }
        assert_eq!(format("\u{feff}<id>,x\n1,2\n".as_bytes()), None);
    }

    #[test]
    fn utf16_is_recognised_with_and_without_its_mark() {
        let utf16 = Sniffed::Refused { kind: ErrorKind::Encoding, detail: Detail::Encoding(Encoding::Utf16) };
        // The low byte of 가 is zero.
        for text in ["id,x\n1,2\n", "아이디,가가\r\n가,1\r\n", "😀\t가\r\n"] {
            for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
                for text in [text.to_owned(), format!("\u{feff}{text}")] {
                    let head: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
                    assert_eq!(sniff(&head), utf16, "{text:?}");
                    assert_eq!(sniff(&head[..head.len() - 1]), utf16, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn zeros_alone_do_not_make_utf16() {
        let numbers: Vec<u8> = (0..64_u16).flat_map(u16::to_le_bytes).collect();
        let utf32: Vec<u8> = "id,x\n1,2\n".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        for binary in [numbers.as_slice(), &utf32, b"id,x\n\0\n", b"1,\0\n2,\0\n"] {
            assert_eq!(format(binary), Some(Format::Binary), "{binary:x?}");
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
