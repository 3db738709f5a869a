//! Accounts at institutions that open accounts of ours, and who has just come from one.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::accounts::Identity;
use domain::ids::{IdentityId, UserId};

use crate::{Db, Result, Tx};

/// Somebody who came from an institution, for as long as what they say yet is waited for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Arrival {
    /// The hash of what the browser's cookie holds.
    pub id: String,
    pub issuer: String,
    pub subject: String,
    /// Where the institution vouches for it.
    pub email: Option<String>,
    pub name: String,
    pub next: String,
    pub until: DateTime<Utc>,
}

sql! {
    OWNER = "SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2";
    OF_USER = "SELECT id, issuer, subject, linked_at FROM identities WHERE user_id = $1 ORDER BY linked_at, id";
    ARRIVAL = "SELECT id, issuer, subject, email, name, next, until FROM arrivals WHERE id = $1 AND until > $2";
}

impl Db {
    /// Whose account an account at an institution opens.
    #[boxed]
    pub async fn owner_of_identity(&self, issuer: &str, subject: &str) -> Result<Option<UserId>> {
        maybe_value!(self, OWNER, issuer, subject)
    }

    /// The accounts at institutions that open a user's, in the order in which they were linked.
    #[boxed]
    pub async fn identities_of(&self, user: UserId) -> Result<Vec<Identity>> {
        all!(self, OF_USER, user)
    }

    /// Who came with this cookie, if they are waited for.
    #[boxed]
    pub async fn arrival(&self, id: &str, now: DateTime<Utc>) -> Result<Option<Arrival>> {
        maybe!(self, ARRIVAL, id, now)
    }
}

sql! {
    INSERT = "INSERT INTO identities (id, issuer, subject, user_id, linked_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (issuer, subject) DO NOTHING";
    COUNT_OF = "SELECT COUNT(*) FROM identities WHERE user_id = $1";
    DELETE = "DELETE FROM identities WHERE id = $1 AND user_id = $2";
    DELETE_OF = "DELETE FROM identities WHERE user_id = $1";
    INSERT_ARRIVAL = "INSERT INTO arrivals (id, issuer, subject, email, name, next, until) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TAKE_ARRIVAL = "DELETE FROM arrivals WHERE id = $1";
    FORGET_ARRIVALS = "DELETE FROM arrivals WHERE until <= $1";
}

impl Tx {
    /// How many accounts at institutions open a user's; hold the user's lock.
    #[boxed]
    pub async fn count_identities_of(&mut self, user: UserId) -> Result<usize> {
        let count: i64 = value!(self, COUNT_OF, user)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Links an account at an institution to a user's; false when it opens one already.
    #[boxed]
    pub async fn insert_identity(
        &mut self,
        issuer: &str,
        subject: &str,
        user: UserId,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(self, INSERT, IdentityId::at(at), issuer, subject, user, at)
    }

    /// Unlinks one of a user's; false when there is none of that id.
    #[boxed]
    pub async fn delete_identity(&mut self, id: IdentityId, user: UserId) -> Result<bool> {
        changed!(self, DELETE, id, user)
    }

    #[boxed]
    pub async fn delete_identities_of(&mut self, user: UserId) -> Result<()> {
        run!(self, DELETE_OF, user)
    }

    /// Waits for what somebody says who came from an institution.
    #[boxed]
    pub async fn insert_arrival(&mut self, arrival: &Arrival) -> Result<()> {
        let Arrival { id, issuer, subject, email, name, next, until } = arrival;
        run!(self, INSERT_ARRIVAL, id, issuer, subject, email.as_deref(), name, next, until)
    }

    /// Waits no longer; false when somebody was faster.
    #[boxed]
    pub async fn take_arrival(&mut self, id: &str) -> Result<bool> {
        changed!(self, TAKE_ARRIVAL, id)
    }

    /// Forgets whoever has said nothing by then.
    #[boxed]
    pub async fn forget_arrivals(&mut self, now: DateTime<Utc>) -> Result<()> {
        run!(self, FORGET_ARRIVALS, now)
    }
}
