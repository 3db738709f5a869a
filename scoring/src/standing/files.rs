//! From the files of a competition to its rank statistics.

use super::{Certainty, Contest, Unknown, certainty};
use crate::csv::FileErrors;
use crate::metric::{MetricError, Part, Problem, Scorer};
use crate::score::read;
use crate::solution::Solution;
use crate::values::Values;

/// What a submission predicts for the rows of one part; nothing where the solution has no such part.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn prediction(solution: &Solution, part: Part, submission: &[u8]) -> Result<Vec<Values>, FileErrors> {
    let whole = read(solution, submission)?;
    Ok(solution.part(part).map(|truth| truth.picked(&whole).into_owned()).unwrap_or_default())
}

/// The certainty of the ranking on one part, by the solution's weights and groups, with scores compared at so many places;
/// `predictions` as [`prediction`] gives
/// them, the earliest submission first.
///
/// # Errors
/// As [`certainty`]; no rows where the solution has no such part.
pub fn of_part(
    solution: &Solution,
    scorer: &Scorer,
    part: Part,
    decimals: Option<u32>,
    predictions: &[Vec<Values>],
    draws: u32,
    seed: u64,
) -> Result<Certainty, Unknown> {
    let cases = solution.part(part).ok_or_else(|| MetricError::from(Problem::NoRows))?;
    let weights = cases.weights.as_deref();
    let groups = cases.groups.as_deref();
    let series = cases.series();
    let series = series.as_deref();
    certainty(&Contest { scorer, truth: &cases.truth, weights, series, groups, decimals, predictions, draws, seed })
        .map_err(|unknown| match unknown {
            Unknown::Metric(error) => Unknown::Metric(error.in_part(part)),
            other => other,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::MetricSpec;

    #[test]
    fn only_the_rows_of_the_part_count_and_its_groups_are_drawn_together() {
        let scorer = Scorer::new(&MetricSpec::new("rmse")).unwrap();
        let solution = b"id,y,usage,group\na,1,Public,p\nb,2,Private,q\nc,3,Private,q\nd,4,Private,r\n";
        let solution = Solution::parse(solution, &scorer, "id", &["y".to_owned()]).unwrap();
        let read = |file: &[u8]| prediction(&solution, Part::Private, file).unwrap();
        let good = read(b"id,y\nd,4\nc,3\nb,2\na,99\n");
        assert_eq!(good, [Values::Numbers(vec![2.0, 3.0, 4.0])]);
        let poor = read(b"id,y\na,1\nb,3\nc,4\nd,5\n");
        let certainty = of_part(&solution, &scorer, Part::Private, None, &[poor.clone(), good], 40, 1).unwrap();
        assert_eq!((certainty.cases, certainty.grouped), (2, true));
        assert_eq!(certainty.teams.iter().map(|team| team.rank).collect::<Vec<_>>(), [2, 1]);
        // The one public row is one group: there is nothing to draw from.
        assert_eq!(of_part(&solution, &scorer, Part::Public, None, &[], 40, 1), Err(Unknown::TooFew));
        assert!(prediction(&solution, Part::Private, b"id,y\na,1\n").is_err());
    }
}
