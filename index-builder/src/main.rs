//! The command line of `index-builder`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the command line"
)]

mod catalogue;
mod cli;
mod files;
mod import;
mod table;
mod validate;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let answer = match cli::Cli::parse().command {
        cli::Command::Validate(args) => validate::run(&args),
        cli::Command::Import(args) => import::run(&args),
    };
    match answer {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            print!("{}", failure.output);
            eprintln!("{}", failure.message);
            ExitCode::FAILURE
        }
    }
}

/// What is printed, and why the program ends with 1.
#[derive(Debug)]
struct Failure {
    /// For standard output.
    output: String,
    /// For standard error.
    message: String,
}

impl From<files::FileError> for Failure {
    fn from(error: files::FileError) -> Self {
        use std::error::Error as _;
        let cause = error.source().map(|cause| format!(": {cause}"));
        Self {
            output: String::new(),
            message: format!("{error}{}", cause.unwrap_or_default()),
        }
    }
}
