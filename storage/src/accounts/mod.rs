//! Users and their tokens.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::accounts::{Token, User};
use domain::ids::{StageId, TokenId, UserId};
use uuid::Uuid;

use super::dialect::PerDatabase;
use super::{Db, Tx};
use crate::error::Result;

/// The columns of a [`UserRow`], of a table `users u`.
macro_rules! user_columns {
    () => {
        "u.id, u.email, u.name, u.public_name, u.affiliation, u.is_admin"
    };
    (credentials) => {
        concat!(user_columns!(), ", u.password_hash, u.credentials_version")
    };
}
pub(super) use user_columns;

/// The tokens of these hashes, with whose they are.
macro_rules! tokens {
    ($listed:literal) => {
        concat!(
            "SELECT t.hash, ",
            user_columns!(),
            ", t.id AS token_id, t.last_used_at, t.expires_at FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.hash ",
            $listed
        )
    };
}
pub(super) const TOKENS: PerDatabase = listed!(bytes tokens);

sql! {
    INSERT_USER = "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    USER_BY_EMAIL = concat!("SELECT ", user_columns!(credentials), " FROM users u WHERE u.email = $1");
    USER_BY_ID = concat!("SELECT ", user_columns!(credentials), " FROM users u WHERE u.id = $1");
    SET_PUBLIC_NAME = "UPDATE users SET public_name = $2 WHERE id = $1";
    NAMED_ON = "SELECT DISTINCT s.stage_id FROM submissions s JOIN members m ON m.team_id = s.team_id WHERE m.user_id = $1 AND s.dry_run = $2 ORDER BY s.stage_id";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
    RENEW_CREDENTIALS = "UPDATE users SET credentials_version = credentials_version + 1 WHERE id = $1";
    ANY_DEMO_USER = "SELECT COUNT(*) FROM users WHERE is_demo = $1";
    INSERT_TOKEN = "INSERT INTO tokens (id, user_id, name, prefix, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TOKENS_OF_USER = "SELECT id, name, prefix, created_at, expires_at, last_used_at FROM tokens WHERE user_id = $1 ORDER BY created_at DESC";
    COUNT_TOKENS = "SELECT COUNT(*) FROM tokens WHERE user_id = $1 AND (expires_at IS NULL OR expires_at > $2)";
    TOUCH_TOKEN = "UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    DELETE_TOKEN = "DELETE FROM tokens WHERE id = $1 AND user_id = $2";
    DELETE_TOKENS = "DELETE FROM tokens WHERE user_id = $1";
}

/// A user as stored.
#[derive(sqlx::FromRow, Clone)]
pub struct UserRow {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub public_name: Option<String>,
    pub affiliation: String,
    pub is_admin: bool,
}

/// A user with what logging in is judged by.
#[derive(sqlx::FromRow)]
pub struct CredentialsRow {
    #[sqlx(flatten)]
    pub user: UserRow,
    pub password_hash: String,
    /// Counts up when sessions and remembered passwords of before are to end.
    pub credentials_version: i64,
}

/// A token's owner, and the token as far as its use needs it.
#[derive(sqlx::FromRow, Clone)]
pub struct TokenUse {
    hash: Vec<u8>,
    #[sqlx(flatten)]
    pub user: UserRow,
    pub token_id: Uuid,
    pub last_used_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: UserId(row.id),
            email: row.email,
            name: row.name,
            public_name: row.public_name,
            affiliation: row.affiliation,
            is_admin: row.is_admin,
        }
    }
}

type TokenRow = (Uuid, String, String, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// A new account.
pub struct NewUser<'a> {
    pub user: &'a User,
    pub password_hash: &'a str,
    pub is_demo: bool,
    pub at: DateTime<Utc>,
}

impl Tx {
    pub async fn insert_user(&mut self, new: NewUser<'_>) -> Result<()> {
        let user = new.user;
        on!(self, c => {
            sqlx::query(INSERT_USER)
                .bind(user.id.0)
                .bind(&user.email)
                .bind(&user.name)
                .bind(&user.affiliation)
                .bind(new.password_hash)
                .bind(user.is_admin)
                .bind(new.is_demo)
                .bind(new.at)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    pub async fn set_public_name(&mut self, user: UserId, name: Option<&str>) -> Result<()> {
        on!(self, c => { sqlx::query(SET_PUBLIC_NAME).bind(user.0).bind(name).execute(c).await?; });
        Ok(())
    }

    /// The stages on whose leaderboard the user may stand as a member.
    pub async fn named_on(&mut self, user: UserId) -> Result<Vec<StageId>> {
        let stages: Vec<Uuid> =
            on!(self, c => sqlx::query_scalar(NAMED_ON).bind(user.0).bind(false).fetch_all(c).await?);
        Ok(stages.into_iter().map(StageId).collect())
    }

    pub async fn set_password(&mut self, user: UserId, hash: &str) -> Result<()> {
        on!(self, c => { sqlx::query(SET_PASSWORD).bind(user.0).bind(hash).execute(c).await?; });
        Ok(())
    }

    /// Ends every session and remembered password of a user.
    pub async fn renew_credentials(&mut self, user: UserId) -> Result<()> {
        on!(self, c => { sqlx::query(RENEW_CREDENTIALS).bind(user.0).execute(c).await?; });
        self.delete_sessions_of(user).await
    }

    pub async fn insert_token(&mut self, user: UserId, token: &Token, hash: &[u8]) -> Result<()> {
        on!(self, c => {
            sqlx::query(INSERT_TOKEN)
                .bind(token.id.0)
                .bind(user.0)
                .bind(&token.name)
                .bind(&token.prefix)
                .bind(hash)
                .bind(token.created_at)
                .bind(token.expires_at)
                .execute(c)
                .await?;
        });
        Ok(())
    }

    pub async fn touch_token(&mut self, id: TokenId, at: DateTime<Utc>) -> Result<()> {
        on!(self, c => { sqlx::query(TOUCH_TOKEN).bind(id.0).bind(at).execute(c).await?; });
        Ok(())
    }

    pub async fn delete_tokens_of(&mut self, user: UserId) -> Result<()> {
        on!(self, c => { sqlx::query(DELETE_TOKENS).bind(user.0).execute(c).await?; });
        Ok(())
    }

    /// How many tokens of a user work at `now`.
    pub async fn count_tokens(&mut self, user: UserId, now: DateTime<Utc>) -> Result<i64> {
        Ok(on!(self, c => sqlx::query_scalar(COUNT_TOKENS).bind(user.0).bind(now).fetch_one(c).await?))
    }

    /// Whether there was such a token of this user.
    pub async fn delete_token(&mut self, id: TokenId, user: UserId) -> Result<bool> {
        Ok(on!(self, c => sqlx::query(DELETE_TOKEN).bind(id.0).bind(user.0).execute(c).await?.rows_affected()) == 1)
    }
}

impl Db {
    pub async fn user_by_email(&self, email: &str) -> Result<Option<CredentialsRow>> {
        Ok(read!(self, c => sqlx::query_as(USER_BY_EMAIL).bind(email).fetch_optional(c).await?))
    }

    pub async fn user_by_id(&self, id: UserId) -> Result<Option<CredentialsRow>> {
        Ok(read!(self, c => sqlx::query_as(USER_BY_ID).bind(id.0).fetch_optional(c).await?))
    }

    pub async fn has_demo_users(&self) -> Result<bool> {
        let count: i64 = read!(self, c => sqlx::query_scalar(ANY_DEMO_USER).bind(true).fetch_one(c).await?);
        Ok(count > 0)
    }

    pub async fn tokens_of(&self, user: UserId) -> Result<Vec<Token>> {
        let rows: Vec<TokenRow> = read!(self, c => sqlx::query_as(TOKENS_OF_USER).bind(user.0).fetch_all(c).await?);
        Ok(rows
            .into_iter()
            .map(|(id, name, prefix, created_at, expires_at, last_used_at)| Token {
                id: TokenId(id),
                name,
                prefix,
                created_at,
                expires_at,
                last_used_at,
            })
            .collect())
    }

    /// The tokens that have these hashes, with their owners, by hash. They may have expired.
    pub async fn tokens(&self, hashes: Vec<Vec<u8>>) -> Result<HashMap<Vec<u8>, TokenUse>> {
        let rows: Vec<TokenUse> = read_listed!(self, TOKENS, hashes);
        Ok(rows.into_iter().map(|row| (row.hash.clone(), row)).collect())
    }
}
