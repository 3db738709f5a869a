//! An entry of the chain: what is hashed of it, and what is kept beside it because it may be deleted.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::Actor;
use domain::audit::{Done, Fact, Facts, moment};
use domain::ids::{CompetitionId, TeamId, UserId};
use scoring::Hash;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The key of what stands in an entry for a personal value: its salted hash.
const DETAIL: &str = "detail";
/// How long a client's address is kept: a year, as records of who handled people's data are by Korean rules, and no longer.
const ORIGINS_KEPT: TimeDelta = TimeDelta::days(366);

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditEntry {
    /// From 1 on, without gaps, in the order of commits.
    pub seq: i64,
    /// When it was done; commits may come in another order.
    pub at: DateTime<Utc>,
    pub actor_id: Option<UserId>,
    /// The door.
    pub via: String,
    /// The hash of the client's address.
    pub origin: Option<String>,
    pub deed: String,
    pub competition_id: Option<CompetitionId>,
    pub team_id: Option<TeamId>,
    pub user_id: Option<UserId>,
    /// JSON, its keys in order; what is personal is `{"detail": hash}`.
    pub before: String,
    pub after: String,
    pub prev: String,
    pub hash: String,
}

impl AuditEntry {
    /// What the hash must be: SHA-256 of a JSON list of all other columns as texts, in their order.
    pub fn sum(&self) -> String {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string());
        let columns = json!([
            self.seq.to_string(),
            moment(self.at),
            id(self.actor_id.map(|id| id.0)),
            self.via,
            self.origin,
            self.deed,
            id(self.competition_id.map(|id| id.0)),
            id(self.team_id.map(|id| id.0)),
            id(self.user_id.map(|id| id.0)),
            self.before,
            self.after,
            self.prev,
        ]);
        Hash::of(columns.to_string()).to_string()
    }

    /// Whether it stands for a detail of this hash.
    pub fn names(&self, detail: &str) -> bool {
        self.origin.as_deref() == Some(detail) || [&self.before, &self.after].iter().any(|text| text.contains(detail))
    }

    /// As a line for other programs.
    pub fn line(&self) -> String {
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| text.into());
        json!({
            "seq": self.seq,
            "at": moment(self.at),
            "actor": self.actor_id,
            "via": self.via,
            "origin": self.origin,
            "deed": self.deed,
            "competition": self.competition_id,
            "team": self.team_id,
            "user": self.user_id,
            "before": parsed(&self.before),
            "after": parsed(&self.after),
            "prev": self.prev,
            "hash": self.hash,
        })
        .to_string()
    }
}

/// Something personal: it may be deleted, and must be what it was as long as it is there.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AuditDetail {
    pub seq: i64,
    pub hash: String,
    /// Whose it is; none of a visitor's address.
    pub person_id: Option<UserId>,
    pub salt: String,
    pub value: String,
    /// When it is deleted by itself.
    pub until: Option<DateTime<Utc>>,
}

impl AuditDetail {
    fn new(seq: i64, person_id: Option<UserId>, value: String, until: Option<DateTime<Utc>>) -> Self {
        // Random, so that nobody finds an address by trying them all once it is deleted.
        let salt = Uuid::new_v4().simple().to_string();
        let detail = Self { seq, hash: String::new(), person_id, salt, value, until };
        Self { hash: detail.sum(), ..detail }
    }

    /// What the hash must be: SHA-256 of the salt and the value.
    pub fn sum(&self) -> String {
        Hash::of(format!("{}{}", self.salt, self.value)).to_string()
    }
}

/// An entry that is ready to be written, with its details.
pub(super) struct Chained {
    pub(super) entry: AuditEntry,
    pub(super) details: Vec<AuditDetail>,
}

impl Chained {
    /// The entry after the one of this number and hash.
    pub(super) fn after((last, prev): (i64, String), done: Done) -> Self {
        let Done { at, actor: Actor { user, via, from }, act } = done;
        let (seq, mut details) = (last + 1, Vec::new());
        let actor_id = user.map(|user| user.id);
        let origin = from
            .map(|from| kept(AuditDetail::new(seq, actor_id, from.to_string(), Some(at + ORIGINS_KEPT)), &mut details));
        let (before, after) = (text(seq, act.before, &mut details), text(seq, act.after, &mut details));
        let entry = AuditEntry {
            seq,
            at,
            actor_id,
            via: via.door().to_owned(),
            origin,
            deed: act.deed.key().to_owned(),
            competition_id: act.competition,
            team_id: act.team,
            user_id: act.user,
            before,
            after,
            prev,
            hash: String::new(),
        };
        Self { entry: AuditEntry { hash: entry.sum(), ..entry }, details }
    }
}

/// Puts a detail aside; what stands for it.
fn kept(detail: AuditDetail, details: &mut Vec<AuditDetail>) -> String {
    let hash = detail.hash.clone();
    details.push(detail);
    hash
}

/// Facts as JSON, without what is personal.
fn text(seq: i64, facts: Facts, details: &mut Vec<AuditDetail>) -> String {
    let mut value = |fact| match fact {
        Fact::Text(text) => text.into(),
        Fact::Number(number) => number.into(),
        Fact::Bool(holds) => holds.into(),
        Fact::List(list) => list.into(),
        Fact::None => Value::Null,
        Fact::Personal(person, text) => {
            json!({ DETAIL: kept(AuditDetail::new(seq, Some(person), text, None), details) })
        }
    };
    let object: Map<String, Value> = facts.into_iter().map(|(name, fact)| (name.to_owned(), value(fact))).collect();
    Value::Object(object).to_string()
}
