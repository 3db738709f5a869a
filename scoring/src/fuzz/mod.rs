//! What must hold for any bytes: the bodies of the fuzz targets in `scoring/fuzz`. The corpus kept there runs as an
//! ordinary test, so that what a fuzzer once found stays found.

mod masks;
mod reader;
mod score;

pub use masks::masks;
pub use reader::reader;
pub use score::score;

#[cfg(test)]
pub(crate) use reader::told;

use crate::csv::{FileErrors, KEPT};
use crate::lang::Lang;

/// Errors are all counted, few are kept, and each says what happened and what to do.
fn errors_hold(errors: &FileErrors) {
    assert!(errors.total > 0);
    assert_eq!(errors.total, errors.kinds.values().sum::<u64>());
    assert!(errors.first.len() <= KEPT && errors.first.len() as u64 <= errors.total);
    for error in &errors.first {
        assert!(errors.kinds.contains_key(&error.kind));
        let texts = [&error.column, &error.value];
        assert!(texts.into_iter().flatten().all(|text| text.chars().count() <= 40));
        assert!([Lang::Ko, Lang::En].iter().all(|&lang| !error.what(lang).is_empty() && !error.fix(lang).is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Runs every file of a target's corpus.
    fn corpus(target: &str, body: impl Fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
        let mut count = 0;
        for entry in fs::read_dir(folder).unwrap() {
            body(&fs::read(entry.unwrap().path()).unwrap());
            count += 1;
        }
        assert!(count > 20, "the corpus of {target} has {count} files");
    }

    #[test]
    fn the_corpus_of_the_reader_holds() {
        corpus("reader", super::reader);
    }

    #[test]
    fn the_corpus_of_the_masks_holds() {
        corpus("masks", super::masks);
    }

    #[test]
    fn the_corpus_of_the_score_holds() {
        corpus("score", super::score);
    }
}
