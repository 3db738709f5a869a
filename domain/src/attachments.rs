//! Files that people attach to a form: documents, pictures, tables and code. They are only ever handed on as files. What a file is, its
//! name's ending says, and its content must not belie it.

use crate::names;

/// Bytes of one file.
pub const ATTACHMENT_MAX: u64 = 10 << 20;
/// Characters of a file's name that are kept.
const NAME_MAX: usize = 120;
/// What a file is called that comes without a name.
const NAMELESS: &str = "file";
/// A document may begin after some bytes of something else.
const PDF_WITHIN: usize = 1024;

/// How the content of a kind begins.
enum Content {
    /// With one of these.
    Begins(&'static [&'static [u8]]),
    Pdf,
    Webp,
    Text,
}

use Content::{Begins, Pdf, Text, Webp};

const JPEG: Content = Begins(&[b"\xff\xd8\xff"]);
/// What Windows kept documents in, and keeps those in that have a password.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP: &[u8] = b"PK\x03\x04";
const OFFICE: Content = Begins(&[ZIP, OLE]);

/// The kinds by the endings of their names.
const KINDS: [(&str, Content); 20] = [
    ("pdf", Pdf),
    ("png", Begins(&[b"\x89PNG\r\n\x1a\n"])),
    ("jpg", JPEG),
    ("jpeg", JPEG),
    ("webp", Webp),
    ("gif", Begins(&[b"GIF87a", b"GIF89a"])),
    ("txt", Text),
    ("md", Text),
    ("csv", Text),
    ("tsv", Text),
    ("json", Text),
    ("log", Text),
    ("py", Text),
    ("r", Text),
    ("ipynb", Text),
    // An empty archive is one too.
    ("zip", Begins(&[ZIP, b"PK\x05\x06"])),
    ("docx", OFFICE),
    ("xlsx", OFFICE),
    ("hwp", Begins(&[OLE, b"HWP Document File"])),
    ("hwpx", OFFICE),
];

/// The endings of all kinds that may be attached.
pub fn endings() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(ending, _)| *ending)
}

/// Endings as a file input takes them; all where none is named.
pub fn accept(named: &[String]) -> String {
    let dotted = |ending: &str| format!(".{ending}");
    let all: Vec<_> = if named.is_empty() {
        endings().map(dotted).collect()
    } else {
        named.iter().map(|ending| dotted(ending)).collect()
    };
    all.join(",")
}

fn ending(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())
}

/// Whether a file of this name may be attached where these endings are taken; all where none is named.
pub fn takes(name: &str, named: &[String]) -> bool {
    let Some(ending) = ending(name) else { return false };
    endings().any(|one| one == ending) && (named.is_empty() || named.contains(&ending))
}

/// Whether the content is what the name says; an empty file is nothing.
pub fn fits(name: &str, bytes: &[u8]) -> bool {
    let ending = ending(name).unwrap_or_default();
    let content = KINDS.iter().find(|(one, _)| *one == ending).map(|(_, content)| content);
    content.is_some_and(|content| {
        !bytes.is_empty()
            && match content {
                Begins(marks) => marks.iter().any(|mark| bytes.starts_with(mark)),
                Pdf => bytes[..bytes.len().min(PDF_WITHIN)].windows(5).any(|part| part == b"%PDF-"),
                Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
                Text => is_text(bytes),
            }
    })
}

/// In whatever encoding: of those that people use only UTF-16 has zeros, and it says so.
fn is_text(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || !bytes.contains(&0)
}

/// The name as it is kept: the last part of a path, without what cannot be seen, and not too long, but with its ending.
pub fn tidy_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen = names::tidy(&last.chars().filter(|c| !c.is_control()).collect::<String>());
    if seen.is_empty() {
        return NAMELESS.to_owned();
    }
    if seen.chars().nth(NAME_MAX).is_none() {
        return seen;
    }
    let end = ending(&seen).filter(|end| endings().any(|one| one == end)).map(|end| format!(".{end}"));
    let end = end.unwrap_or_default();
    let kept: String = seen.chars().take(NAME_MAX - end.len()).collect();
    format!("{}{end}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_of_the_kind_that_its_name_says_and_of_those_that_are_asked_for() {
        let only = ["pdf".to_owned(), "docx".to_owned()];
        assert!(takes("소명서.PDF", &[]) && takes("a.b.hwp", &[]) && takes("이력서.pdf", &only));
        for name in ["run.exe", "page.html", "shot.svg", "mail.eml", "macro.docm", "pdf", "", "a.pdf.exe", "a."] {
            assert!(!takes(name, &[]), "{name}");
        }
        assert!(!takes("표.csv", &only));
        assert!(!takes("run.exe", &["exe".to_owned()]), "whatever is asked for");
        assert_eq!(accept(&only), ".pdf,.docx");
        assert!(accept(&[]).starts_with(".pdf,.png,") && accept(&[]).ends_with(",.hwpx"));
    }

    #[test]
    fn content_that_belies_the_name_does_not_fit() {
        let fitting: [(&str, &[u8]); 14] = [
            ("a.pdf", b"%PDF-1.7\n"),
            ("a.PDF", b"\n\n%PDF-1.4"),
            ("a.png", b"\x89PNG\r\n\x1a\nrest"),
            ("a.jpg", b"\xff\xd8\xff\xe0"),
            ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 "),
            ("a.gif", b"GIF89a"),
            ("a.zip", b"PK\x03\x04"),
            ("a.docx", b"PK\x03\x04"),
            ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
            ("a.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
            ("a.hwpx", b"PK\x03\x04"),
            ("a.csv", "이름,나이\n".as_bytes()),
            ("a.csv", b"\xc0\xcc\xb8\xa7\n"),
            ("a.txt", b"\xff\xfea\0b\0"),
        ];
        for (name, bytes) in fitting {
            assert!(fits(name, bytes), "{name}");
        }
        let belying: [(&str, &[u8]); 10] = [
            ("a.pdf", b"MZ\x90\0"),
            ("a.pdf", b"<html>"),
            ("a.png", b"<svg onload=x>"),
            ("a.jpg", b"\x89PNG\r\n\x1a\n"),
            ("a.webp", b"RIFF\x10\0\0\0WAVE"),
            ("a.docx", b"MZ\x90\0"),
            ("a.txt", b"\x7fELF\x02\x01\x01\0"),
            ("a.csv", b""),
            ("a.exe", b"MZ\x90\0"),
            ("pdf", b"%PDF-1.7"),
        ];
        for (name, bytes) in belying {
            assert!(!fits(name, bytes), "{name}");
        }
        let late = [&[b' '; PDF_WITHIN][..], b"%PDF-1.7"].concat();
        assert!(!fits("a.pdf", &late));
    }

    #[test]
    fn a_name_loses_its_path_and_what_cannot_be_seen_and_keeps_its_ending() {
        assert_eq!(tidy_name("C:\\Users\\kim\\이력서.pdf"), "이력서.pdf");
        assert_eq!(tidy_name("../../etc/passwd"), "passwd");
        assert_eq!(tidy_name("a\u{0}b\n.csv"), "ab.csv");
        assert_eq!(tidy_name("이력서\u{202e}fdp.exe"), "이력서fdp.exe", "nothing turns the letters round");
        for nothing in ["", " / ", "\u{200b}"] {
            assert_eq!(tidy_name(nothing), "file");
        }
        let long = tidy_name(&format!("{}.PDF", "가".repeat(300)));
        assert_eq!((long.chars().count(), long.split_once('.').map(|(_, end)| end)), (120, Some("pdf")));
        assert_eq!(tidy_name(&"a".repeat(300)).len(), 120);
    }
}
