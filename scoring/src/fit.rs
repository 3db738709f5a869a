//! Whether masks fit their images. Only a solution knows the images' sizes, so this is checked after a file was read.

use crate::csv::{Detail, ErrorKind, FileError, FileErrors, Ids, lines};
use crate::runs::runs;
use crate::values::Values;

/// The pixels of each image, where a solution has its height and width.
pub(crate) fn areas(truth: &[Values]) -> Option<Vec<u64>> {
    match truth {
        [Values::Texts(_), Values::Numbers(heights), Values::Numbers(widths)] => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole numbers up to a million each"
            )]
            let area = |(height, width): (&f64, &f64)| (height * width) as u64;
            Some(heights.iter().zip(widths).map(area).collect())
        }
        _ => None,
    }
}

/// The masks of the file `bytes`, by position of the id, against the pixels of each image.
///
/// # Errors
/// Every mask that leaves its image, with its line. Lines are only looked up when there is such a mask.
pub(crate) fn masks(
    bytes: &[u8],
    id: &str,
    ids: &Ids,
    column: &str,
    masks: &Values,
    areas: &[u64],
) -> Result<(), FileErrors> {
    let Values::Texts(masks) = masks else { return Ok(()) };
    let beyond = |(row, (mask, &expected)): (usize, (&str, &u64))| {
        let found = runs(mask).last().map_or(0, |run| run.end);
        (found > expected).then_some((row, Detail::Count { expected, found }))
    };
    let mut faults = masks.iter().zip(areas).enumerate().filter_map(beyond).peekable();
    if faults.peek().is_none() {
        return Ok(());
    }
    let lines = lines(bytes, id, ids);
    let mut errors: Vec<FileError> = faults
        .map(|(row, detail)| {
            let line = lines.get(row).copied().unwrap_or(0);
            FileError::at(line, Some(column), Some(masks.get(row)), ErrorKind::OutsideImage, detail)
        })
        .collect();
    errors.sort_unstable_by_key(|error| error.line);
    Err(errors.into_iter().collect())
}
