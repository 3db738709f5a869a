//! The limit of open files, and what fits under it.

/// Files and connections that are open beside those of readers: the database's, workers', the log's.
const BESIDE: u64 = 256;

/// Raises the limit of open files as far as it may be, and says how many connections and files that are sent fit under it.
pub(super) fn open_files(wanted: usize) -> (usize, usize) {
    let needed = (wanted as u64).saturating_mul(2).saturating_add(BESIDE);
    let allowed = match rlimit::increase_nofile_limit(needed) {
        Ok(allowed) => allowed,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files could not be raised");
            return (wanted, wanted);
        }
    };
    let (connections, files) = fit(wanted, allowed);
    if allowed < needed {
        tracing::warn!(
            "MADANG_CONNECTIONS is {wanted}, but this process may open {allowed} files: {connections} connections are taken, and \
             {files} files are sent at once. Raise the hard limit (ulimit -Hn, LimitNOFILE= of systemd) to {needed}"
        );
    }
    (connections, files)
}

/// How many connections, and files that are sent on them. Where there is no room for a file on each, most wait for events and send none.
fn fit(wanted: usize, allowed: u64) -> (usize, usize) {
    let room = usize::try_from(allowed.saturating_sub(BESIDE).max(BESIDE)).unwrap_or(usize::MAX);
    let connections = wanted.min(room / 5 * 4);
    (connections, connections.min(room - connections))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_has_a_file_or_where_there_is_no_room_for_that_the_files_give_way_first() {
        for (allowed, expected) in [
            (1_000_000, (16_000, 16_000)),
            (32_256, (16_000, 16_000)),
            (20_256, (16_000, 4_000)),
            (1_024, (612, 156)),
            (16, (204, 52)),
        ] {
            assert_eq!(fit(16_000, allowed), expected, "{allowed}");
        }
        assert_eq!(fit(1, 1_024), (1, 1));
    }
}
