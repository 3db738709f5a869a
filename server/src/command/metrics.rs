//! `madang metrics`.

use clap::Args;
use scoring::{Lang, Metric, metric};
use serde_json::json;

use super::Answer;
use crate::terminal;

/// List the metrics
#[derive(Args)]
pub struct MetricsArgs {
    #[arg(long)]
    json: bool,
    /// As the page docs/metrics.md
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Instead, the interface (WIT) of a metric of your own
    #[arg(long, conflicts_with_all = ["json", "markdown"])]
    wit: bool,
}

impl MetricsArgs {
    pub fn run(self) -> anyhow::Result<Answer> {
        let text = match self {
            Self { wit: true, .. } => sandbox::WIT.trim_end().to_owned(),
            Self { markdown: true, .. } => metric::handbook().trim_end().to_owned(),
            Self { json: true, .. } => catalogue_as_json()?,
            _ => catalogue(terminal::lang()),
        };
        Ok(text.into())
    }
}

fn catalogue(lang: Lang) -> String {
    let line = |metric: &&dyn Metric| format!("{:<24} {}", metric.id(), metric.name(lang));
    metric::catalogue().iter().map(line).collect::<Vec<_>>().join("\n")
}

fn catalogue_as_json() -> anyhow::Result<String> {
    let describe = |metric: &&dyn Metric| {
        json!({
            "id": metric.id(),
            "name": { "ko": metric.name(Lang::Ko), "en": metric.name(Lang::En) },
            "direction": metric.direction(),
            "formula": metric.formula(),
            "params": metric.params(),
            "notes": { "ko": metric.notes(Lang::Ko), "en": metric.notes(Lang::En) },
            "explanation": { "ko": metric.explanation(Lang::Ko), "en": metric.explanation(Lang::En) },
        })
    };
    Ok(serde_json::to_string_pretty(&metric::catalogue().iter().map(describe).collect::<Vec<_>>())?)
}
