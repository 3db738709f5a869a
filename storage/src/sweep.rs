//! What the sweeper asks: which files rows name.

use async_recursion::async_recursion as boxed;
use domain::ids::SubmissionId;

use super::Db;
use crate::error::Result;

sql! {
    SUBMITTED = "SELECT id, storage_key FROM submissions WHERE storage_key <> '' AND id > $1 ORDER BY id LIMIT $2";
    IMPORTED = "SELECT storage_key FROM data_files UNION SELECT storage_key FROM images UNION SELECT storage_key FROM case_files
        UNION SELECT storage_key FROM answer_files UNION SELECT storage_key FROM post_files";
}

impl Db {
    /// The next `limit` submissions that have a file, after one of that id, and where it is.
    #[boxed]
    pub async fn submitted(&self, after: SubmissionId, limit: i64) -> Result<Vec<(SubmissionId, String)>> {
        all!(self, SUBMITTED, after, limit)
    }

    /// Where every data file and picture is, and what is attached to cases, applications and posts.
    #[boxed]
    pub async fn imported(&self) -> Result<Vec<String>> {
        values!(self, IMPORTED)
    }
}
