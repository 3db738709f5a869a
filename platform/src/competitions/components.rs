//! The components of custom metrics: beside the settings in a folder, then among the files under their SHA-256.

use std::collections::HashMap;
use std::path::Path;

use bytes::Bytes;
use sandbox::Component;
use scoring::metric::{self, Fault, SpecError};
use scoring::{Direction, Hash, Judged, Lang, MetricError, MetricSpec, ScoreError, Scorer, Solution};

use crate::competitions::folder;
use crate::competitions::folder::problems::{Problem, said};
use crate::competitions::import::listing::Listing;
use crate::error::{Error, Result};
use crate::files::Files;

/// Components from a folder, each found right.
pub(crate) struct Components(HashMap<Hash, (Bytes, Component)>);

impl Components {
    /// Reads and compiles those that the metric names, and pins it to them by their SHA-256.
    ///
    /// # Errors
    /// The file and what is wrong with it.
    pub(crate) fn read(listing: &Listing, metric: &mut MetricSpec) -> Result<Self, Problem> {
        let mut read = HashMap::new();
        for custom in metric.customs_mut() {
            let name = custom.component.as_str();
            let plain = Path::new(name).file_name().is_some_and(|plain| plain == name);
            if !plain || Path::new(name).extension().is_none_or(|extension| extension != "wasm") {
                return Err(Problem::of(
                    name,
                    said(
                        "컴포넌트는 설정 파일 옆에 있는 .wasm 파일이어야 해요.",
                        "a component is a .wasm file beside the settings",
                    ),
                ));
            }
            let path = listing.get(name).ok_or_else(|| Problem::system(name, &std::io::ErrorKind::NotFound.into()))?;
            let bytes = std::fs::read(path).map_err(|error| Problem::system(name, &error))?;
            let found = Hash::of(&bytes);
            let component = Component::pinned(&bytes, custom.sha256.unwrap_or(found));
            let component = component.map_err(|error| {
                Problem::of(name, said(format!("컴포넌트로 쓸 수 없어요: {error}"), error.to_string()))
            })?;
            read.insert(found, (Bytes::from(bytes), component));
            custom.sha256 = Some(found);
        }
        Ok(Self(read))
    }

    /// # Errors
    /// What is wrong with the metric.
    pub(crate) fn scorer(&self, metric: &MetricSpec) -> Result<Scorer, Problem> {
        let scorer = Scorer::with(metric, |id, custom| {
            let component =
                custom.sha256.and_then(|sha256| self.0.get(&sha256)).map(|(_, component)| component.clone());
            let component = component.ok_or_else(|| SpecError::NoComponent { metric: id.to_owned() })?;
            Ok(sandbox::metric(id, custom, move || Ok(component.clone())))
        });
        scorer.map_err(|error: SpecError| {
            let text = |lang| format!("{} {}", error.message(lang), error.fix(lang)).trim_end().to_owned();
            Problem::of(folder::MANIFEST, said(text(Lang::Ko), text(Lang::En)))
        })
    }

    /// Runs each component on a submission that says nothing: one that breaks off is found before it is needed. A refusal is an
    /// answer, too. Then on the truth itself, which is never worse than that.
    ///
    /// # Errors
    /// The component and how it failed.
    pub(crate) fn try_out(
        &self,
        metric: &MetricSpec,
        solution: &Solution,
        truth: &[u8],
        sample: &[u8],
    ) -> Result<(), Problem> {
        for (spec, custom) in metric.customs() {
            let alone = MetricSpec { combine: Vec::new(), secondary: Vec::new(), ..spec.clone() };
            let scorer = self.scorer(&alone)?;
            let nothing = match scoring::judge(solution, &scorer, sample).and_then(Judged::whole) {
                Ok(judged) => judged.public.score,
                Err(ScoreError::Metric(MetricError {
                    problem: metric::Problem::Custom { fault: Fault::Refused { .. }, .. },
                    ..
                })) => continue,
                Err(error) => {
                    let told = |lang| match &error {
                        ScoreError::File(errors) => errors.listing(lang),
                        ScoreError::Metric(error) => error.message(lang),
                    };
                    return Err(Problem::of(
                        &custom.component,
                        said(
                            format!("sample_submission.csv를 채점하지 못했어요: {}", told(Lang::Ko)),
                            format!("scoring sample_submission.csv failed: {}", told(Lang::En)),
                        ),
                    ));
                }
            };
            let perfect = scoring::perfect(solution, truth).map(|perfect| scoring::judge(solution, &scorer, &perfect));
            let Some(Ok(perfect)) = perfect else { continue };
            let perfect = perfect.public.score;
            let is_worse = match custom.direction {
                Direction::Higher => perfect < nothing,
                Direction::Lower => perfect > nothing,
            };
            if is_worse {
                return Err(Problem::of(
                    &custom.component,
                    said(
                        format!(
                            "정답을 그대로 낸 점수({perfect})가 제출 양식의 점수({nothing})보다 나빠요. direction을 확인해 주세요."
                        ),
                        format!(
                            "the solution itself scores {perfect}, which by this direction is worse than the sample's {nothing}; check direction"
                        ),
                    ),
                ));
            }
        }
        Ok(())
    }

    pub(crate) async fn store(&self, files: &Files) -> Result<()> {
        for (sha256, (bytes, _)) in &self.0 {
            files.put(&key(*sha256), bytes.clone()).await?;
        }
        Ok(())
    }
}

/// Where a component is kept.
fn key(sha256: Hash) -> String {
    format!("components/{sha256}.wasm")
}

/// Every component of a stored metric with its file name.
pub(crate) async fn stored(files: &Files, metric: &MetricSpec) -> Result<HashMap<String, (Hash, Bytes)>> {
    let mut stored = HashMap::new();
    for (spec, custom) in metric.customs() {
        let sha256 = custom.sha256.ok_or_else(|| Error::Other(format!("the metric {} has no component", spec.id)))?;
        stored.insert(custom.component.clone(), (sha256, files.get(&key(sha256)).await?));
    }
    Ok(stored)
}

/// The scorer of a stored metric. A component is compiled when the first submission is scored.
///
/// # Errors
/// When a component cannot be read, or the metric is wrong.
pub(crate) async fn scorer(files: &Files, metric: &MetricSpec) -> Result<Scorer> {
    let stored = stored(files, metric).await?;
    let scorer = Scorer::with(metric, |id, custom| {
        let (sha256, bytes) =
            stored.get(&custom.component).cloned().ok_or_else(|| SpecError::NoComponent { metric: id.to_owned() })?;
        let id_for_log = id.to_owned();
        Ok(sandbox::metric(id, custom, move || {
            Component::pinned(&bytes, sha256)
                .inspect_err(|error| tracing::error!(metric = id_for_log, %error, "a component cannot be used"))
        }))
    });
    scorer.map_err(|error: SpecError| Error::Other(format!("the metric is wrong: {error}")))
}

/// The component that is another one now, by its file name.
pub(crate) fn exchanged<'a>(before: &MetricSpec, after: &'a MetricSpec) -> Option<&'a str> {
    let mut pairs = before.customs().zip(after.customs());
    pairs.find_map(|((_, before), (_, after))| (before.sha256 != after.sha256).then_some(after.component.as_str()))
}
