//! Bytes of hot answers, kept until what they show changes: known by name, good for one leaderboard.

use std::future::Future;
use std::io::Write as _;
use std::pin::pin;
use std::sync::{Arc, OnceLock};

use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use axum::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use domain::competitions::Competition;
use domain::leaderboards::Leaderboard;
use moka::future::Cache;
use scoring::Hash;

use crate::template::Template;

/// Bytes kept at once, packed ones included; what was asked for least lately makes room.
const BYTES: u64 = 64 << 20;

/// Answers by name. However many ask for one that is not there, it is made once.
pub struct PageCache(Cache<String, Kept>);

/// An answer, and what it shows.
#[derive(Clone)]
pub struct Kept {
    shows: Shows,
    /// None for those alone who waited for it while it failed; whoever comes later tries again.
    made: Option<Made>,
}

#[derive(Clone)]
pub struct Made {
    /// The leaderboard that it shows, which may be newer than the one that was asked for.
    pub leaderboard: Arc<Leaderboard>,
    /// What a visitor gets.
    pub page: Arc<Page>,
    /// What a signed-in reader's page is joined from.
    pub template: Option<Arc<Template>>,
}

impl Default for PageCache {
    fn default() -> Self {
        let weigh = |name: &String, kept: &Kept| {
            let made = kept.made.as_ref().map_or(0, |made| {
                made.page.plain.len() * 5 / 4 + made.template.as_ref().map_or(0, |template| template.size())
            });
            u32::try_from(name.len() + made).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(BYTES).weigher(weigh).build())
    }
}

impl PageCache {
    /// The answer of this name, if one is there that shows this.
    pub async fn kept(&self, name: &str, shows: &Shows) -> Option<Made> {
        self.0.get(name).await.filter(|kept| kept.shows.answers(shows))?.made
    }

    /// The answer of this name that shows this; made by `make` when there is none.
    pub async fn get(&self, name: String, shows: Shows, make: impl Future<Output = Option<Made>>) -> Option<Made> {
        let mut make = pin!(make);
        loop {
            let init = async { Kept { shows: shows.clone(), made: make.as_mut().await } };
            let is_other = |kept: &Kept| kept.made.is_none() || !kept.shows.answers(&shows);
            let entry = self.0.entry_by_ref(&name).or_insert_with_if(init, is_other).await;
            // Whoever waits gets what the one who made it asked for, which may be older.
            if entry.is_fresh() || entry.value().shows.answers(&shows) {
                return entry.into_value().made;
            }
        }
    }
}

/// Everything that a kept answer depends on.
#[derive(Clone)]
pub struct Shows {
    /// Two boards are the same only when they are one: a renamed team makes a new one of the same version.
    pub leaderboard: Arc<Leaderboard>,
    /// Its settings and stages: an import changes them. Each score raises a stage's version, long before a leaderboard shows it.
    pub competition: Arc<Competition>,
    /// What else it depends on: the clock, mostly.
    pub state: String,
}

impl Shows {
    /// Whether what shows this answers who asked for that: the same, or a newer leaderboard.
    fn answers(&self, asked: &Self) -> bool {
        let is_newer = self.leaderboard.version > asked.leaderboard.version;
        (is_newer || Arc::ptr_eq(&self.leaderboard, &asked.leaderboard))
            && self.state == asked.state
            && (Arc::ptr_eq(&self.competition, &asked.competition)
                || self.competition.is_same_but_versions(&asked.competition))
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

impl Page {
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

    use domain::ids::CompetitionId;
    use domain::leaderboards::Side;
    use scoring::Direction;

    use super::*;

    fn leaderboard() -> Arc<Leaderboard> {
        version(1)
    }

    fn version(version: i64) -> Arc<Leaderboard> {
        Arc::new(Leaderboard {
            side: Side::Public,
            version,
            direction: Direction::Higher,
            scale: domain::leaderboards::Scale::default(),
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

    fn stage(leaderboard_version: i64) -> domain::stages::Stage {
        serde_json::from_value(serde_json::json!({
            "id": uuid::Uuid::nil(), "competition_id": uuid::Uuid::nil(), "key": "main", "name": { "ko": "본선" },
            "starts_at": "2026-11-21T03:00:00Z", "ends_at": null, "reveal_at": null, "takes_submissions": true,
            "public_rows": 1, "private_rows": 1, "leaderboard_version": leaderboard_version,
        }))
        .unwrap()
    }

    fn made(text: &'static str) -> Made {
        Made {
            leaderboard: leaderboard(),
            page: Arc::new(Page::new(Bytes::from_static(text.as_bytes()))),
            template: None,
        }
    }

    #[tokio::test]
    async fn an_answer_is_kept_for_what_it_shows_and_nothing_else() {
        let cache = PageCache::default();
        let first = Shows { leaderboard: leaderboard(), competition: competition("가"), state: "open".to_owned() };
        let again = async |shows: &Shows| {
            let got = cache.get("page".to_owned(), shows.clone(), async { Some(made("new")) }).await.unwrap();
            // Back to what the next question starts from.
            cache.0.insert("page".to_owned(), Kept { shows: first.clone(), made: Some(made("old")) }).await;
            got.page.plain == "old"
        };
        assert!(!again(&first).await);
        assert!(again(&first).await);
        assert!(again(&Shows { competition: competition("가"), ..first.clone() }).await, "read again, but the same");
        assert!(
            !again(&Shows { competition: competition("나"), ..first.clone() }).await,
            "an import changes the title"
        );
        assert!(!again(&Shows { state: "closed".to_owned(), ..first.clone() }).await);
        assert!(
            !again(&Shows { leaderboard: leaderboard(), ..first.clone() }).await,
            "another leaderboard of the same version"
        );
    }

    #[tokio::test]
    async fn an_answer_that_many_ask_for_at_once_is_made_once() {
        let cache = Arc::new(PageCache::default());
        let shows = Shows { leaderboard: leaderboard(), competition: competition("가"), state: String::new() };
        let times = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let asked: Vec<_> = (0..50)
            .map(|_| {
                let (cache, shows, times) = (Arc::clone(&cache), shows.clone(), Arc::clone(&times));
                tokio::spawn(async move {
                    let make = async {
                        times.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        tokio::task::yield_now().await;
                        Some(made("one"))
                    };
                    cache.get("page".to_owned(), shows, make).await.unwrap().page.plain.clone()
                })
            })
            .collect();
        for one in asked {
            assert_eq!(one.await.unwrap(), "one");
        }
        assert_eq!(times.load(std::sync::atomic::Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn whoever_waits_for_an_answer_to_an_older_question_gets_one_to_their_own() {
        let cache = PageCache::default();
        let old = Shows { leaderboard: leaderboard(), competition: competition("가"), state: String::new() };
        let new = Shows { leaderboard: leaderboard(), ..old.clone() };
        let goes_on = tokio::sync::Notify::new();
        let make_old = async {
            goes_on.notified().await;
            Some(made("old"))
        };
        let (first, waited, ()) = tokio::join!(
            cache.get("page".to_owned(), old, make_old),
            cache.get("page".to_owned(), new, async { Some(made("new")) }),
            async { goes_on.notify_one() }
        );
        assert_eq!([first, waited].map(|made| made.unwrap().page.plain.clone()), ["old", "new"]);
    }

    #[tokio::test]
    async fn a_newer_leaderboards_page_answers_who_still_has_an_older_one_in_hand_and_says_which_it_shows() {
        let cache = PageCache::default();
        let shows = |leaderboard: Arc<Leaderboard>, scores: i64| {
            let mut competition = Arc::unwrap_or_clone(competition("가"));
            competition.stages.push(stage(scores));
            Shows { leaderboard, competition: Arc::new(competition), state: String::new() }
        };
        let get = async |shows: Shows| {
            let leaderboard = Arc::clone(&shows.leaderboard);
            cache
                .get("page".to_owned(), shows, async { Some(Made { leaderboard, ..made("") }) })
                .await
                .unwrap()
                .leaderboard
                .version
        };
        assert_eq!(get(shows(version(2), 2)).await, 2);
        assert_eq!(get(shows(version(1), 1)).await, 2, "read before the last score");
        let kept = version(3);
        assert_eq!(get(shows(Arc::clone(&kept), 3)).await, 3);
        let again = cache
            .get("page".to_owned(), shows(kept, 4), async { panic!("made anew for a score that nothing shows yet") });
        assert_eq!(again.await.unwrap().leaderboard.version, 3);
    }

    #[tokio::test]
    async fn what_could_not_be_made_is_tried_again() {
        let cache = PageCache::default();
        let shows = Shows { leaderboard: leaderboard(), competition: competition("가"), state: String::new() };
        assert!(cache.get("page".to_owned(), shows.clone(), async { None }).await.is_none());
        assert!(cache.get("page".to_owned(), shows, async { Some(made("one")) }).await.is_some());
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded_in_bytes() {
        let cache = PageCache::default();
        let shows = Shows { leaderboard: leaderboard(), competition: competition("가"), state: String::new() };
        let large = Bytes::from(vec![b'x'; 4 << 20]);
        for n in 0..40 {
            let large = large.clone();
            let make = async { Some(Made { page: Arc::new(Page::new(large)), ..made("") }) };
            cache.get(n.to_string(), shows.clone(), make).await;
        }
        cache.0.run_pending_tasks().await;
        assert!(cache.0.weighted_size() <= BYTES && cache.0.entry_count() < 40);
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
