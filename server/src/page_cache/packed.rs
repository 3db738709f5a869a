//! The bytes of an answer as clients take them: packed when the first one asks for an encoding, and then kept.

use std::io::Write as _;
use std::sync::OnceLock;

use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use scoring::Hash;

/// The bytes of an answer, packed once for each encoding that somebody asked for.
pub struct PackedPage {
    /// Changes when the bytes do, and is the same on every server.
    pub etag: HeaderValue,
    pub(super) plain: Bytes,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

/// How an answer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
    Plain,
}

impl Encoding {
    /// The best one that the client takes.
    pub fn accepted(headers: &HeaderMap) -> Self {
        if Self::takes(headers, "br") {
            Self::Brotli
        } else if Self::takes(headers, "gzip") {
            Self::Gzip
        } else {
            Self::Plain
        }
    }

    /// Whether the client takes the encoding of this name.
    pub fn takes(headers: &HeaderMap, name: &str) -> bool {
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        accepted.split(',').any(|entry| {
            let (coding, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let refused =
                quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
            coding.trim().eq_ignore_ascii_case(name) && !refused
        })
    }
}

impl PackedPage {
    pub fn new(plain: Bytes) -> Self {
        let digest = Hash::of(&plain).to_string();
        // Weak: the same page in another encoding is other bytes.
        let etag = format!("W/\"{}\"", digest.get(..24).unwrap_or_default());
        let etag = HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("W/\"\""));
        Self { etag, plain, brotli: OnceLock::new(), gzip: OnceLock::new() }
    }

    /// The bytes in an encoding, and the headers that say so.
    pub fn packed(&self, encoding: Encoding, headers: &mut HeaderMap) -> Bytes {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        let (name, bytes) = match encoding {
            Encoding::Brotli => ("br", self.brotli.get_or_init(|| brotli(&self.plain))),
            Encoding::Gzip => ("gzip", self.gzip.get_or_init(|| gzip(&self.plain))),
            Encoding::Plain => return self.plain.clone(),
        };
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
        bytes.clone()
    }
}

/// Quality 5: most of the gain in a few milliseconds, once a version.
fn brotli(plain: &[u8]) -> Bytes {
    let mut packed = Vec::new();
    let mut writer = ::brotli::CompressorWriter::new(&mut packed, 16 * 1024, 5, 22);
    // Writing to memory cannot fail.
    let _ = writer.write_all(plain);
    drop(writer);
    packed.into()
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let _ = writer.write_all(plain);
    writer.finish().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_best_encoding_that_is_accepted_is_chosen() {
        let chosen = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(text).unwrap());
            Encoding::accepted(&headers)
        };
        assert_eq!(chosen("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(chosen("gzip;q=0.8, br;q=0"), Encoding::Gzip);
        assert_eq!(chosen("identity"), Encoding::Plain);
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Plain);
    }

    #[test]
    fn every_encoding_unpacks_to_the_same_page() {
        let text = "순위표 ".repeat(2000);
        let page = PackedPage::new(Bytes::from(text.clone()));
        let mut unpacked = String::new();
        let packed = page.packed(Encoding::Brotli, &mut HeaderMap::new());
        ::brotli::Decompressor::new(&packed[..], 4096).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        let packed = page.packed(Encoding::Gzip, &mut HeaderMap::new());
        assert!(packed.len() < text.len() / 10);
        unpacked.clear();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
    }
}
