//! Readers and submitters, and the ledger of what they were answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::address;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::http::{self, get, once};
use crate::people::{Files, People, SLUG, id, random, refusal, submission};
use crate::place::{Place, source};

const READERS: usize = 6;
/// Teams that submit as fast as they can, several at once, far past their quota.
const GREEDY: usize = 2;
/// How long an unanswered submission is tried again after the last fault.
const LAST_TRIES: Duration = Duration::from_mins(1);

/// What is broken at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Calm,
    Down,
    Paused,
    Full,
}

impl Phase {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Calm => "all is well",
            Self::Down => "the server is killed and starts",
            Self::Paused => "the database pauses",
            Self::Full => "the disk is full",
        }
    }
}

/// How requests of one kind were answered.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    /// With what was asked for, or a refusal that is due.
    pub(super) answered: usize,
    pub(super) unavailable: usize,
    pub(super) faulty: usize,
    pub(super) unexpected: usize,
    pub(super) silent: usize,
}

/// One submission, however often it was sent.
#[derive(Debug, Default, Clone)]
pub(super) struct Entry {
    /// Every id it was ever answered with: one, if all is well.
    pub(super) ids: BTreeSet<String>,
    /// The code it was refused with in the end.
    pub(super) refused: Option<String>,
    pub(super) sent: usize,
}

pub(super) struct Shared {
    pub(super) place: Place,
    pub(super) people: People,
    cookies: Vec<String>,
    files: Files,
    stop: AtomicBool,
    phases: Mutex<Vec<(Instant, Phase)>>,
    tallies: Mutex<BTreeMap<(Phase, &'static str), Tally>>,
    /// By idempotency key.
    pub(super) ledger: Mutex<BTreeMap<String, Entry>>,
    /// The first odd answers, as they were.
    pub(super) odd: Mutex<Vec<String>>,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(place: Place, people: People, cookies: Vec<String>, files: Files) -> Self {
        Self {
            place,
            people,
            cookies,
            files,
            stop: AtomicBool::new(false),
            phases: Mutex::new(vec![(Instant::now(), Phase::Calm)]),
            tallies: Mutex::default(),
            ledger: Mutex::default(),
            odd: Mutex::default(),
        }
    }

    pub(super) fn phase(&self, phase: Phase) {
        lock(&self.phases).push((Instant::now(), phase));
    }

    pub(super) fn tallies(&self) -> BTreeMap<(Phase, &'static str), Tally> {
        lock(&self.tallies).clone()
    }

    /// The fault that a request met which began at `began` and has just ended.
    fn met(&self, began: Instant) -> Phase {
        let phases = lock(&self.phases);
        let mut met = Phase::Calm;
        for (since, phase) in phases.iter().rev() {
            if *phase != Phase::Calm {
                met = *phase;
            }
            if *since <= began {
                break;
            }
        }
        met
    }

    fn count(&self, what: &'static str, began: Instant, answer: &std::io::Result<(http::Head, String)>, due: &[u16]) {
        let phase = self.met(began);
        let mut tallies = lock(&self.tallies);
        let tally = tallies.entry((phase, what)).or_default();
        let field = match answer {
            Err(_) => &mut tally.silent,
            Ok((head, _)) if due.contains(&head.status) => &mut tally.answered,
            Ok((head, _)) if head.status == 503 => &mut tally.unavailable,
            Ok((head, _)) if head.status >= 500 => &mut tally.faulty,
            Ok(_) => &mut tally.unexpected,
        };
        *field += 1;
        drop(tallies);
        if let Ok((head, text)) = answer
            && !due.contains(&head.status)
            && head.status != 503
        {
            let mut odd = lock(&self.odd);
            if odd.len() < 20 {
                odd.push(format!("{what}, {}: {} {}", phase.name(), head.status, refusal(text)));
            }
        }
    }

    fn runs(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }
}

pub(super) struct Load(JoinSet<()>);

pub(super) fn start(shared: &Arc<Shared>) -> Load {
    let mut set = JoinSet::new();
    for index in 0..READERS {
        set.spawn(read(Arc::clone(shared), index));
    }
    for team in 0..shared.people.leaders.len() {
        let (hands, pause) = if team < GREEDY { (4, 100..400) } else { (1, 500..2500) };
        for _ in 0..hands {
            set.spawn(submit(Arc::clone(shared), team, pause.clone()));
        }
    }
    Load(set)
}

impl Load {
    /// Ends it; what has not been answered yet is tried again for a minute. How many never were.
    pub(super) async fn end(mut self, shared: &Shared) -> usize {
        shared.stop.store(true, Ordering::Relaxed);
        let all = async { while self.0.join_next().await.is_some() {} };
        let _ = timeout(LAST_TRIES + http::PATIENCE, all).await;
        self.0.abort_all();
        lock(&shared.ledger).values().filter(|entry| entry.ids.is_empty() && entry.refused.is_none()).count()
    }
}

/// Reads one thing after the other, each on a connection of its own, since servers die meanwhile.
async fn read(shared: Arc<Shared>, index: usize) {
    let leaderboard = address::leaderboard(SLUG);
    let (json, overview) = (address::api::leaderboard(SLUG), address::competition(SLUG));
    let own = address::api::submissions(SLUG);
    let bearer = format!("Bearer {}", shared.people.leaders[index % shared.people.leaders.len()].token);
    let cookie = shared.cookies[index % shared.cookies.len()].clone();
    for turn in index.. {
        if !shared.runs() {
            return;
        }
        let (what, request) = match turn % 6 {
            0 => ("pages, signed in", get(&leaderboard, &[("cookie", &cookie), ("connection", "close")])),
            1 => ("JSON", get(&json, &[("connection", "close")])),
            2 => ("pages", get(&overview, &[("connection", "close")])),
            3 => ("own submissions", get(&own, &[("authorization", &bearer), ("connection", "close")])),
            4 => ("healthz", get(address::service::HEALTHZ, &[("connection", "close")])),
            _ => ("pages", get(&leaderboard, &[("connection", "close")])),
        };
        let began = Instant::now();
        let answer = once(shared.place, source(index, 1), &request).await;
        shared.count(what, began, &answer, &[200]);
        sleep(Duration::from_millis(rand::random_range(50..150))).await;
    }
}

/// Submits again and again. Each submission has a key, and is sent with it until it is answered; some are sent twice at once, some
/// again after their answer.
async fn submit(shared: Arc<Shared>, team: usize, pause: std::ops::Range<u64>) {
    let token = shared.people.leaders[team].token.clone();
    while shared.runs() {
        let key = random();
        let request = submission(&token, &shared.files.csv(rand::random()), Some(&key));
        lock(&shared.ledger).insert(key.clone(), Entry::default());
        let chance = rand::random_range(0..8);
        let sending = send(&shared, team, &key, &request);
        if chance == 0 {
            tokio::join!(sending, send(&shared, team, &key, &request));
        } else {
            sending.await;
        }
        if chance == 1 {
            send(&shared, team, &key, &request).await;
        }
        sleep(Duration::from_millis(rand::random_range(pause.clone()))).await;
    }
}

/// Sends until there is an answer that is final.
async fn send(shared: &Shared, team: usize, key: &str, request: &[u8]) {
    let mut stopped = None;
    loop {
        let began = Instant::now();
        let answer = once(shared.place, source(100 + team, 1), request).await;
        shared.count("submissions", began, &answer, &[200, 201, 429]);
        let mut wait = Duration::from_millis(500);
        {
            let mut ledger = lock(&shared.ledger);
            let entry = ledger.entry(key.to_owned()).or_default();
            entry.sent += 1;
            match answer {
                Ok((head, text)) if matches!(head.status, 200 | 201) => {
                    entry.ids.insert(id(&text).unwrap_or_else(|| format!("no id: {text}")));
                    return;
                }
                Ok((head, text)) if head.status < 500 => {
                    entry.refused = Some(refusal(&text));
                    return;
                }
                Ok((head, _)) => wait = wait.max(Duration::from_secs(head.retry_after.unwrap_or(0).min(5))),
                Err(_) => {}
            }
        }
        if !shared.runs() && stopped.get_or_insert_with(Instant::now).elapsed() > LAST_TRIES {
            return;
        }
        sleep(wait).await;
    }
}
