//! A component as a metric like any other.

use std::sync::{Arc, Mutex, PoisonError};

use scoring::metric::{Custom, Direction, Fault, Input, Metric, MetricError, Params, Problem, Range, Scores, Task};
use scoring::{Lang, Values};

use crate::component::{Component, Unfit};
use crate::guard::Limits;
use crate::interface::exports::madang::metric::scoring as wit;

/// A metric whose component `load` gives when it is first needed: a server that only reads files never compiles one. Where
/// that fails it is tried again the next time.
pub fn metric(
    id: &str,
    about: &Custom,
    load: impl Fn() -> Result<Component, Unfit> + Send + Sync + 'static,
) -> Arc<dyn Metric> {
    Arc::new(Sandboxed { id: id.to_owned(), about: about.clone(), load: Box::new(load), component: Mutex::new(None) })
}

type Load = Box<dyn Fn() -> Result<Component, Unfit> + Send + Sync>;

struct Sandboxed {
    id: String,
    about: Custom,
    load: Load,
    component: Mutex<Option<Component>>,
}

impl Sandboxed {
    /// The component, compiled by the first who asks while the others wait.
    fn component(&self) -> Result<Component, Fault> {
        let mut kept = self.component.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(component) = &*kept {
            return Ok(component.clone());
        }
        let component = (self.load)().map_err(|_| Fault::Unusable)?;
        Ok(kept.insert(component).clone())
    }
}

impl Metric for Sandboxed {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self, lang: Lang) -> &str {
        self.about.name.get(lang)
    }

    fn direction(&self) -> Direction {
        self.about.direction
    }

    fn task(&self) -> Task {
        self.about.task
    }

    fn range(&self) -> Range {
        self.about.range
    }

    fn formula(&self) -> &str {
        &self.about.formula
    }

    fn explanation(&self, lang: Lang) -> &str {
        self.about.explanation.get(lang)
    }

    fn takes_weights(&self) -> bool {
        self.about.takes_weights
    }

    /// Nothing is known before a prediction is there: the component looks at both.
    fn check(&self, _: &Params, _: &[Values]) -> Result<(), MetricError> {
        Ok(())
    }

    fn score(&self, params: &Params, input: Input<'_>) -> Result<f64, MetricError> {
        self.scores(params, input).map(|scores| scores.score)
    }

    fn scores(&self, params: &Params, input: Input<'_>) -> Result<Scores, MetricError> {
        let scores = self.component().and_then(|component| score(&component, params, input, Limits::default()));
        scores.map_err(|fault| Problem::Custom { metric: self.id.clone(), fault }.into())
    }
}

/// The same input in the interface's types, without a copy of the numbers.
pub(crate) fn score(component: &Component, params: &Params, input: Input<'_>, limits: Limits) -> Result<Scores, Fault> {
    let (truth, prediction) = (Texts::of(input.truth), Texts::of(input.prediction));
    let (truth, prediction) = (columns(input.truth, &truth), columns(input.prediction, &prediction));
    let params: Vec<(&str, &str)> = params.iter().collect();
    let input = wit::Input { truth: &truth, prediction: &prediction, weights: input.weights, params: &params };
    component.run(input, limits)
}

/// The texts of each column: the names of its labels, or its rows.
struct Texts<'a>(Vec<Vec<&'a str>>);

impl<'a> Texts<'a> {
    fn of(columns: &'a [Values]) -> Self {
        let texts = columns.iter().map(|column| match column {
            Values::Numbers(_) => Vec::new(),
            Values::Labels { classes, .. } => classes.iter().map(String::as_str).collect(),
            Values::Texts(texts) => texts.iter().collect(),
        });
        Self(texts.collect())
    }
}

fn columns<'a>(columns: &'a [Values], texts: &'a Texts<'a>) -> Vec<wit::Column<'a>> {
    let column = |(column, texts): (&'a Values, &'a Vec<&'a str>)| match column {
        Values::Numbers(numbers) => wit::Column::Numbers(numbers),
        Values::Labels { codes, .. } => wit::Column::Labels(wit::Labels { names: texts, codes }),
        Values::Texts(_) => wit::Column::Texts(texts),
    };
    columns.iter().zip(&texts.0).map(column).collect()
}
