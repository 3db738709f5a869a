//! Who listens: a channel for each competition, one for those who listen to none of them, and one for each narrower audience, so that nobody is woken for what is not theirs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use domain::events::Audience;
use domain::ids::CompetitionId;
use futures::future::select_all;
use tokio::sync::broadcast::{self, error::RecvError, error::TryRecvError};
use uuid::Uuid;

use super::Event;

/// Announcements that a slow listener may be behind.
const BEHIND: usize = 64;
/// What telling one listener costs, generously: with so many that a pause would be shorter, versions are gathered for longer.
const A_LISTENER: Duration = Duration::from_micros(80);

/// An event on its way to everyone it concerns.
#[derive(Debug)]
pub struct Announcement {
    pub event: Event,
    /// Its number in the outbox, where it was said through it.
    pub seq: Option<i64>,
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
    channels: Mutex<HashMap<Option<CompetitionId>, Arc<Channel>>>,
    /// Those of narrower audiences than everyone.
    narrow: Mutex<HashMap<Audience, Sender>>,
    /// The newest version that listeners were told of whatever has one, by its id.
    told: Mutex<HashMap<Uuid, i64>>,
    /// Between two announcements of versions, at least.
    gather: Duration,
}

#[derive(Debug)]
struct Channel {
    everyone: Sender,
    versions: Mutex<Versions>,
}

/// Versions that wait for the next announcement.
#[derive(Debug, Default)]
struct Versions {
    newest: HashMap<Uuid, Event>,
    /// The last announcement was less than a pause ago.
    resting: bool,
}

impl Hub {
    pub(super) fn new(gather: Duration) -> Self {
        Self { channels: Mutex::default(), narrow: Mutex::default(), told: Mutex::default(), gather }
    }

    pub(super) fn told(&self, id: Uuid) -> i64 {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied().unwrap_or_default()
    }

    /// A version that somebody is told: whoever then asks gets nothing older.
    pub(super) fn tells(&self, id: Uuid, version: i64) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = told.entry(id).or_insert(version);
        *newest = version.max(*newest);
    }

    pub(super) fn listen(self: &Arc<Self>, competition: Option<CompetitionId>, audiences: &[Audience]) -> Listener {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = Arc::clone(channels.entry(competition).or_insert_with(|| {
            Arc::new(Channel { everyone: broadcast::channel(BEHIND).0, versions: Mutex::default() })
        }));
        let everyone = Ear { audience: None, receiver: channel.everyone.subscribe(), heard: None };
        drop(channels);
        let mut narrow = self.narrow.lock().unwrap_or_else(PoisonError::into_inner);
        let narrower = audiences.iter().filter(|audience| !matches!(audience, Audience::Everyone(_))).map(|audience| {
            let receiver = narrow.entry(*audience).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe();
            Ear { audience: Some(*audience), receiver, heard: None }
        });
        let ears = [everyone].into_iter().chain(narrower).collect();
        drop(narrow);
        Listener { hub: Arc::clone(self), competition, channel, ears }
    }

    fn channel(&self, competition: CompetitionId) -> Option<Arc<Channel>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner).get(&Some(competition)).cloned()
    }

    /// Hands an event to those whom it concerns; what has a number comes in the order of the numbers.
    pub(super) fn deliver(self: &Arc<Self>, event: Event, seq: Option<i64>) {
        match (&event, event.audience()) {
            (Event::Leaderboard { competition, .. } | Event::Live { competition, .. }, _) => {
                let competition = *competition;
                self.raise(competition, event);
            }
            (Event::LookAgain, _) => {
                let channels: Vec<_> =
                    self.channels.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
                for channel in channels {
                    channel.tell(event.clone(), seq);
                }
            }
            (_, Some(Audience::Everyone(competition))) => {
                if let Some(channel) = self.channel(competition) {
                    channel.tell(event, seq);
                }
            }
            (_, Some(audience)) => {
                let narrow = self.narrow.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(sender) = narrow.get(&audience) {
                    send(sender, event, seq, sender.receiver_count());
                }
            }
            (_, None) => {}
        }
    }

    /// Announces a version: at once after a quiet while, else with all that come until the next announcement.
    fn raise(self: &Arc<Self>, competition: CompetitionId, event: Event) {
        let (Some((id, version)), Some(channel)) = (event.version(), self.channel(competition)) else { return };
        let mut versions = channel.versions.lock().unwrap_or_else(PoisonError::into_inner);
        if versions.newest.get(&id).and_then(Event::version).is_none_or(|(_, newest)| newest < version) {
            versions.newest.insert(id, event);
        }
        if !versions.resting {
            versions.resting = true;
            self.tell(&channel, &mut versions);
            tokio::spawn(Arc::clone(self).rest(Arc::clone(&channel)));
        }
    }

    fn tell(&self, channel: &Channel, versions: &mut Versions) {
        for (id, event) in versions.newest.drain() {
            // Before anyone hears of it.
            if let Some((_, version)) = event.version() {
                self.tells(id, version);
            }
            channel.tell(event, None);
        }
    }

    async fn rest(self: Arc<Self>, channel: Arc<Channel>) {
        loop {
            tokio::time::sleep(self.gather.max(A_LISTENER * channel.listeners())).await;
            let mut versions = channel.versions.lock().unwrap_or_else(PoisonError::into_inner);
            if versions.newest.is_empty() {
                versions.resting = false;
                return;
            }
            self.tell(&channel, &mut versions);
        }
    }
}

impl Channel {
    fn listeners(&self) -> u32 {
        u32::try_from(self.everyone.receiver_count()).unwrap_or(u32::MAX)
    }

    fn tell(&self, event: Event, seq: Option<i64>) {
        send(&self.everyone, event, seq, self.everyone.receiver_count());
    }
}

fn send(to: &Sender, event: Event, seq: Option<i64>, listeners: usize) {
    // Nobody listening is no failure.
    let _ = to.send(Arc::new(Announcement { event, seq, listeners, text: OnceLock::new() }));
}

/// One who listens to a competition or to none, and to what is said to narrower audiences.
#[derive(Debug)]
pub struct Listener {
    hub: Arc<Hub>,
    competition: Option<CompetitionId>,
    channel: Arc<Channel>,
    ears: Vec<Ear>,
}

/// One audience's news.
#[derive(Debug)]
struct Ear {
    /// None is everyone's.
    audience: Option<Audience>,
    receiver: Receiver,
    /// What comes next from here.
    heard: Option<Arc<Announcement>>,
}

impl Ear {
    /// Looks for the next; false where some was missed.
    fn look(&mut self) -> bool {
        if self.heard.is_none() {
            match self.receiver.try_recv() {
                Ok(announcement) => self.heard = Some(announcement),
                Err(TryRecvError::Lagged(_)) => return false,
                // The senders live as long as this one holds their channels.
                Err(TryRecvError::Empty | TryRecvError::Closed) => {}
            }
        }
        true
    }
}

impl Listener {
    /// What comes next, in the order of the numbers; `None` where some was missed, because the listener was too slow.
    pub async fn next(&mut self) -> Option<Arc<Announcement>> {
        loop {
            // Twice: what was sent before anything that the first look found is found by the second.
            for _ in 0..2 {
                for ear in &mut self.ears {
                    if !ear.look() {
                        return None;
                    }
                }
            }
            let number = |ear: &&mut Ear| ear.heard.as_ref().map(|heard| heard.seq);
            let ready = self.ears.iter_mut().filter(|ear| ear.heard.is_some()).min_by_key(number);
            if let Some(heard) = ready.and_then(|ear| ear.heard.take()) {
                return Some(heard);
            }
            let waits = self.ears.iter_mut().map(|ear| Box::pin(ear.receiver.recv()));
            let (heard, at, _) = select_all(waits).await;
            match heard {
                Ok(announcement) => self.ears[at].heard = Some(announcement),
                Err(RecvError::Lagged(_)) => return None,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// Who listens to the competition at this moment.
    pub fn listeners(&self) -> usize {
        self.channel.everyone.receiver_count()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Its ears go while the lock is held: of two who leave at once, the last one sees that nobody is left.
        let mut narrow = self.hub.narrow.lock().unwrap_or_else(PoisonError::into_inner);
        let mut channels = self.hub.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let ears = std::mem::take(&mut self.ears);
        let audiences: Vec<_> = ears.iter().filter_map(|ear| ear.audience).collect();
        drop(ears);
        for audience in audiences {
            if narrow.get(&audience).is_some_and(|sender| sender.receiver_count() == 0) {
                narrow.remove(&audience);
            }
        }
        if self.channel.everyone.receiver_count() == 0 {
            channels.remove(&self.competition);
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::{LiveSessionId, StageId, SubmissionId, TeamId, UserId};
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
        let mut listener = hub.listen(Some(competition), &[]);
        for version in 1..=5 {
            hub.deliver(Event::Leaderboard { competition, stage, version }, None);
        }
        assert_eq!((version(&mut listener), version(&mut listener)), (Some(1), None));
        assert_eq!(hub.told(stage.0), 1);
        let later = listener.next().await.unwrap();
        assert_eq!(later.event, Event::Leaderboard { competition, stage, version: 5 });
        assert_eq!((version(&mut listener), hub.told(stage.0)), (None, 5));
    }

    #[tokio::test]
    async fn versions_of_live_questions_and_of_a_leaderboard_are_gathered_beside_each_other() {
        let hub = Arc::new(Hub::new(Duration::from_millis(20)));
        let (competition, stage, session) = (CompetitionId::random(), StageId::random(), LiveSessionId::random());
        let mut listener = hub.listen(Some(competition), &[]);
        let live = |version| Event::Live { competition, session, version };
        let board = |version| Event::Leaderboard { competition, stage, version };
        for event in [live(1), live(2), board(7), live(4), live(3)] {
            hub.deliver(event, None);
        }
        assert_eq!(listener.next().await.unwrap().event, live(1));
        assert!(listener.next().now_or_never().is_none(), "the rest is told together");
        let later = [listener.next().await.unwrap().event.clone(), listener.next().await.unwrap().event.clone()];
        assert!(later.contains(&live(4)) && later.contains(&board(7)), "{later:?}");
        assert_eq!((hub.told(session.0), hub.told(stage.0)), (4, 7));
    }

    #[tokio::test]
    async fn an_announcement_that_comes_late_takes_back_nothing_that_was_told() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let (competition, stage) = (CompetitionId::random(), StageId::random());
        let mut listener = hub.listen(Some(competition), &[]);
        hub.tells(stage.0, 5);
        hub.deliver(Event::Leaderboard { competition, stage, version: 4 }, None);
        assert_eq!((version(&mut listener), hub.told(stage.0)), (Some(4), 5));
    }

    #[tokio::test]
    async fn a_teams_news_wakes_nobody_else_and_nothing_is_kept_of_who_left() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let (competition, team) = (CompetitionId::random(), TeamId::random());
        let (mut own, mut other) = (
            hub.listen(Some(competition), &[Audience::Team(team)]),
            hub.listen(Some(competition), &[Audience::Team(TeamId::random())]),
        );
        let (mut visitor, mut elsewhere) =
            (hub.listen(Some(competition), &[]), hub.listen(Some(CompetitionId::random()), &[]));
        let id = SubmissionId::random();
        hub.deliver(Event::Submission { competition, team, id, number: 1, status: Status::Queued }, None);
        assert!(own.next().now_or_never().is_some());
        for listener in [&mut other, &mut visitor, &mut elsewhere] {
            assert!(listener.next().now_or_never().is_none());
        }
        drop((own, other, visitor, elsewhere));
        assert!(hub.channels.lock().unwrap().is_empty() && hub.narrow.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_was_said_to_several_audiences_is_heard_in_the_order_of_its_numbers() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let (competition, user) = (CompetitionId::random(), UserId::random());
        let mut listener = hub.listen(Some(competition), &[Audience::Everyone(competition), Audience::Person(user)]);
        for seq in 1..=6 {
            let notice = Event::Notice { competition, number: seq, title: String::new() };
            hub.deliver(if seq % 2 == 0 { notice } else { Event::Part { user } }, Some(seq));
        }
        for seq in 1..=6 {
            assert_eq!(listener.next().await.unwrap().seq, Some(seq));
        }
    }

    #[tokio::test]
    async fn whoever_is_too_slow_is_told_so_and_hears_the_rest() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let (competition, user) = (CompetitionId::random(), UserId::random());
        let mut listener = hub.listen(Some(competition), &[Audience::Person(user)]);
        let most = i64::try_from(BEHIND).unwrap();
        for seq in 1..=most + 1 {
            hub.deliver(Event::Part { user }, Some(seq));
        }
        assert!(listener.next().await.is_none());
        for seq in 2..=most + 1 {
            assert_eq!(listener.next().await.unwrap().seq, Some(seq));
        }
    }

    #[tokio::test]
    async fn the_bytes_of_an_announcement_are_made_once_for_all() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let competition = CompetitionId::random();
        let mut listeners: Vec<_> = (0..3).map(|_| hub.listen(Some(competition), &[])).collect();
        hub.deliver(Event::LookAgain, None);
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

    #[tokio::test]
    async fn who_listens_to_no_competition_hears_what_is_theirs_and_that_some_may_be_missed() {
        let hub = Arc::new(Hub::new(Duration::ZERO));
        let (competition, user) = (CompetitionId::random(), UserId::random());
        let mut listener = hub.listen(None, &[Audience::Person(user)]);
        hub.deliver(Event::Notice { competition, number: 1, title: String::new() }, None);
        hub.deliver(Event::Told { user: UserId::random() }, None);
        assert!(listener.next().now_or_never().is_none());
        for event in [Event::Told { user }, Event::LookAgain] {
            hub.deliver(event.clone(), None);
            assert_eq!(listener.next().await.unwrap().event, event);
        }
        drop(listener);
        assert!(hub.channels.lock().unwrap().is_empty() && hub.narrow.lock().unwrap().is_empty());
    }
}
