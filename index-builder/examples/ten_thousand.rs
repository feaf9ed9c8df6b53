//! How long a store of 10,000 apps takes to build, and what a change of one of
//! them costs a node that is up to date.
//!
//! `cargo run --release -p index-builder --example ten_thousand [COUNT]`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "prints figures")]

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use harbour_core::store::index::shard_of;
use harbour_core::tuf::content::describe;
use harbour_core::tuf::repo::publisher::{self, Slug};
use harbour_core::tuf::secret::SecretKey;
use harbour_core::tuf::time::Time;
use serde_json::json;
use zeroize::Zeroizing;

const NOW: i64 = 1_800_000_000;
const DAY: i64 = 86_400;

struct Store(PathBuf);

impl Store {
    fn run(&self, line: &str, now: i64) -> Duration {
        let here = format!("{}/", self.0.display());
        let words = line.split_whitespace().map(|word| word.replace('@', &here));
        let words = std::iter::once("index-builder".to_owned()).chain(words);
        let started = Instant::now();
        let mut out = Vec::new();
        if let Err(error) = index_builder::cli::run(words, Time::from_unix(now), &mut out) {
            panic!("{line}: {}{error}", String::from_utf8_lossy(&out));
        }
        started.elapsed()
    }

    fn build(&self, day: i64) -> Duration {
        let line = "build --from @store --root @1.root.json --out @out --targets-key @targets.key \
                    --snapshot-key @snapshot.key --timestamp-key @timestamp.key";
        self.run(line, NOW + day * DAY)
    }

    /// An app with a publisher of its own.
    fn app(&self, number: usize, version: u64, letter: char) {
        let slug = slug(number);
        let folder = self.0.join("store/apps").join(&slug);
        fs::create_dir_all(&folder).unwrap();
        let hue = number % 360;
        let manifest = format!(
            "schema: v1\nname: Sample App {number}\nslug: {slug}\n\
             description: Keeps what number {number} needs, and shows it on a page of its own, version {version}.\n\
             categories: [group-{}, group-{}]\nhomepage: https://{slug}.example.org\nlicense: MIT\n\
             architectures: [amd64, arm64]\nwebui: {{port: 8080}}\nimage: example.org/{slug}\ndefaultTag: \"1.{}\"\n\
             params:\n  - {{key: PASSWORD, label: Password, type: secret, generate: {{length: 24}}}}\n\
             ports:\n  - {{container: 8080, hostDefault: 8080, label: Web}}\nvolumes:\n  - {{container: /data}}\n",
            number % 40,
            number % 7 + 40,
            number % 100,
        );
        let icon = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" \
             rx=\"14\" fill=\"hsl({hue} 60% 40%)\"/><circle cx=\"32\" cy=\"32\" r=\"{}\" fill=\"#fff\"/></svg>",
            number % 20 + 4
        );
        let mut seed = Zeroizing::new([7; 32]);
        seed[..8].copy_from_slice(&u64::try_from(number).unwrap().to_be_bytes());
        let key = SecretKey::from_seed(&seed);
        let files = BTreeMap::from([
            ("app.yaml".to_owned(), manifest.into_bytes()),
            ("icon.svg".to_owned(), icon.into_bytes()),
        ]);
        let expires = Time::from_unix(NOW + 365 * DAY);
        let version = NonZeroU64::new(version).unwrap();
        let signed = publisher::sign(&Slug::new(&slug).unwrap(), &files, version, expires, &key);
        let public = key.public().named(&format!("Publisher {number}"));
        let hex = |c: char| c.to_string().repeat(64);
        let digest = describe(slug.as_bytes()).hashes["sha256"].clone();
        let lock = json!({"format": 1, "services": {"app": {
            "image": format!("example.org/{slug}"), "tag": format!("1.{}", number % 100),
            "digest": format!("sha256:{}{}", letter, &digest[1..]), "firstSeen": "2026-01-01T00:00:00Z",
            "platforms": [
                {"platform": "linux/amd64", "digest": format!("sha256:{}", hex('b')), "size": 90_000_000},
                {"platform": "linux/arm64", "digest": format!("sha256:{}", hex('c')), "size": 88_000_000}],
        }}, "history": []});
        let locks = self.0.join("store/locks");
        fs::create_dir_all(&locks).unwrap();
        fs::write(locks.join(format!("{slug}.json")), lock.to_string()).unwrap();
        fs::write(folder.join("publisher.json"), signed.unwrap()).unwrap();
        fs::write(
            folder.join("publisher.pub"),
            serde_json::to_vec(&public).unwrap(),
        )
        .unwrap();
        for (name, bytes) in &files {
            fs::write(folder.join(name), bytes).unwrap();
        }
    }

    fn length(&self, name: &str) -> u64 {
        let path = self.0.join("out").join(name);
        fs::metadata(&path)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .len()
    }

    /// Bytes of the delta from the publication before.
    fn newest_delta(&self, role: &str) -> u64 {
        let ending = format!(".{role}.json.zst");
        let entries = fs::read_dir(self.0.join("out/metadata/deltas")).unwrap();
        let named = entries.filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let old: u64 = name
                .strip_suffix(&ending)?
                .split_once('-')?
                .0
                .parse()
                .unwrap();
            Some((old, name))
        });
        let (_, name) = named.max().unwrap();
        self.length(&format!("metadata/deltas/{name}"))
    }

    /// Bytes of the newest file that ends like this.
    fn newest(&self, folder: &str, ending: &str) -> u64 {
        let entries = fs::read_dir(self.0.join("out").join(folder)).unwrap();
        let found = entries
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_name().to_string_lossy().ends_with(ending));
        let newest = found.max_by_key(|entry| entry.metadata().unwrap().modified().unwrap());
        newest.unwrap().metadata().unwrap().len()
    }
}

fn slug(number: usize) -> String {
    const WORDS: [&str; 10] = [
        "harbour", "lantern", "compass", "anchor", "beacon", "tide", "sextant", "mast", "keel",
        "rudder",
    ];
    format!(
        "{}-{}-{number:05}",
        WORDS[number % 10],
        WORDS[number / 10 % 10]
    )
}

fn main() {
    let count = std::env::args()
        .nth(1)
        .map_or(10_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let store = Store(folder.path().to_owned());
    for name in ["a", "b", "c", "targets", "snapshot", "timestamp"] {
        store.run(&format!("keys new @{name} --name {name}"), NOW);
    }
    store.run(
        "root init --out @ --root-key @a.pub --root-key @b.pub --root-key @c.pub \
         --timestamp-key @timestamp.pub --snapshot-key @snapshot.pub --targets-key @targets.pub",
        NOW,
    );
    for name in ["a", "b"] {
        store.run(&format!("root sign @1.root.json --key @{name}.key"), NOW);
    }
    fs::create_dir_all(store.0.join("store")).unwrap();
    fs::write(store.0.join("store/store.yaml"), "name: Ten thousand\n").unwrap();
    for number in 0..count {
        store.app(number, 1, 'a');
    }
    // What was written a moment ago is looked at again; a real source is older.
    std::thread::sleep(Duration::from_secs(3));

    let cold = store.build(0);
    row("cold build", cold, Duration::from_secs(10));
    let nothing = store.build(1);
    row("nothing changed", nothing, Duration::from_secs(1));
    let changed = count / 2;
    store.app(changed, 1, 'd');
    row(
        "one app has a new image",
        store.build(2),
        Duration::from_secs(1),
    );
    bytes(&store, changed, false);
    store.app(changed, 2, 'e');
    row(
        "one app has a new manifest",
        store.build(3),
        Duration::from_secs(1),
    );
    bytes(&store, changed, true);
    let verified = store.run("verify @out --root @1.root.json", NOW + 3 * DAY);
    println!("verify: {:.2} s", verified.as_secs_f64());
    whole(&store.0.join("out"));
}

fn row(what: &str, took: Duration, goal: Duration) {
    let verdict = if took <= goal { "held" } else { "MISSED" };
    let (took, goal) = (took.as_secs_f64(), goal.as_secs_f64());
    println!("{what}: {took:.2} s (goal {goal} s: {verdict})");
}

/// What a node that has the publication before fetches.
fn bytes(store: &Store, number: usize, manifest: bool) {
    let slug = slug(number);
    let shard = shard_of(&slug, 8);
    let ending = shard.rsplit('/').next().unwrap();
    let mut parts = vec![
        ("timestamp", store.length("metadata/timestamp.json")),
        ("snapshot delta", store.newest_delta("snapshot")),
        ("targets delta", store.newest_delta("targets")),
        (
            "part of the index",
            store.newest("targets/index", &format!(".{ending}")),
        ),
    ];
    if manifest {
        parts.push((
            "role of the app",
            store.newest("metadata", &format!(".app-{slug}.json")),
        ));
        parts.push((
            "manifest",
            store.newest(&format!("targets/apps/{slug}"), ".app.yaml"),
        ));
    }
    let sum: u64 = parts.iter().map(|(_, bytes)| bytes).sum();
    for (name, bytes) in &parts {
        println!("  {name}: {bytes} B");
    }
    let verdict = if sum <= 64 * 1024 { "held" } else { "MISSED" };
    println!("  together: {sum} B (goal 65,536 B: {verdict})");
}

fn whole(site: &Path) {
    for role in ["snapshot", "targets"] {
        let entries = fs::read_dir(site.join("metadata")).unwrap();
        let ending = format!(".{role}.json");
        let sizes = entries.map(|entry| entry.unwrap()).filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            name.ends_with(&ending) && !name.contains("app-")
        });
        let largest = sizes
            .map(|entry| entry.metadata().unwrap().len())
            .max()
            .unwrap();
        println!("whole {role}: {largest} B");
    }
}
