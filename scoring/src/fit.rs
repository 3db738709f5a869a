//! Whether a solution's masks fit their images. It has the images' sizes itself, so this is checked after it was read.

use crate::csv::{Detail, ErrorKind, FileError, FileErrors, Ids, ReadColumn, lines};
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

/// Fails where a solution has one side of the images and not the other.
pub(crate) fn both_sizes(columns: &[ReadColumn]) -> Result<(), FileErrors> {
    let side = |name: &str| columns.iter().find(|column| column.name == name);
    let (Some(height), Some(width)) = (side("height"), side("width")) else { return Ok(()) };
    let missing = if height.present { width } else { height };
    if height.present == width.present {
        return Ok(());
    }
    let error = FileError::of_file(ErrorKind::MissingColumn, Detail::None);
    Err([FileError { column: Some(missing.name.clone()), ..error }].into_iter().collect())
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
