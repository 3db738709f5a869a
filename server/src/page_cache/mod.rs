//! Bytes of hot answers, kept until what they show changes: known by name, good for one leaderboard.

mod packed;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use domain::competitions::Competition;
use domain::leaderboards::Leaderboard;
use moka::future::Cache;

pub use self::packed::{Encoding, PackedPage};
use crate::template::Template;

#[cfg(test)]
mod tests;

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
    pub page: Arc<PackedPage>,
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
