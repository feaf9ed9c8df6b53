//! A store of thousands of apps, each signed by a publisher's key of its own, made
//! and published with the product's own commands.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use harbour_core::store::id::StoreId;
use harbour_core::tuf::content::describe;
use harbour_core::tuf::repo::publisher::{self, Slug};
use harbour_core::tuf::secret::SecretKey;
use harbour_core::tuf::time::Time;
use serde_json::json;
use zeroize::Zeroizing;

use crate::fault::{Fault, Outcome};

const HOUR: i64 = 3_600;
const YEAR: i64 = 365 * 24 * HOUR;
const WORDS: [&str; 10] = [
    "harbour", "lantern", "compass", "anchor", "beacon", "tide", "sextant", "mast", "keel",
    "rudder",
];

/// A store in a folder that goes with it.
pub(crate) struct Market {
    folder: tempfile::TempDir,
    /// When it was founded, in seconds since 1970: some hours ago.
    began: i64,
    published: std::cell::Cell<i64>,
}

impl Market {
    /// Keys, a root that two of three have signed, and `count` apps.
    pub(crate) fn found(count: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir().map_err(Fault::system("a temporary folder"))?;
        let market = Self {
            folder,
            began: jiff::Timestamp::now().as_second() - 4 * HOUR,
            published: std::cell::Cell::new(0),
        };
        for name in ["a", "b", "c", "targets", "snapshot", "timestamp"] {
            market.run(&format!("keys new @{name} --name {name}"))?;
        }
        market.run(
            "root init --out @ --root-key @a.pub --root-key @b.pub --root-key @c.pub \
             --timestamp-key @timestamp.pub --snapshot-key @snapshot.pub --targets-key @targets.pub",
        )?;
        for name in ["a", "b"] {
            market.run(&format!("root sign @1.root.json --key @{name}.key"))?;
        }
        market.write("store/store.yaml", b"name: Ten thousand\n")?;
        for number in 0..count {
            market.app(number, 1, 'a')?;
        }
        Ok(market)
    }

    /// The site that a web server serves.
    pub(crate) fn site(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// The store's name for itself.
    pub(crate) fn id(&self) -> Outcome<StoreId> {
        let path = self.folder.path().join("1.root.json");
        let root = fs::read(&path).map_err(Fault::system(path.display().to_string()))?;
        Ok(StoreId::of_root(&root))
    }

    /// Publishes what is there; tells how long it took.
    pub(crate) fn build(&self) -> Outcome<Duration> {
        self.published.set(self.published.get() + 1);
        self.run(
            "build --from @store --root @1.root.json --out @out --targets-key @targets.key \
             --snapshot-key @snapshot.key --timestamp-key @timestamp.key",
        )
    }

    /// Writes an app: `version` is of its publisher's signature, `letter` begins
    /// the digest of its image.
    pub(crate) fn app(&self, number: usize, version: u64, letter: char) -> Outcome<()> {
        let slug = slug(number);
        let files = BTreeMap::from([
            (
                "app.yaml".to_owned(),
                manifest(number, version).into_bytes(),
            ),
            ("icon.svg".to_owned(), icon(number).into_bytes()),
        ]);
        let mut seed = Zeroizing::new([7; 32]);
        seed[..8].copy_from_slice(&(number as u64).to_be_bytes());
        let key = SecretKey::from_seed(&seed);
        let signed = publisher::sign(
            &Slug::new(&slug).map_err(Fault::wire("a slug"))?,
            &files,
            NonZeroU64::new(version).unwrap_or(NonZeroU64::MIN),
            Time::from_unix(self.began + YEAR),
            &key,
        );
        let signed = signed.map_err(Fault::wire("signing an app"))?;
        let public = key.public().named(&format!("Publisher {number}"));
        let public = serde_json::to_vec(&public).map_err(Fault::wire("writing a key"))?;
        let folder = format!("store/apps/{slug}");
        self.write(&format!("{folder}/publisher.json"), &signed)?;
        self.write(&format!("{folder}/publisher.pub"), &public)?;
        for (name, bytes) in &files {
            self.write(&format!("{folder}/{name}"), bytes)?;
        }
        let lock = lock(number, &slug, letter).to_string();
        self.write(&format!("store/locks/{slug}.json"), lock.as_bytes())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Outcome<()> {
        let path = self.folder.path().join(name);
        let folder = path.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(Fault::system(path.display().to_string()))
    }

    /// A command of `index-builder`; `@` stands for the folder.
    fn run(&self, line: &str) -> Outcome<Duration> {
        let here = format!("{}/", self.folder.path().display());
        let words = line.split_whitespace().map(|word| word.replace('@', &here));
        let words = std::iter::once("index-builder".to_owned()).chain(words);
        let now = Time::from_unix(self.began + 60 * self.published.get());
        let (began, mut out) = (Instant::now(), Vec::new());
        match index_builder::cli::run(words, now, &mut out) {
            Ok(_) => Ok(began.elapsed()),
            Err(error) => {
                let said = format!("{}{error}", String::from_utf8_lossy(&out));
                Err(Fault::answer(line, said))
            }
        }
    }
}

/// The slug of an app: two words and its number.
pub(crate) fn slug(number: usize) -> String {
    let word = |n: usize| WORDS[n % WORDS.len()];
    format!(
        "{}-{}-{number:05}",
        word(number),
        word(number / WORDS.len())
    )
}

fn manifest(number: usize, version: u64) -> String {
    let slug = slug(number);
    format!(
        "schema: v1\nname: Sample App {number}\nslug: {slug}\n\
         description: Keeps what number {number} needs, and shows it on a page of its own, version {version}.\n\
         categories: [group-{}, group-{}]\nhomepage: https://{slug}.example.org\nlicense: MIT\n\
         architectures: [amd64, arm64]\nwebui: {{port: 8080}}\nimage: example.org/{slug}\ndefaultTag: \"1.{}\"\n\
         params:\n  - {{key: PASSWORD, label: Password, type: secret, generate: {{length: 24}}}}\n\
         ports:\n  - {{container: 8080, hostDefault: 8080, label: Web}}\nvolumes:\n  - {{container: /data}}\n",
        number % 40,
        number % 7 + 40,
        number % 100,
    )
}

fn icon(number: usize) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><rect width=\"64\" height=\"64\" \
         rx=\"14\" fill=\"hsl({} 60% 40%)\"/><circle cx=\"32\" cy=\"32\" r=\"{}\" fill=\"#fff\"/></svg>",
        number % 360,
        number % 20 + 4
    )
}

fn lock(number: usize, slug: &str, letter: char) -> serde_json::Value {
    let hex = |c: char| c.to_string().repeat(64);
    let own = &describe(slug.as_bytes()).hashes["sha256"];
    let digest = own.get(1..).unwrap_or_default();
    json!({"format": 1, "services": {"app": {
        "image": format!("example.org/{slug}"), "tag": format!("1.{}", number % 100),
        "digest": format!("sha256:{letter}{digest}"), "firstSeen": "2026-01-01T00:00:00Z",
        "platforms": [
            {"platform": "linux/amd64", "digest": format!("sha256:{}", hex('b')), "size": 90_000_000},
            {"platform": "linux/arm64", "digest": format!("sha256:{}", hex('c')), "size": 88_000_000}],
    }}, "history": []})
}
