//! How long a search in ten thousand apps takes: a person types words letter by
//! letter, chooses categories and turns pages.
//!
//! `cargo run --release -p agent --example catalogue_speed`
#![allow(
    clippy::print_stdout,
    missing_docs,
    reason = "a measurement for developers"
)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use agent::store::{Index, Listing, Query, Sort};
use harbour_core::store::id::StoreId;

const APPS: usize = 10_000;
const WORDS: [&str; 12] = [
    "photo", "media", "server", "home", "network", "backup", "notes", "music", "game", "chat",
    "monitor", "finance",
];

fn main() {
    let began = Instant::now();
    let index = Index::new((0..APPS).map(listing));
    println!(
        "index of {APPS} apps built in {:.1} ms",
        millis(began.elapsed())
    );
    let mut times = Vec::new();
    for round in 0..50 {
        for word in WORDS {
            for end in 1..=word.len() {
                times.push(timed(&index, &word[..end], None, Sort::Best));
            }
            let two = format!("{word} {}", WORDS[round % WORDS.len()]);
            times.push(timed(&index, &two, Some(word), Sort::Best));
            times.push(timed(&index, "", Some(word), Sort::Updated));
            times.push(timed(&index, "", None, Sort::Best));
            times.push(timed(&index, "nothing-is-called-this", None, Sort::Best));
        }
    }
    times.sort_unstable();
    let at = |share: usize| millis(times[(times.len() - 1) * share / 1000]);
    println!(
        "{} searches: p50 {:.2} ms, p99 {:.2} ms, p99.9 {:.2} ms, longest {:.2} ms",
        times.len(),
        at(500),
        at(990),
        at(999),
        at(1000)
    );
}

fn timed(index: &Index, words: &str, category: Option<&str>, sort: Sort) -> Duration {
    let query = Query {
        words: words.to_owned(),
        category: category.map(str::to_owned),
        sort,
        ..Query::default()
    };
    let began = Instant::now();
    let page = index.search(&query).expect("a search");
    let time = began.elapsed();
    assert!(page.apps.len() <= 48);
    time
}

fn listing(number: usize) -> Arc<Listing> {
    let word = |step: usize| WORDS[number / step % WORDS.len()];
    let categories = [word(1), word(12)];
    Arc::new(Listing {
        store: StoreId::of_root(b"speed"),
        slug: format!("{}-{number}", word(1)),
        name: format!("{} {} {number}", word(1), word(144)),
        description: format!(
            "A {} for {} that keeps {} where it belongs, number {number}, with an interface in the browser and no account elsewhere.",
            word(1),
            word(12),
            word(144)
        ),
        categories: categories.map(Arc::from).to_vec(),
        version: "1.2.3".to_owned(),
        publisher: (Arc::from("somebody"), Arc::from("key")),
        manifest: [0; 32],
        icon: None,
        services: 1,
        architectures: None,
        added: 0,
        updated: i64::try_from(number * 7 % APPS).unwrap_or_default(),
    })
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
