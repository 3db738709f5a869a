//! The components of custom metrics: beside the settings in a folder, then among the files under their SHA-256.

use std::collections::HashMap;
use std::path::Path;

use bytes::Bytes;
use sandbox::{Component, sha256};
use scoring::metric::{Fault, Problem, SpecError};
use scoring::{Hash, MetricError, MetricSpec, ScoreError, Scorer, Solution};

use crate::error::{Error, Result};
use crate::files::Files;
use crate::import::{bytes, wrong};

/// Components from a folder, each found right.
pub(crate) struct Components(HashMap<Hash, (Bytes, Component)>);

impl Components {
    /// Reads and compiles those that the metric names, and pins it to them by their SHA-256.
    ///
    /// # Errors
    /// A sentence that names the file and what is wrong with it.
    pub(crate) fn read(folder: &Path, metric: &mut MetricSpec) -> Result<Self> {
        let mut read = HashMap::new();
        for custom in metric.customs_mut() {
            let path = folder.join(&custom.component);
            let plain = Path::new(&custom.component).file_name().is_some_and(|name| name == custom.component.as_str());
            if !plain || Path::new(&custom.component).extension().is_none_or(|extension| extension != "wasm") {
                return Err(wrong(&path, &"a component is a .wasm file beside the settings"));
            }
            let bytes = bytes(&path)?;
            let found = sha256(&bytes);
            let component = Component::pinned(&bytes, custom.sha256.unwrap_or(found));
            read.insert(found, (Bytes::from(bytes), component.map_err(|error| wrong(&path, &error))?));
            custom.sha256 = Some(found);
        }
        Ok(Self(read))
    }

    pub(crate) fn scorer(&self, metric: &MetricSpec) -> Result<Scorer, SpecError> {
        Scorer::with(metric, |id, custom| {
            let component =
                custom.sha256.and_then(|sha256| self.0.get(&sha256)).map(|(_, component)| component.clone());
            let component = component.ok_or_else(|| SpecError::NoComponent { metric: id.to_owned() })?;
            Ok(sandbox::metric(id, custom, move || Ok(component.clone())))
        })
    }

    /// Runs each component once, on a submission that says nothing: one that breaks off is found before it is needed.
    /// A refusal is an answer, too.
    ///
    /// # Errors
    /// A sentence that names the component and how it failed.
    pub(crate) fn try_out(&self, folder: &Path, metric: &MetricSpec, solution: &Solution, sample: &[u8]) -> Result<()> {
        for (spec, custom) in metric.customs() {
            let path = folder.join(&custom.component);
            let alone = MetricSpec { combine: Vec::new(), secondary: Vec::new(), ..spec.clone() };
            let scorer = self.scorer(&alone).map_err(|error| wrong(&path, &error))?;
            match scoring::score(solution, &scorer, sample) {
                Ok(_)
                | Err(ScoreError::Metric(MetricError {
                    problem: Problem::Custom { fault: Fault::Refused { .. }, .. },
                    ..
                })) => {}
                Err(error) => return Err(wrong(&path, &format!("scoring sample_submission.csv failed: {error}"))),
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
