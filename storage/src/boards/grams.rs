//! How a search finds parts of Korean words: a text is cut into its letters and pairs of neighbouring letters, which an index of either
//! database finds (FTS5, GIN); what has all of a search's pieces is then compared letter by letter. Trigrams, which both databases have
//! ready-made, find nothing shorter than three letters, and most Korean words have two (docs/decisions/0034-boards.md).

use std::collections::BTreeSet;

use domain::ids::BoardId;
use unicode_normalization::UnicodeNormalization as _;

/// Pieces of a search that an index is asked for; comparing the letters does the rest.
const ASKED_MAX: usize = 24;

/// A text as it is compared: composed, for a Mac sends Korean letters in parts, and without capitals.
pub(super) fn folded(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase()
}

/// The piece that all posts of a board have, and no text.
fn of_board(board: BoardId) -> String {
    format!("b{}", board.0.simple())
}

/// What of a text may be in a piece.
fn words(folded: &str) -> impl Iterator<Item = Vec<char>> + '_ {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| word.chars().collect())
}

/// All pieces of a folded text on a board.
pub(super) fn of_text(board: BoardId, folded: &str) -> Vec<String> {
    let mut grams = BTreeSet::from([of_board(board)]);
    for word in words(folded) {
        grams.extend(word.iter().map(char::to_string));
        grams.extend(word.windows(2).map(|pair| pair.iter().collect::<String>()));
    }
    grams.into_iter().collect()
}

/// The pieces that a post on a board must have to be found; of signs alone only the board's.
pub(super) fn of_search(board: BoardId, folded: &str) -> Vec<String> {
    let mut grams = BTreeSet::new();
    for word in words(folded) {
        match word.as_slice() {
            [one] => drop(grams.insert(one.to_string())),
            letters => grams.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>())),
        }
    }
    [of_board(board)].into_iter().chain(grams.into_iter().take(ASKED_MAX)).collect()
}

/// Words of a title by which questions like it are looked for.
const WORDS: usize = 4;
/// Letters of such a word at most.
const WORD_MAX: usize = 12;

/// The pieces of the four longest words of a folded title, each with the board's: of a Korean word those of its first half, for what
/// follows bends. Fewer words are there several times; of letters and signs that stand alone there are none.
pub(super) fn of_words(board: BoardId, folded: &str) -> Option<[Vec<String>; WORDS]> {
    let mut longest: Vec<Vec<char>> = words(folded).filter(|word| word.len() > 1).collect();
    longest.sort_by_key(|word| std::cmp::Reverse(word.len()));
    longest.dedup();
    longest.truncate(WORDS);
    let pieces = longest.iter().map(|word| {
        let is_korean = word.iter().all(|letter| ('가'..='힣').contains(letter));
        let letters = if is_korean { word.len().div_ceil(2).max(2) } else { word.len() }.min(WORD_MAX);
        let pairs = word[..letters].windows(2).map(|pair| pair.iter().collect::<String>());
        [of_board(board)].into_iter().chain(pairs).collect::<Vec<_>>()
    });
    let pieces: Vec<_> = pieces.cycle().take(WORDS).collect();
    pieces.try_into().ok()
}

/// The pairs of letters of a folded title, and the letters that stand alone.
pub(super) fn of_title(folded: &str) -> BTreeSet<String> {
    words(folded)
        .flat_map(|word| match word.as_slice() {
            [one] => vec![one.to_string()],
            letters => letters.windows(2).map(|pair| pair.iter().collect()).collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_word_is_among_the_pieces_of_its_text() {
        let board = BoardId::random();
        let text = of_text(board, &folded("제출마감 안내: ROC-AUC 0.9 (필독)"));
        for part in ["마감", "출마감 안", "감", "roc", "auc", "c-a", "0.9", "(필독)", "제출마감 안내: ROC"]
        {
            let asked = of_search(board, &folded(part));
            assert!(asked.iter().all(|gram| text.contains(gram)), "{part}: {asked:?} of {text:?}");
        }
        assert!(!of_search(board, "감마").iter().all(|gram| text.contains(gram)));
        assert!(!of_search(BoardId::random(), "마감").iter().all(|gram| text.contains(gram)), "another board");
    }

    #[test]
    fn letters_in_parts_and_capitals_are_the_same_as_whole_and_small_ones() {
        assert_eq!(folded("마감 AUC"), folded("마감 auc"));
    }

    #[test]
    fn questions_are_looked_for_by_the_beginnings_of_the_longest_words_of_a_title() {
        let board = BoardId::random();
        let asked = of_words(board, &folded("제출 데이터셋은 어디 public-lb")).unwrap();
        assert!(asked.iter().all(|pieces| pieces[0] == of_board(board)));
        let words: Vec<_> = asked.iter().map(|pieces| pieces[1..].join(" ")).collect();
        assert_eq!(words, ["pu ub bl li ic", "데이 이터", "제출", "어디"]);
        let twice = of_words(board, "마감은 왜").unwrap();
        assert!(twice.iter().all(|pieces| pieces[1..] == ["마감"]), "{twice:?}");
        assert_eq!(of_words(board, "왜 ?! a"), None);
    }

    #[test]
    fn a_long_search_asks_for_no_more_pieces_than_it_may() {
        let long: String = ('가'..).take(80).collect();
        assert_eq!(of_search(BoardId::random(), &long).len(), ASKED_MAX + 1);
    }
}
