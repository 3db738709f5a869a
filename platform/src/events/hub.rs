//! Who listens: a channel for each competition and one for each team in it, so that nobody is woken for what is not theirs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use domain::ids::{CompetitionId, StageId, TeamId};
use tokio::sync::broadcast::{self, error::RecvError};

use super::Event;

/// Announcements that a slow listener may be behind.
const BEHIND: usize = 64;
/// What telling one listener costs, generously: with so many that a pause would be shorter, versions are gathered for longer.
const A_LISTENER: Duration = Duration::from_micros(80);

/// An event on its way to everyone it concerns.
#[derive(Debug)]
pub struct Announcement {
    pub event: Event,
    /// Who listens to the competition at this moment.
    pub listeners: usize,
    text: OnceLock<Bytes>,
}

impl Announcement {
    /// The bytes that all listeners get, made once by whoever is first.
    pub fn text(&self, write: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.text.get_or_init(|| write(self)).clone()
    }
}

type Sender = broadcast::Sender<Arc<Announcement>>;
type Receiver = broadcast::Receiver<Arc<Announcement>>;

#[derive(Debug)]
pub(super) struct Hub {
    channels: Mutex<HashMap<CompetitionId, Arc<Channel>>>,
    /// The newest version of each stage's leaderboard that listeners were told.
    told: Mutex<HashMap<StageId, i64>>,
    /// Between two announcements of leaderboards, at least.
    gather: Duration,
}

#[derive(Debug)]
struct Channel {
    everyone: Sender,
    teams: Mutex<HashMap<TeamId, Sender>>,
    versions: Mutex<Versions>,
}

/// Versions that wait for the next announcement.
#[derive(Debug, Default)]
struct Versions {
    newest: HashMap<StageId, i64>,
    /// The last announcement was less than a pause ago.
    resting: bool,
}

impl Hub {
    pub(super) fn new(gather: Duration) -> Self {
        Self { channels: Mutex::default(), told: Mutex::default(), gather }
    }

    pub(super) fn told(&self, stage: StageId) -> i64 {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).get(&stage).copied().unwrap_or_default()
    }

    /// A version that somebody is told: whoever then asks gets nothing older.
    pub(super) fn tells(&self, stage: StageId, version: i64) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = told.entry(stage).or_insert(version);
        *newest = version.max(*newest);
    }

    pub(super) fn listen(self: &Arc<Self>, competition: CompetitionId, team: Option<TeamId>) -> Listener {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = Arc::clone(channels.entry(competition).or_insert_with(|| {
            Arc::new(Channel {
                everyone: broadcast::channel(BEHIND).0,
                teams: Mutex::default(),
                versions: Mutex::default(),
            })
        }));
        let everyone = channel.everyone.subscribe();
        let team = team.map(|team| {
            let mut teams = channel.teams.lock().unwrap_or_else(PoisonError::into_inner);
            (team, teams.entry(team).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe())
        });
        drop(channels);
        Listener { hub: Arc::clone(self), competition, channel, everyone, team }
    }

    fn channel(&self, competition: CompetitionId) -> Option<Arc<Channel>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner).get(&competition).cloned()
    }

    /// Hands an event to those whom it concerns.
    pub(super) fn deliver(self: &Arc<Self>, event: Event) {
        match event {
            Event::Queued => {}
            Event::Leaderboard { competition, stage, version } => self.raise(competition, stage, version),
            Event::Submission { competition, team, .. } => {
                let Some(channel) = self.channel(competition) else { return };
                let teams = channel.teams.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(sender) = teams.get(&team) {
                    channel.send(sender, event);
                }
            }
            Event::Notice { competition, .. } => {
                if let Some(channel) = self.channel(competition) {
                    channel.send(&channel.everyone, event);
                }
            }
            Event::LookAgain => {
                let channels: Vec<_> =
                    self.channels.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
                for channel in channels {
                    channel.send(&channel.everyone, event.clone());
                }
            }
        }
    }

    /// Announces a version: at once after a quiet while, else with all that come until the next announcement.
    fn raise(self: &Arc<Self>, competition: CompetitionId, stage: StageId, version: i64) {
        let Some(channel) = self.channel(competition) else { return };
        let mut versions = channel.versions.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = versions.newest.entry(stage).or_insert(version);
        *newest = version.max(*newest);
        if !versions.resting {
            versions.resting = true;
            self.tell(&channel, competition, &mut versions);
            tokio::spawn(Arc::clone(self).rest(competition, Arc::clone(&channel)));
        }
    }

    fn tell(&self, channel: &Channel, competition: CompetitionId, versions: &mut Versions) {
        for (stage, version) in versions.newest.drain() {
            // Before anyone hears of it.
            self.tells(stage, version);
            channel.send(&channel.everyone, Event::Leaderboard { competition, stage, version });
        }
    }

    async fn rest(self: Arc<Self>, competition: CompetitionId, channel: Arc<Channel>) {
        loop {
            tokio::time::sleep(self.gather.max(A_LISTENER * channel.listeners())).await;
            let mut versions = channel.versions.lock().unwrap_or_else(PoisonError::into_inner);
            if versions.newest.is_empty() {
                versions.resting = false;
                return;
            }
            self.tell(&channel, competition, &mut versions);
        }
    }
}

impl Channel {
    fn listeners(&self) -> u32 {
        u32::try_from(self.everyone.receiver_count()).unwrap_or(u32::MAX)
    }

    fn send(&self, to: &Sender, event: Event) {
        // Nobody listening is no failure.
        let listeners = self.everyone.receiver_count();
        let _ = to.send(Arc::new(Announcement { event, listeners, text: OnceLock::new() }));
    }
}

/// One who listens to a competition, and to a team's own news.
#[derive(Debug)]
pub struct Listener {
    hub: Arc<Hub>,
    competition: CompetitionId,
    channel: Arc<Channel>,
    everyone: Receiver,
    team: Option<(TeamId, Receiver)>,
}

impl Listener {
    /// What comes next; `None` where some was missed, because the listener was too slow.
    pub async fn next(&mut self) -> Option<Arc<Announcement>> {
        let heard = match &mut self.team {
            Some((_, team)) => {
                tokio::select! { heard = self.everyone.recv() => heard, heard = team.recv() => heard }
            }
            None => self.everyone.recv().await,
        };
        match heard {
            Ok(announcement) => Some(announcement),
            Err(RecvError::Lagged(_)) => None,
            // The senders live in the channel that this one holds.
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }

    /// Who listens to the competition at this moment.
    pub fn listeners(&self) -> usize {
        self.channel.everyone.receiver_count()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut channels = self.hub.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((team, _)) = &self.team {
            let mut teams = self.channel.teams.lock().unwrap_or_else(PoisonError::into_inner);
            if teams.get(team).is_some_and(|sender| sender.receiver_count() <= 1) {
                teams.remove(team);
            }
        }
        if self.channel.everyone.receiver_count() <= 1 {
            channels.remove(&self.competition);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::SubmissionId;
    use domain::submissions::Status;
    use futures::FutureExt as _;

    use super::*;

    fn version(listener: &mut Listener) -> Option<i64> {
        match listener.next().now_or_never()??.event {
            Event::Leaderboard { version, .. } => Some(version),
            _ => None,
        }
    }

    #[tokio::test]
    async fn versions_that_come_quickly_are_told_together_and_the_first_one_at_once() {
        let hub = Arc::new(Hub::new(Duration::from_millis(20)));
        let (competition, stage) = (CompetitionId::random(), StageId::random());
        let mut listener = hub.listen(competition, None);
        for version in 1..=5 {
            hub.deliver(Event::Leaderboard { competition, stage, version });
        }
        assert_eq!((version(&mut listener), version(&mut listener)), (Some(1), None));
        assert_eq!(hub.told(stage), 1);
        let later = listener.next().await.unwrap();
        assert_eq!(later.event, Event::Leaderboard { competition, stage, version: 5 });
        assert_eq!((version(&mut listener), hub.told(stage)), (None, 5));
    }

    #[tokio::test]
    async fn an_announcement_that_comes_late_takes_back_nothing_that_was_told() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let (competition, stage) = (CompetitionId::random(), StageId::random());
        let mut listener = hub.listen(competition, None);
        hub.tells(stage, 5);
        hub.deliver(Event::Leaderboard { competition, stage, version: 4 });
        assert_eq!((version(&mut listener), hub.told(stage)), (Some(4), 5));
    }

    #[tokio::test]
    async fn a_teams_news_wakes_nobody_else_and_nothing_is_kept_of_who_left() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let (competition, team) = (CompetitionId::random(), TeamId::random());
        let (mut own, mut other) =
            (hub.listen(competition, Some(team)), hub.listen(competition, Some(TeamId::random())));
        let (mut visitor, mut elsewhere) = (hub.listen(competition, None), hub.listen(CompetitionId::random(), None));
        let id = SubmissionId::random();
        hub.deliver(Event::Submission { competition, team, id, number: 1, status: Status::Queued });
        assert!(own.next().now_or_never().is_some());
        for listener in [&mut other, &mut visitor, &mut elsewhere] {
            assert!(listener.next().now_or_never().is_none());
        }
        drop((own, other, visitor, elsewhere));
        assert!(hub.channels.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_bytes_of_an_announcement_are_made_once_for_all() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let competition = CompetitionId::random();
        let mut listeners: Vec<_> = (0..3).map(|_| hub.listen(competition, None)).collect();
        hub.deliver(Event::LookAgain);
        let mut written = 0;
        for listener in &mut listeners {
            let heard = listener.next().await.unwrap();
            let text = heard.text(|_| {
                written += 1;
                Bytes::from_static(b"look")
            });
            assert_eq!((&text[..], heard.listeners), (&b"look"[..], 3));
        }
        assert_eq!(written, 1);
    }
}
