//! Bytes of hot answers, kept until what they show changes: known by name, good for one leaderboard.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use domain::competition::Competition;
use domain::leaderboard::Leaderboard;
use platform::secrets::sha256_hex;

/// Names kept at once; past it the cache starts anew, so that odd queries cannot fill the memory.
const NAMES: usize = 2_000;

#[derive(Default)]
pub struct PageCache(RwLock<HashMap<String, Kept>>);

struct Kept {
    shows: Shows,
    page: Arc<Page>,
}

/// Everything that a kept answer depends on.
#[derive(Clone)]
pub struct Shows {
    /// Two boards are the same only when they are one: a renamed team makes a new one of the same version.
    pub board: Arc<Leaderboard>,
    /// Its settings and stages: an import changes them.
    pub competition: Arc<Competition>,
    /// What else it depends on: the clock, mostly.
    pub state: String,
}

impl PartialEq for Shows {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.board, &other.board) && self.state == other.state && self.competition == other.competition
    }
}

/// The bytes of an answer, packed once for each encoding that somebody asked for.
pub struct Page {
    /// Changes when the bytes do, and is the same on every server.
    pub etag: HeaderValue,
    plain: Bytes,
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
        let accepted = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let takes = |name: &str| {
            accepted.split(',').any(|entry| {
                let (coding, quality) = entry.split_once(';').unwrap_or((entry, ""));
                let refused =
                    quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
                coding.trim().eq_ignore_ascii_case(name) && !refused
            })
        };
        if takes("br") {
            Self::Brotli
        } else if takes("gzip") {
            Self::Gzip
        } else {
            Self::Plain
        }
    }
}

impl Page {
    pub fn new(plain: Bytes) -> Self {
        let digest = sha256_hex(&plain);
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

impl PageCache {
    /// The page kept under this name, if it still shows this.
    pub fn get(&self, name: &str, shows: &Shows) -> Option<Arc<Page>> {
        let map = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let kept = map.get(name).filter(|kept| kept.shows == *shows)?;
        Some(Arc::clone(&kept.page))
    }

    pub fn put(&self, name: &str, shows: Shows, page: &Arc<Page>) {
        let mut map = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= NAMES && !map.contains_key(name) {
            map.clear();
        }
        map.insert(name.to_owned(), Kept { shows, page: Arc::clone(page) });
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use domain::ids::CompetitionId;
    use domain::leaderboard::Board;
    use scoring::Direction;

    use super::*;

    fn board() -> Arc<Leaderboard> {
        Arc::new(Leaderboard {
            board: Board::Public,
            version: 1,
            direction: Direction::Higher,
            rows: Vec::new(),
            baselines: Vec::new(),
            updated_at: None,
        })
    }

    fn competition(title: &str) -> Arc<Competition> {
        let settings = serde_json::from_value(serde_json::json!({
            "title": { "ko": title }, "lead": { "ko": "" }, "kind": "binary", "metric": { "id": "roc_auc" },
            "columns": { "id": "id", "target": ["y"] },
        }));
        let (id, slug) = (CompetitionId(uuid::Uuid::nil()), "c".to_owned());
        Arc::new(Competition { id, slug, settings: settings.unwrap(), stages: Vec::new(), has_banner: false })
    }

    #[test]
    fn a_page_is_kept_for_what_it_shows_and_nothing_else() {
        let cache = PageCache::default();
        let shows = Shows { board: board(), competition: competition("가"), state: "open".to_owned() };
        cache.put("page", shows.clone(), &Arc::new(Page::new(Bytes::from_static(b"one"))));
        let kept = |shows: &Shows| cache.get("page", shows).is_some();
        assert!(kept(&shows));
        assert!(kept(&Shows { competition: competition("가"), ..shows.clone() }), "read again, but the same");
        assert!(!kept(&Shows { competition: competition("나"), ..shows.clone() }), "an import changes the title");
        assert!(!kept(&Shows { state: "closed".to_owned(), ..shows.clone() }));
        assert!(
            !kept(&Shows { board: board(), ..shows.clone() }),
            "a renamed team makes a new board of the same version"
        );
        assert!(cache.get("other", &shows).is_none());
    }

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
        let page = Page::new(Bytes::from(text.clone()));
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
