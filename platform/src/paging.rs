//! Where a page of a list begins.

/// From which row on a list is shown that was asked for from `offset` on: past the end it is the last page, for what is not shown would
/// look as if it was not there.
pub(crate) fn offset(offset: i64, limit: i64, total: i64) -> i64 {
    let last = (total - 1).max(0) / limit.max(1) * limit;
    offset.min(last)
}

#[cfg(test)]
mod tests {
    use super::offset;

    #[test]
    fn past_the_end_the_last_page_is_shown() {
        for (asked, total, shown) in [(0, 0, 0), (50, 0, 0), (50, 50, 0), (50, 51, 50), (4900, 101, 100), (0, 101, 0)] {
            assert_eq!(offset(asked, 50, total), shown, "{asked} of {total}");
        }
        assert_eq!(offset(0, i64::MAX, 7), 0, "all of it");
    }
}
