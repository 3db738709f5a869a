//! One piece of the file, read by one thread.

use std::sync::atomic::{AtomicBool, Ordering};

use super::columns::{ColumnPiece, SharedColumn};
use super::scan::{Layout, Rows};
use crate::csv::header::Header;
use crate::csv::ids::Ids;
use crate::csv::plan::adds_up;
use crate::text_table::{BATCH, TextTable};

/// Reads pieces; what it needs for all of them.
#[derive(Debug)]
pub(super) struct PieceReader<'a> {
    pub(super) layout: Layout,
    pub(super) header: &'a Header,
    pub(super) columns: &'a [SharedColumn<'a>],
    /// The numbers of a row must add up to 1.
    pub(super) sums_to_one: bool,
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

impl PieceReader<'_> {
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
        let mut rows = Rows::new(bytes, self.layout);
        let (mut next, mut positions, mut values) = (first, [0; BATCH], [0; BATCH]);
        let id = self.header.id?;
        loop {
            let count = rows.next()?;
            if count == 0 {
                return Some(piece);
            }
            if let Some(known) = self.ids {
                let mut ids: [&[u8]; BATCH] = [&[]; BATCH];
                for (id, place) in ids.iter_mut().zip(rows.field(id)) {
                    *id = bytes.get(place)?;
                }
                known.positions(&ids[..count], &mut next, &mut positions)?;
                for &position in &positions[..count] {
                    *piece.seen.get_mut(position as usize / 64)? |= 1 << (position % 64);
                }
            } else {
                for (position, row) in positions.iter_mut().zip(first + piece.rows..).take(count) {
                    *position = u32::try_from(row).ok()?;
                }
                for place in rows.field(id) {
                    piece.texts.push(text.get(place).filter(|id| is_trimmed(id))?);
                }
            }
            // In the plan's order, as the reader adds: the order of a sum decides its last digit.
            let mut sums = [0.0; BATCH];
            for ((column, part), at) in self.columns.iter().zip(&mut piece.columns).zip(&self.header.columns) {
                let Some(index) = *at else { continue };
                column.read(bytes, rows.field(index), part, &mut values)?;
                column.put(&positions[..count], &values);
                if self.sums_to_one {
                    column.add(&values, &mut sums);
                }
            }
            if self.sums_to_one && !sums[..count].iter().all(|&sum| adds_up(sum)) {
                return None;
            }
            piece.rows += count;
            if self.failed.load(Ordering::Relaxed) {
                return None;
            }
        }
    }
}

/// Whether a field is not empty and has no white space around it.
fn is_trimmed(text: &str) -> bool {
    let bytes = text.as_bytes();
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    (plain(bytes.first()) && plain(bytes.last())) || (!text.is_empty() && text.trim() == text)
}
