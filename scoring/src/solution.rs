//! The hidden truth, and what a submission must look like.

use crate::csv::{Detail, ErrorKind, FileError, FileErrors, Ids, Plan, PlanColumn, Reader};
use crate::metric::{MetricError, MetricSpec, Part, Task};
use crate::schema::{Column, ColumnKind, Schema};
use crate::values::Values;

/// The column that splits a solution.
const USAGE: &str = "usage";
const USAGES: [&str; 3] = ["Public", "Private", "Ignored"];

/// A solution file, read and found fit for its metric.
#[derive(Clone, Debug)]
pub struct Solution {
    id: String,
    ids: Ids,
    targets: Vec<String>,
    truth: Vec<Values>,
    task: Task,
    has_usage: bool,
    /// Positions of the rows of each part.
    all: Vec<usize>,
    public: Vec<usize>,
    private: Vec<usize>,
}

impl Solution {
    /// Reads `id`, the targets and an optional `usage` (Public, Private, Ignored; without it every row is public).
    ///
    /// # Errors
    /// Everything that is wrong with the file, or why the metric could never score it.
    pub fn parse(
        bytes: &[u8],
        spec: &MetricSpec,
        id_column: &str,
        target_columns: &[String],
    ) -> Result<Self, FileErrors> {
        let (metric, _) = spec.resolve().map_err(|error| unfit(error.into()))?;
        let task = metric.task();
        let mut columns: Vec<PlanColumn> = target_columns
            .iter()
            .map(|name| PlanColumn { name: name.clone(), kind: task.truth_kind(), optional: false })
            .collect();
        let usages = ColumnKind::Label { classes: USAGES.map(str::to_owned).to_vec() };
        columns.push(PlanColumn { name: USAGE.to_owned(), kind: usages, optional: true });
        let plan = Plan { id: id_column.to_owned(), columns, ignore_extra: false };
        let mut reader = Reader::new(plan, None).keeping_values();
        reader.push(bytes);
        let mut read = reader.finish()?;

        let usage = read.columns.pop().filter(|column| column.present).map(|column| column.values);
        let part = |wanted: &[&str]| -> Vec<usize> {
            let is_wanted = |row: &usize| match &usage {
                Some(Values::Labels { classes, codes }) => codes
                    .get(*row)
                    .and_then(|&code| classes.get(code))
                    .is_some_and(|name| wanted.contains(&name.as_str())),
                _ => wanted.contains(&"Public"),
            };
            (0..read.ids.len()).filter(is_wanted).collect()
        };
        let solution = Self {
            id: id_column.to_owned(),
            targets: target_columns.to_vec(),
            task,
            has_usage: usage.is_some(),
            all: part(&["Public", "Private"]),
            public: part(&["Public"]),
            private: part(&["Private"]),
            truth: read.columns.into_iter().map(|column| column.values.sorted_classes()).collect(),
            ids: read.ids,
        };
        solution.check(spec).map_err(unfit)?;
        Ok(solution)
    }

    /// Whether every part can be scored with a metric.
    ///
    /// # Errors
    /// Which part cannot, and why.
    pub fn check(&self, spec: &MetricSpec) -> Result<(), MetricError> {
        let (metric, params) = spec.resolve()?;
        for part in self.parts() {
            metric.check(&params, &self.truth_of(part)).map_err(|error| error.in_part(part))?;
        }
        Ok(())
    }

    /// What a submission must look like.
    pub fn schema(&self) -> Schema {
        let columns = self
            .targets
            .iter()
            .zip(&self.truth)
            .map(|(name, truth)| Column { name: name.clone(), kind: self.task.prediction_kind(truth) });
        Schema { id: self.id.clone(), columns: columns.collect(), rows: Some(self.ids.len() as u64) }
    }

    /// All ids a submission must have, those of Ignored rows too.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Whether the file has a usage column.
    pub fn has_usage(&self) -> bool {
        self.has_usage
    }

    /// Rows of the public part; all rows without a usage column.
    pub fn public_rows(&self) -> u64 {
        self.public.len() as u64
    }

    pub fn private_rows(&self) -> u64 {
        self.private.len() as u64
    }

    /// Rows that are scored: all that are not Ignored.
    pub fn scored_rows(&self) -> u64 {
        self.all.len() as u64
    }

    pub(crate) fn task(&self) -> Task {
        self.task
    }

    /// The parts that have a score of their own.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part> {
        let public = (self.has_usage && !self.public.is_empty()).then_some(Part::Public);
        let private = (!self.private.is_empty()).then_some(Part::Private);
        std::iter::once(Part::All).chain(public).chain(private)
    }

    pub(crate) fn rows_of(&self, part: Part) -> &[usize] {
        match part {
            Part::All => &self.all,
            Part::Public => &self.public,
            Part::Private => &self.private,
        }
    }

    pub(crate) fn truth_of(&self, part: Part) -> Vec<Values> {
        let rows = self.rows_of(part);
        self.truth.iter().map(|values| values.at(rows)).collect()
    }
}

fn unfit(error: MetricError) -> FileErrors {
    FileErrors::one(FileError::of_file(ErrorKind::Metric, Detail::Metric(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    fn parse(text: &str, spec: &MetricSpec) -> Result<Solution, FileErrors> {
        Solution::parse(text.as_bytes(), spec, "id", &["y".to_owned()])
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
    fn an_unknown_metric_is_refused() {
        let errors = parse("id,y\na,1\n", &MetricSpec::new("nope")).unwrap_err();
        assert_eq!(errors.first[0].what(Lang::En), "There is no metric “nope”.");
    }
}
