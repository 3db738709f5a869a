//! Accounts as administrators look over them.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::UserId;

use crate::dialect::pattern;
use crate::{Db, Result, Tx};

/// An account in an administrator's list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ListedAccount {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub affiliation: String,
    pub is_admin: bool,
    pub created_at: DateTime<Utc>,
    pub verified_at: Option<DateTime<Utc>>,
    pub suspended_at: Option<DateTime<Utc>>,
    /// What its owner was told.
    pub suspended_reason: Option<String>,
    pub has_second_factor: bool,
    /// Competitions in which they are in a team.
    pub teams: i64,
}

/// Which accounts a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountsFilter {
    Suspended,
    /// Nobody has shown that the address is theirs.
    Unverified,
    Admins,
}

impl AccountsFilter {
    pub const ALL: [Self; 3] = [Self::Suspended, Self::Unverified, Self::Admins];

    /// As it stands in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::Unverified => "unverified",
            Self::Admins => "admins",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|filter| filter.key() == key)
    }
}

/// Which accounts are asked for.
#[derive(Debug, Clone, Default)]
pub struct AccountsAsked {
    pub filter: Option<AccountsFilter>,
    /// A part of a name, an address or an affiliation; empty for all.
    pub text: String,
    pub limit: i64,
    pub offset: i64,
}

/// How many accounts there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct AccountCounts {
    pub all: i64,
    pub suspended: i64,
    pub unverified: i64,
    pub admins: i64,
}

macro_rules! listed {
    () => {
        "SELECT u.id, u.name, u.email, u.affiliation, u.is_admin, u.created_at, u.verified_at, u.suspended_at, u.suspended_reason,
            EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = u.id) AS has_second_factor,
            (SELECT COUNT(*) FROM members m WHERE m.user_id = u.id) AS teams
        FROM users u WHERE u.deleted_at IS NULL "
    };
}

/// Of which kind and with which text; both may be empty.
macro_rules! asked {
    () => {
        "AND ($1 = '' OR ($1 = 'suspended' AND u.suspended_at IS NOT NULL) OR ($1 = 'unverified' AND u.verified_at IS NULL)
            OR ($1 = 'admins' AND u.is_admin))
        AND ($2 = '' OR LOWER(u.name) LIKE $2 ESCAPE '\\' OR LOWER(u.email) LIKE $2 ESCAPE '\\' OR LOWER(u.affiliation) LIKE $2 ESCAPE '\\')"
    };
}

sql! {
    LIST = concat!(listed!(), asked!(), " ORDER BY u.created_at DESC, u.id LIMIT $3 OFFSET $4");
    ONE = concat!(listed!(), "AND u.id = $1");
    FOUND = concat!("SELECT COUNT(*) FROM users u WHERE u.deleted_at IS NULL ", asked!());
    COUNTS = "SELECT COUNT(*) AS \"all\", COUNT(u.suspended_at) AS suspended, COUNT(CASE WHEN u.verified_at IS NULL THEN 1 END) AS unverified,
        COUNT(CASE WHEN u.is_admin THEN 1 END) AS admins FROM users u WHERE u.deleted_at IS NULL";
}

impl Db {
    /// The newest first.
    #[boxed]
    pub async fn accounts(&self, asked: &AccountsAsked) -> Result<Vec<ListedAccount>> {
        let filter = asked.filter.map(AccountsFilter::key).unwrap_or_default();
        all!(self, LIST, filter, pattern(&asked.text), asked.limit, asked.offset)
    }

    /// How many there are of those.
    #[boxed]
    pub async fn count_accounts(&self, asked: &AccountsAsked) -> Result<i64> {
        let filter = asked.filter.map(AccountsFilter::key).unwrap_or_default();
        value!(self, FOUND, filter, pattern(&asked.text))
    }

    #[boxed]
    pub async fn account_counts(&self) -> Result<AccountCounts> {
        one!(self, COUNTS)
    }

    #[boxed]
    pub async fn account(&self, id: UserId) -> Result<Option<ListedAccount>> {
        maybe!(self, ONE, id)
    }
}

sql! {
    SUSPEND = "UPDATE users SET suspended_at = $2, suspended_reason = $3 WHERE id = $1 AND suspended_at IS NULL AND deleted_at IS NULL";
    STANDING = "SELECT deleted_at IS NOT NULL, suspended_at IS NOT NULL FROM users WHERE id = $1";
    RESUME = "UPDATE users SET suspended_at = NULL, suspended_reason = NULL WHERE id = $1 AND suspended_at IS NOT NULL";
}

impl Tx {
    /// False where it is suspended already, or there is no such account.
    #[boxed]
    pub async fn suspend_account(&mut self, id: UserId, reason: &str, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, SUSPEND, id, at, reason)
    }

    /// Whether an account is deleted, and whether it is suspended; nothing of one that never was.
    #[boxed]
    pub async fn account_standing(&mut self, id: UserId) -> Result<Option<(bool, bool)>> {
        maybe!(self, STANDING, id)
    }

    /// False where it was not suspended.
    #[boxed]
    pub async fn resume_account(&mut self, id: UserId) -> Result<bool> {
        changed!(self, RESUME, id)
    }
}
