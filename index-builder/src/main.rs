//! `index-builder`: the publishing side of a store, on the command line.
#![allow(clippy::print_stderr, reason = "this is the command line")]

use std::io;
use std::process::ExitCode;

use index_builder::error::CommandError;
use index_builder::{cli, files};

fn main() -> ExitCode {
    // Of the two implementations that may be compiled in, ring.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("TLS was set up twice");
        return ExitCode::FAILURE;
    }
    let result = files::now().and_then(|now| cli::run(std::env::args_os(), now, &mut io::stdout()));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Says itself how it is meant, and that help is no error.
        Err(CommandError::Usage(error)) => error.exit(),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
