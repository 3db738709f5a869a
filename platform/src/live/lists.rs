//! The list of questions as pages show it: rendered once a version for all who look, with each reader's own votes laid over.

use std::sync::Arc;
use std::time::Duration;

use async_recursion::async_recursion as boxed;
use domain::Locale;
use domain::ids::LiveSessionId;
use domain::live::{LiveAsker, LiveQuestion, LiveSession};
use domain::stages::Phase;
use futures::FutureExt as _;
use moka::future::Cache;

use crate::error::{Error, Result};
use crate::kept::joined::Joined;
use crate::services::Services;

/// Bytes of lists that are kept at once.
const BYTES: u64 = 32 << 20;
/// How long one is kept at most: a team's new name raises no version.
const KEPT: Duration = Duration::from_secs(10);

/// A session's questions, read for a page.
#[derive(Debug, Clone)]
pub struct LiveList {
    pub questions: Vec<LiveQuestion>,
    /// Who asked, where organizers look.
    pub askers: Vec<LiveAsker>,
}

/// Which list is wanted: all readers for whom these are the same see the same one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LiveWanted {
    pub session: LiveSessionId,
    pub phase: Phase,
    pub locale: Locale,
    /// For organizers: with hidden questions and who asked.
    pub runs: bool,
    /// Every question, however many.
    pub all: bool,
    /// For a projector.
    pub screen: bool,
}

/// A question's HTML around what is each reader's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedQuestion {
    pub number: i64,
    pub votes: i64,
    pub before: String,
    pub after: String,
}

/// A list as it was rendered.
#[derive(Debug)]
pub struct RenderedList {
    pub version: i64,
    /// Questions that are not in it.
    pub rest: usize,
    pub questions: Vec<RenderedQuestion>,
}

/// Lists that are kept, and those that are being made.
struct Lists {
    kept: Cache<LiveWanted, Arc<RenderedList>>,
    made: Joined<LiveWanted, Result<Arc<RenderedList>, Arc<Error>>>,
}

impl Default for Lists {
    fn default() -> Self {
        let weigh = |_: &LiveWanted, list: &Arc<RenderedList>| {
            let bytes: usize = list.questions.iter().map(|one| one.before.len() + one.after.len() + 100).sum();
            u32::try_from(bytes).unwrap_or(u32::MAX)
        };
        Self {
            kept: Cache::builder().max_capacity(BYTES).weigher(weigh).time_to_live(KEPT).build(),
            made: Joined::default(),
        }
    }
}

/// The version of a session that everybody who was told of one was told of; that of now where nobody was.
#[boxed]
pub async fn newest(services: &Services, session: &LiveSession) -> Result<i64> {
    match services.events.announced(session.id.0) {
        0 => version(services, session).await,
        told => Ok(told),
    }
}

/// The version of a session of now; 0 where it was taken away.
#[boxed]
pub async fn version(services: &Services, session: &LiveSession) -> Result<i64> {
    Ok(services.db.live_version(session.id).await?.unwrap_or(0))
}

/// The list that is wanted, of this version or of a later one. `render` makes it where there is none, and says how many questions it left
/// out.
#[boxed]
pub async fn rendered<F>(services: &Services, wanted: LiveWanted, at_least: i64, render: F) -> Result<Arc<RenderedList>>
where
    F: FnOnce(LiveList) -> (Vec<RenderedQuestion>, usize) + Send + 'static,
{
    let lists = services.cache::<Lists>();
    if let Some(kept) = lists.kept.get(&wanted).await.filter(|kept| kept.version >= at_least) {
        return Ok(kept);
    }
    let (db, keep) = (services.db.clone(), lists.kept.clone());
    let load = async move {
        let read = async {
            // Before the questions, so that they are never older than it says.
            let version = db.live_version(wanted.session).await?.unwrap_or(0);
            let questions = db.live_questions(wanted.session, wanted.runs).await?;
            let askers = if wanted.runs { db.live_askers(wanted.session).await? } else { Vec::new() };
            let (questions, rest) = render(LiveList { questions, askers });
            Ok::<_, storage::Error>(Arc::new(RenderedList { version, rest, questions }))
        };
        let list = read.await.map_err(|error| Arc::new(error.into()))?;
        keep.insert(wanted, Arc::clone(&list)).await;
        Ok(list)
    };
    lists.made.read(&wanted, load.boxed()).await.map_err(Error::Shared)
}
