//! The command line.

#![recursion_limit = "512"]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use scoring::metric::Task;
use scoring::{Direction, Hash, Lang, MetricSpec, SplitBy, SplitRule};
use server::command::{admin, rescore, score, serve, solution};
use server::settings::Settings;

/// The system's keeps what a crowd left behind for good, and its threads wait for each other: docs/decisions/0018.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Machine-learning competitions on your own machine.
#[derive(Parser)]
#[command(name = "madang", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the web server, with scoring workers inside
    Serve {
        /// Address to listen on (`MADANG_ADDR`)
        #[arg(long)]
        addr: Option<String>,
        /// Only the web server; scoring is done by `madang worker` elsewhere
        #[arg(long)]
        no_worker: bool,
    },
    /// Only score; any number beside any number of servers
    Worker {
        #[arg(long)]
        concurrency: Option<usize>,
    },
    /// Bring the database up to date (serve and worker do it too)
    Migrate,
    /// Load the demo competitions, accounts and submissions
    Demo {
        /// Do nothing when there are competitions already
        #[arg(long)]
        if_empty: bool,
    },
    /// Competitions as folders of plain files
    #[command(subcommand)]
    Competition(CompetitionCommand),
    /// Accounts
    #[command(subcommand)]
    User(UserCommand),
    /// Score every submission of a competition again with this version's code; says what would change
    Rescore {
        slug: String,
        /// Write the new scores and the new leaderboard
        #[arg(long)]
        apply: bool,
    },
    /// Score two files, without a server or a database; what is wrong with them is told in the terminal's language
    Score {
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
    },
    /// Divide a solution into a public and a private part
    Split {
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
    },
    /// Check that a solution is the one a competition bound itself to
    Verify {
        /// What the evaluation page showed from the start
        #[arg(long)]
        commitment: Hash,
        /// Published with the results
        #[arg(long)]
        salt: Hash,
        #[arg(long, required_unless_present = "hash")]
        solution: Option<PathBuf>,
        /// The id column, where it is neither called id nor the first
        #[arg(long)]
        id: Option<String>,
        /// The solution's SHA-256, published with the results
        #[arg(long)]
        hash: Option<Hash>,
    },
    /// List the metrics
    Metrics {
        #[arg(long)]
        json: bool,
        /// As the page docs/metrics.md
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
        /// Instead, the interface (WIT) of a metric of your own
        #[arg(long, conflicts_with_all = ["json", "markdown"])]
        wit: bool,
    },
}

#[derive(Subcommand)]
enum CompetitionCommand {
    /// Make a competition from a folder, or bring an existing one up to date
    Import { folder: String },
    /// Write a competition into a new folder that import reads, with its solution
    Export { slug: String, folder: PathBuf },
    /// Make someone an organizer of a competition, by the address of their account; --remove takes it back
    Role {
        slug: String,
        email: String,
        /// organizer; owner, judge and viewer do not exist yet
        #[arg(required_unless_present = "remove")]
        role: Option<String>,
        #[arg(long)]
        remove: bool,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Make an account; the password is read from standard input
    Add {
        email: String,
        #[arg(long)]
        admin: bool,
    },
    /// Set a password, read from standard input; every session of before ends
    Password {
        email: String,
        /// Take back every access token too
        #[arg(long)]
        revoke_tokens: bool,
    },
}

/// One of the words that an enumeration is written with.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let runtime = tokio::runtime::Runtime::new().context("threads could not be started");
    let done = runtime.and_then(|runtime| {
        let done = runtime.block_on(run(command));
        // A scoring that does not end is not waited for a second time.
        runtime.shutdown_background();
        done
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say_error(&error);
            ExitCode::from(2)
        }
    }
}

async fn run(command: Command) -> anyhow::Result<bool> {
    let settings = |addr: Option<&str>| Settings::load(addr);
    let text = match command {
        Command::Serve { addr, no_worker } => {
            serve::serve(settings(addr.as_deref())?, !no_worker).await?;
            return Ok(true);
        }
        Command::Worker { concurrency } => {
            serve::worker(settings(None)?, concurrency).await?;
            return Ok(true);
        }
        Command::Migrate => admin::migrate(&settings(None)?).await?,
        Command::Demo { if_empty } => admin::load_demo(&settings(None)?, if_empty).await?,
        Command::Competition(CompetitionCommand::Import { folder }) => {
            admin::import_competition(&settings(None)?, &admin::folder(&folder)?, lang()).await?
        }
        Command::Competition(CompetitionCommand::Export { slug, folder }) => {
            admin::export_competition(&settings(None)?, &slug, &folder).await?
        }
        Command::Competition(CompetitionCommand::Role { slug, email, role, remove }) => {
            admin::set_role(&settings(None)?, &slug, &email, role.as_deref(), remove).await?
        }
        Command::Rescore { slug, apply } => rescore::rescore(&settings(None)?, &slug, apply).await?,
        Command::User(UserCommand::Add { email, admin: is_admin }) => {
            admin::add_user(&settings(None)?, &email, is_admin).await?
        }
        Command::User(UserCommand::Password { email, revoke_tokens }) => {
            admin::set_password(&settings(None)?, &email, revoke_tokens).await?
        }
        Command::Score { metric, component, task, direction, params, solution, id, submission, json } => {
            let mut spec = match task {
                Some(task) => score::custom(component.as_deref(), task, direction),
                None => MetricSpec { id: metric.unwrap_or_default(), ..MetricSpec::default() },
            };
            spec.params = params.into_iter().collect();
            let files = score::Files { solution: &solution, submission: &submission, id: id.as_deref() };
            let answer = score::score(&spec, component.as_deref(), files, json, lang())?;
            say(&answer.text);
            return Ok(answer.ok);
        }
        Command::Split { metric, params, solution, id, public, seed, by, out } => {
            let spec = MetricSpec { id: metric, params: params.into_iter().collect(), ..MetricSpec::default() };
            solution::split(&spec, &solution, id.as_deref(), SplitRule { public, seed, by }, &out, lang())?
        }
        Command::Verify { commitment, salt, solution, id, hash } => {
            let answer = solution::verify(commitment, salt, solution.as_deref(), id.as_deref(), hash, lang())?;
            say(&answer.text);
            return Ok(answer.ok);
        }
        Command::Metrics { wit: true, .. } => sandbox::WIT.trim_end().to_owned(),
        Command::Metrics { markdown: true, .. } => scoring::metric::handbook().trim_end().to_owned(),
        Command::Metrics { json, .. } => score::metrics(json, lang())?,
    };
    say(&text);
    Ok(true)
}

/// Korean where the terminal is, by the variables in the order POSIX gives them.
fn lang() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    language(set)
}

/// The first value that is not empty decides.
fn language(mut values: impl Iterator<Item = String>) -> Lang {
    let value = values.find(|value| !value.is_empty()).unwrap_or_default();
    if value.split(['_', '.', '@']).next() == Some("ko") { Lang::Ko } else { Lang::En }
}

/// Whoever reads may have left (`… | head`): that is no failure of the command.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

#[expect(clippy::print_stderr, reason = "this is the command line's error")]
fn say_error(error: &anyhow::Error) {
    // Some causes repeat theirs.
    let text = error
        .chain()
        .map(ToString::to_string)
        .reduce(|text, cause| if text.contains(&cause) { text } else { format!("{text}: {cause}") });
    eprintln!("madang: {}", text.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminals_language_is_that_of_its_first_variable_with_a_value() {
        let of = |values: &[&str]| language(values.iter().map(|&value| value.to_owned()));
        assert_eq!(of(&["", "ko_KR.UTF-8"]), Lang::Ko);
        assert_eq!(of(&["C", "ko_KR.UTF-8"]), Lang::En);
        assert_eq!(of(&["kok_IN"]), Lang::En);
        assert_eq!(of(&[]), Lang::En);
    }
}
