//! Slows down guessing without shutting anybody out (docs/decisions/0011-guessing.md), and whoever does too often what is done now and
//! then. Each key has a stock of tries that fills up again by itself; a try is taken before the work and given back when it was none.
//! Kept in memory; a restart forgives.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};
use domain::ids::{TeamNumber, UserId};
use domain::{AppError, ErrorCode};

use crate::places::network;

/// Keys remembered at once by a limit: 16 bytes each, whatever was sent.
const KEYS: usize = 50_000;

/// A person from one network: ten wrong passwords, then one more every 90 seconds.
const PERSON: Limit = Limit { stock: 10, refill: Duration::seconds(90) };
/// One e-mail address from everywhere: past that, someone guesses, and a network has two tries instead of ten.
const EMAIL: Limit = Limit { stock: 50, refill: Duration::minutes(3) };
/// Everybody of one network, a hospital behind one address, say: likewise.
const NETWORK: Limit = Limit { stock: 100, refill: Duration::seconds(10) };
/// What a try costs a person whose e-mail or network is being guessed at.
const SLOWED: i64 = 5;
/// New accounts from one network: a lecture hall, then one every three seconds.
const SIGN_UPS: Limit = Limit { stock: 200, refill: Duration::seconds(3) };
/// People of one network who come back from an institution, each of whom we ask it about.
const ARRIVALS: Limit = SIGN_UPS;
/// A person's wrong submission keys of one team.
const TEAM_KEY: Limit = Limit { stock: 10, refill: Duration::seconds(90) };

/// Letters of a kind to an address, whoever asks for them: five, then one every ten minutes.
const LETTER: Limit = Limit { stock: 5, refill: Duration::minutes(10) };
/// Letters that one network asks for, whomever they go to: a lecture hall, then one every ten seconds.
const LETTERS_OF_NETWORK: Limit = Limit { stock: 100, refill: Duration::seconds(10) };
/// Letters that an organizer has written to addresses that they typed: five full forms, then one every ten seconds.
const INVITATIONS: Limit = Limit { stock: 500, refill: Duration::seconds(10) };
/// Codes of somebody's second factor that are wrong, beside the right password: whoever has that alone finds one in twenty in a year, and an owner who
/// is kept out has recovery codes and the way to another password.
const CODE: Limit = Limit { stock: 10, refill: Duration::minutes(30) };

/// Decisions that an organizer takes about applications, each about one or many: a morning's work, then one every ten seconds.
const DECISIONS: Limit = Limit { stock: 300, refill: Duration::seconds(10) };

/// Posts that a person writes or changes: ten, then one every two minutes; of a new account two.
const POSTS: Limit = Limit { stock: 10, refill: Duration::minutes(2) };
/// Comments likewise: forty, then one every fifteen seconds; of a new account eight.
const COMMENTS: Limit = Limit { stock: 40, refill: Duration::seconds(15) };
/// Looks for questions like the title that a person types: a minute of typing at once, then one every two seconds.
const SIMILAR: Limit = Limit { stock: 60, refill: Duration::seconds(2) };
/// Reactions to posts and comments, given or taken back: a long page's, then one every three seconds.
const REACTIONS: Limit = Limit { stock: 100, refill: Duration::seconds(3) };
/// Files that a person brings for posts: as many as a post may have several times, then one every half minute.
const UPLOADS: Limit = Limit { stock: 60, refill: Duration::seconds(30) };
/// What each costs an account that is not a day old.
const NEW_ACCOUNT: i64 = 5;
/// Votes for live questions: a whole list at once, then one every two seconds.
const LIVE_VOTES: Limit = Limit { stock: 100, refill: Duration::seconds(2) };

/// What one person does now and then, each time with something written: twenty, then twenty an hour.
const SELDOM: Limit = Limit { stock: 20, refill: Duration::minutes(3) };

/// What a person does now and then, each with a limit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Seldom {
    CreateToken,
    SetPublicName,
    SetProfile,
    ChangeAddress,
    TakeData,
    RenewInvitation,
    /// Writes to whoever it is.
    InviteToTeam,
    AskToJoin,
    OfferMerge,
    ShowKey,
    RenewKey,
    /// Writes to whoever it is.
    InviteToRole,
    /// To take part in a competition.
    Apply,
    CreateTeam,
    /// Files with that, which are stored before it.
    AttachAnswers,
    GiveStatement,
    /// Of a post.
    Report,
    AskLive,
}

/// So many tries at once, and a further one after each `refill`.
#[derive(Debug, Clone, Copy)]
struct Limit {
    stock: i64,
    refill: Duration,
}

/// The tries of many keys: for each the moment (in microseconds) when its stock will be full again. No key: it is full.
#[derive(Debug)]
struct Tries {
    stock: i64,
    refill: i64,
    /// Keys are kept as hashes that differ in each process: short, and no list of addresses.
    hasher: RandomState,
    full_at: Mutex<HashMap<u64, i64>>,
}

impl Tries {
    fn new(limit: Limit) -> Self {
        let refill = limit.refill.num_microseconds().unwrap_or(i64::MAX / 1000);
        Self { stock: limit.stock, refill, hasher: RandomState::new(), full_at: Mutex::default() }
    }

    /// Takes `count` tries, or says how long it is until there are so many.
    fn take(&self, key: impl Hash, count: i64, now: DateTime<Utc>) -> Result<(), Duration> {
        let (key, now) = (self.hasher.hash_one(key), now.timestamp_micros());
        let latest = now + self.stock * self.refill;
        let mut all = self.lock();
        // A clock that was set back must not make anyone wait longer than an empty stock does.
        let full_at = all.get(&key).map_or(now, |at| (*at).clamp(now, latest)) + count * self.refill;
        if full_at > latest {
            return Err(Duration::microseconds(full_at - latest));
        }
        if all.len() >= KEYS && !all.contains_key(&key) {
            make_room(&mut all, now);
        }
        all.insert(key, full_at);
        Ok(())
    }

    fn give_back(&self, key: impl Hash, count: i64, now: DateTime<Utc>) {
        let key = self.hasher.hash_one(key);
        let mut all = self.lock();
        if let Some(full_at) = all.get_mut(&key) {
            *full_at -= count * self.refill;
            if *full_at <= now.timestamp_micros() {
                all.remove(&key);
            }
        }
    }

    /// Forgets a key that proved itself.
    fn forgive(&self, key: impl Hash) {
        self.lock().remove(&self.hasher.hash_one(key));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, i64>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops the keys whose stock is full, and if that is not half of them, the half that has tried least: so the next half of `KEYS`
/// needs no search, and whoever guesses cannot be forgotten by inventing other keys.
fn make_room(all: &mut HashMap<u64, i64>, now: i64) {
    all.retain(|_, full_at| *full_at > now);
    if all.len() > KEYS / 2 {
        let mut moments: Vec<i64> = all.values().copied().collect();
        let middle = moments.len() / 2;
        let middle = *moments.select_nth_unstable(middle).1;
        all.retain(|_, full_at| *full_at > middle);
    }
}

/// What may be tried, by whom and from where.
#[derive(Debug)]
pub struct Throttle {
    persons: Tries,
    emails: Tries,
    networks: Tries,
    sign_ups: Tries,
    arrivals: Tries,
    team_keys: Tries,
    seldom: Tries,
    letters: Tries,
    letters_of_networks: Tries,
    invitations: Tries,
    decisions: Tries,
    codes: Tries,
    posts: Tries,
    comments: Tries,
    reactions: Tries,
    live_votes: Tries,
    uploads: Tries,
    similar: Tries,
}

impl Default for Throttle {
    fn default() -> Self {
        let [persons, emails, networks, sign_ups] = [PERSON, EMAIL, NETWORK, SIGN_UPS].map(Tries::new);
        let arrivals = Tries::new(ARRIVALS);
        let [team_keys, seldom, codes, decisions] = [TEAM_KEY, SELDOM, CODE, DECISIONS].map(Tries::new);
        let [posts, comments, uploads] = [POSTS, COMMENTS, UPLOADS].map(Tries::new);
        let [letters, letters_of_networks, invitations] = [LETTER, LETTERS_OF_NETWORK, INVITATIONS].map(Tries::new);
        Self {
            persons,
            emails,
            networks,
            sign_ups,
            arrivals,
            team_keys,
            seldom,
            letters,
            letters_of_networks,
            invitations,
            decisions,
            codes,
            posts,
            comments,
            reactions: Tries::new(REACTIONS),
            live_votes: Tries::new(LIVE_VOTES),
            uploads,
            similar: Tries::new(SIMILAR),
        }
    }
}

impl Throttle {
    /// Takes a try at the password of an e-mail address.
    ///
    /// # Errors
    /// `too_many_attempts` when this person has used up the tries of this network.
    pub(crate) fn log_in(self: &Arc<Self>, email: &str, from: IpAddr, now: DateTime<Utc>) -> Result<Attempt, AppError> {
        let network = network(from);
        let of_email = self.emails.take(email, 1, now).is_ok();
        let of_network = self.networks.take(network, 1, now).is_ok();
        let mut attempt = Attempt {
            throttle: Arc::clone(self),
            email: email.to_owned(),
            network,
            at: now,
            of_email,
            of_network,
            taken: 0,
            is_spent: false,
        };
        let cost = if attempt.is_slowed() { SLOWED } else { 1 };
        self.persons.take((email, network), cost, now).map_err(too_many)?;
        attempt.taken = cost;
        Ok(attempt)
    }

    /// Forgives a network its wrong tries at an address, and gives back the one that turned out right after it was counted.
    pub(crate) fn forgive_log_in(&self, email: &str, from: IpAddr, now: DateTime<Utc>) {
        let network = network(from);
        self.persons.forgive((email, network));
        self.emails.give_back(email, 1, now);
        self.networks.give_back(network, 1, now);
    }

    /// Takes a try at the codes of somebody's second factor.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn code(&self, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.codes.take(user, 1, now).map_err(too_many)
    }

    /// Gives such a try back, because the code was right.
    pub(crate) fn give_back_code(&self, user: UserId, now: DateTime<Utc>) {
        self.codes.give_back(user, 1, now);
    }

    /// Takes a letter that a network asks for.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn letters_of(&self, from: IpAddr, now: DateTime<Utc>) -> Result<(), AppError> {
        self.letters_of_networks.take(network(from), 1, now).map_err(too_many)
    }

    /// Takes a letter of a kind to an address.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn letter_to(&self, kind: &'static str, address: &str, now: DateTime<Utc>) -> Result<(), AppError> {
        self.letters.take((kind, address), 1, now).map_err(too_many)
    }

    /// A letter that was taken is not written after all.
    pub(crate) fn give_back_letter(&self, kind: &'static str, address: &str, now: DateTime<Utc>) {
        self.letters.give_back((kind, address), 1, now);
    }

    /// Takes so many letters that somebody writes to addresses of their choice.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn invitations(&self, user: UserId, count: i64, now: DateTime<Utc>) -> Result<(), AppError> {
        self.invitations.take(user, count, now).map_err(too_many)
    }

    /// Takes a decision about applications, however many it is about.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn decision(&self, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.decisions.take(user, 1, now).map_err(too_many)
    }

    /// Takes a new account of a network.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn sign_up(&self, from: IpAddr, now: DateTime<Utc>) -> Result<(), AppError> {
        self.sign_ups.take(network(from), 1, now).map_err(too_many)
    }

    /// Takes somebody of a network who comes back from an institution.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn arrival(&self, from: IpAddr, now: DateTime<Utc>) -> Result<(), AppError> {
        self.arrivals.take(network(from), 1, now).map_err(too_many)
    }

    /// Counts what a person does.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn seldom(&self, what: Seldom, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.seldom.take((what, user), 1, now).map_err(too_many)
    }

    /// Takes a post of a person.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn post(&self, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.posts.take(user, cost(user, now), now).map_err(too_many)
    }

    /// Takes a comment of a person.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn comment(&self, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.comments.take(user, cost(user, now), now).map_err(too_many)
    }

    /// Takes a reaction of a person, or one that they take back.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn reaction(&self, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.reactions.take(user, cost(user, now), now).map_err(too_many)
    }

    /// Takes a vote for a live question, or one that is taken back.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn live_vote(&self, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.live_votes.take(user, 1, now).map_err(too_many)
    }

    /// Takes a file that a person brings for a post.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn upload(&self, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.uploads.take(user, cost(user, now), now).map_err(too_many)
    }

    /// Takes a look for questions like a title.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub(crate) fn similar(&self, user: UserId, now: DateTime<Utc>) -> Result<(), AppError> {
        self.similar.take(user, 1, now).map_err(too_many)
    }

    /// Takes a try at a team's submission key.
    ///
    /// # Errors
    /// `too_many_attempts`.
    pub fn team_key(&self, user: UserId, team: TeamNumber, now: DateTime<Utc>) -> Result<(), AppError> {
        self.team_keys.take((user, team), 1, now).map_err(too_many)
    }

    /// Gives a try at a team's submission key back, because it was no wrong key.
    pub fn give_back_team_key(&self, user: UserId, team: TeamNumber, now: DateTime<Utc>) {
        self.team_keys.give_back((user, team), 1, now);
    }
}

/// A try at a password, taken and not yet made: dropped, it is given back.
#[derive(Debug)]
pub(crate) struct Attempt {
    throttle: Arc<Throttle>,
    email: String,
    network: IpAddr,
    at: DateTime<Utc>,
    of_email: bool,
    of_network: bool,
    taken: i64,
    is_spent: bool,
}

impl Attempt {
    /// Whether someone is guessing at this e-mail or from this network, so that others go first.
    pub(crate) fn is_slowed(&self) -> bool {
        !(self.of_email && self.of_network)
    }

    /// Counts a wrong password, and forgives earlier ones after the right one.
    pub(crate) fn settle(mut self, is_right: bool) {
        self.is_spent = !is_right;
        if is_right {
            self.throttle.persons.forgive((self.email.as_str(), self.network));
            self.taken = 0;
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.is_spent {
            return;
        }
        let (throttle, email) = (&self.throttle, self.email.as_str());
        if self.of_email {
            throttle.emails.give_back(email, 1, self.at);
        }
        if self.of_network {
            throttle.networks.give_back(self.network, 1, self.at);
        }
        if self.taken > 0 {
            throttle.persons.give_back((email, self.network), self.taken, self.at);
        }
    }
}

/// What writing costs somebody, by the age of their account.
fn cost(user: UserId, now: DateTime<Utc>) -> i64 {
    if now - user.made_at() < Duration::days(1) { NEW_ACCOUNT } else { 1 }
}

fn too_many(wait: Duration) -> AppError {
    let seconds = u64::try_from(wait.num_milliseconds().max(1)).unwrap_or(1).div_ceil(1000);
    AppError::new(ErrorCode::TooManyAttempts).with("minutes", seconds.div_ceil(60)).retry_after(seconds)
}

#[cfg(test)]
mod tests;
