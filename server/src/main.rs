//! The command line.

#![recursion_limit = "512"]

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use server::command::Command;
use server::terminal::{say, say_error};

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

fn main() -> ExitCode {
    let command = Cli::parse().command;
    let runtime = tokio::runtime::Runtime::new().context("threads could not be started");
    let done = runtime.and_then(|runtime| {
        let done = runtime.block_on(command.run());
        // A scoring that does not end is not waited for a second time.
        runtime.shutdown_background();
        done
    });
    match done {
        Ok(answer) => {
            if !answer.text.is_empty() {
                say(&answer.text);
            }
            if answer.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            say_error(&error);
            ExitCode::from(2)
        }
    }
}
