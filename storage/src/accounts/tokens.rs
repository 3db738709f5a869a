//! Users' tokens.

use std::collections::HashMap;

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::access::Scopes;
use domain::accounts::{Token, User};
use domain::ids::{TokenId, UserId};

use super::user_columns;
use crate::dialect::List;
use crate::{Db, Result, Tx};

/// A token's owner, and the token as far as its use needs it.
#[derive(sqlx::FromRow, Clone)]
pub struct TokenUse {
    hash: Vec<u8>,
    #[sqlx(flatten)]
    pub user: User,
    pub token_id: TokenId,
    #[sqlx(try_from = "String")]
    pub scopes: Scopes,
    pub last_used_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether they have a second factor.
    pub has_factor: bool,
}

/// The tokens of these hashes, with whose they are.
macro_rules! tokens {
    ($database:ident) => {
        concat!(
            "SELECT t.hash, ",
            user_columns!(),
            ", t.id AS token_id, t.scopes, t.last_used_at, t.expires_at,
            EXISTS (SELECT 1 FROM second_factors f WHERE f.user_id = u.id) AS has_factor FROM tokens t JOIN users u ON u.id = t.user_id AND u.deleted_at IS NULL AND u.suspended_at IS NULL
            WHERE t.hash ",
            among!($database bytes)
        )
    };
}

sql! {
    TOKENS_OF_USER = "SELECT id, name, prefix, scopes, created_at, expires_at, last_used_at FROM tokens
        WHERE user_id = $1 ORDER BY created_at DESC";
    TOKENS = tokens!(sqlite), postgres = tokens!(postgres);
}

impl Db {
    #[boxed]
    pub async fn tokens_of(&self, user: UserId) -> Result<Vec<Token>> {
        all!(self, TOKENS_OF_USER, user)
    }

    /// The tokens that have these hashes, with their owners, by hash. They may have expired.
    #[boxed]
    pub async fn tokens(&self, hashes: Vec<Vec<u8>>) -> Result<HashMap<Vec<u8>, TokenUse>> {
        let rows: Vec<TokenUse> = all!(self, TOKENS, List(hashes))?;
        Ok(rows.into_iter().map(|row| (row.hash.clone(), row)).collect())
    }
}

sql! {
    INSERT_TOKEN = "INSERT INTO tokens (id, user_id, name, prefix, hash, created_at, expires_at, scopes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    COUNT_TOKENS = "SELECT COUNT(*) FROM tokens WHERE user_id = $1 AND (expires_at IS NULL OR expires_at > $2)";
    TOUCH_TOKEN = "UPDATE tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    DELETE_TOKEN = "DELETE FROM tokens WHERE id = $1 AND user_id = $2";
    DELETE_TOKENS = "DELETE FROM tokens WHERE user_id = $1";
}

impl Tx {
    #[boxed]
    pub async fn insert_token(&mut self, user: UserId, token: &Token, hash: &[u8]) -> Result<()> {
        let Token { id, name, prefix, scopes, created_at, expires_at, .. } = token;
        run!(self, INSERT_TOKEN, id, user, name, prefix, hash, created_at, expires_at, scopes.keys())
    }

    /// How many tokens of a user work at `now`.
    #[boxed]
    pub async fn count_tokens(&mut self, user: UserId, now: DateTime<Utc>) -> Result<i64> {
        value!(self, COUNT_TOKENS, user, now)
    }

    #[boxed]
    pub async fn touch_token(&mut self, id: TokenId, at: DateTime<Utc>) -> Result<()> {
        run!(self, TOUCH_TOKEN, id, at)
    }

    /// Whether there was such a token of this user.
    #[boxed]
    pub async fn delete_token(&mut self, id: TokenId, user: UserId) -> Result<bool> {
        changed!(self, DELETE_TOKEN, id, user)
    }

    #[boxed]
    pub async fn delete_tokens_of(&mut self, user: UserId) -> Result<()> {
        run!(self, DELETE_TOKENS, user)
    }
}
