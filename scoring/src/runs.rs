//! Run-length encoded masks, as runs.

/// Pixels of one run, counted from 0 down each column: `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) start: u64,
    pub(crate) end: u64,
}

/// The runs of a mask, rising (`1 3 7 2` and `-` for none). What the reader would have refused ends them.
pub(crate) fn runs(mask: &str) -> impl Iterator<Item = Run> {
    let mut numbers = mask.split_ascii_whitespace().map_while(|number| number.parse::<u64>().ok());
    std::iter::from_fn(move || {
        let start = numbers.next()?.checked_sub(1)?;
        Some(Run { start, end: start.checked_add(numbers.next()?)? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_count_pixels_from_zero() {
        assert_eq!(runs("1 3 7 2").collect::<Vec<_>>(), [Run { start: 0, end: 3 }, Run { start: 6, end: 8 }]);
        assert_eq!(runs("-").count(), 0);
    }
}
