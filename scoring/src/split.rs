//! Divides a solution into a public and a private part, in a way that anyone can repeat.
//!
//! Each row (or group) gets the number SHA-256(`seed:name`); the smallest are public. So the split depends on the seed and
//! the ids alone: not on the order of the rows, nor on a library's random generator.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::csv::{Detail, ErrorKind, FileError, FileErrors, Table};
use crate::hash::Hash;
use crate::metric::{MetricError, Problem, Scorer};
use crate::solution::{GROUP, Solution, USAGE};

/// How many bands of equal size a number is cut into for a stratified split.
const BANDS: usize = 10;

/// How to divide a solution that has no usage column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitRule {
    /// The share of the rows that is public: more than 0, less than 1.
    pub public: f64,
    pub seed: u64,
    #[serde(default)]
    pub by: SplitBy,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitBy {
    /// Row by row.
    #[default]
    Plain,
    /// The same share of every class; of a number, of each tenth of its range by rank.
    Stratified,
    /// Whole groups of the `group` column: a patient's rows never straddle.
    Group,
}

/// The solution with a usage column, written anew.
///
/// # Errors
/// What is wrong with the file, or why the split cannot be made: it has a usage column already, no group column, a share that
/// leaves a part without rows, or a part that the metric could not score.
pub fn split(
    bytes: &[u8],
    scorer: &Scorer,
    id_column: &str,
    targets: &[String],
    rule: SplitRule,
) -> Result<Vec<u8>, FileErrors> {
    if rule.by == SplitBy::Stratified && scorer.task().repeats() {
        return Err(impossible(Problem::SplitEvents));
    }
    Solution::parse(bytes, scorer, id_column, targets)?;
    let mut table = Table::read(bytes)?;
    if table.header.iter().any(|name| name == USAGE) {
        return Err(impossible(Problem::SplitTwice));
    }
    let id = table.column(id_column)?;
    let truth: Vec<String> = scorer.task().truth_columns(targets).into_iter().map(|column| column.name).collect();
    let numbers = scorer.task().is_number();
    let public = match rule.by {
        // Rows of one series or group stay together; without repeats every id is a group of one.
        SplitBy::Plain => whole_groups(&table, id, rule),
        SplitBy::Group => whole_groups(&table, table.column(GROUP)?, rule),
        SplitBy::Stratified => {
            let columns = truth.iter().map(|name| table.column(name)).collect::<Result<Vec<_>, _>>()?;
            stratified(&table, id, &columns, numbers, rule)
        }
    };
    table.header.push(USAGE.to_owned());
    for (row, is_public) in table.rows.iter_mut().zip(public) {
        row.push(if is_public { "Public" } else { "Private" }.to_owned());
    }
    let written = table.write();
    let solution = Solution::parse(&written, scorer, id_column, targets)?;
    if solution.public_rows() == 0 || solution.private_rows() == 0 {
        return Err(impossible(Problem::SplitLeavesNone));
    }
    Ok(written)
}

/// Whole groups, in the order of their numbers, each that brings the public rows nearer to their share: a large group that would
/// carry them past it is left out, and smaller ones behind it still count.
fn whole_groups(table: &Table, column: usize, rule: SplitRule) -> Vec<bool> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        groups.entry(&row[column]).or_default().push(at);
    }
    let mut order: Vec<_> = groups.into_iter().map(|(name, rows)| (number(rule.seed, name), rows)).collect();
    order.sort_unstable();
    let wanted = rule.public * table.rows.len() as f64;
    let mut public = vec![false; table.rows.len()];
    let mut count = 0.0;
    for (_, rows) in order {
        let next = count + rows.len() as f64;
        if (next - wanted).abs() >= (count - wanted).abs() {
            continue;
        }
        count = next;
        for row in rows {
            public[row] = true;
        }
    }
    public
}

/// The share of each class; what rounding leaves over goes to the classes with the largest remainders.
fn stratified(table: &Table, id: usize, columns: &[usize], numbers: bool, rule: SplitRule) -> Vec<bool> {
    let mut classes: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
    let bands = if numbers { bands(table, columns) } else { Vec::new() };
    for (at, row) in table.rows.iter().enumerate() {
        let class = match bands.get(at) {
            Some(band) => vec![band.as_str()],
            None => columns.iter().map(|&column| row[column].as_str()).collect(),
        };
        classes.entry(class).or_default().push(at);
    }
    let mut classes: Vec<(f64, Vec<usize>)> =
        classes.into_values().map(|rows| (rule.public * rows.len() as f64, rows)).collect();
    let floors: f64 = classes.iter().map(|(wanted, _)| wanted.floor()).sum();
    let mut over = (rule.public * table.rows.len() as f64).round() - floors;
    // A stable sort: equal remainders keep the order of the classes' names.
    classes.sort_by(|a, b| b.0.fract().total_cmp(&a.0.fract()));
    let mut public = vec![false; table.rows.len()];
    for (wanted, mut rows) in classes {
        let extra = usize::from(over >= 1.0);
        over -= 1.0;
        rows.sort_by_cached_key(|&row| number(rule.seed, &table.rows[row][id]));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the rows")]
        for row in rows.into_iter().take(wanted as usize + extra) {
            public[row] = true;
        }
    }
    public
}

/// The band of each row: its tenth by rank.
fn bands(table: &Table, columns: &[usize]) -> Vec<String> {
    let value = |row: usize| -> f64 {
        columns.first().and_then(|&column| table.rows[row][column].parse().ok()).unwrap_or_default()
    };
    let mut order: Vec<usize> = (0..table.rows.len()).collect();
    order.sort_by(|&a, &b| value(a).total_cmp(&value(b)).then_with(|| table.rows[a].cmp(&table.rows[b])));
    let mut bands = vec![String::new(); order.len()];
    for (rank, row) in order.iter().enumerate() {
        bands[*row] = (rank * BANDS / order.len()).to_string();
    }
    bands
}

fn number(seed: u64, name: &str) -> [u8; 32] {
    Hash::of(format!("{seed}:{name}")).0
}

fn impossible(problem: Problem) -> FileErrors {
    FileErrors::one(FileError::of_file(ErrorKind::Metric, Detail::Metric(MetricError::from(problem))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::MetricSpec;

    fn rule(public: f64, by: SplitBy) -> SplitRule {
        SplitRule { public, seed: 7, by }
    }

    /// The usage of each id.
    fn usage(csv: &str, metric: &MetricSpec, rule: SplitRule) -> Result<BTreeMap<String, String>, FileErrors> {
        let scorer = Scorer::new(metric).unwrap();
        let written = split(csv.as_bytes(), &scorer, "id", &["y".to_owned()], rule)?;
        let table = Table::read(&written)?;
        let (id, usage) = (table.column("id")?, table.column(USAGE)?);
        Ok(table.rows.into_iter().map(|row| (row[id].clone(), row[usage].clone())).collect())
    }

    fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
        (0..count).fold("id,y,group\n".to_owned(), |text, at| format!("{text}P{at:03},{}\n", line(at)))
    }

    fn publics(usage: &BTreeMap<String, String>) -> usize {
        usage.values().filter(|usage| *usage == "Public").count()
    }

    #[test]
    fn a_split_depends_on_the_seed_and_the_ids_and_not_on_the_order_of_rows() {
        let csv = numbered(100, |at| format!("{at},g"));
        let rmse = MetricSpec::new("rmse");
        let first = usage(&csv, &rmse, rule(0.3, SplitBy::Plain)).unwrap();
        assert_eq!(publics(&first), 30);
        let (header, rows) = csv.split_once('\n').unwrap();
        let turned: String = rows.lines().rev().fold(format!("{header}\n"), |text, row| format!("{text}{row}\n"));
        assert_eq!(usage(&turned, &rmse, rule(0.3, SplitBy::Plain)).unwrap(), first);
        let other = SplitRule { seed: 8, ..rule(0.3, SplitBy::Plain) };
        assert_ne!(usage(&csv, &rmse, other).unwrap(), first);
        // SHA-256("7:P…"): the ten smallest of P000 to P009 can be found with any tool.
        let smallest = (0..100).map(|at| format!("P{at:03}")).min_by_key(|id| number(7, id)).unwrap();
        assert_eq!(first[&smallest], "Public");
    }

    #[test]
    fn a_stratified_split_gives_every_class_its_share() {
        let csv = numbered(100, |at| format!("{},g", u8::from(at % 10 == 0)));
        let usage = usage(&csv, &MetricSpec::new("roc_auc"), rule(0.4, SplitBy::Stratified)).unwrap();
        let positives = usage.iter().filter(|(id, usage)| id.ends_with('0') && *usage == "Public").count();
        assert_eq!((publics(&usage), positives), (40, 4));
    }

    #[test]
    fn a_stratified_split_of_numbers_takes_from_every_tenth() {
        let csv = numbered(100, |at| format!("{at},g"));
        let usage = usage(&csv, &MetricSpec::new("rmse"), rule(0.5, SplitBy::Stratified)).unwrap();
        for tenth in 0..10 {
            let band = (0..10).filter(|at| usage[&format!("P{:03}", tenth * 10 + at)] == "Public").count();
            assert_eq!(band, 5, "tenth {tenth}");
        }
    }

    #[test]
    fn rows_of_one_group_never_straddle() {
        let csv = numbered(100, |at| format!("{at},patient{}", at / 7));
        let usage = usage(&csv, &MetricSpec::new("rmse"), rule(0.3, SplitBy::Group)).unwrap();
        for patient in 0..15 {
            let parts: std::collections::BTreeSet<_> =
                (0..100).filter(|at| at / 7 == patient).map(|at| &usage[&format!("P{at:03}")]).collect();
            assert_eq!(parts.len(), 1, "patient {patient}");
        }
        assert!((27..=33).contains(&publics(&usage)), "{}", publics(&usage));
    }

    #[test]
    fn a_large_group_does_not_keep_smaller_ones_from_the_share() {
        let csv =
            numbered(100, |at| format!("{at},{}", if at < 60 { "large".to_owned() } else { (at / 2).to_string() }));
        for seed in 0..20 {
            let rule = SplitRule { seed, ..rule(0.3, SplitBy::Group) };
            assert_eq!(publics(&usage(&csv, &MetricSpec::new("rmse"), rule).unwrap()), 30, "{seed}");
        }
    }

    #[test]
    fn a_split_that_cannot_be_made_says_why() {
        let code = |csv: &str, rule| match usage(csv, &MetricSpec::new("rmse"), rule).unwrap_err().first.remove(0) {
            FileError { detail: Detail::Metric(error), .. } => error.code(),
            error => error.kind.code(),
        };
        assert_eq!(code("id,y,usage\na,1,Public\nb,2,Private\n", rule(0.5, SplitBy::Plain)), "split_twice");
        assert_eq!(code("id,y\na,1\nb,2\n", rule(0.01, SplitBy::Plain)), "split_leaves_none");
        assert_eq!(code("id,y\na,1\nb,2\n", rule(0.5, SplitBy::Group)), "missing_column");
    }
}
