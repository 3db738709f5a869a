//! A metric as an entry of the catalogue: what it says of itself, and its functions.

use super::error::{MetricError, Problem};
use super::{Direction, Input, Metric, Param, Params, Range, Scores, Task, finite, numbers};
use crate::lang::Lang;
use crate::values::Values;

/// Values by name that explain a score.
pub(super) type Details = Vec<(&'static str, f64)>;

/// What a metric that needs no state of its own is made of. Pairs of texts are Korean and English.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) name: [&'static str; 2],
    pub(super) direction: Direction,
    pub(super) task: Task,
    pub(super) params: &'static [Param],
    pub(super) range: Range,
    pub(super) formula: &'static str,
    pub(super) explanation: [&'static str; 2],
    pub(super) notes: [&'static str; 2],
    pub(super) takes_weights: bool,
    pub(super) not_negative: bool,
    /// Whether a truth can be scored at all.
    pub(super) check: fn(&Params, &[Values]) -> Result<(), Problem>,
    /// The score of a truth that passed `check`; it may be infinite where the numbers left the range of f64.
    pub(super) score: fn(&Params, Input<'_>) -> Result<f64, Problem>,
    /// What explains the score; likewise.
    pub(super) details: fn(Input<'_>) -> Result<Details, Problem>,
}

impl Entry {
    /// An error measure of numbers, from 0 on: what most entries share.
    pub(super) const ERROR: Self = Self {
        id: "",
        name: [""; 2],
        direction: Direction::Lower,
        task: Task::Number,
        params: &[],
        range: Range::POSITIVE,
        formula: "",
        explanation: [""; 2],
        notes: [""; 2],
        takes_weights: true,
        not_negative: false,
        check: |_, truth| numbers(truth).map(|_| ()),
        score: |_, _| Err(Problem::WrongColumns),
        details: |_| Ok(Vec::new()),
    };
}

impl Metric for Entry {
    fn id(&self) -> &'static str {
        self.id
    }

    fn name(&self, lang: Lang) -> &'static str {
        let [ko, en] = self.name;
        lang.pick(ko, en)
    }

    fn direction(&self) -> Direction {
        self.direction
    }

    fn task(&self) -> Task {
        self.task
    }

    fn params(&self) -> &'static [Param] {
        self.params
    }

    fn range(&self) -> Range {
        self.range
    }

    fn formula(&self) -> &'static str {
        self.formula
    }

    fn explanation(&self, lang: Lang) -> &'static str {
        let [ko, en] = self.explanation;
        lang.pick(ko, en)
    }

    fn notes(&self, lang: Lang) -> &'static str {
        let [ko, en] = self.notes;
        lang.pick(ko, en)
    }

    fn takes_weights(&self) -> bool {
        self.takes_weights
    }

    fn not_negative(&self) -> bool {
        self.not_negative
    }

    fn check(&self, params: &Params, truth: &[Values]) -> Result<(), MetricError> {
        Ok((self.check)(params, truth)?)
    }

    fn score(&self, params: &Params, input: Input<'_>) -> Result<f64, MetricError> {
        (self.check)(params, input.truth)?;
        finite((self.score)(params, input)?)
    }

    fn scores(&self, params: &Params, input: Input<'_>) -> Result<Scores, MetricError> {
        let score = self.score(params, input)?;
        let details = (self.details)(input)?.into_iter().map(|(name, value)| Ok((name.to_owned(), finite(value)?)));
        Ok(Scores { score, details: details.collect::<Result<_, MetricError>>()? })
    }
}
