//! Users; their tokens are in `tokens`.

mod tokens;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::accounts::User;
use domain::ids::{StageId, UserId};

use crate::{Db, Result, Tx};

pub use tokens::TokenUse;

/// A user with what logging in is judged by.
#[derive(sqlx::FromRow)]
pub struct CredentialsRow {
    #[sqlx(flatten)]
    pub user: User,
    pub password_hash: String,
    /// Counts up when sessions and remembered passwords of before are to end.
    pub credentials_version: i64,
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
        "u.id, u.email, u.name, u.public_name, u.affiliation, u.is_admin"
    };
    (credentials) => {
        concat!(user_columns!(), ", u.password_hash, u.credentials_version")
    };
}
pub(super) use user_columns;

sql! {
    USER_BY_EMAIL = concat!("SELECT ", user_columns!(credentials), " FROM users u WHERE u.email = $1");
    USER_BY_ID = concat!("SELECT ", user_columns!(credentials), " FROM users u WHERE u.id = $1");
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
    INSERT_USER = "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    SET_PUBLIC_NAME = "UPDATE users SET public_name = $2 WHERE id = $1";
    NAMED_ON = "SELECT DISTINCT s.stage_id FROM submissions s JOIN members m ON m.team_id = s.team_id
        WHERE m.user_id = $1 AND s.dry_run = $2 ORDER BY s.stage_id";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
    RENEW_CREDENTIALS = "UPDATE users SET credentials_version = credentials_version + 1 WHERE id = $1";
}

impl Tx {
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
            at
        )
    }

    #[boxed]
    pub async fn set_public_name(&mut self, user: UserId, name: Option<&str>) -> Result<()> {
        run!(self, SET_PUBLIC_NAME, user, name)
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
        run!(self, RENEW_CREDENTIALS, user)?;
        self.delete_sessions_of(user).await
    }
}
