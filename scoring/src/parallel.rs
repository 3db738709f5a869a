//! Work on large files by all cores.

use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many threads pay off for `bytes` of work: starting one costs about as much as 100 KB of reading.
pub(crate) fn threads(bytes: usize) -> usize {
    const SHARE: usize = 256 << 10;
    static CORES: OnceLock<usize> = OnceLock::new();
    #[cfg(any(test, feature = "fuzzing"))]
    if let Some(threads) = FORCED.get() {
        return threads;
    }
    if cfg!(target_arch = "wasm32") || bytes < 2 * SHARE {
        return 1;
    }
    let cores = *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
    cores.min(bytes / SHARE)
}

#[cfg(any(test, feature = "fuzzing"))]
std::thread_local! {
    static FORCED: std::cell::Cell<Option<usize>> = const { std::cell::Cell::new(None) };
}

/// `work` with this many threads, however little there is to do: what is scored must not depend on how many there are.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn forced<T>(threads: usize, work: impl FnOnce() -> T) -> T {
    FORCED.set(Some(threads));
    let done = work();
    FORCED.set(None);
    done
}

/// `work` on every item, by up to `threads` threads; the results are in the order of the items.
pub(crate) fn map<T: Sync, R: Send>(threads: usize, items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads.min(items.len());
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut done = thread::scope(|scope| {
        // A thread that cannot be started leaves its share to the others.
        let others: Vec<_> =
            (1..threads).filter_map(|_| thread::Builder::new().spawn_scoped(scope, run).ok()).collect();
        let mut done = run();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_their_items() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in [1, 2, 7] {
            assert!(map(threads, &items, |item| item * 2).into_iter().eq((0..1000).map(|item| item * 2)));
        }
        assert!(map(2, &[], |_: &u8| 0).is_empty());
    }

    #[test]
    fn a_small_file_stays_on_one_thread() {
        assert_eq!(threads(100_000), 1);
    }
}
