//! Users; their tokens are in `tokens`, second factors in `second_factors`, accounts at institutions in `identities`, what is read of them all at once in `own_data`.

mod deletion;
mod identities;
pub(crate) mod listed;
mod own_data;
mod second_factors;
mod tokens;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::accounts::{Profile, User};
use domain::ids::{StageId, UserId};

use crate::{Db, Result, Tx};

pub use deletion::Membership;
pub use identities::Arrival;
pub use listed::{AccountCounts, AccountsAsked, AccountsFilter, ListedAccount};
pub use own_data::{OwnLetter, OwnPart, OwnParticipation, OwnRole, OwnSubmission, OwnTeam};
pub use tokens::TokenUse;

/// A user with what logging in is judged by.
#[derive(sqlx::FromRow)]
pub struct CredentialsRow {
    #[sqlx(flatten)]
    pub user: User,
    pub password_hash: String,
    /// Counts up when sessions and remembered passwords of before are to end.
    pub credentials_version: i64,
    pub created_at: DateTime<Utc>,
    pub suspended_at: Option<DateTime<Utc>>,
    /// The secret of the second factor, where it is on, and the last step of time whose code was taken.
    pub secret: Option<Vec<u8>>,
    pub step: Option<i64>,
}

/// A new account.
pub struct NewUser<'a> {
    pub user: &'a User,
    pub password_hash: &'a str,
    pub is_demo: bool,
    pub at: DateTime<Utc>,
}

/// The columns of a [`User`], of a table `users u`.
macro_rules! user_columns {
    () => {
        "u.id, u.email, u.name, u.public_name, u.affiliation, u.is_admin, u.verified_at, u.locale"
    };
    (credentials) => {
        concat!(
            "SELECT ",
            user_columns!(),
            ", u.password_hash, u.credentials_version, u.created_at, u.suspended_at, f.secret, f.step
            FROM users u LEFT JOIN second_factors f ON f.user_id = u.id WHERE u.deleted_at IS NULL AND "
        )
    };
}
pub(super) use user_columns;

sql! {
    USER_BY_EMAIL = concat!(user_columns!(credentials), "u.email = $1");
    USER_BY_ID = concat!(user_columns!(credentials), "u.id = $1");
    ANY_DEMO_USER = "SELECT COUNT(*) FROM users WHERE is_demo = $1";
}

impl Db {
    #[boxed]
    pub async fn user_by_email(&self, email: &str) -> Result<Option<CredentialsRow>> {
        maybe!(self, USER_BY_EMAIL, email)
    }

    #[boxed]
    pub async fn user_by_id(&self, id: UserId) -> Result<Option<CredentialsRow>> {
        maybe!(self, USER_BY_ID, id)
    }

    #[boxed]
    pub async fn has_demo_users(&self) -> Result<bool> {
        let count: i64 = value!(self, ANY_DEMO_USER, true)?;
        Ok(count > 0)
    }
}

sql! {
    INSERT_USER = "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at, verified_at, locale)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SET_PUBLIC_NAME = "UPDATE users SET public_name = $2 WHERE id = $1";
    SET_PROFILE = "UPDATE users SET name = $2, affiliation = $3, locale = $4 WHERE id = $1";
    VERIFY = "UPDATE users SET verified_at = $2 WHERE id = $1 AND verified_at IS NULL";
    SET_EMAIL = "UPDATE users SET email = $2, verified_at = $3 WHERE id = $1";
    NAMED_ON = "SELECT DISTINCT s.stage_id FROM submissions s JOIN members m ON m.team_id = s.team_id
        WHERE m.user_id = $1 AND s.dry_run = $2 ORDER BY s.stage_id";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
    RENEW_CREDENTIALS = "UPDATE users SET credentials_version = credentials_version + 1 WHERE id = $1";
}

impl Tx {
    /// The user as they are inside this transaction.
    #[boxed]
    pub async fn user(&mut self, id: UserId) -> Result<Option<CredentialsRow>> {
        maybe!(self, USER_BY_ID, id)
    }

    /// The same of an address.
    #[boxed]
    pub async fn user_of_email(&mut self, email: &str) -> Result<Option<CredentialsRow>> {
        maybe!(self, USER_BY_EMAIL, email)
    }

    pub async fn insert_user(&mut self, new: NewUser<'_>) -> Result<()> {
        let NewUser { user, password_hash, is_demo, at } = new;
        run!(
            self,
            INSERT_USER,
            user.id,
            &user.email,
            &user.name,
            &user.affiliation,
            password_hash,
            user.is_admin,
            is_demo,
            at,
            user.verified_at,
            user.locale
        )
    }

    #[boxed]
    pub async fn set_public_name(&mut self, user: UserId, name: Option<&str>) -> Result<()> {
        run!(self, SET_PUBLIC_NAME, user, name)
    }

    #[boxed]
    pub async fn set_profile(&mut self, user: UserId, profile: &Profile) -> Result<()> {
        run!(self, SET_PROFILE, user, &profile.name, &profile.affiliation, profile.locale)
    }

    /// The address is theirs; false when that was known.
    #[boxed]
    pub async fn verify_user(&mut self, user: UserId, at: DateTime<Utc>) -> Result<bool> {
        changed!(self, VERIFY, user, at)
    }

    /// Gives the account another address, which is theirs for sure.
    #[boxed]
    pub async fn set_email(&mut self, user: UserId, email: &str, at: DateTime<Utc>) -> Result<()> {
        run!(self, SET_EMAIL, user, email, at)
    }

    /// The stages on whose leaderboard the user may stand as a member.
    #[boxed]
    pub async fn named_on(&mut self, user: UserId) -> Result<Vec<StageId>> {
        values!(self, NAMED_ON, user, false)
    }

    #[boxed]
    pub async fn set_password(&mut self, user: UserId, hash: &str) -> Result<()> {
        run!(self, SET_PASSWORD, user, hash)
    }

    /// Ends every session and remembered password of a user.
    #[boxed]
    pub async fn renew_credentials(&mut self, user: UserId) -> Result<()> {
        self.renew_credentials_but(user, "").await
    }

    /// The same, but for one session.
    #[boxed]
    pub async fn renew_credentials_but(&mut self, user: UserId, session: &str) -> Result<()> {
        run!(self, RENEW_CREDENTIALS, user)?;
        self.delete_other_sessions(user, session).await?;
        self.keep_session(user, session).await
    }
}
