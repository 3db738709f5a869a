//! The audit record: a chain of entries, each with the hash of the one before it, written as the last thing before a commit
//! (docs/decisions/0021-audit.md).

mod entry;
mod history;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::audit::{Act, Done};
use domain::events::Event;
use domain::ids::{CompetitionId, UserId};

use entry::Chained;
pub use entry::{AuditDetail, AuditEntry};

use crate::{Db, Result, Tx};

sql! {
    // Holds the head until the commit: whoever comes next adds to what is written here.
    LOCK_HEAD = "SELECT seq, hash FROM audit_head", postgres = "SELECT seq, hash FROM audit_head FOR UPDATE";
    INSERT = "INSERT INTO audit (seq, at, actor_id, via, origin, deed, competition_id, team_id, user_id, before, after, prev, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    INSERT_DETAIL = "INSERT INTO audit_details (hash, seq, person_id, salt, value, until) VALUES ($1, $2, $3, $4, $5, $6)";
    MOVE_HEAD = "UPDATE audit_head SET seq = $1, hash = $2";
    FORGET = "DELETE FROM audit_details WHERE until <= $1";
    FORGET_PERSON = "DELETE FROM audit_details WHERE person_id = $1";
    // What was written before the chain, in words of its own.
    FORGET_BEFORE = "UPDATE audit_before SET subject = '…' WHERE subject = $1";
}

impl Tx {
    /// Records what is done in this transaction: its commit adds it to the chain.
    pub fn record(&mut self, at: DateTime<Utc>, actor: &Actor, act: Act) {
        self.done.push(Done { at, actor: actor.clone(), act });
    }

    /// How much is recorded and said so far.
    pub fn recorded(&self) -> (usize, usize) {
        (self.done.len(), self.said.len())
    }

    /// Deletes the personal details whose time is over.
    #[boxed]
    pub async fn forget_audit_details(&mut self, now: DateTime<Utc>) -> Result<()> {
        run!(self, FORGET, now)
    }

    /// Deletes all personal details of somebody; what they did stays, under a number that means nobody.
    #[boxed]
    pub async fn forget_person(&mut self, user: UserId, address: Option<&str>) -> Result<()> {
        run!(self, FORGET_PERSON, user)?;
        match address {
            Some(address) => run!(self, FORGET_BEFORE, address),
            None => Ok(()),
        }
    }

    /// Forgets what was recorded and said since, of work that was undone.
    pub fn unrecord(&mut self, since: (usize, usize)) {
        self.done.truncate(since.0);
        self.said.truncate(since.1);
    }

    /// Adds what was recorded to the chain. Nothing may follow but the commit: others wait for the head.
    pub(crate) async fn chain(&mut self) -> Result<()> {
        if self.done.is_empty() {
            return Ok(());
        }
        let done = std::mem::take(&mut self.done);
        // Said here, so that no deed that changes it can forget to.
        self.said
            .extend(done.iter().filter_map(|done| Some((Event::Part { user: done.act.changes_part_of()? }, done.at))));
        let mut head: (i64, String) = one!(self, LOCK_HEAD)?;
        for done in done {
            let Chained { entry, details } = Chained::after(head, done);
            run!(
                self,
                INSERT,
                entry.seq,
                entry.at,
                entry.actor_id,
                &entry.via,
                &entry.origin,
                &entry.deed,
                entry.competition_id,
                entry.team_id,
                entry.user_id,
                &entry.before,
                &entry.after,
                &entry.prev,
                &entry.hash
            )?;
            for detail in details {
                let AuditDetail { hash, person_id, salt, value, until, .. } = detail;
                run!(self, INSERT_DETAIL, hash, entry.seq, person_id, salt, value, until)?;
            }
            head = (entry.seq, entry.hash);
        }
        run!(self, MOVE_HEAD, head.0, head.1)
    }
}

macro_rules! entry {
    () => {
        "SELECT a.seq, a.at, a.actor_id, a.via, a.origin, a.deed, a.competition_id, a.team_id, a.user_id, a.before, a.after, a.prev, a.hash
        FROM audit a "
    };
}

sql! {
    HEAD = "SELECT seq, hash FROM audit_head";
    LAST = "SELECT COALESCE(MAX(seq), 0) FROM audit";
    ENTRIES = concat!(entry!(), "WHERE a.seq > $1 ORDER BY a.seq LIMIT $2");
    ENTRIES_OF = concat!(entry!(), "WHERE a.competition_id = $3 AND a.seq > $1 ORDER BY a.seq LIMIT $2");
    ABOUT = concat!(entry!(), "WHERE a.user_id = $1 OR a.actor_id = $1 ORDER BY a.seq");
    DETAILS_OF = "SELECT seq, hash, person_id, salt, value, until FROM audit_details WHERE person_id = $1";
    DETAILS = "SELECT seq, hash, person_id, salt, value, until FROM audit_details WHERE seq > $1 AND seq <= $2 ORDER BY seq, hash";
}

impl Db {
    /// Number and hash of the last entry; 0 and zeros before the first.
    #[boxed]
    pub async fn audit_head(&self) -> Result<(i64, String)> {
        one!(self, HEAD)
    }

    /// The highest number of an entry there is.
    #[boxed]
    pub async fn audit_last(&self) -> Result<i64> {
        value!(self, LAST)
    }

    /// So many entries after a number, in their order; of one competition, where it is said.
    #[boxed]
    pub async fn audit_entries(
        &self,
        after: i64,
        competition: Option<CompetitionId>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>> {
        match competition {
            Some(competition) => all!(self, ENTRIES_OF, after, limit, competition),
            None => all!(self, ENTRIES, after, limit),
        }
    }

    /// What somebody did and what was done to them, in order.
    #[boxed]
    pub async fn audit_entries_about(&self, user: UserId) -> Result<Vec<AuditEntry>> {
        all!(self, ABOUT, user)
    }

    /// The personal details of somebody.
    #[boxed]
    pub async fn audit_details_of(&self, user: UserId) -> Result<Vec<AuditDetail>> {
        all!(self, DETAILS_OF, user)
    }

    /// What is kept of the personal details of the entries after one number up to another.
    #[boxed]
    pub async fn audit_details(&self, after: i64, last: i64) -> Result<Vec<AuditDetail>> {
        all!(self, DETAILS, after, last)
    }
}
