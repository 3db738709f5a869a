//! Balanced accuracy: the mean recall of the classes.

use super::{LABELS, pairs, total};
use crate::metric::entry::Entry;

pub(in crate::metric) const BALANCED_ACCURACY: Entry = Entry {
    id: "balanced_accuracy",
    name: ["균형 정확도", "Balanced accuracy"],
    formula: r"\mathrm{BA} = \frac{1}{|C|} \sum_{c \in C} \frac{\mathrm{TP}_c}{\mathrm{TP}_c + \mathrm{FN}_c}",
    explanation: [
        "클래스마다 맞힌 비율(재현율)을 구해 똑같이 평균한 값입니다. 작은 클래스도 큰 클래스만큼 중요하게 보며, 정답에 없는 클래스는 세지 않습니다.",
        "The recall of every class, averaged alike. A small class counts as much as a large one; classes that are not in the truth are left out.",
    ],
    score: |_, input| {
        let mut counts = pairs(input)?.counts();
        counts.retain(|count| count.truth > 0.0);
        Ok(total(&counts, |count| (count.both / count.truth).min(1.0)) / counts.len() as f64)
    },
    ..LABELS
};

#[cfg(test)]
mod tests {
    use crate::metric::MetricSpec;
    use crate::metric::label::test::score;

    #[test]
    fn every_class_of_the_truth_counts_the_same() {
        let spec = MetricSpec::new("balanced_accuracy");
        assert_eq!(score(&spec, 2, &[0, 0, 0, 1], &[0, 0, 0, 0], None), Ok(0.5));
        // Class 2 is only predicted: unlike the macro recall, it does not count.
        assert_eq!(score(&spec, 3, &[0, 1, 1, 0], &[0, 1, 2, 0], None), Ok(0.75));
        assert_eq!(score(&spec, 2, &[0, 0, 1], &[0, 1, 1], Some(&[1.0, 3.0, 9.0])), Ok(0.625));
    }
}
