//! The command line: `bench run` measures the agent against the raw engine,
//! `bench soak` wears it out. `make bench` and `make soak` call it.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the command line"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "starts the scripts that measure the page"
)]

mod causes;
mod fault;
mod figures;
mod market;
mod process;
mod report;
mod rows;
mod run;
mod scale;
mod soak;
mod stage;
mod ui;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::fault::{Fault, Outcome, told};
use crate::report::{Row, Verdict};

/// Measures Harbourmaster against the raw engine.
#[derive(Parser)]
#[command(name = "bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure speed, in turns with the raw engine.
    Run(Measuring),
    /// Mixed load with engine restarts: memory, descriptors, lost events.
    Soak(Soaking),
}

/// What to measure, and what to do with it.
#[derive(Args)]
pub(crate) struct Measuring {
    /// Everything in small, in some eight minutes; not the goals' sizes.
    #[arg(long)]
    quick: bool,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Write the document here.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Only these groups: list, cost, start, idle, events, readers, exec, logs, stats, ui, store.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The agent's binary [default: this workspace's release build].
    #[arg(long)]
    agent: Option<PathBuf>,
    /// What was typed, for the document.
    #[arg(long)]
    command: Option<String>,
}

/// How long, and on what.
#[derive(Args)]
pub(crate) struct Soaking {
    /// Minutes of load.
    #[arg(long, default_value_t = 30.0)]
    minutes: f64,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// The agent's binary [default: this workspace's release build].
    #[arg(long)]
    agent: Option<PathBuf>,
}

// One thread: a request that changes threads on its way would be charged for it.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Run(measuring) => measure(measuring).await,
        Command::Soak(soaking) => wear_out(soaking).await,
    };
    match done {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("bench: {}", told(&fault));
            ExitCode::FAILURE
        }
    }
}

/// A missed goal is a result. Only a row that could not be measured is a failure.
async fn measure(measuring: Measuring) -> Outcome<ExitCode> {
    let rows = run::all(&measuring).await?;
    print(&rows, measuring.json)?;
    if let Some(path) = &measuring.write {
        let text = report::document(&rows, &run::circumstances(&measuring));
        std::fs::write(path, text).map_err(Fault::system(path.display().to_string()))?;
    }
    let failed = rows.iter().any(|row| row.verdict == Verdict::Failed);
    Ok(ExitCode::from(u8::from(failed)))
}

/// Here every goal counts.
async fn wear_out(soaking: Soaking) -> Outcome<ExitCode> {
    let rows = soak::run(&soaking).await?;
    print(&rows, soaking.json)?;
    let bad = rows.iter().any(|row| row.verdict != Verdict::Met);
    Ok(ExitCode::from(u8::from(bad)))
}

fn print(rows: &[Row], json: bool) -> Outcome<()> {
    if json {
        let text = serde_json::to_string_pretty(rows).map_err(Fault::wire("writing JSON"))?;
        println!("{text}");
    } else {
        print!("{}", report::plain(rows));
    }
    Ok(())
}
