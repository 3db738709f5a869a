//! The ids a submission must have.

use std::sync::Arc;

use super::errors::FileErrors;
use super::reader::{Plan, Reader};
use crate::text_table::TextTable;

/// The expected ids, in the order of the sample submission. Cheap to clone. Empty means that any id will do.
#[derive(Clone, Debug, Default)]
pub struct Ids(Arc<TextTable>);

impl Ids {
    /// The ids of a sample submission or a solution; columns beside `id_column` are not looked at.
    ///
    /// # Errors
    /// What is wrong with the file or its ids: no such column, an empty or a repeated id.
    pub fn from_csv(bytes: &[u8], id_column: &str) -> Result<Self, FileErrors> {
        let mut reader = IdsReader::new(id_column);
        reader.push(bytes);
        reader.finish()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of an id. `guess` is tried first: in a file in the usual order it is the position after the last.
    pub fn position(&self, id: &str, guess: usize) -> Option<usize> {
        self.0.find(id, guess)
    }

    /// The id at a position.
    pub fn get(&self, position: usize) -> Option<&str> {
        self.0.get(position)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter()
    }

    pub(super) fn from_table(table: TextTable) -> Self {
        Self(Arc::new(table))
    }
}

/// Reads [`Ids`] in chunks that may end anywhere, so that a page stays alive.
#[derive(Debug)]
pub struct IdsReader(Reader);

impl IdsReader {
    pub fn new(id_column: &str) -> Self {
        Self(Reader::new(
            Plan { id: id_column.to_owned(), columns: Vec::new(), ignore_extra: true, sums_to_one: false },
            None,
        ))
    }

    /// Reads on.
    pub fn push(&mut self, chunk: &[u8]) {
        self.0.push(chunk);
    }

    /// The end of the file.
    ///
    /// # Errors
    /// As [`Ids::from_csv`].
    pub fn finish(self) -> Result<Ids, FileErrors> {
        self.0.finish().map(|read| read.ids)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::ErrorKind;

    #[test]
    fn ids_are_kept_as_text_with_their_leading_zeros() {
        let ids = Ids::from_csv("x,id\n1, 007 \n2,\"a,b\"\n".as_bytes(), "id").unwrap();
        assert_eq!(ids.iter().collect::<Vec<_>>(), ["007", "a,b"]);
        assert_eq!(ids.position("a,b", 0), Some(1));
        assert_eq!(ids.position("7", 0), None);
    }

    #[test]
    fn ids_can_be_read_in_slices() {
        let mut reader = IdsReader::new("id");
        for chunk in b"id,x\n001,1\n002,2\n".chunks(3) {
            reader.push(chunk);
        }
        assert_eq!(reader.finish().unwrap().iter().collect::<Vec<_>>(), ["001", "002"]);
    }

    #[test]
    fn a_repeated_id_in_the_sample_is_an_error() {
        let errors = Ids::from_csv(b"id\na\nb\na\n", "id").unwrap_err();
        assert_eq!(errors.first[0].kind, ErrorKind::DuplicateId);
        assert_eq!(errors.first[0].line, Some(4));
    }
}
