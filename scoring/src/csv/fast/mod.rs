//! The quick way through a file that has nothing wrong and nothing unusual: no quotes, no spaces around values, every id
//! once. It gives up at the first thing that is otherwise, and the [`Reader`](super::reader::Reader) judges the file.

mod columns;
mod decimal;
mod piece;
mod scan;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};

use self::columns::SharedColumn;
use self::piece::{Piece, PieceReader};
use self::scan::Layout;
use super::bytes::{HEAD, Sniffed, sniff};
use super::errors::FileErrors;
use super::header::{self, Header};
use super::ids::Ids;
use super::plan::{Plan, Read};
use super::records::MAX_RECORD;
use crate::parallel;
use crate::text_table::TextTable;

/// What the reader would read from the file, or nothing where that takes a closer look. Ids are collected when none are
/// given.
pub(super) fn read(plan: &Plan, ids: Option<&Ids>, keep: bool, bytes: &[u8]) -> Option<Read> {
    read_with(parallel::threads(bytes.len()), plan, ids, keep, bytes)
}

pub(crate) fn read_with(threads: usize, plan: &Plan, ids: Option<&Ids>, keep: bool, bytes: &[u8]) -> Option<Read> {
    let Plan { id: _, columns, ignore_extra: false, repeats: false, sums_to_one } = plan else { return None };
    let Sniffed::Text { skip } = sniff(bytes.get(..HEAD).unwrap_or(bytes)) else { return None };
    let text = bytes.get(skip..)?;
    let (line, body) = text.split_at(memchr::memchr(b'\n', text)? + 1);
    let header = usual(plan, line)?;
    // Rows of one field have no separator between fields, and nothing to score.
    if header.fields < 2 {
        return None;
    }
    // Only a file whose ids are collected may lack a column.
    if ids.is_some() && header.fields != columns.len() + 1 {
        return None;
    }

    // A few pieces a thread, for one may be kept waiting by other work.
    let pieces = scan::pieces(body, if threads > 1 { 4 * threads } else { 1 });
    let mut work = Vec::with_capacity(pieces.len());
    let mut rows = 0;
    if let Some(ids) = ids {
        rows = ids.len();
        work.extend(pieces.into_iter().map(|piece| (0, piece)));
    } else {
        for (piece, lines) in pieces.iter().zip(parallel::map(threads, &pieces, |piece| lines(piece))) {
            work.push((rows, *piece));
            rows += lines;
        }
    }
    let columns: Vec<SharedColumn<'_>> = columns
        .iter()
        .zip(&header.columns)
        .map(|(column, at)| SharedColumn::new(column, at.is_some(), keep, rows, ids.is_none()))
        .collect::<Option<_>>()?;
    let failed = AtomicBool::new(false);
    let layout = Layout { fields: header.fields, crlf: line.ends_with(b"\r\n") };
    // A row that lacks a number has no sum.
    let sums_to_one = *sums_to_one && header.columns.iter().all(Option::is_some);
    let reader = PieceReader { layout, header: &header, columns: &columns, sums_to_one, ids, failed: &failed };
    let read = parallel::map(threads, &work, |&(first, piece)| {
        let read = reader.read(first, piece);
        failed.fetch_or(read.is_none(), Ordering::Relaxed);
        read
    });
    let mut read: Vec<Piece> = read.into_iter().collect::<Option<_>>()?;

    // As many rows as ids, and no id without a row: each came once.
    if rows == 0 || read.iter().map(|piece| piece.rows).sum::<usize>() != rows {
        return None;
    }
    let ids = match ids {
        Some(ids) if all_seen(&read, rows) => ids.clone(),
        Some(_) => return None,
        None => {
            let texts = TextTable::concat(read.iter_mut().map(|piece| std::mem::take(&mut piece.texts)).collect());
            Ids::distinct(texts)?
        }
    };
    let ends = read.iter().zip(&work).map(|(piece, (first, _))| *first..first + piece.rows).collect::<Vec<_>>();
    let mut parts: Vec<_> = read.into_iter().map(|piece| piece.columns.into_iter()).collect();
    let columns = columns.into_iter().map(|column| {
        let pieces = parts.iter_mut().zip(&ends).filter_map(|(part, rows)| Some((rows.clone(), part.next()?)));
        column.finish(pieces)
    });
    Some(Read { columns: columns.collect(), ids, rows: rows as u64, bytes: bytes.len() as u64 })
}

/// Where the columns are; absent when the header is not simply right.
fn usual(plan: &Plan, header: &[u8]) -> Option<Header> {
    let line = header.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() >= MAX_RECORD || line.iter().any(|byte| matches!(byte, b'"' | b'\r')) {
        return None;
    }
    let names: Vec<&str> = str::from_utf8(line).ok()?.split(',').map(str::trim).collect();
    let mut errors = FileErrors::default();
    let found = header::read(1, &names, plan, false, &mut errors).filter(|_| errors.is_empty())?;
    // One name for two columns is one field for both.
    (found.id.is_some() && found.columns.iter().flatten().count() + 1 == found.fields).then_some(found)
}

/// How many lines a piece has; the last one may lack its end.
fn lines(piece: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', piece).count() + usize::from(!piece.ends_with(b"\n"))
}

/// Whether every position was seen in one of the pieces.
fn all_seen(pieces: &[Piece], rows: usize) -> bool {
    let words = rows.div_ceil(64);
    let seen =
        (0..words).map(|word| pieces.iter().filter_map(|piece| piece.seen.get(word)).fold(0, |all, bits| all | bits));
    seen.map(|bits: u64| bits.count_ones() as usize).sum::<usize>() == rows
}
