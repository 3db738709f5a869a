//! Someone who has shown who they are.

use domain::ErrorCode;
use domain::accounts::User;
use storage::accounts::CredentialsRow;

use crate::error::Result;

/// Someone who has shown who they are, and the version of the credentials they showed it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub user: User,
    pub(crate) version: i64,
    /// Whether an institution said it.
    pub(crate) by_institution: bool,
}

impl Known {
    /// Whose credentials were right, by whichever door.
    ///
    /// # Errors
    /// `account_suspended`.
    pub(crate) fn of(row: CredentialsRow) -> Result<Self> {
        if row.suspended_at.is_some() {
            return Err(ErrorCode::AccountSuspended.into());
        }
        Ok(Self { version: row.credentials_version, user: row.user, by_institution: false })
    }
}
