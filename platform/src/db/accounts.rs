//! Users and their tokens.

use chrono::{DateTime, Utc};
use domain::account::{Token, User};
use domain::ids::{TokenId, UserId};
use uuid::Uuid;

use super::{Db, Tx};
use crate::error::Result;

sql! {
    INSERT_USER = "INSERT INTO users (id, email, name, affiliation, password_hash, is_admin, is_demo, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    USER_BY_EMAIL = "SELECT id, email, name, affiliation, is_admin, password_hash FROM users WHERE email = $1";
    USER_BY_ID = "SELECT id, email, name, affiliation, is_admin, password_hash FROM users WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
    ANY_DEMO_USER = "SELECT COUNT(*) FROM users WHERE is_demo = $1";
    INSERT_TOKEN = "INSERT INTO tokens (id, user_id, name, prefix, hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    TOKENS_OF_USER = "SELECT id, name, prefix, created_at, expires_at, last_used_at FROM tokens WHERE user_id = $1 ORDER BY created_at DESC";
    TOKEN_BY_HASH = "SELECT t.id, t.user_id, t.last_used_at FROM tokens t WHERE t.hash = $1 AND (t.expires_at IS NULL OR t.expires_at > $2)";
    TOUCH_TOKEN = "UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    DELETE_TOKEN = "DELETE FROM tokens WHERE id = $1 AND user_id = $2";
}

/// A user as stored, with the password's hash.
#[derive(sqlx::FromRow)]
pub(crate) struct UserRow {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) affiliation: String,
    pub(crate) is_admin: bool,
    pub(crate) password_hash: String,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            id: UserId(row.id),
            email: row.email,
            name: row.name,
            affiliation: row.affiliation,
            is_admin: row.is_admin,
        }
    }
}

type TokenRow = (Uuid, String, String, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// A new account.
pub(crate) struct NewUser<'a> {
    pub(crate) user: &'a User,
    pub(crate) password_hash: &'a str,
    pub(crate) is_demo: bool,
    pub(crate) at: DateTime<Utc>,
}

impl Tx {
    pub(crate) async fn insert_user(&mut self, new: NewUser<'_>) -> Result<()> {
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

    pub(crate) async fn set_password(&mut self, user: UserId, hash: &str) -> Result<()> {
        on!(self, c => { sqlx::query(SET_PASSWORD).bind(user.0).bind(hash).execute(c).await?; });
        Ok(())
    }

    pub(crate) async fn insert_token(&mut self, user: UserId, token: &Token, hash: &[u8]) -> Result<()> {
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

    pub(crate) async fn touch_token(&mut self, id: TokenId, at: DateTime<Utc>) -> Result<()> {
        on!(self, c => { sqlx::query(TOUCH_TOKEN).bind(id.0).bind(at).execute(c).await?; });
        Ok(())
    }

    /// Whether there was such a token of this user.
    pub(crate) async fn delete_token(&mut self, id: TokenId, user: UserId) -> Result<bool> {
        Ok(on!(self, c => sqlx::query(DELETE_TOKEN).bind(id.0).bind(user.0).execute(c).await?.rows_affected()) == 1)
    }
}

impl Db {
    pub(crate) async fn user_by_email(&self, email: &str) -> Result<Option<UserRow>> {
        Ok(read!(self, c => sqlx::query_as(USER_BY_EMAIL).bind(email).fetch_optional(c).await?))
    }

    pub(crate) async fn user_by_id(&self, id: UserId) -> Result<Option<User>> {
        let row: Option<UserRow> = read!(self, c => sqlx::query_as(USER_BY_ID).bind(id.0).fetch_optional(c).await?);
        Ok(row.map(User::from))
    }

    pub(crate) async fn has_demo_users(&self) -> Result<bool> {
        let count: i64 = read!(self, c => sqlx::query_scalar(ANY_DEMO_USER).bind(true).fetch_one(c).await?);
        Ok(count > 0)
    }

    pub(crate) async fn tokens_of(&self, user: UserId) -> Result<Vec<Token>> {
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

    /// The token that hashes to `hash` and has not expired: its id, owner and last use.
    pub(crate) async fn token_by_hash(
        &self,
        hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<(TokenId, UserId, Option<DateTime<Utc>>)>> {
        let row: Option<(Uuid, Uuid, Option<DateTime<Utc>>)> =
            read!(self, c => sqlx::query_as(TOKEN_BY_HASH).bind(hash).bind(now).fetch_optional(c).await?);
        Ok(row.map(|(id, user, used)| (TokenId(id), UserId(user), used)))
    }
}
