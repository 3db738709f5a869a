//! Slows down guessing: so many failures a key in a window, then a wait. Kept in memory; a restart forgives.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use domain::{AppError, ErrorCode};

/// Failures a key may have in one window.
const LIMIT: u32 = 10;
const WINDOW: Duration = Duration::minutes(15);
/// Keys remembered at once; beyond it the oldest windows are dropped.
const KEYS: usize = 50_000;

#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<String, (DateTime<Utc>, u32)>>);

impl Throttle {
    /// Refuses while the key has used up its failures; says how long to wait.
    pub fn check(&self, key: &str, now: DateTime<Utc>) -> Result<(), AppError> {
        let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match map.get(key) {
            Some((start, count)) if *count >= LIMIT && now < *start + WINDOW => {
                let seconds = u64::try_from((*start + WINDOW - now).num_seconds().max(1)).unwrap_or(1);
                Err(AppError::new(ErrorCode::TooManyAttempts)
                    .with("minutes", seconds.div_ceil(60))
                    .retry_after(seconds))
            }
            _ => Ok(()),
        }
    }

    /// Counts a failure.
    pub fn failed(&self, key: &str, now: DateTime<Utc>) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= KEYS {
            map.retain(|_, (start, _)| now < *start + WINDOW);
        }
        let entry = map.entry(key.to_owned()).or_insert((now, 0));
        if now >= entry.0 + WINDOW {
            *entry = (now, 0);
        }
        entry.1 += 1;
    }

    /// Forgets a key that proved itself.
    pub fn clear(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_make_a_key_wait_until_the_window_ends() {
        let throttle = Throttle::default();
        let now = DateTime::UNIX_EPOCH;
        for _ in 0..10 {
            assert!(throttle.check("kim", now).is_ok());
            throttle.failed("kim", now);
        }
        let refused = throttle.check("kim", now + Duration::minutes(5)).unwrap_err();
        assert_eq!(refused.retry_after, Some(600));
        assert!(throttle.check("lee", now).is_ok());
        assert!(throttle.check("kim", now + WINDOW).is_ok());
    }

    #[test]
    fn a_success_forgives_earlier_failures() {
        let throttle = Throttle::default();
        (0..10).for_each(|_| throttle.failed("kim", DateTime::UNIX_EPOCH));
        throttle.clear("kim");
        assert!(throttle.check("kim", DateTime::UNIX_EPOCH).is_ok());
    }
}
