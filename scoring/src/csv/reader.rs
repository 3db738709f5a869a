//! Reads a whole file against a plan: which columns, which ids, whether the values are kept.

use std::sync::Arc;

use super::bytes::{HEAD, Sniffed, sniff};
use super::errors::{FileError, FileErrors};
use super::fast;
use super::ids::Ids;
use super::plan::{Plan, Read};
use super::records::Records;
use super::row_checker::RowChecker;

/// Takes a file in chunks that may end anywhere.
#[derive(Debug)]
pub(crate) struct Reader {
    /// The first bytes, until there are enough to tell what the file is.
    head: Option<Vec<u8>>,
    records: Records,
    rows: RowChecker,
    bytes: u64,
}

impl Reader {
    /// With `ids` a row's id must be one of them; without, the ids are collected. Values are not kept.
    pub(crate) fn new(plan: Plan, ids: Option<Ids>) -> Self {
        Self { head: Some(Vec::new()), records: Records::default(), rows: RowChecker::new(plan, ids), bytes: 0 }
    }

    /// Masks must fit into images of so many pixels, by position of the id.
    pub(super) fn within(mut self, areas: Option<Arc<[u64]>>) -> Self {
        self.rows.areas = areas;
        self
    }

    /// Keeps the values of all columns.
    pub(crate) fn keeping_values(mut self) -> Self {
        self.rows.keep_values();
        self
    }

    /// A whole file: the quick way where the file allows it, with the same result. `keep` keeps the values.
    pub(crate) fn read(self, bytes: &[u8], keep: bool) -> Result<Read, FileErrors> {
        if let Some(read) = fast::read(&self.rows.plan, self.rows.ids.as_ref(), keep, bytes) {
            return Ok(read);
        }
        let mut reader = if keep { self.keeping_values() } else { self };
        reader.push(bytes);
        reader.finish()
    }

    pub(crate) fn push(&mut self, chunk: &[u8]) {
        self.bytes += chunk.len() as u64;
        if self.rows.stopped {
            return;
        }
        let Some(head) = &mut self.head else {
            self.feed(chunk);
            return;
        };
        let (begin, rest) = chunk.split_at(chunk.len().min(HEAD - head.len()));
        head.extend_from_slice(begin);
        if head.len() == HEAD {
            self.open();
            self.feed(rest);
        }
    }

    pub(crate) fn finish(mut self) -> Result<Read, FileErrors> {
        self.open();
        if !self.rows.stopped {
            self.records.finish(&mut self.rows);
        }
        self.rows.finish(self.bytes)
    }

    /// By position of the id: the line where it came first; 0 where it did not come.
    pub(super) fn lines(mut self) -> Vec<u64> {
        self.open();
        self.records.finish(&mut self.rows);
        self.rows.lines
    }

    /// Rows read so far, without the header.
    pub(crate) fn rows(&self) -> u64 {
        self.rows.count
    }

    /// What is wrong so far.
    pub(crate) fn errors(&self) -> &FileErrors {
        &self.rows.errors
    }

    /// Judges the first bytes and reads them.
    fn open(&mut self) {
        let Some(head) = self.head.take() else { return };
        match sniff(&head) {
            Sniffed::Text { skip } => self.feed(head.get(skip..).unwrap_or_default()),
            Sniffed::Refused { kind, detail } => self.rows.stop(FileError::of_file(kind, detail)),
        }
    }

    fn feed(&mut self, bytes: &[u8]) {
        if !self.rows.stopped && self.records.push(bytes, &mut self.rows).is_break() {
            self.rows.stopped = true;
        }
    }
}
