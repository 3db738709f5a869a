//! Reads a chosen file in the browser, a slice at a time, so that the page stays alive.

use domain::submission::FILE_MAX;
use js_sys::Date;
use scoring::csv::IdsReader;
use scoring::{Checker, ErrorKind, FileErrors, Ids, Schema, Summary};
use web_sys::File;

use crate::islands::browser::{get_bytes, sleep, slice};

/// Bytes read at once.
const SLICE: u32 = 256 * 1024;

/// What the browser found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
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

/// The ids a submission must have, from the sample submission. None when it cannot be had: then any id will do here, and the
/// server decides.
pub(super) async fn ids(slug: &str, column: &str) -> Ids {
    let Some(bytes) = get_bytes(&format!("/competitions/{slug}/files/sample_submission.csv")).await else {
        return Ids::default();
    };
    let mut reader = IdsReader::new(column);
    for chunk in bytes.chunks(SLICE as usize) {
        reader.push(chunk);
        sleep(0).await;
    }
    reader.finish().unwrap_or_default()
}

/// Checks a file. `progress` hears percents and says whether to go on; `None` when it said no.
pub(super) async fn check(file: &File, schema: Schema, ids: Ids, progress: impl Fn(u32) -> bool) -> Option<Verdict> {
    let size = file.size();
    if size > FILE_MAX as f64 {
        return Some(Verdict::TooLarge);
    }
    let started = Date::now();
    let knows_ids = !ids.is_empty();
    let mut checker = Checker::new(schema, ids);
    let mut lines = 0;
    let mut at = 0.0;
    while at < size {
        let end = (at + f64::from(SLICE)).min(size);
        let Some(bytes) = slice(file, at, end).await else { return Some(Verdict::Unreadable) };
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
        Ok(summary) => Verdict::Right { summary, knows_ids, seconds: (Date::now() - started) / 1000.0 },
        Err(errors) => Verdict::Wrong { rows: rows_of(&errors, lines), errors },
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
