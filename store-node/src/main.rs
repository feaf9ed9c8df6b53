//! The command line of `docker-manager-store`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the command line"
)]

mod cli;

use std::process::ExitCode;

use clap::Parser as _;

/// Everything that is not success, a wrong command line included.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    // Fails only if somebody chose a provider before, and nobody did.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("the TLS provider was chosen twice");
        return ExitCode::from(FAILED);
    }
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let wrong = error.use_stderr();
            // A closed terminal is no reason for another exit code.
            let _ = error.print();
            return if wrong {
                ExitCode::from(FAILED)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    match cli::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(FAILED)
        }
    }
}
