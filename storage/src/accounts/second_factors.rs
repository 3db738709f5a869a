//! Second factors and their recovery codes.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::ids::UserId;

use crate::{Db, Result, Tx};

sql! {
    COUNT_CODES = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1";
    HAS_CODE = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND hash = $2";
}

impl Db {
    /// How many recovery codes a user has left.
    #[boxed]
    pub async fn count_recovery_codes(&self, user: UserId) -> Result<i64> {
        value!(self, COUNT_CODES, user)
    }

    #[boxed]
    pub async fn has_recovery_code(&self, user: UserId, hash: Vec<u8>) -> Result<bool> {
        let count: i64 = value!(self, HAS_CODE, user, &hash)?;
        Ok(count > 0)
    }
}

sql! {
    INSERT = "INSERT INTO second_factors (user_id, secret, step, since) VALUES ($1, $2, $3, $4) ON CONFLICT (user_id) DO NOTHING";
    USE_STEP = "UPDATE second_factors SET step = $2 WHERE user_id = $1 AND step < $2";
    DELETE = "DELETE FROM second_factors WHERE user_id = $1";
    DELETE_CODES = "DELETE FROM recovery_codes WHERE user_id = $1";
    INSERT_CODE = "INSERT INTO recovery_codes (user_id, hash) VALUES ($1, $2)";
    USE_CODE = "DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2";
}

impl Tx {
    /// Turns the second factor on, with the step whose code was just taken; false when it was on.
    #[boxed]
    pub async fn insert_second_factor(
        &mut self,
        user: UserId,
        secret: Vec<u8>,
        step: i64,
        since: DateTime<Utc>,
    ) -> Result<bool> {
        changed!(self, INSERT, user, &secret, step, since)
    }

    /// Takes the code of a step of time; false when it or a later one was taken.
    #[boxed]
    pub async fn use_step(&mut self, user: UserId, step: i64) -> Result<bool> {
        changed!(self, USE_STEP, user, step)
    }

    /// Turns the second factor off, and forgets its recovery codes; false when it was off.
    #[boxed]
    pub async fn delete_second_factor(&mut self, user: UserId) -> Result<bool> {
        run!(self, DELETE_CODES, user)?;
        changed!(self, DELETE, user)
    }

    /// Gives a user other recovery codes than before.
    #[boxed]
    pub async fn set_recovery_codes(&mut self, user: UserId, hashes: Vec<Vec<u8>>) -> Result<()> {
        run!(self, DELETE_CODES, user)?;
        for hash in hashes {
            run!(self, INSERT_CODE, user, &hash)?;
        }
        Ok(())
    }

    /// Takes a recovery code; false when there is none such any more.
    #[boxed]
    pub async fn use_recovery_code(&mut self, user: UserId, hash: Vec<u8>) -> Result<bool> {
        changed!(self, USE_CODE, user, &hash)
    }
}
