//! Accuracy: the share of right labels.

use super::{LABELS, pairs, total};
use crate::metric::entry::Entry;

pub(in crate::metric) const ACCURACY: Entry = Entry {
    id: "accuracy",
    name: ["정확도", "Accuracy"],
    formula: r"\mathrm{Accuracy} = \frac{1}{n} \sum_{i=1}^{n} \mathbf{1}[\hat{y}_i = y_i]",
    explanation: [
        "전체 가운데 레이블을 맞힌 비율입니다. 클래스의 크기가 많이 다르면 큰 클래스만 맞혀도 높게 나오므로 주의해야 합니다.",
        "The share of rows whose label is right. Where classes differ much in size it can be high for the largest one alone.",
    ],
    score: |_, input| {
        let counts = pairs(input)?.counts();
        Ok((total(&counts, |count| count.both) / total(&counts, |count| count.truth)).min(1.0))
    },
    ..LABELS
};

#[cfg(test)]
mod tests {
    use crate::metric::MetricSpec;
    use crate::metric::label::test::score;

    #[test]
    fn the_share_of_right_labels_is_weighted() {
        let spec = MetricSpec::new("accuracy");
        assert_eq!(score(&spec, 3, &[0, 1, 2, 2], &[0, 2, 2, 2], None), Ok(0.75));
        assert_eq!(score(&spec, 3, &[0, 1, 2, 2], &[0, 2, 2, 2], Some(&[1.0, 5.0, 1.0, 1.0])), Ok(0.375));
        assert_eq!(score(&spec, 1, &[0], &[0], None), Ok(1.0));
    }
}
