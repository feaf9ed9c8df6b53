//! How long the verifier takes: a timestamp, and targets with 10,000 entries.
//!
//! `cargo run --release -p harbour-core --example tuf_speed`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "prints figures")]

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::time::{Duration, Instant};

use harbour_core::tuf::content::describe;
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::repo::publication::{
    App, Expiries, OnlineKeys, Previous, Publication, publish,
};
use harbour_core::tuf::repo::publisher::{self, Slug};
use harbour_core::tuf::repo::root::{FirstKeys, ROOT_THRESHOLD, first};
use harbour_core::tuf::secret::SecretKey;
use harbour_core::tuf::time::Time;
use harbour_core::tuf::trusted::{Mode, TrustedSet};
use zeroize::Zeroizing;

const COUNT: usize = 10_000;
/// Each figure is the median of so many runs.
const RUNS: usize = 21;

fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new([number; 32]))
}

fn median(mut run: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<_> = (0..RUNS).map(|_| run()).collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn main() {
    let now = Time::from_unix(1_800_000_000);
    let later = now.plus_days(30);
    let root_keys = [key(1).public(), key(2).public(), key(3).public()];
    let keys = FirstKeys {
        root: &root_keys,
        root_threshold: ROOT_THRESHOLD,
        timestamp: &[key(4).public()],
        snapshot: &[key(5).public()],
        targets: &[key(6).public()],
    };
    let root = first(&keys, later).unwrap();
    let mut root_file = Envelope::unsigned(&root).unwrap();
    root_file.sign(&key(1));
    root_file.sign(&key(2));
    let root_file = root_file.write().unwrap();
    let (targets, snapshot, timestamp) = ([key(6)], [key(5)], [key(4)]);
    let online = OnlineKeys {
        targets: &targets,
        snapshot: &snapshot,
        timestamp: &timestamp,
    };
    let expiries = Expiries {
        targets: later,
        snapshot: later,
        timestamp: later,
        keep: now,
    };
    let previous = Previous::default();

    let own: BTreeMap<_, _> = (0..COUNT)
        .map(|number| {
            let path = TargetPath::new(&format!("files/app-{number:05}/app.yaml")).unwrap();
            (path, describe(number.to_string().as_bytes()))
        })
        .collect();
    let flat = publish(&root, own, &[], &previous, &online, expiries).unwrap();
    report("10,000 targets in one file", &root_file, &flat, now);

    let files = BTreeMap::from([("app.yaml".to_owned(), b"schema: v1".to_vec())]);
    let apps: Vec<_> = (0..COUNT)
        .map(|number| {
            let slug = Slug::new(&format!("app-{number:05}")).unwrap();
            let signer = key(u8::try_from(10 + number % 200).unwrap());
            let signed = publisher::sign(&slug, &files, NonZeroU64::MIN, later, &signer).unwrap();
            let keys = vec![signer.public()];
            App::new(slug, keys, NonZeroU64::MIN, &signed).unwrap().0
        })
        .collect();
    let many = publish(&root, BTreeMap::new(), &apps, &previous, &online, expiries).unwrap();
    report("10,000 delegated apps", &root_file, &many, now);
}

fn report(title: &str, root: &[u8], publication: &Publication, now: Time) {
    let file = |name: &str| {
        let files = &publication.files;
        let found = files.iter().find(|(file, _)| file == name);
        &found.unwrap().1
    };
    let (timestamp, snapshot, targets) = (
        file("timestamp.json"),
        file("1.snapshot.json"),
        file("1.targets.json"),
    );
    println!(
        "{title}: timestamp {} B, snapshot {} B, targets {} B",
        timestamp.len(),
        snapshot.len(),
        targets.len()
    );
    let time = median(|| {
        let mut set = TrustedSet::new(root, now, Mode::Strict).unwrap();
        let start = Instant::now();
        set.update_timestamp(timestamp).unwrap();
        start.elapsed()
    });
    println!("  timestamp verified in {time:?}");
    let mut set = TrustedSet::new(root, now, Mode::Strict).unwrap();
    set.update_timestamp(timestamp).unwrap();
    let time = median(|| {
        let start = Instant::now();
        set.update_snapshot(snapshot).unwrap();
        start.elapsed()
    });
    println!("  snapshot verified in {time:?}");
    let time = median(|| {
        let start = Instant::now();
        set.verify_targets(targets).unwrap();
        start.elapsed()
    });
    println!("  targets verified in {time:?}");
}
