//! The hidden truth, and what a submission must look like.

mod parts;

use std::sync::Arc;

use self::parts::{PartTruth, Whole, split};
use crate::csv::{Detail, ErrorKind, FileError, FileErrors, Ids, Plan, PlanColumn, Reader};
use crate::fit;
use crate::metric::{Input, MetricError, Part, Problem, Scorer, Scores, SpecError, Task};
use crate::schema::{ColumnKind, Schema};
use crate::values::Values;

/// Columns of a solution that are not its truth; all are optional.
pub const EXTRAS: [&str; 3] = [USAGE, WEIGHT, GROUP];
/// Splits the rows into public, private and ignored ones.
pub(crate) const USAGE: &str = "usage";
/// How much a row counts.
const WEIGHT: &str = "weight";
/// Rows that belong together, such as those of one patient.
pub(crate) const GROUP: &str = "group";
const USAGES: [&str; 3] = ["Public", "Private", "Ignored"];

/// A solution file, read and found fit for its metric.
#[derive(Clone, Debug)]
pub struct Solution {
    ids: Ids,
    task: Task,
    schema: Schema,
    has_usage: bool,
    /// Pixels of each image, of masks with a height and a width.
    areas: Option<Arc<[u64]>>,
    /// All rows that are not Ignored; then the public and the private ones where there are such.
    parts: Vec<PartTruth>,
}

impl Solution {
    /// Reads `id`, the truth and the optional columns `usage` (Public, Private, Ignored; without it every row is public),
    /// `weight` and `group`. `target_columns` names the truth where the metric leaves the name open.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or why the metric could never score it.
    pub fn parse(
        bytes: &[u8],
        scorer: &Scorer,
        id_column: &str,
        target_columns: &[String],
    ) -> Result<Self, FileErrors> {
        let task = scorer.task();
        let repeats = task.repeats();
        let narrow = |kind: ColumnKind| match kind {
            ColumnKind::Number if scorer.not_negative() => ColumnKind::Amount,
            kind => kind,
        };
        let truth_columns = task.truth_columns(target_columns);
        let count = truth_columns.len();
        let mut columns: Vec<PlanColumn> = truth_columns
            .into_iter()
            .map(|column| PlanColumn { name: column.name, kind: narrow(column.kind), optional: column.optional })
            .collect();
        let extra = |name: &str, kind| PlanColumn { name: name.to_owned(), kind, optional: true };
        columns.push(extra(USAGE, ColumnKind::Label { classes: USAGES.map(str::to_owned).to_vec() }));
        columns.push(extra(WEIGHT, ColumnKind::Weight));
        columns.push(extra(GROUP, ColumnKind::Label { classes: Vec::new() }));
        let plan = Plan { id: id_column.to_owned(), columns, ignore_extra: false, repeats, sums_to_one: false };
        let read = Reader::new(plan, None).read(bytes, true)?;

        fit::both_sizes(&read.columns)?;
        let rows = read.ids.len();
        let mut present = read.columns.into_iter().map(|column| column.present.then_some(column.values));
        let series = if repeats { present.next().flatten() } else { None };
        let mut truth: Vec<Values> = present.by_ref().take(count).flatten().map(Values::sorted_classes).collect();
        let usage = present.next().flatten();
        let weights = match present.next().flatten() {
            Some(Values::Numbers(weights)) => Some(weights),
            _ => None,
        };
        let groups = match present.next().flatten() {
            Some(Values::Labels { codes, .. }) => Some(codes),
            _ => None,
        };
        let codes = match &usage {
            Some(Values::Labels { codes, .. }) => Some(codes.as_slice()),
            _ => None,
        };
        if let (Some(_), Some(metric)) = (&weights, scorer.without_weights()) {
            return Err(unfit(SpecError::NoWeights { metric: metric.to_owned() }.into()));
        }
        let mut submitted = task.columns(target_columns, &truth);
        for column in &mut submitted {
            column.kind = narrow(column.kind.clone());
        }
        if submitted.iter().any(|column| column.name == id_column) {
            return Err(unfit(Problem::ClassNamedAsId { column: id_column.to_owned() }.into()));
        }
        truth.splice(0..0, series);
        let areas = fit::areas(&truth);
        if let (Some(areas), [masks, ..], [column, ..]) = (&areas, truth.as_slice(), submitted.as_slice()) {
            fit::masks(bytes, id_column, &read.ids, &column.name, masks, areas)?;
        }
        let whole = Whole { truth, weights, repeats, groups };
        let solution = Self {
            schema: Schema {
                id: id_column.to_owned(),
                // More columns than targets: one of several classes a row.
                sums_to_one: task == Task::Probability && submitted.len() > target_columns.len(),
                columns: submitted,
                rows: (!repeats).then_some(rows as u64),
                repeats,
            },
            ids: read.ids,
            task,
            has_usage: codes.is_some(),
            areas: areas.map(Arc::from),
            parts: split(whole, rows, codes),
        };
        solution.check(scorer).map_err(unfit)?;
        Ok(solution)
    }

    /// Whether every part can be scored.
    ///
    /// # Errors
    /// Which part cannot, and why.
    pub fn check(&self, scorer: &Scorer) -> Result<(), MetricError> {
        self.parts.iter().try_for_each(|part| part.check(scorer).map_err(|error| error.in_part(part.part)))
    }

    /// The scores of one part, where there is such a part.
    pub(crate) fn scores(
        &self,
        part: Part,
        scorer: &Scorer,
        prediction: &[Values],
    ) -> Option<Result<Scores, MetricError>> {
        self.part(part).map(|truth| {
            let prediction = &truth.picked(prediction);
            let input = Input { truth: &truth.truth, prediction, weights: truth.weights.as_deref() };
            scorer.scores(input).map_err(|error| error.in_part(part))
        })
    }

    /// Pixels of each image, by position of the id, where the solution has the sizes.
    pub(crate) fn areas(&self) -> Option<Arc<[u64]>> {
        self.areas.clone()
    }

    /// What a submission must look like.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// All ids a submission must have (of series: may have), those of Ignored rows too.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Whether the file has a usage column.
    pub fn has_usage(&self) -> bool {
        self.has_usage
    }

    /// Rows of the public part; all rows without a usage column.
    pub fn public_rows(&self) -> u64 {
        if self.has_usage { self.rows_of(Part::Public) } else { self.scored_rows() }
    }

    pub fn private_rows(&self) -> u64 {
        self.rows_of(Part::Private)
    }

    /// Rows that are scored: all that are not Ignored. Of events these are series.
    pub fn scored_rows(&self) -> u64 {
        self.rows_of(Part::All)
    }

    /// The truth of one part, where there is such a part.
    pub(crate) fn part(&self, part: Part) -> Option<&PartTruth> {
        self.parts.iter().find(|truth| truth.part == part)
    }

    pub(crate) fn task(&self) -> Task {
        self.task
    }

    fn rows_of(&self, part: Part) -> u64 {
        self.part(part).map_or(0, |truth| truth.len as u64)
    }
}

fn unfit(error: MetricError) -> FileErrors {
    FileErrors::one(FileError::of_file(ErrorKind::Metric, Detail::Metric(error)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lang::Lang;
    use crate::metric::{Direction, Metric, MetricSpec, Params, Range};

    fn parse(text: &str, spec: &MetricSpec) -> Result<Solution, FileErrors> {
        Solution::parse(text.as_bytes(), &Scorer::new(spec).unwrap(), "id", &["y".to_owned()])
    }

    #[test]
    fn the_parts_are_counted_and_ignored_rows_are_still_expected() {
        let text = "id,y,usage\na,1,Public\nb,2,Private\nc,3,Ignored\nd,4,Private\n";
        let solution = parse(text, &MetricSpec::new("rmse")).unwrap();
        assert_eq!((solution.public_rows(), solution.private_rows(), solution.scored_rows()), (1, 2, 3));
        assert_eq!(solution.ids().len(), 4);
        assert_eq!(solution.schema().rows, Some(4));
        assert_eq!(solution.schema().header(), "id,y");
    }

    #[test]
    fn without_usage_everything_is_public() {
        let solution = parse("id,y\na,1\nb,2\n", &MetricSpec::new("rmse")).unwrap();
        assert_eq!((solution.public_rows(), solution.private_rows()), (2, 0));
        assert!(!solution.has_usage());
    }

    #[test]
    fn labels_in_the_schema_are_those_of_the_solution_in_order() {
        let spec = MetricSpec::new("f1").with("average", "macro");
        let solution = parse("id,y\na,10\nb,9\nc,10\n", &spec).unwrap();
        let expected = ColumnKind::Label { classes: vec!["9".to_owned(), "10".to_owned()] };
        assert_eq!(solution.schema().columns[0].kind, expected);
    }

    #[test]
    fn an_unknown_usage_is_an_error_on_its_line() {
        let errors = parse("id,y,usage\na,1,public\nb,2,Train\n", &MetricSpec::new("rmse")).unwrap_err();
        assert_eq!(errors.total, 2);
        assert_eq!(errors.first[0].fix(Lang::Ko), "‘Public’으로 바꿔 주세요.");
        assert_eq!(errors.first[1].line, Some(3));
    }

    #[test]
    fn a_part_that_cannot_be_scored_is_refused_at_once() {
        let text = "id,y,usage\na,1,Private\nb,0,Private\nc,0,Public\n";
        let errors = parse(text, &MetricSpec::new("roc_auc")).unwrap_err();
        assert_eq!(errors.first[0].what(Lang::Ko), "공개 구간에 양성이 한 건도 없어요.");
        let ignored = parse("id,y,usage\na,1,Ignored\n", &MetricSpec::new("rmse")).unwrap_err();
        assert_eq!(ignored.first[0].what(Lang::Ko), "정답에 채점할 행이 없어요.");
    }

    #[test]
    fn a_row_that_weighs_nothing_does_not_make_a_part_fit() {
        let errors = parse("id,y,weight\na,1,0\nb,0,1\n", &MetricSpec::new("f1")).unwrap_err();
        assert_eq!(errors.first[0].what(Lang::Ko), "정답에 양성이 한 건도 없어요.");
        assert!(parse("id,y,weight\na,1,0\nb,0,1\nc,1,1\n", &MetricSpec::new("f1")).is_ok());
    }

    #[test]
    fn a_row_that_weighs_nothing_must_be_right_all_the_same() {
        let ranking = |gains: &str| format!("id,relevant,weight\na,x,1\nb,{gains},0\n");
        assert!(parse(&ranking("y"), &MetricSpec::new("mrr")).is_ok());
        let errors = parse(&ranking("y:0"), &MetricSpec::new("mrr")).unwrap_err();
        assert_eq!(errors.first[0].what(Lang::Ko), "정답에 관련 항목이 없는 행이 1개 있어요.");
    }

    /// A metric that knows no weights.
    struct Unweighted;

    impl Metric for Unweighted {
        fn id(&self) -> &'static str {
            "plain"
        }
        fn name(&self, _: Lang) -> &'static str {
            "plain"
        }
        fn direction(&self) -> Direction {
            Direction::Higher
        }
        fn task(&self) -> Task {
            Task::Label
        }
        fn range(&self) -> Range {
            Range::UNIT
        }
        fn formula(&self) -> &'static str {
            ""
        }
        fn explanation(&self, _: Lang) -> &'static str {
            ""
        }
        fn check(&self, _: &Params, _: &[Values]) -> Result<(), MetricError> {
            Ok(())
        }
        fn score(&self, _: &Params, _: Input<'_>) -> Result<f64, MetricError> {
            Ok(0.0)
        }
    }

    #[test]
    fn weights_need_a_metric_that_honours_them_and_one_row_that_counts() {
        let text = b"id,y,weight\na,1,2\nb,0,1\n";
        let about = serde_json::json!({
            "component": "plain.wasm", "task": "label", "direction": "higher", "name": { "ko": "" }, "explanation": { "ko": "" }
        });
        let spec = MetricSpec { custom: serde_json::from_value(about).unwrap(), ..MetricSpec::new("plain") };
        let scorer = Scorer::with(&spec, |_, _| Ok::<_, SpecError>(Arc::new(Unweighted) as Arc<dyn Metric>)).unwrap();
        let errors = Solution::parse(text, &scorer, "id", &["y".to_owned()]).unwrap_err();
        assert_eq!(errors.first[0].what(Lang::Ko), "plain에는 행의 가중치(weight 열)를 쓸 수 없어요.");
        let errors = parse("id,y,weight\na,1,-1\nb,0,1\n", &MetricSpec::new("rmse")).unwrap_err();
        assert_eq!((errors.first[0].kind, errors.first[0].line), (ErrorKind::BadWeight, Some(2)));
        let errors = parse("id,y,weight\na,1,0\nb,0,0\n", &MetricSpec::new("rmse")).unwrap_err();
        assert_eq!(errors.first[0].what(Lang::Ko), "정답에 채점할 행이 없어요.");
    }

    #[test]
    fn a_probability_of_more_than_two_classes_is_a_column_each() {
        let scorer = Scorer::new(&MetricSpec::new("roc_auc")).unwrap();
        let columns = |targets: &[&str], truth: &[Values]| {
            let targets: Vec<String> = targets.iter().map(|&name| name.to_owned()).collect();
            let columns = scorer.task().columns(&targets, truth);
            columns.into_iter().map(|column| column.name).collect::<Vec<_>>()
        };
        let labels =
            |names: &[&str]| Values::Labels { classes: names.iter().map(|&n| n.to_owned()).collect(), codes: vec![0] };
        assert_eq!(columns(&["y"], &[labels(&["0", "1"])]), ["y"]);
        assert_eq!(columns(&["y"], &[labels(&["a", "b", "c"])]), ["a", "b", "c"]);
        assert_eq!(columns(&["fever", "cough"], &[labels(&["0", "1"]), labels(&["0", "1"])]), ["fever", "cough"]);
    }
}
