//! Reads a chosen file in the browser, a slice at a time, so that the page stays alive.

use js_sys::Date;
use scoring::{Checker, ErrorKind, FileErrors, Ids, Schema, Summary};
use serde::{Deserialize, Serialize};
use web_sys::File;

use crate::islands::browser::{get_bytes, sleep, slice};

/// Bytes read at once.
const SLICE: u32 = 256 * 1024;

/// Ids unpacked at once.
const IDS: usize = 50_000;

/// A chosen file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chosen {
    pub(super) name: String,
    pub(super) bytes: u64,
    /// `None` while it is being checked.
    pub(super) verdict: Option<FileVerdict>,
}

/// What a file must look like.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Wanted {
    pub schema: Schema,
    /// The address of the ids it must have; without one any id will do here, and the server decides.
    pub ids: Option<String>,
    /// Largest file in megabytes.
    pub file_mb: u32,
}

/// What the browser found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FileVerdict {
    Right {
        summary: Summary,
        knows_ids: bool,
        seconds: f64,
    },
    /// `rows` counts the lines below the header, where the file is text at all.
    Wrong {
        errors: FileErrors,
        rows: Option<u64>,
    },
    TooLarge,
    /// It was moved or changed since it was chosen.
    Unreadable,
}

/// The ids a submission must have; none when they cannot be had.
pub(super) async fn ids(address: Option<String>) -> Ids {
    let Some(address) = address else { return Ids::default() };
    let Some(packed) = get_bytes(&address).await else { return Ids::default() };
    let mut unpacking = Ids::unpack(packed);
    while unpacking.step(IDS) {
        sleep(0).await;
    }
    unpacking.finish().unwrap_or_default()
}

/// Checks a file. `progress` hears percents and says whether to go on; `None` when it said no.
pub(super) async fn check(
    file: &File,
    wanted: Wanted,
    ids: Ids,
    progress: impl Fn(u32) -> bool,
) -> Option<FileVerdict> {
    let size = file.size();
    if size > f64::from(wanted.file_mb) * 1024.0 * 1024.0 {
        return Some(FileVerdict::TooLarge);
    }
    let started = Date::now();
    let knows_ids = !ids.is_empty();
    let mut checker = Checker::new(wanted.schema, ids);
    let mut lines = 0;
    let mut at = 0.0;
    while at < size {
        let end = (at + f64::from(SLICE)).min(size);
        let Some(bytes) = slice(file, at, end).await else { return Some(FileVerdict::Unreadable) };
        lines += bytes.split(|byte| *byte == b'\n').count() as u64 - 1;
        if at + bytes.len() as f64 >= size && bytes.last().is_some_and(|byte| *byte != b'\n') {
            lines += 1;
        }
        checker.push(&bytes);
        at = end;
        if !progress(percent(at, size)) {
            return None;
        }
    }
    Some(match checker.finish() {
        Ok(summary) => FileVerdict::Right { summary, knows_ids, seconds: (Date::now() - started) / 1000.0 },
        Err(errors) => FileVerdict::Wrong { rows: rows_of(&errors, lines), errors },
    })
}

/// Rows of a wrong file, by its lines; unknown when it is no text.
fn rows_of(errors: &FileErrors, lines: u64) -> Option<u64> {
    let no_text = [ErrorKind::Format, ErrorKind::Encoding, ErrorKind::EmptyFile];
    let is_text = !errors.kinds.keys().any(|kind| no_text.contains(kind));
    is_text.then_some(lines.saturating_sub(1))
}

/// How much of a whole, from 0 to 100.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
pub(super) fn percent(done: f64, whole: f64) -> u32 {
    if whole > 0.0 { (done / whole * 100.0).clamp(0.0, 100.0) as u32 } else { 100 }
}
