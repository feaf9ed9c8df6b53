//! The shipped verifier against python-tuf's test repository, python-tuf against
//! the repositories we build, a server that means no good, and nodes: alone, with
//! each other, attacked, killed, and in networks of their own.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests start the programs they test"
)]

mod attacks;
mod crowd;
mod daemon;
mod drill;
mod evil;
mod flood;
mod handle;
mod hostile;
mod kit;
mod lab;
mod networks;
mod nodes;
mod python;
mod simulation;
mod site;
mod thousand;
