//! Ids of a file that is read for them alone.

use super::errors::FileErrors;
use super::ids::Ids;
use super::plan::Plan;
use super::reader::Reader;

impl Ids {
    /// The ids of a sample submission or a solution; columns beside `id_column` are not looked at.
    ///
    /// # Errors
    /// What is wrong with the file or its ids: no such column, an empty or a repeated id.
    pub fn from_csv(bytes: &[u8], id_column: &str) -> Result<Self, FileErrors> {
        let mut reader = Reader::new(Plan::of_ids(id_column), None);
        reader.push(bytes);
        reader.finish().map(|read| read.ids)
    }
}

/// The line of each id in a file that was read without errors.
pub(crate) fn lines(bytes: &[u8], id_column: &str, ids: &Ids) -> Vec<u64> {
    let mut reader = Reader::new(Plan::of_ids(id_column), Some(ids.clone()));
    reader.push(bytes);
    reader.lines()
}
