//! What an error of a metric says, in both languages: what happened, and what to do.

use super::error::{MetricError, Part, Problem, SpecError};
use crate::josa::josa;
use crate::lang::Lang;

impl Part {
    fn ko(self) -> &'static str {
        match self {
            Self::All => "정답",
            Self::Public => "공개 구간",
            Self::Private => "비공개 구간",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::All => "The solution",
            Self::Public => "The public part",
            Self::Private => "The private part",
        }
    }
}

impl MetricError {
    /// What happened, as a sentence.
    pub fn message(&self, lang: Lang) -> String {
        let (ko, en) = (self.part.ko(), self.part.en());
        match &self.problem {
            Problem::Spec(error) => error.message(lang),
            Problem::NoRows => lang.pick(format!("{ko}에 채점할 행이 없어요."), format!("{en} has no rows to score.")),
            Problem::NoPositives => {
                lang.pick(format!("{ko}에 양성이 한 건도 없어요."), format!("{en} has no positives."))
            }
            Problem::NoNegatives => {
                lang.pick(format!("{ko}에 음성이 한 건도 없어요."), format!("{en} has no negatives."))
            }
            Problem::NoPositivesIn { column } => lang.pick(
                format!("{ko}의 {column}번째 레이블 열에 양성이 한 건도 없어요."),
                format!("{en} has no positives in label column {column}."),
            ),
            Problem::NoNegativesIn { column } => lang.pick(
                format!("{ko}의 {column}번째 레이블 열에 음성이 한 건도 없어요."),
                format!("{en} has no negatives in label column {column}."),
            ),
            Problem::OneClass => {
                lang.pick(format!("{ko}에 레이블이 한 가지뿐이에요."), format!("{en} has rows of one label only."))
            }
            Problem::NoClass { label } => lang.pick(
                format!("{ko}에 ‘{label}’ 레이블이 한 건도 없어요."),
                format!("{en} has no row of the label “{label}”."),
            ),
            Problem::NotBinary { classes } => lang.pick(
                format!("정답의 레이블이 두 가지여야 하는데 {classes}가지예요."),
                format!("The solution must have two labels and has {classes}."),
            ),
            Problem::UnknownPosLabel { label } => lang.pick(
                format!("양성 레이블 ‘{label}’{} 정답에 없어요.", josa(label, "이", "가")),
                format!("The positive label “{label}” is not in the solution."),
            ),
            Problem::WrongColumns => {
                lang.pick("열이 평가지표와 맞지 않아요.".to_owned(), "The columns do not fit the metric.".to_owned())
            }
            Problem::SplitTwice => lang.pick(
                "정답에 이미 usage 열이 있어요.".to_owned(),
                "The solution has a usage column already.".to_owned(),
            ),
            Problem::SplitLeavesNone => lang.pick(
                "이 비율로 나누면 공개 구간이나 비공개 구간에 남는 행이 없어요.".to_owned(),
                "This share leaves the public or the private part without rows.".to_owned(),
            ),
            Problem::Overflow => lang.pick(
                "값이 너무 커서 점수를 계산할 수 없어요.".to_owned(),
                "The values are too large for a score.".to_owned(),
            ),
            Problem::ConstantTruth => lang.pick(
                format!("{}정답이 모두 같은 값이라 점수를 계산할 수 없어요.", self.of_part()),
                format!("{en} has the same value everywhere, so there is no score."),
            ),
            Problem::ConstantPrediction => lang.pick(
                format!("{}예측값이 모두 같은 값이라 점수를 계산할 수 없어요.", self.of_part()),
                "The predictions are the same value everywhere, so there is no score.".to_owned(),
            ),
            Problem::Negative => lang.pick(
                "0보다 작은 값이 있어서 로그를 취할 수 없어요.".to_owned(),
                "A value is below zero and has no logarithm.".to_owned(),
            ),
            Problem::NoComparablePairs => lang.pick(
                format!("{ko}에 누가 먼저인지 비교할 수 있는 쌍이 없어요."),
                format!("{en} has no two cases of which it is known who came first."),
            ),
            Problem::NoRelevant { rows } => lang.pick(
                format!("{ko}에 관련 항목이 없는 행이 {rows}개 있어요."),
                match rows {
                    1 => format!("{en} has 1 row without a relevant item."),
                    _ => format!("{en} has {rows} rows without a relevant item."),
                },
            ),
            Problem::NoSizes => lang.pick(
                "이 평가지표에는 이미지의 height 열과 width 열이 필요해요.".to_owned(),
                "This metric needs the image’s size: the columns height and width.".to_owned(),
            ),
            Problem::NoEvents => lang.pick(format!("{ko}에 이벤트가 한 건도 없어요."), format!("{en} has no events.")),
            Problem::ClassNamedAsId { column } => lang.pick(
                format!("클래스 ‘{column}’의 이름이 id 열과 같아서 제출 파일에 같은 열이 둘 있게 돼요."),
                format!(
                    "The class “{column}” is named like the id column, so a submission would have two such columns."
                ),
            ),
            Problem::SplitEvents => lang.pick(
                "한 시리즈에 여러 종류의 이벤트가 있을 수 있어서 클래스별로 나눌 수 없어요.".to_owned(),
                "A series may have events of several kinds, so it cannot be split by class.".to_owned(),
            ),
            Problem::Custom { metric, fault } => fault.message(metric, &self.of_part(), lang),
        }
    }

    /// What to do about it, as a sentence.
    pub fn fix(&self, lang: Lang) -> String {
        let (ko, en) = match &self.problem {
            Problem::Spec(error) => return error.fix(lang),
            Problem::NoRows => ("usage 열을 확인해 주세요.", "Check the usage column."),
            Problem::NoPositivesIn { .. }
            | Problem::NoNegativesIn { .. }
            | Problem::OneClass
            | Problem::NoClass { .. } => (
                "정답의 공개·비공개 나눔을 바꾸거나 다른 평가지표를 골라 주세요.",
                "Split the solution differently or choose another metric.",
            ),
            Problem::NoPositives | Problem::NoNegatives => (
                "정답의 공개·비공개 나눔과 양성 레이블(pos_label)을 확인해 주세요.",
                "Check how the solution is split and its positive label (pos_label).",
            ),
            Problem::NotBinary { .. } => ("정답이나 평가지표를 바꿔 주세요.", "Change the solution or the metric."),
            Problem::UnknownPosLabel { .. } => (
                "평가지표의 pos_label을 정답의 레이블로 정해 주세요.",
                "Set pos_label to one of the solution’s labels.",
            ),
            Problem::WrongColumns => {
                ("대회의 평가지표와 정답 파일을 확인해 주세요.", "Check the competition’s metric and solution file.")
            }
            Problem::ClassNamedAsId { .. } => {
                ("id 열이나 클래스의 이름을 바꿔 주세요.", "Rename the id column or the class.")
            }
            Problem::SplitEvents => {
                ("나누는 규칙의 by를 plain이나 group으로 바꿔 주세요.", "Choose plain or group as by of the split.")
            }
            Problem::SplitTwice => (
                "나누는 규칙([split])이나 usage 열 가운데 하나를 지워 주세요.",
                "Remove either the rule ([split]) or the usage column.",
            ),
            Problem::SplitLeavesNone => {
                ("공개 비율을 0과 1 사이에서 바꿔 주세요.", "Choose another public share between 0 and 1.")
            }
            Problem::Overflow => ("예측값의 크기를 확인해 주세요.", "Check the size of the predictions."),
            Problem::ConstantTruth => (
                "정답의 공개·비공개 나눔을 확인하거나 평가지표를 바꿔 주세요.",
                "Check how the solution is split, or change the metric.",
            ),
            Problem::ConstantPrediction => {
                ("행마다 다른 값을 예측해 주세요.", "Predict values that differ from row to row.")
            }
            Problem::Negative => ("0 이상의 수로 바꿔 주세요.", "Use zero or more."),
            Problem::NoComparablePairs => (
                "event가 1인 행이 있는지, time 열이 맞는지 확인해 주세요.",
                "Check that some rows have the event 1, and check the column time.",
            ),
            Problem::NoRelevant { .. } => (
                "relevant 열에 항목을 하나 이상 적거나 그 행을 빼 주세요.",
                "Name at least one item in the column relevant, or leave the row out.",
            ),
            Problem::NoSizes => ("정답 파일에 두 열을 넣어 주세요.", "Add both columns to the solution file."),
            Problem::NoEvents => (
                "정답의 공개·비공개 나눔과 event 열을 확인해 주세요.",
                "Check how the solution is split, and its column event.",
            ),
            Problem::Custom { fault, .. } => fault.fix(),
        };
        lang.pick(ko, en).to_owned()
    }

    /// `공개 구간의 `, or nothing where it is about all rows.
    fn of_part(&self) -> String {
        if self.part == Part::All { String::new() } else { format!("{}의 ", self.part.ko()) }
    }
}

impl SpecError {
    /// What happened, as a sentence.
    pub fn message(&self, lang: Lang) -> String {
        match self {
            Self::UnknownMetric { id, .. } => {
                lang.pick(format!("‘{id}’ 평가지표가 없어요."), format!("There is no metric “{id}”."))
            }
            Self::UnknownParam { metric, param, .. } => lang.pick(
                format!("{metric}에는 ‘{param}’ 설정이 없어요."),
                format!("{metric} has no parameter “{param}”."),
            ),
            Self::BadValue { param, value, .. } => {
                lang.pick(format!("{param}에 ‘{value}’ 값은 쓸 수 없어요."), format!("{param} cannot be “{value}”."))
            }
            Self::OtherDirection { metric } => lang.pick(
                format!("{metric}{} 점수의 좋은 방향이 달라 함께 합칠 수 없어요.", josa(metric, "은", "는")),
                format!("{metric} cannot be combined: its better scores point the other way."),
            ),
            Self::OtherColumns { metric } => lang.pick(
                format!("{metric}{} 순위 지표와 다른 열을 읽어요.", josa(metric, "은", "는")),
                format!("{metric} reads other columns than the ranking metric."),
            ),
            Self::NoWeights { metric } => lang.pick(
                format!("{metric}에는 행의 가중치(weight 열)를 쓸 수 없어요."),
                format!("{metric} cannot use row weights (the weight column)."),
            ),
            Self::NoComponent { metric } => lang.pick(
                format!("{metric}{} 운영자가 만든 지표라 여기서는 계산할 수 없어요.", josa(metric, "은", "는")),
                format!("{metric} is a metric of the organizer’s own and cannot be computed here."),
            ),
            Self::CustomId { id } => lang.pick(
                format!("직접 만든 지표의 id로 ‘{id}’{} 쓸 수 없어요.", josa(id, "은", "는")),
                format!("A custom metric cannot have the id “{id}”."),
            ),
        }
    }

    /// What to do about it, as a sentence.
    pub fn fix(&self, lang: Lang) -> String {
        let names = match self {
            Self::OtherDirection { .. } => {
                return lang
                    .pick(
                        "좋은 방향이 같은 평가지표만 합쳐 주세요.",
                        "Combine only metrics whose better scores point the same way.",
                    )
                    .to_owned();
            }
            Self::OtherColumns { .. } => {
                return lang
                    .pick("같은 열을 읽는 평가지표로 바꿔 주세요.", "Use a metric that reads the same columns.")
                    .to_owned();
            }
            Self::NoWeights { .. } => {
                return lang
                    .pick(
                        "weight 열을 지우거나 평가지표를 바꿔 주세요.",
                        "Remove the weight column or change the metric.",
                    )
                    .to_owned();
            }
            Self::NoComponent { .. } => {
                return lang.pick("지표의 파일(.wasm)을 함께 주세요.", "Give its component (.wasm) too.").to_owned();
            }
            Self::CustomId { .. } => {
                return lang
                    .pick(
                        "목록에 없는 이름을 영어 소문자, 숫자, 밑줄로 40자까지 적어 주세요.",
                        "Use a name that is not in the catalogue: up to 40 lower-case letters, digits and underscores.",
                    )
                    .to_owned();
            }
            Self::UnknownParam { known, .. } if known.is_empty() => {
                return lang.pick("이 설정을 지워 주세요.", "Remove this parameter.").to_owned();
            }
            Self::BadValue { allowed, .. } if allowed.is_empty() => {
                return lang.pick("레이블 이름을 적어 주세요.", "Give the name of a label.").to_owned();
            }
            Self::UnknownMetric { known: names, .. }
            | Self::UnknownParam { known: names, .. }
            | Self::BadValue { allowed: names, .. } => names.join(", "),
        };
        lang.pick(format!("다음 가운데 하나를 써 주세요: {names}"), format!("Use one of these: {names}"))
    }
}
