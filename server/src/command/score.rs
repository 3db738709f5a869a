//! `score` and `metrics`: two files by hand, without a server or a database.

use std::path::Path;

use anyhow::{Context as _, bail};
use domain::Locale;
use sandbox::Component;
use scoring::metric::{Custom, Range, SpecError, Task};
use scoring::{Direction, EXTRAS, FileError, Metric, MetricSpec, ScoreError, Scorer, Solution, Text, metric};
use serde_json::json;

/// What to print and whether it is a success.
pub struct Answer {
    pub text: String,
    pub ok: bool,
}

/// The metric of a component that no competition describes yet, named as its file.
pub fn custom(component: Option<&Path>, task: Task, direction: Direction) -> MetricSpec {
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
fn scorer(spec: &MetricSpec, component: Option<&Path>) -> anyhow::Result<Scorer> {
    let lang = Locale::En.lang();
    let program = match component {
        Some(path) => {
            let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
            Some(Component::compile(&bytes).map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?)
        }
        None => None,
    };
    let scorer = Scorer::with(spec, |id, custom| {
        let program = program.clone().ok_or_else(|| SpecError::NoComponent { metric: id.to_owned() })?;
        Ok(sandbox::metric(id, custom, move || Ok(program)))
    });
    scorer.map_err(|error: SpecError| anyhow::anyhow!("{} {}", error.message(lang), error.fix(lang)))
}

/// Scores a submission against a solution. The truth is all columns of the solution but the first and [`EXTRAS`].
pub fn score(
    spec: &MetricSpec,
    component: Option<&Path>,
    solution: &Path,
    submission: &Path,
    as_json: bool,
) -> anyhow::Result<Answer> {
    let lang = Locale::En.lang();
    let scorer = scorer(spec, component)?;
    // Side by side: of a large file, reading is a good part of all the work.
    let (truth, given) = std::thread::scope(|scope| {
        let truth = scope.spawn(|| std::fs::read(solution));
        let given = std::fs::read(submission);
        (truth.join().unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into())), given)
    });
    let truth = truth.with_context(|| format!("{} cannot be read", solution.display()))?;
    let given = given.with_context(|| format!("{} cannot be read", submission.display()))?;
    let (id, targets) = columns(&truth);
    let solution = match Solution::parse(&truth, &scorer, &id, &targets) {
        Ok(parsed) => parsed,
        Err(errors) => bail!("{}: {errors}", solution.display()),
    };
    Ok(match scoring::score(&solution, &scorer, &given) {
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
        Err(error) if as_json => Answer { text: serde_json::to_string(&error.report(lang))?, ok: false },
        Err(ScoreError::File(errors)) => {
            let lines: Vec<_> =
                errors.first.iter().map(|error| format!("  {}{}", place(error), error.message(lang))).collect();
            let errors = if errors.total == 1 { "1 error".to_owned() } else { format!("{} errors", errors.total) };
            Answer { text: format!("{errors} in {}:\n{}", submission.display(), lines.join("\n")), ok: false }
        }
        Err(ScoreError::Metric(error)) => {
            Answer { text: format!("{} {}", error.message(lang), error.fix(lang)), ok: false }
        }
    })
}

/// `line 7, p, “NaN”: `, as far as it is known.
fn place(error: &FileError) -> String {
    let parts = [
        error.line.map(|line| format!("line {line}")),
        error.column.clone(),
        error.value.as_ref().map(|value| format!("“{value}”")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { parts.join(", ") + ": " }
}

/// The columns of a solution: the first is the id, the others but [`EXTRAS`] are the truth.
pub(super) fn columns(solution: &[u8]) -> (String, Vec<String>) {
    let header = solution.split(|&byte| byte == b'\n' || byte == b'\r').next().unwrap_or_default();
    let header = String::from_utf8_lossy(header);
    let mut columns =
        header.trim_start_matches('\u{feff}').split(',').map(|name| name.trim().trim_matches('"').to_owned());
    let id = columns.next().unwrap_or_default();
    (id, columns.filter(|name| !EXTRAS.contains(&name.as_str())).collect())
}

/// The catalogue of metrics.
pub fn metrics(as_json: bool) -> anyhow::Result<String> {
    let lang = Locale::En.lang();
    if !as_json {
        let lines: Vec<_> =
            metric::catalogue().iter().map(|metric| format!("{:<24} {}", metric.id(), metric.name(lang))).collect();
        return Ok(lines.join("\n"));
    }
    let describe = |metric: &&dyn Metric| {
        json!({
            "id": metric.id(),
            "name": { "ko": metric.name(Locale::Ko.lang()), "en": metric.name(lang) },
            "direction": metric.direction(),
            "formula": metric.formula(),
            "params": metric.params(),
            "explanation": { "ko": metric.explanation(Locale::Ko.lang()), "en": metric.explanation(lang) },
        })
    };
    Ok(serde_json::to_string_pretty(&metric::catalogue().iter().map(describe).collect::<Vec<_>>())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demo(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/breast-cancer").join(name)
    }

    fn by_component(params: &[(&str, &str)], as_json: bool) -> Answer {
        let component = demo("clinical_utility.wasm");
        let spec = custom(Some(&component), Task::Probability, Direction::Higher);
        let spec = params.iter().fold(spec, |spec, (name, value)| spec.with(name, value));
        let (solution, submission) = (demo("solution.csv"), demo("submissions/svc.csv"));
        score(&spec, Some(&component), &solution, &submission, as_json).expect("files that can be read")
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
        let error =
            score(&spec, Some(&demo("solution.csv")), &demo("solution.csv"), &demo("submissions/svc.csv"), false);
        let error = error.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.ends_with("solution.csv: it is no WebAssembly file"), "{error}");
    }
}
