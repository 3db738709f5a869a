//! Columns that several threads fill at once.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::decimal::decimal;
use crate::csv::plan::{PlanColumn, ReadColumn};
use crate::schema::ColumnKind;
use crate::text_table::{BATCH, Insert, TextTable};
use crate::values::Values;

/// One column of the plan, filled by all threads.
#[derive(Debug)]
pub(super) struct SharedColumn<'a> {
    plan: &'a PlanColumn,
    present: bool,
    cells: Cells,
    classes: Classes,
}

/// A place a row, by position of the id; none where values are not kept. Atomics cost nothing here and let threads
/// write side by side.
#[derive(Debug)]
enum Cells {
    Numbers(Vec<AtomicU64>),
    Codes(Vec<AtomicU32>),
}

/// Which labels there are.
#[derive(Debug)]
enum Classes {
    /// Those of the plan; none in a column of numbers.
    Known(TextTable),
    /// Any: each piece has its own, in the order they come.
    Open,
}

/// What one piece of the file says of a column.
#[derive(Debug)]
pub(super) struct ColumnPiece {
    low: f64,
    high: f64,
    classes: TextTable,
}

impl Default for ColumnPiece {
    fn default() -> Self {
        Self { low: f64::INFINITY, high: f64::NEG_INFINITY, classes: TextTable::default() }
    }
}

impl<'a> SharedColumn<'a> {
    /// With room for `rows` values where they are kept; `in_order` where rows come in the order of their positions. Absent
    /// for a kind that needs the reader.
    pub(super) fn new(plan: &'a PlanColumn, present: bool, keep: bool, rows: usize, in_order: bool) -> Option<Self> {
        let rows = if keep && present { rows } else { 0 };
        let (cells, classes) = match &plan.kind {
            ColumnKind::Number | ColumnKind::Probability | ColumnKind::Amount | ColumnKind::Weight => {
                let cells = std::iter::repeat_with(AtomicU64::default).take(rows).collect();
                (Cells::Numbers(cells), Classes::Known(TextTable::default()))
            }
            ColumnKind::Label { classes } => {
                let cells = std::iter::repeat_with(AtomicU32::default).take(rows).collect();
                let mut known = TextTable::default();
                for class in classes {
                    // The reader trims a field before it looks it up.
                    if class.trim() != class {
                        return None;
                    }
                    known.insert(class);
                }
                (Cells::Codes(cells), if classes.is_empty() { Classes::Open } else { Classes::Known(known) })
            }
            ColumnKind::Size | ColumnKind::Items | ColumnKind::Gains | ColumnKind::Mask => return None,
        };
        // The codes of open labels are translated piece by piece, where values are kept and each piece has its own places.
        let open = matches!(classes, Classes::Open);
        (keep && in_order || !open).then_some(Self { plan, present, cells, classes })
    }

    /// Reads the fields at `places` into `values`, as bits or as codes. Absent where one is wrong or unusual.
    pub(super) fn read(
        &self,
        bytes: &[u8],
        places: impl Iterator<Item = Range<usize>>,
        piece: &mut ColumnPiece,
        values: &mut [u64; BATCH],
    ) -> Option<()> {
        match &self.plan.kind {
            ColumnKind::Number => numbers(bytes, places, piece, values, |_| true),
            ColumnKind::Probability => numbers(bytes, places, piece, values, |number| (0.0..=1.0).contains(&number)),
            ColumnKind::Amount | ColumnKind::Weight => numbers(bytes, places, piece, values, |number| number >= 0.0),
            ColumnKind::Label { .. } => {
                for (value, place) in values.iter_mut().zip(places) {
                    *value = self.code(bytes.get(place)?, piece)? as u64;
                }
                Some(())
            }
            ColumnKind::Size | ColumnKind::Items | ColumnKind::Gains | ColumnKind::Mask => None,
        }
    }

    #[inline]
    fn code(&self, label: &[u8], piece: &mut ColumnPiece) -> Option<usize> {
        if label.is_empty() {
            return None;
        }
        match &self.classes {
            Classes::Known(classes) => classes.find_hashed(label),
            Classes::Open => piece.classes.find_hashed(label).or_else(|| {
                let label = str::from_utf8(label).ok().filter(|label| label.trim() == *label)?;
                match piece.classes.insert(label) {
                    Insert::Old(code) | Insert::New(code) => Some(code),
                }
            }),
        }
    }

    /// Adds numbers to the sums of their rows.
    pub(super) fn add(&self, values: &[u64; BATCH], sums: &mut [f64; BATCH]) {
        if matches!(self.cells, Cells::Numbers(_)) {
            sums.iter_mut().zip(values).for_each(|(sum, &value)| *sum += f64::from_bits(value));
        }
    }

    /// Writes the values of a batch at their positions.
    pub(super) fn put(&self, positions: &[u32], values: &[u64; BATCH]) {
        let pairs = positions.iter().map(|&position| position as usize).zip(values);
        match &self.cells {
            Cells::Numbers(cells) => {
                pairs.for_each(|(position, &value)| {
                    if let Some(cell) = cells.get(position) {
                        cell.store(value, Ordering::Relaxed);
                    }
                });
            }
            Cells::Codes(cells) => pairs.for_each(|(position, &value)| {
                if let Some(cell) = cells.get(position) {
                    cell.store(u32::try_from(value).unwrap_or(u32::MAX), Ordering::Relaxed);
                }
            }),
        }
    }

    /// The whole column. `pieces` come in the order of the file, each with the rows it filled.
    pub(super) fn finish(self, pieces: impl Iterator<Item = (Range<usize>, ColumnPiece)>) -> ReadColumn {
        let mut range: Option<(f64, f64)> = None;
        let mut classes = match self.classes {
            Classes::Known(classes) => classes,
            Classes::Open => TextTable::default(),
        };
        for (rows, piece) in pieces {
            if piece.low <= piece.high {
                let (low, high) = range.unwrap_or((piece.low, piece.high));
                range = Some((low.min(piece.low), high.max(piece.high)));
            }
            let codes: Vec<u32> = piece
                .classes
                .iter()
                .map(|class| match classes.insert(class) {
                    Insert::Old(code) | Insert::New(code) => u32::try_from(code).unwrap_or(u32::MAX),
                })
                .collect();
            if let Cells::Codes(cells) = &self.cells
                && !(0..).zip(&codes).all(|(own, &code)| own == code)
            {
                for cell in cells.get(rows).unwrap_or_default() {
                    let own = cell.load(Ordering::Relaxed) as usize;
                    cell.store(codes.get(own).copied().unwrap_or(u32::MAX), Ordering::Relaxed);
                }
            }
        }
        let values = match self.cells {
            // The same memory under another type.
            Cells::Numbers(cells) => {
                Values::Numbers(cells.into_iter().map(|cell| f64::from_bits(cell.into_inner())).collect())
            }
            Cells::Codes(cells) => Values::Labels {
                classes: classes.iter().map(str::to_owned).collect(),
                codes: cells.into_iter().map(AtomicU32::into_inner).collect(),
            },
        };
        ReadColumn { name: self.plan.name.clone(), present: self.present, range, values }
    }
}

#[inline]
fn numbers(
    bytes: &[u8],
    places: impl Iterator<Item = Range<usize>>,
    piece: &mut ColumnPiece,
    values: &mut [u64; BATCH],
    allowed: impl Fn(f64) -> bool,
) -> Option<()> {
    let ColumnPiece { mut low, mut high, .. } = *piece;
    for (value, place) in values.iter_mut().zip(places) {
        let number = decimal(bytes, place).filter(|&number| allowed(number))?;
        low = if number < low { number } else { low };
        high = if number > high { number } else { high };
        *value = number.to_bits();
    }
    (piece.low, piece.high) = (low, high);
    Some(())
}
