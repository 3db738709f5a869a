//! `madang score`: two files by hand, without a server or a database.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use sandbox::Component;
use scoring::metric::{Custom, Range, SpecError, Task};
use scoring::{Direction, Lang, MetricSpec, ScoreError, Scorer, Solution, Text};

use super::Answer;
use super::input::{columns, pair, word};
use crate::terminal;

/// Score two files, without a server or a database; what is wrong with them is told in the terminal's language
#[derive(Args)]
pub struct ScoreArgs {
    /// A metric of the catalogue, as `madang metrics` lists them
    #[arg(long, required_unless_present = "component")]
    metric: Option<String>,
    /// A metric of your own: its component (.wasm)
    #[arg(long, requires = "task", conflicts_with = "metric")]
    component: Option<PathBuf>,
    /// With --component, what it reads: label, probability, number, survival, ranking, segmentation or events
    #[arg(long, requires = "component", value_parser = word::<Task>)]
    task: Option<Task>,
    /// With --component, which scores are better: higher or lower
    #[arg(long, requires = "component", default_value = "higher", value_parser = word::<Direction>)]
    direction: Direction,
    /// A parameter such as average=macro
    #[arg(long = "param", value_parser = pair)]
    params: Vec<(String, String)>,
    /// The truth: an id, the columns to score, and usage, weight and group where there are such
    #[arg(long)]
    solution: PathBuf,
    /// The id column, where it is neither called id nor the first
    #[arg(long)]
    id: Option<String>,
    /// The predictions
    #[arg(long)]
    submission: PathBuf,
    /// Scores or errors as JSON
    #[arg(long)]
    json: bool,
}

impl ScoreArgs {
    pub fn run(self) -> anyhow::Result<Answer> {
        let mut spec = match self.task {
            Some(task) => custom(self.component.as_deref(), task, self.direction),
            None => MetricSpec { id: self.metric.unwrap_or_default(), ..MetricSpec::default() },
        };
        spec.params = self.params.into_iter().collect();
        let files = Files { solution: &self.solution, submission: &self.submission, id: self.id.as_deref() };
        score(&spec, self.component.as_deref(), files, self.json, terminal::lang())
    }
}

/// The metric of a component that no competition describes yet, named as its file.
fn custom(component: Option<&Path>, task: Task, direction: Direction) -> MetricSpec {
    let stem = component.and_then(Path::file_stem).unwrap_or_default().to_string_lossy();
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let about = Custom {
        component: String::new(),
        sha256: None,
        task,
        direction,
        name: Text::default(),
        formula: String::new(),
        explanation: Text::default(),
        range: Range::default(),
        takes_weights: true,
    };
    MetricSpec { custom: Some(Box::new(about)), ..MetricSpec::new(&stem.chars().map(letter).collect::<String>()) }
}

/// The scorer of a metric of the catalogue, or of a component.
fn scorer(spec: &MetricSpec, component: Option<&Path>, lang: Lang) -> anyhow::Result<Scorer> {
    let program = match component {
        Some(path) => {
            let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
            Some(Component::compile(&bytes).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?)
        }
        None => None,
    };
    let scorer = Scorer::with(spec, |id, custom| {
        let program = program.clone().ok_or_else(|| SpecError::NoComponent { metric: id.to_owned() })?;
        Ok(sandbox::metric(id, custom, move || Ok(program.clone())))
    });
    scorer.map_err(|error: SpecError| anyhow::anyhow!("{} {}", error.message(lang), error.fix(lang)))
}

/// What is scored against what.
#[derive(Clone, Copy)]
struct Files<'a> {
    solution: &'a Path,
    submission: &'a Path,
    /// As for [`columns`].
    id: Option<&'a str>,
}

/// Scores a submission against a solution. The truth is all columns of the solution but the id and [`scoring::EXTRAS`].
fn score(
    spec: &MetricSpec,
    component: Option<&Path>,
    Files { solution, submission, id }: Files<'_>,
    as_json: bool,
    lang: Lang,
) -> anyhow::Result<Answer> {
    let scorer = scorer(spec, component, lang)?;
    // Side by side: of a large file, reading is a good part of all the work.
    let (truth, given) = std::thread::scope(|scope| {
        let truth = scope.spawn(|| std::fs::read(solution));
        let given = std::fs::read(submission);
        (truth.join().unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into())), given)
    });
    let truth = truth.with_context(|| format!("{} cannot be read", solution.display()))?;
    let given = given.with_context(|| format!("{} cannot be read", submission.display()))?;
    let (id, targets) = columns(&truth, id);
    let refused = |file: &Path, error: ScoreError| -> anyhow::Result<Answer> {
        let text = match &error {
            _ if as_json => {
                let mut report = serde_json::to_value(error.report(lang))?;
                report["file"] = file.display().to_string().into();
                report.to_string()
            }
            ScoreError::File(errors) => errors.listing_of(&file.display().to_string(), lang),
            ScoreError::Metric(error) => format!("{} {}", error.message(lang), error.fix(lang)),
        };
        Ok(Answer { text, ok: false })
    };
    let parsed = match Solution::parse(&truth, &scorer, &id, &targets) {
        Ok(parsed) => parsed,
        Err(errors) => return refused(solution, errors.into()),
    };
    Ok(match scoring::score(&parsed, &scorer, &given) {
        Ok(scored) if as_json => Answer { text: serde_json::to_string(&scored)?, ok: true },
        Ok(scored) => {
            let part =
                |name: &str, value: Option<f64>| value.map(|value| format!("\n{name:<8} {value}")).unwrap_or_default();
            let beside: Vec<_> = scored.secondary.iter().map(|(name, value)| format!("\n{name:<8} {value}")).collect();
            let beside = beside.concat();
            let text = format!(
                "{:<8} {}{}{}\nrows     {}{beside}",
                scored.metric,
                scored.score,
                part("public", scored.public),
                part("private", scored.private),
                scored.rows
            );
            Answer { text, ok: true }
        }
        Err(error) => return refused(submission, error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/breast-cancer").join(name)
    }

    fn by_component(params: &[(&str, &str)], as_json: bool) -> Answer {
        let component = demo("clinical_utility.wasm");
        let spec = custom(Some(&component), Task::Probability, Direction::Higher);
        let spec = params.iter().fold(spec, |spec, (name, value)| spec.with(name, value));
        let (solution, submission) = (demo("solution.csv"), demo("submissions/svc.csv"));
        let files = Files { solution: &solution, submission: &submission, id: None };
        score(&spec, Some(&component), files, as_json, Lang::En).expect("files that can be read")
    }

    #[test]
    fn a_component_scores_by_hand_as_in_a_competition_and_its_parameters_reach_it() {
        let answer = by_component(&[("threshold", "0.1")], true);
        assert!(answer.ok);
        let answer: serde_json::Value = serde_json::from_str(&answer.text).expect("JSON");
        let expected = std::fs::read(demo("expected.json")).expect("the demo has it");
        let expected: serde_json::Value = serde_json::from_slice(&expected).expect("JSON");
        for (ours, theirs) in [("score", "all"), ("public", "public"), ("private", "private")] {
            let of = |value: &serde_json::Value| value.as_f64().expect("a number");
            let theirs = of(&expected["clinical_utility"]["svc"][theirs]);
            assert!((of(&answer[ours]) - theirs).abs() < 1e-12, "{ours}");
        }
        assert_eq!(answer["metric"], "clinical_utility");
        assert!(by_component(&[], false).text.contains("clinical_utility.sensitivity "));
    }

    #[test]
    fn a_component_that_fails_is_a_failure_with_its_kind_and_a_sentence() {
        let answer = by_component(&[("benefit", "0")], false);
        assert!(!answer.ok);
        assert!(answer.text.starts_with("The metric “clinical_utility” gave no finite number"), "{}", answer.text);
        let answer = by_component(&[("benefit", "0")], true);
        assert!(!answer.ok && answer.text.contains("\"metric_not_finite\":1"), "{}", answer.text);
    }

    #[test]
    fn a_file_that_is_no_component_is_named() {
        let spec = custom(Some(&demo("solution.csv")), Task::Probability, Direction::Higher);
        let (file, submission) = (demo("solution.csv"), demo("submissions/svc.csv"));
        let files = Files { solution: &file, submission: &submission, id: None };
        let error = score(&spec, Some(&file), files, false, Lang::En);
        let error = error.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.ends_with("solution.csv: it is no WebAssembly file"), "{error}");
    }

    fn by_hand(solution: &str, submission: &str, as_json: bool, lang: Lang) -> Answer {
        let folder = tempfile::tempdir().expect("a folder");
        let (truth, given) = (folder.path().join("s.csv"), folder.path().join("p.csv"));
        std::fs::write(&truth, solution).expect("a file");
        std::fs::write(&given, submission).expect("a file");
        let files = Files { solution: &truth, submission: &given, id: None };
        score(&MetricSpec::new("rmse"), None, files, as_json, lang).expect("files that can be read")
    }

    #[test]
    fn a_wrong_solution_tells_all_its_errors_with_their_lines_in_either_language() {
        let (solution, submission) = ("id,y,usage\na,x,Public\nb,,Public\nb,1,Test\n", "id,y\na,1\nb,2\n");
        let answer = by_hand(solution, submission, false, Lang::En);
        assert!(!answer.ok && answer.text.contains("s.csv: 4 errors\n  line 2, y, “x”: "), "{}", answer.text);
        assert!(answer.text.contains("line 4, usage, “Test”: "), "{}", answer.text);
        let answer = by_hand(solution, submission, false, Lang::Ko);
        assert!(answer.text.contains("s.csv: 오류 4건\n  2행, y, ‘x’: 숫자가 아니"), "{}", answer.text);
        let answer = by_hand(solution, submission, true, Lang::En);
        let report: serde_json::Value = serde_json::from_str(&answer.text).expect("JSON");
        assert_eq!(report["errors"]["total"], 4);
        assert!(report["file"].as_str().is_some_and(|file| file.ends_with("s.csv")));
    }

    #[test]
    fn a_header_that_is_spelled_or_separated_otherwise_is_told_as_such() {
        let answer = by_hand("id,y,Usage\na,1,Public\n", "id,y\na,1\n", false, Lang::En);
        assert!(answer.text.contains("Usage") && answer.text.contains("1 error"), "{}", answer.text);
        let answer = by_hand("id;y\na;1\n", "id,y\na,1\n", false, Lang::En);
        assert!(answer.text.contains("semicolon"), "{}", answer.text);
    }
}
