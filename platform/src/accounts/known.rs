//! Someone who has shown who they are.

use domain::accounts::User;

/// Someone who has shown who they are, and the version of the credentials they showed it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub user: User,
    pub(crate) version: i64,
    /// Whether an institution said it.
    pub(crate) by_institution: bool,
}
