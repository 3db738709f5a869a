//! The statements that somebody handed in, for the copy of their own data.

use async_recursion::async_recursion as boxed;
use chrono::{DateTime, Utc};
use domain::cases::CaseFile;
use domain::ids::{CaseEntryId, UserId};

use crate::{Db, Result};

/// A statement that somebody handed in.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnStatement {
    pub entry: CaseEntryId,
    pub competition: String,
    pub case_number: i64,
    pub markdown: String,
    pub at: DateTime<Utc>,
}

sql! {
    OWN = "SELECT e.id AS entry, k.slug AS competition, c.number AS case_number, e.markdown, e.at
        FROM case_entries e JOIN cases c ON c.id = e.case_id JOIN competitions k ON k.id = c.competition_id
        WHERE e.author_id = $1 AND e.kind = 'statement' ORDER BY e.id";
    OWN_FILES = "SELECT d.id, d.entry_id, d.name, d.bytes FROM case_entries e JOIN case_files d ON d.entry_id = e.id
        WHERE e.author_id = $1 AND e.kind = 'statement' ORDER BY d.id";
}

impl Db {
    #[boxed]
    pub async fn own_statements(&self, user: UserId) -> Result<Vec<OwnStatement>> {
        all!(self, OWN, user)
    }

    /// The files of those.
    #[boxed]
    pub async fn own_statement_files(&self, user: UserId) -> Result<Vec<CaseFile>> {
        all!(self, OWN_FILES, user)
    }
}
