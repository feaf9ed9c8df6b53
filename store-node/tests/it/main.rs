//! The shipped verifier against python-tuf's test repository, python-tuf against
//! the repositories we build, and a server that means no good.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start the programs they test"
)]

mod drill;
mod hostile;
mod python;
