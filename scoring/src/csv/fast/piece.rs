//! One piece of the file, read by one thread.

use std::sync::atomic::{AtomicBool, Ordering};

use super::Role;
use super::columns::{Column, ColumnPiece};
use super::scan::{next_line, text_end};
use crate::csv::ids::Ids;
use crate::csv::records::MAX_RECORD;
use crate::text_table::{BATCH, TextTable};

/// What all pieces have in common.
#[derive(Debug)]
pub(super) struct Task<'a> {
    /// One a field.
    pub(super) roles: &'a [Role],
    pub(super) columns: &'a [Column<'a>],
    /// The ids that are expected; otherwise they are collected.
    pub(super) ids: Option<&'a Ids>,
    /// Another piece has given up.
    pub(super) failed: &'a AtomicBool,
}

/// What a piece held, beside the values that are in their columns.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) rows: usize,
    /// A bit for each position of a known id.
    pub(super) seen: Vec<u64>,
    /// The ids that were collected, in their order.
    pub(super) texts: TextTable,
    /// One a column of the plan.
    pub(super) columns: Vec<ColumnPiece>,
}

/// Rows whose ids are looked up together.
struct Batch<'a> {
    count: usize,
    ids: [&'a [u8]; BATCH],
    positions: [u32; BATCH],
    /// One a column of the plan.
    values: Vec<[u64; BATCH]>,
}

impl Task<'_> {
    /// Reads a piece whose first row is the file's row `first`.
    pub(super) fn read(&self, first: usize, bytes: &[u8]) -> Option<Piece> {
        // Known ids are compared byte by byte, collected ones must be text.
        let text = if self.ids.is_some() { "" } else { str::from_utf8(bytes).ok()? };
        let mut piece = Piece {
            rows: 0,
            seen: vec![0; self.ids.map_or(0, Ids::len).div_ceil(64)],
            texts: TextTable::default(),
            columns: self.columns.iter().map(|_| ColumnPiece::default()).collect(),
        };
        let mut batch =
            Batch { count: 0, ids: [&[]; BATCH], positions: [0; BATCH], values: vec![[0; BATCH]; self.columns.len()] };
        let (mut at, mut next) = (0, first);
        while at < bytes.len() {
            let line = at;
            for (field, role) in self.roles.iter().enumerate() {
                if field > 0 {
                    if bytes.get(at) != Some(&b',') {
                        return None;
                    }
                    at += 1;
                }
                at = match *role {
                    Role::Id => {
                        let end = text_end(bytes, at)?;
                        batch.ids[batch.count] = bytes.get(at..end)?;
                        if self.ids.is_none() {
                            piece.texts.push(text.get(at..end).filter(|id| is_trimmed(id))?);
                        }
                        end
                    }
                    Role::Column(index) => {
                        let (column, values) = (self.columns.get(index)?, batch.values.get_mut(index)?);
                        column.field(bytes, at, piece.columns.get_mut(index)?, &mut values[batch.count])?
                    }
                };
            }
            at = next_line(bytes, at)?;
            if at - line >= MAX_RECORD {
                return None;
            }
            batch.count += 1;
            if batch.count == BATCH {
                self.place(&mut piece, &mut batch, first, &mut next)?;
            }
        }
        self.place(&mut piece, &mut batch, first, &mut next)?;
        Some(piece)
    }

    /// Finds where the rows of a batch belong and writes their values there.
    fn place(&self, piece: &mut Piece, batch: &mut Batch<'_>, first: usize, next: &mut usize) -> Option<()> {
        let count = std::mem::take(&mut batch.count);
        if let Some(ids) = self.ids {
            ids.positions(&batch.ids[..count], next, &mut batch.positions)?;
            for &position in &batch.positions[..count] {
                *piece.seen.get_mut(position as usize / 64)? |= 1 << (position % 64);
            }
        } else {
            for (position, row) in batch.positions.iter_mut().zip(first + piece.rows..).take(count) {
                *position = u32::try_from(row).ok()?;
            }
        }
        for (column, values) in self.columns.iter().zip(&batch.values) {
            column.put(&batch.positions[..count], values);
        }
        piece.rows += count;
        (!self.failed.load(Ordering::Relaxed)).then_some(())
    }
}

/// Whether a field is not empty and has no white space around it.
fn is_trimmed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    (plain(bytes.first()) && plain(bytes.last())) || (!text.is_empty() && text.trim() == text)
}
