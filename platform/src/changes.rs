//! What another version of a text says otherwise.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// How long is looked for the smallest difference; what is found then is right too, and longer.
const LOOKED: Duration = Duration::from_millis(200);

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Same,
    Added,
    Removed,
}

/// The lines of two texts, without their ends, and what became of each.
pub fn lines(before: &str, after: &str) -> Vec<(Change, String)> {
    let mut config = TextDiff::configure();
    config.timeout(LOOKED);
    let diff = config.diff_lines(before, after);
    let line = |change: similar::Change<&str>| {
        let tag = match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Insert => Change::Added,
            ChangeTag::Delete => Change::Removed,
        };
        (tag, change.value().trim_end_matches(['\r', '\n']).to_owned())
    };
    diff.iter_all_changes().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Change::{Added, Removed, Same};

    #[test]
    fn a_line_that_is_another_one_is_taken_out_and_put_in() {
        let found = lines("제목\n\n마감 18:00\n끝", "제목\n\n마감 20:00\n끝");
        let tags: Vec<_> = found.iter().map(|(change, line)| (*change, line.as_str())).collect();
        assert_eq!(tags, [(Same, "제목"), (Same, ""), (Removed, "마감 18:00"), (Added, "마감 20:00"), (Same, "끝")]);
    }
}
