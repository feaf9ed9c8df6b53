//! A thousand nodes without sockets: how long until 99 of 100 know a new
//! version, what it costs each, under churn and among liars.
//!
//! `cargo run --release -p store-node --example simulation [SEED]`
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints"
)]

#[path = "../tests/it/simulation.rs"]
mod simulation;

use std::time::Duration;

use simulation::{World, simulate};

fn millis(times: &[Option<Duration>]) -> String {
    let each = times.iter().map(|time| match time {
        Some(time) => format!("{}", time.as_millis()),
        None => "never".to_owned(),
    });
    each.collect::<Vec<_>>().join(" ")
}

fn main() {
    let seed = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let seed = seed.unwrap_or(1);
    println!("seed {seed}; times in ms after each of three versions came out");
    println!(
        "nodes attackers churn/s | 99 % know | 99 % have all | messages a node | reached | cut off | wronged"
    );
    for (nodes, attackers, churn) in [
        (100, 0, 0),
        (1_000, 0, 0),
        (1_000, 0, 10),
        (1_000, 100, 0),
        (1_000, 100, 10),
        (3_000, 0, 0),
    ] {
        let world = World {
            seed,
            nodes,
            attackers,
            churn,
            versions: 3,
        };
        let outcome = simulate(world);
        println!(
            "{nodes:>5} {attackers:>9} {churn:>7} | {} | {} | {:.1} | {:.1} % | {} | {}",
            millis(&outcome.spread),
            millis(&outcome.fetched),
            outcome.messages,
            outcome.reached * 100.0,
            outcome.cut_off,
            outcome.wronged,
        );
    }
}
