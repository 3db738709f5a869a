//! Pictures beside the texts of a folder: `![alt](figure.png)` on a page or in a notice shows `pages/figure.png`.

use std::borrow::Cow;
use std::fmt::Write as _;

use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization as _;

/// Whether a file's first bytes are those of a kind.
type IsKind = fn(&[u8]) -> bool;

/// Kinds of pictures with what their files begin with. No SVG: it is a program as much as a picture.
const KINDS: [(&[&str], IsKind); 3] = [
    (&["png"], |head| head.starts_with(b"\x89PNG\r\n\x1a\n")),
    (&["jpg", "jpeg"], |head| head.starts_with(b"\xff\xd8\xff")),
    (&["webp"], |head| head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP")),
];

/// Whether the name is a picture's; then whether these first bytes are of that kind.
pub(crate) fn kind(name: &str) -> Option<IsKind> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    KINDS.iter().find(|(endings, _)| endings.contains(&ending.as_str())).map(|(_, is)| *is)
}

/// Where a competition's picture is.
pub fn address(slug: &str, name: &str) -> String {
    domain::address::file::image(slug, name)
}

/// Sanitised HTML with the pictures of this competition at their addresses.
pub fn shown(html: &str, slug: &str) -> String {
    sources(html, |source| match ImageSource::of(source) {
        ImageSource::Beside(name) => Some(address(slug, &name)),
        ImageSource::Here(_) | ImageSource::Elsewhere(_) => None,
    })
}

/// Whether an address, as it is written in Markdown, is none of this server.
pub(super) fn is_elsewhere(address: &str) -> bool {
    matches!(ImageSource::of(address), ImageSource::Elsewhere(_))
}

/// What a sanitised page names as its pictures.
pub(crate) fn named(html: &str) -> Vec<ImageSource> {
    let mut names = Vec::new();
    sources(html, |source| {
        names.push(ImageSource::of(source));
        None
    });
    names
}

/// A picture that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ImageSource {
    /// A file beside the page.
    Beside(String),
    /// An address on this server.
    Here(String),
    /// One elsewhere, which no page may load.
    Elsewhere(String),
}

impl ImageSource {
    /// Its address on this server, where it has one.
    pub(crate) fn here(&self) -> Option<&str> {
        match self {
            Self::Here(address) => Some(address),
            Self::Beside(_) | Self::Elsewhere(_) => None,
        }
    }

    pub(super) fn of(source: &str) -> Self {
        let plain = source.replace("&amp;", "&");
        // Browsers read both kinds of strokes as one.
        if plain.replace('\\', "/").starts_with("//")
            || plain.split('/').next().is_some_and(|first| first.contains(':'))
        {
            return Self::Elsewhere(plain);
        }
        if plain.starts_with('/') {
            return Self::Here(plain);
        }
        let name: Cow<'_, str> = percent_decode_str(plain.trim_start_matches("./")).decode_utf8_lossy();
        Self::Beside(name.nfc().collect())
    }
}

/// The HTML with the source of each picture changed where `change` gives another. The sanitiser writes attributes in one way:
/// a name, `="`, the value without a quote, `"`.
fn sources(html: &str, mut change: impl FnMut(&str) -> Option<String>) -> String {
    let mut parts = html.split("<img");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        written.push_str("<img");
        let mut rest = part;
        while !rest.starts_with('>')
            && let Some((name, (value, after))) =
                rest.split_once("=\"").and_then(|(name, rest)| Some((name, rest.split_once('"')?)))
        {
            let changed = if name.trim() == "src" { change(value) } else { None };
            let _ = write!(written, "{name}=\"{}\"", changed.as_deref().unwrap_or(value));
            rest = after;
        }
        written.push_str(rest);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::{self, Breaks};

    #[test]
    fn a_picture_beside_the_text_is_found_by_its_name_whatever_is_in_it() {
        let shown = |text: &str| shown(&markdown::html(text, Breaks::Space).unwrap(), "diabetes");
        let html = shown("![a > b](figure.png)");
        assert!(html.contains("src=\"/competitions/diabetes/images/figure.png\""), "{html}");
        // NFD and NFC are one name; a query is none.
        for name in ["그림.png", "그림.png"] {
            let html = shown(&format!("![x](./{name})"));
            assert!(html.contains("/images/%EA%B7%B8%EB%A6%BC.png\""), "{html}");
        }
        let html = shown("![x](<a&b #1?.png>)");
        assert!(html.contains("/images/a%26b%20%231%3F.png\""), "{html}");
    }

    #[test]
    fn other_addresses_stay_and_text_that_looks_like_a_picture_is_none() {
        let text = "![x](/competitions/a/images/b.png) ![y](https://example.org/c.png) `<img src=\"d.png\">`";
        let html = markdown::html(text, Breaks::Space).unwrap();
        assert_eq!(shown(&html, "diabetes"), html);
        assert_eq!(
            named(&html),
            [
                ImageSource::Here("/competitions/a/images/b.png".to_owned()),
                ImageSource::Elsewhere("https://example.org/c.png".to_owned())
            ]
        );
    }

    #[test]
    fn a_picture_is_known_by_its_name_and_its_first_bytes() {
        assert!(kind("A.PNG").is_some_and(|is| is(b"\x89PNG\r\n\x1a\n....")));
        assert!(kind("a.jpeg").is_some_and(|is| !is(b"<html>")));
        assert!(kind("a.svg").is_none() && kind("png").is_none());
    }
}
