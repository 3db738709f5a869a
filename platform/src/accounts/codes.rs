//! Codes of the second factor: six digits of a moment (RFC 6238), or one of the recovery codes. Each is taken once.

use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::accounts::User;
use domain::audit::{Act, Deed};
use domain::ids::UserId;
use storage::Tx;
use storage::accounts::CredentialsRow;
use subtle::ConstantTimeEq as _;
use totp_rs::{Algorithm, TOTP};
use uuid::Uuid;

use crate::error::Result;
use crate::secrets;
use crate::services::Services;

/// Seconds of a step of time.
const STEP: i64 = 30;
/// Steps before and after the one of now that count too: clocks differ, and typing takes its time.
const AROUND: i64 = 1;
const DIGITS: usize = 6;

/// What a code stands for.
pub(crate) enum CodeUse {
    /// Of time.
    Step(i64),
    /// The hash of a recovery code.
    Recovery(Vec<u8>),
}

/// What a code stands for, if for anything; [`take`] uses it. The work is the same for an account without a second factor and for none.
pub(crate) async fn read(services: &Services, row: Option<&CredentialsRow>, code: &str) -> Result<Option<CodeUse>> {
    let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').take(64).collect();
    if code.is_empty() {
        return Ok(None);
    }
    let (user, secret) = match row {
        Some(row) => (row.user.id, row.secret.as_deref()),
        None => (UserId(Uuid::nil()), None),
    };
    if code.len() == DIGITS && code.bytes().all(|digit| digit.is_ascii_digit()) {
        let step = step(secret.unwrap_or(&[0; 20]), &code, services.clock.now());
        return Ok(step.filter(|_| secret.is_some()).map(CodeUse::Step));
    }
    let hash = secrets::token_hash(&code.to_lowercase());
    let is_one = services.db.has_recovery_code(user, hash.clone()).await?;
    Ok(is_one.then_some(CodeUse::Recovery(hash)))
}

/// The step of time whose code this is, of those around now.
pub(super) fn step(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let now = now.timestamp().div_euclid(STEP);
    let fits = |step: &i64| {
        let moment = u64::try_from(step * STEP).unwrap_or_default();
        at(secret, moment).is_some_and(|right| right.as_bytes().ct_eq(code.as_bytes()).into())
    };
    (now - AROUND..=now + AROUND).rev().find(fits)
}

/// The code of a moment, in seconds.
pub(super) fn at(secret: &[u8], moment: u64) -> Option<String> {
    let totp = TOTP::new(Algorithm::SHA1, DIGITS, 0, STEP.unsigned_abs(), secret.to_vec()).ok()?;
    Some(totp.generate(moment))
}

/// Counts a try at somebody's codes of time, which only whoever knows their password can make: what was read, unless there were too many.
/// Nobody guesses a recovery code: it lets an owner in whatever others have tried.
pub(crate) fn tried(services: &Services, user: &User, read: Option<CodeUse>) -> Option<CodeUse> {
    if matches!(read, Some(CodeUse::Recovery(_))) {
        return read;
    }
    let now = services.clock.now();
    services.throttle.code(user.id, now).ok()?;
    if read.is_some() {
        services.throttle.give_back_code(user.id, now);
    }
    read
}

/// Uses a code; false when it was used meanwhile, or a later one.
pub(crate) async fn take(tx: &mut Tx, actor: &Actor, user: &User, code: CodeUse, now: DateTime<Utc>) -> Result<bool> {
    match code {
        CodeUse::Step(step) => Ok(tx.use_step(user.id, step).await?),
        CodeUse::Recovery(hash) => {
            let is_first = tx.use_recovery_code(user.id, hash).await?;
            if is_first {
                tx.record(now, actor, Act::of_account(Deed::UseRecoveryCode, user.id));
            }
            Ok(is_first)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (moment, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(at(secret, moment).as_deref(), Some(code));
        }
    }

    #[test]
    fn a_code_counts_from_a_step_before_its_moment_to_one_after_it() {
        let secret = b"12345678901234567890";
        let moment = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap();
        let reads = |seconds| step(secret, "050471", moment(seconds));
        let of = 1_111_111_111 / 30;
        assert_eq!(reads(of * 30 - 31), None);
        for seconds in [of * 30 - 30, of * 30, of * 30 + 59] {
            assert_eq!(reads(seconds), Some(of), "{seconds}");
        }
        assert_eq!(reads(of * 30 + 60), None);
    }
}
