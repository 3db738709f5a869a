//! `madang split`.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use scoring::{FileErrors, MetricSpec, Scorer, Solution, SplitBy, SplitRule, solution_hash};

use super::Answer;
use super::input::{columns, pair, read, word};
use crate::terminal;

/// Divide a solution into a public and a private part
#[derive(Args)]
pub struct SplitArgs {
    #[arg(long)]
    metric: String,
    /// A parameter such as average=macro
    #[arg(long = "param", value_parser = pair)]
    params: Vec<(String, String)>,
    #[arg(long)]
    solution: PathBuf,
    /// The id column, where it is neither called id nor the first
    #[arg(long)]
    id: Option<String>,
    /// The share of the rows that is public, such as 0.3
    #[arg(long)]
    public: f64,
    #[arg(long)]
    seed: u64,
    /// plain, stratified (every class its share) or group (rows of one group stay together)
    #[arg(long, default_value = "plain", value_parser = word::<SplitBy>)]
    by: SplitBy,
    /// The file to write: the solution with a usage column
    #[arg(long)]
    out: PathBuf,
}

impl SplitArgs {
    /// Writes a solution with a usage column beside the one without.
    pub fn run(self) -> anyhow::Result<Answer> {
        let Self { metric, params, solution, id, public, seed, by, out } = self;
        let (lang, rule) = (terminal::lang(), SplitRule { public, seed, by });
        let spec = MetricSpec { id: metric, params: params.into_iter().collect(), ..MetricSpec::default() };
        let scorer =
            Scorer::new(&spec).map_err(|error| anyhow::anyhow!("{} {}", error.message(lang), error.fix(lang)))?;
        let bytes = read(&solution)?;
        let (id, targets) = columns(&bytes, id.as_deref());
        let wrong = |errors: FileErrors| anyhow::anyhow!(errors.listing_of(&solution.display().to_string(), lang));
        let written = scoring::split(&bytes, &scorer, &id, &targets, rule).map_err(wrong)?;
        std::fs::write(&out, &written).with_context(|| format!("{} cannot be written", out.display()))?;
        let hash = solution_hash(&written, &id).map_err(wrong)?;
        let halves = Solution::parse(&written, &scorer, &id, &targets).map_err(wrong)?;
        let (public, private) = (halves.public_rows(), halves.private_rows());
        Ok(format!("{}: public {public}, private {private}, SHA-256 {hash}", out.display()).into())
    }
}
