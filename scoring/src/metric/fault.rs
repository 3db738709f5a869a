//! Why a custom metric gave no score.

use serde::{Deserialize, Serialize};

use crate::josa::josa;
use crate::lang::Lang;

/// What happened to the component of a custom metric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// It cannot be run at all: it was found right when the competition was made, so this installation is at fault.
    Unusable,
    Crash(Crash),
    /// It computed more than is allowed, however quick the machine is.
    Fuel,
    Memory {
        mb: u64,
    },
    Time {
        seconds: u64,
    },
    /// One of its values is NaN or infinite.
    NotFinite {
        name: String,
    },
    NoScore,
    /// A value without a name, with a name that is too long or used twice, or too many values.
    Names,
    /// It says itself why there is no score: one line, cut to length.
    Refused {
        said: String,
    },
}

/// How a component broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crash {
    /// It gave up (a panic, an exception).
    Abort,
    /// It reached beyond its memory or a table.
    Bounds,
    /// Its calls went too deep.
    Stack,
    /// A division by zero, a number that fits no integer.
    Arithmetic,
}

impl Fault {
    /// A stable code for programs.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Unusable => "metric_unusable",
            Self::Crash(_) => "metric_crash",
            Self::Fuel => "metric_fuel",
            Self::Memory { .. } => "metric_memory",
            Self::Time { .. } => "metric_time",
            Self::NotFinite { .. } => "metric_not_finite",
            Self::NoScore => "metric_no_score",
            Self::Names => "metric_names",
            Self::Refused { .. } => "metric_refused",
        }
    }

    /// What happened, as a sentence; `rows` is `공개 구간의 ` or nothing.
    pub(super) fn message(&self, metric: &str, rows: &str, lang: Lang) -> String {
        let (ko, en) = match self {
            Self::Refused { said } => {
                return lang.pick(
                    format!("‘{metric}’ 지표가 {rows}점수를 내지 않고 까닭을 말했어요: {said}"),
                    format!("The metric “{metric}” refused to score: {said}"),
                );
            }
            Self::Unusable => ("를 불러올 수 없었어요.".to_owned(), "could not be loaded.".to_owned()),
            Self::Crash(Crash::Abort) => ("가 오류로 멈췄어요.".to_owned(), "broke off with an error.".to_owned()),
            Self::Crash(Crash::Bounds) => {
                ("가 메모리 밖을 건드려 멈췄어요.".to_owned(), "was stopped: it reached beyond its memory.".to_owned())
            }
            Self::Crash(Crash::Stack) => {
                ("가 호출이 너무 깊어져 멈췄어요.".to_owned(), "was stopped: its calls went too deep.".to_owned())
            }
            Self::Crash(Crash::Arithmetic) => (
                "가 0으로 나누는 것 같은 잘못된 계산으로 멈췄어요.".to_owned(),
                "was stopped: a division by zero or a number out of range.".to_owned(),
            ),
            Self::Fuel => (
                "가 정해진 계산량을 넘겨 멈췄어요.".to_owned(),
                "was stopped: it computed more than is allowed.".to_owned(),
            ),
            Self::Memory { mb } => (
                format!("가 메모리를 {mb} MB보다 많이 쓰려고 해서 멈췄어요."),
                format!("was stopped: it wanted more than {mb} MB of memory."),
            ),
            Self::Time { seconds } => (
                format!("가 {seconds}초 안에 끝나지 않아 멈췄어요."),
                format!("was stopped: it did not end within {seconds} seconds."),
            ),
            Self::NotFinite { name } => (
                format!("가 ‘{name}’{} 유한한 수로 내지 못했어요.", josa(name, "을", "를")),
                format!("gave no finite number as “{name}”."),
            ),
            Self::NoScore => {
                ("가 ‘score’ 값을 돌려주지 않았어요.".to_owned(), "returned no value named “score”.".to_owned())
            }
            Self::Names => (
                "가 돌려준 값의 이름이 비었거나 겹치거나 너무 길거나 너무 많아요.".to_owned(),
                "returned values whose names are empty, used twice, too long or too many.".to_owned(),
            ),
        };
        let topic = if rows.is_empty() { String::new() } else { format!("{rows}점수를 계산하던 ") };
        lang.pick(format!("{topic}‘{metric}’ 지표{ko}"), format!("The metric “{metric}” {en}"))
    }

    /// What to do about it, as a sentence.
    pub(super) fn fix(&self) -> (&'static str, &'static str) {
        match self {
            Self::Refused { .. } => (
                "제출한 값을 살펴보고, 까닭을 알 수 없으면 운영자에게 물어봐 주세요.",
                "Look at what was submitted; if that does not explain it, ask the organizer.",
            ),
            Self::Unusable => {
                ("운영자가 지표 프로그램을 살펴봐야 해요.", "The organizer has to look at the component.")
            }
            _ => (
                "제출한 값에 너무 크거나 뜻밖의 것이 없는지 살펴보고, 까닭을 알 수 없으면 운영자에게 알려 주세요.",
                "Look for values that are too large or unusual; if there are none, tell the organizer.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{MetricError, Part, Problem};

    #[test]
    fn every_fault_names_the_metric_and_what_to_do_in_both_languages() {
        let faults = [
            Fault::Unusable,
            Fault::Crash(Crash::Abort),
            Fault::Crash(Crash::Bounds),
            Fault::Crash(Crash::Stack),
            Fault::Crash(Crash::Arithmetic),
            Fault::Fuel,
            Fault::Memory { mb: 256 },
            Fault::Time { seconds: 30 },
            Fault::NotFinite { name: "score".to_owned() },
            Fault::NoScore,
            Fault::Names,
            Fault::Refused { said: "양성이 없습니다".to_owned() },
        ];
        for fault in faults {
            let error = MetricError::from(Problem::Custom { metric: "utility".to_owned(), fault });
            for lang in [Lang::Ko, Lang::En] {
                assert!(error.message(lang).contains("utility"), "{}", error.message(lang));
                assert!(error.fix(lang).ends_with('.'));
            }
            assert!(error.code().starts_with("metric_"));
        }
    }

    #[test]
    fn the_part_is_named_where_it_is_only_one() {
        let fault = Fault::NotFinite { name: "score".to_owned() };
        let error = MetricError::from(Problem::Custom { metric: "utility".to_owned(), fault });
        assert_eq!(error.message(Lang::Ko), "‘utility’ 지표가 ‘score’를 유한한 수로 내지 못했어요.");
        let public = error.in_part(Part::Public);
        assert_eq!(
            public.message(Lang::Ko),
            "공개 구간의 점수를 계산하던 ‘utility’ 지표가 ‘score’를 유한한 수로 내지 못했어요."
        );
        assert_eq!(public.message(Lang::En), "The metric “utility” gave no finite number as “score”.");
    }
}
