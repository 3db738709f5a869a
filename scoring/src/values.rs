//! Typed columns, as metrics see them.

use std::cmp::Ordering;
use std::sync::Arc;

/// The values of one column, in the solution's row order.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Finite numbers.
    Numbers(Vec<f64>),
    /// Positions in `classes`.
    Labels { classes: Arc<[String]>, codes: Vec<u32> },
    /// Texts that a metric reads itself: ranked items, run-length encoded masks.
    Texts(Texts),
}

/// Many texts in one shared arena.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    letters: Arc<str>,
    /// Begin and end in `letters`, one a row.
    spans: Vec<(usize, usize)>,
}

impl Texts {
    /// Texts by their places in `letters`.
    pub(crate) fn new(letters: String, spans: Vec<(usize, usize)>) -> Self {
        Self { letters: letters.into(), spans }
    }

    /// The text of a row; empty beyond the end.
    pub fn get(&self, row: usize) -> &str {
        self.spans.get(row).and_then(|&(begin, end)| self.letters.get(begin..end)).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.spans.len()
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.spans.len()).map(|row| self.get(row))
    }
}

impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: AsRef<str>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let (mut letters, mut spans) = (String::new(), Vec::new());
        for text in texts {
            let begin = letters.len();
            letters.push_str(text.as_ref());
            spans.push((begin, letters.len()));
        }
        Self::new(letters, spans)
    }
}

impl Values {
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Labels { codes, .. } => codes.len(),
            Self::Texts(texts) => texts.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values at `rows`, in that order; rows beyond the end are left out.
    #[must_use]
    pub fn at(&self, rows: &[u32]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::Numbers(pick(numbers, rows)),
            Self::Labels { classes, codes } => Self::Labels { classes: Arc::clone(classes), codes: pick(codes, rows) },
            Self::Texts(texts) => {
                Self::Texts(Texts { letters: Arc::clone(&texts.letters), spans: pick(&texts.spans, rows) })
            }
        }
    }

    /// The same labels with the classes in reading order: by number when all are numbers, else by text.
    pub(crate) fn sorted_classes(self) -> Self {
        let Self::Labels { classes, mut codes } = self else { return self };
        let numbers: Option<Vec<f64>> = classes.iter().map(|class| class.parse().ok()).collect();
        let mut order: Vec<u32> = (0..).take(classes.len()).collect();
        let index = |code: u32| code as usize;
        order.sort_by(|&a, &b| {
            let by_number = numbers.as_ref().map_or(Ordering::Equal, |n| n[index(a)].total_cmp(&n[index(b)]));
            by_number.then_with(|| classes[index(a)].cmp(&classes[index(b)]))
        });
        let mut place = vec![0; order.len()];
        for (new, &old) in (0..).zip(&order) {
            place[index(old)] = new;
        }
        for code in &mut codes {
            *code = place[index(*code)];
        }
        Self::Labels { classes: order.iter().map(|&old| classes[index(old)].clone()).collect(), codes }
    }
}

/// The values at `rows`; those beyond the end are left out.
pub(crate) fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().filter_map(|&row| values.get(row as usize).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_are_numbers_are_ordered_as_numbers() {
        let labels = Values::Labels {
            classes: vec!["10".to_owned(), "9".to_owned(), "-1".to_owned()].into(),
            codes: vec![0, 1, 2, 0],
        };
        let Values::Labels { classes, codes } = labels.sorted_classes() else { panic!("labels stay labels") };
        assert_eq!(&*classes, ["-1", "9", "10"]);
        assert_eq!(codes, [2, 1, 0, 2]);
    }

    #[test]
    fn classes_that_are_words_are_ordered_as_words() {
        let labels = Values::Labels { classes: vec!["나".to_owned(), "가".to_owned()].into(), codes: vec![0, 1] };
        let Values::Labels { classes, codes } = labels.sorted_classes() else { panic!("labels stay labels") };
        assert_eq!(&*classes, ["가", "나"]);
        assert_eq!(codes, [1, 0]);
    }

    #[test]
    fn texts_are_picked_without_being_copied() {
        let texts = Values::Texts(["a b", "", "가"].into_iter().collect());
        let Values::Texts(picked) = texts.at(&[2, 0, 7]) else { panic!("texts stay texts") };
        assert_eq!(picked.iter().collect::<Vec<_>>(), ["가", "a b"]);
        assert_eq!(picked.get(5), "");
    }
}
