//! Speed and steadiness, measured from outside: fills a database, sends the crowd of a contest's last minute, reads every kind of
//! page, and breaks what a server stands on. `bench/run.sh` puts the parts together, README.md says what each does.
//! Everything is bounded in count and time and talks to this machine alone.

mod bare;
mod boards;
mod crowd;
mod events;
mod http;
mod latency;
mod live;
mod numbers;
mod page;
mod pages;
mod people;
mod place;
mod process;
mod seed;
mod soak;
mod streams;
mod version;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "bench", arg_required_else_help = true, about = "Measures speed and steadiness, on this machine only")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Fill a database with a competition, its teams, their tokens and submissions
    Seed(seed::SeedArgs),
    /// The last minute of a contest: streams, open pages, and every team submits
    Crowd(crowd::CrowdArgs),
    /// Requests a second of each kind of page, beside a bare handler with the same bytes
    Pages(pages::PagesArgs),
    /// What a new version of a leaderboard costs, in this process
    Version(version::VersionArgs),
    /// A board of a hundred thousand posts and a million comments, in this process
    Boards(boards::BoardsArgs),
    /// Everybody's page of live questions is open, and all vote
    Live(live::LiveArgs),
    /// From a submission's first byte to the event and the changed page in another client
    Latency(latency::LatencyArgs),
    /// Half an hour of reading and submitting while server, worker, database and disk fail
    Soak(soak::SoakArgs),
    /// A handler that does nothing but send the bytes of a file
    Bare(bare::BareArgs),
}

fn main() -> anyhow::Result<()> {
    let command = Cli::parse().command;
    // The load shares the machine with the server: one thread is enough for it, and measured without waking another.
    let one = matches!(
        command,
        Command::Crowd(_) | Command::Pages(_) | Command::Latency(_) | Command::Live(_) | Command::Soak(_)
    );
    let mut builder =
        if one { tokio::runtime::Builder::new_current_thread() } else { tokio::runtime::Builder::new_multi_thread() };
    builder.enable_all().build()?.block_on(async {
        match command {
            Command::Seed(args) => seed::run(args).await,
            Command::Crowd(args) => crowd::run(args).await,
            Command::Pages(args) => pages::run(args).await,
            Command::Version(args) => version::run(args).await,
            Command::Boards(args) => boards::run(args).await,
            Command::Live(args) => live::run(args).await,
            Command::Latency(args) => latency::run(args).await,
            Command::Soak(args) => soak::run(args).await,
            Command::Bare(args) => bare::run(args).await,
        }
    })
}

#[expect(clippy::print_stdout, reason = "the measured numbers are the program's output")]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "what goes on, beside the numbers")]
fn note(text: &str) {
    eprintln!("{text}");
}
