//! Typed columns, as metrics see them.

use std::sync::Arc;

/// The values of one column, in the solution's row order.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Finite numbers.
    Numbers(Vec<f64>),
    /// Positions in `classes`.
    Labels { classes: Arc<[String]>, codes: Vec<usize> },
}

impl Values {
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Labels { codes, .. } => codes.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values at `rows`, in that order; rows beyond the end are left out.
    pub(crate) fn at(&self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::Numbers(rows.iter().filter_map(|&row| numbers.get(row).copied()).collect()),
            Self::Labels { classes, codes } => Self::Labels {
                classes: Arc::clone(classes),
                codes: rows.iter().filter_map(|&row| codes.get(row).copied()).collect(),
            },
        }
    }

    /// The same labels with the classes in reading order: by number when all are numbers, else by text.
    pub(crate) fn sorted_classes(self) -> Self {
        let Self::Labels { classes, codes } = self else { return self };
        let numbers: Option<Vec<f64>> = classes.iter().map(|class| class.parse().ok()).collect();
        let mut order: Vec<usize> = (0..classes.len()).collect();
        order.sort_by(|&a, &b| {
            let by_number = numbers.as_ref().map_or(std::cmp::Ordering::Equal, |n| n[a].total_cmp(&n[b]));
            by_number.then_with(|| classes[a].cmp(&classes[b]))
        });
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        Self::Labels {
            classes: order.iter().map(|&old| classes[old].clone()).collect(),
            codes: codes.iter().map(|&code| place[code]).collect(),
        }
    }
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
}
