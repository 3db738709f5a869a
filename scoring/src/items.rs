//! Items of a ranking: `item`, or `item:gain` in a solution.

/// An item and its gain: 1 where none is given. Only a number after the last colon is a gain, so `a:b` is an item of its own.
pub(crate) fn gain(item: &str) -> (&str, f64) {
    match item.rsplit_once(':') {
        Some((name, gain)) if !name.is_empty() => gain.parse().map_or((item, 1.0), |gain| (name, gain)),
        _ => (item, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_is_the_number_after_the_last_colon() {
        assert_eq!(gain("a"), ("a", 1.0));
        assert_eq!(gain("a:2.5"), ("a", 2.5));
        assert_eq!(gain("chr1:77:1"), ("chr1:77", 1.0));
        assert_eq!(gain("a:b"), ("a:b", 1.0));
        assert_eq!(gain(":3"), (":3", 1.0));
    }
}
