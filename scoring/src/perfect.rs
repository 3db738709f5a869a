//! The solution handed in as a submission: what no submission should beat.

use crate::csv::Table;
use crate::metric::Task;
use crate::solution::Solution;

/// A submission that says what the solution says; none where the columns do not tell how: events, gains, labels without numbers.
/// `bytes` are the solution's own.
pub fn perfect(solution: &Solution, bytes: &[u8]) -> Option<Vec<u8>> {
    let table = Table::read(bytes).ok()?;
    let schema = solution.schema();
    let id = table.column(&schema.id).ok()?;
    let columns = schema.columns.iter().map(|column| answer(solution.task(), &table, &column.name, schema.sums_to_one));
    let columns: Vec<Answer> = columns.collect::<Option<_>>()?;
    let rows = table.rows.iter().map(|row| {
        let answers = columns.iter().map(|column| column.of(row));
        std::iter::once(Some(row[id].clone())).chain(answers).collect::<Option<Vec<String>>>()
    });
    let rows = rows.collect::<Option<Vec<_>>>()?;
    let names = schema.columns.iter().map(|column| column.name.clone());
    let header = std::iter::once(schema.id.clone()).chain(names).collect();
    Some(Table { header, rows }.write())
}

/// How a column of the submission comes from one of the solution.
enum Answer {
    Same(usize),
    /// 1 where the label is this one.
    IsLabel(usize, String),
    /// Sooner is more.
    Sooner(usize),
    Ranked(usize),
}

fn answer(task: Task, table: &Table, name: &str, is_class: bool) -> Option<Answer> {
    let column = |name: &str| table.column(name).ok();
    match task {
        Task::Probability if is_class => {
            let holds = |at: &usize| table.rows.iter().any(|row| row[*at] == name);
            (0..table.header.len()).find(holds).map(|at| Answer::IsLabel(at, name.to_owned()))
        }
        Task::Label | Task::Probability | Task::Number | Task::Segmentation => column(name).map(Answer::Same),
        Task::Survival => column("time").map(Answer::Sooner),
        Task::Ranking => column("relevant").map(Answer::Ranked),
        Task::Events => None,
    }
}

impl Answer {
    fn of(&self, row: &[String]) -> Option<String> {
        Some(match self {
            Self::Ranked(at) if row[*at].contains(':') => return None,
            Self::Same(at) | Self::Ranked(at) => row[*at].clone(),
            Self::IsLabel(at, label) => u8::from(row[*at] == *label).to_string(),
            Self::Sooner(at) => (-row[*at].parse::<f64>().ok()?).to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{MetricSpec, Scorer};
    use crate::score::score;

    #[test]
    fn the_solution_itself_scores_the_best_there_is() {
        let cases = [
            ("accuracy", "id,y\na,cat\nb,dog\n", 1.0),
            ("log_loss", "id,y\na,1\nb,0\n", 0.0),
            ("roc_auc", "id,y\na,x\nb,y\nc,z\n", 1.0),
            ("rmse", "y,id,usage\n1,a,Public\n2,b,Private\n", 0.0),
            ("concordance_index", "id,time,event\na,1,1\nb,2,1\nc,3,0\n", 1.0),
            ("mrr", "id,relevant\na,x\nb,y z\n", 1.0),
            ("dice", "id,rle,height,width\na,1 3,2,2\n", 1.0),
        ];
        for (metric, csv, best) in cases {
            let scorer = Scorer::new(&MetricSpec::new(metric)).unwrap();
            let solution = Solution::parse(csv.as_bytes(), &scorer, "id", &["y".to_owned()]).unwrap();
            let submission = perfect(&solution, csv.as_bytes()).unwrap();
            let scored = score(&solution, &scorer, &submission).unwrap();
            let score = scored.public.unwrap_or(scored.score);
            assert!((score - best).abs() < 1e-9, "{metric}: {score}");
        }
    }
}
