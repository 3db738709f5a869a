//! Accounts: who people are, how they show it, what they change and what they leave.

pub mod addresses;
mod codes;
mod confirmed;
pub mod deletion;
pub mod identities;
mod known;
mod logging_in;
pub mod own_data;
mod password_changes;
pub mod passwords;
mod profiles;
pub mod resets;
pub mod second_factors;
pub(crate) mod security_letters;
pub mod sessions;
mod signing_up;
mod tokens;

use async_recursion::async_recursion as boxed;

pub use self::known::Known;
pub use self::logging_in::{log_in, log_in_with_code, user_of_basic};
pub use self::password_changes::{Tokens, change_password, set_password};
pub use self::profiles::{set_profile, set_public_name};
pub(crate) use self::signing_up::create;
pub use self::signing_up::{add, sign_up};
pub use self::tokens::{Lifetime, create_token, revoke_token, tokens, user_of_token};
use crate::error::Result;
use crate::services::Services;

/// Whether demo accounts exist, so that a banner says it.
#[boxed]
pub async fn is_demo(services: &Services) -> Result<bool> {
    Ok(services.db.has_demo_users().await?)
}
