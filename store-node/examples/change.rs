//! A store of ten thousand apps: the first copy of its metadata, loading it
//! all, and what a changed app costs a node that is up to date.
//!
//! `cargo run --release -p store-node --example change [APPS]`
#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement prints, and shares its kit with tests"
)]

#[path = "../tests/it/kit.rs"]
mod kit;
#[path = "../tests/it/site.rs"]
mod site;

mod measure;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use harbour_core::digest::Digest;
use harbour_core::store::cid::Cid;
use harbour_core::store::index::{
    AppEntry, FORMAT, FileEntry, HEAD, Head, Platform, Publisher, ServiceImage, Shard, shard_byte,
    shard_bytes, shard_path,
};
use harbour_core::store::wire::Area;
use harbour_core::tuf::client::{Client, Step};
use harbour_core::tuf::limits::MAX_ROOT;
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::time::Time;
use kit::{config, host, run_for, version_is};
use measure::memory;
use site::Site;
use store_node::api::Network;
use store_node::api::types::Add;
use store_node::node::Node;
use store_node::tuf::now;

/// Bits of the index, as for any store of so many apps.
const BITS: u8 = 8;

fn digest(text: &str) -> Digest {
    let hex: String = Cid::of(text.as_bytes())
        .sha256()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256:{hex}").parse().unwrap()
}

fn manifest(number: u64, version: u64) -> Vec<u8> {
    format!(
        "schema: v1\nname: Sample App {number}\nslug: app-{number}\n\
         description: Keeps what number {number} needs, version {version}.\n\
         categories: [group-{}]\nimage: example.org/app-{number}\ndefaultTag: \"1.{version}\"\n\
         ports:\n  - {{container: 8080, hostDefault: 8080, label: Web}}\n",
        number % 40
    )
    .into_bytes()
}

fn entry(number: u64, version: u64) -> AppEntry {
    let (bytes, seen) = (manifest(number, version), Time::from_unix(1_800_000_000));
    let image = ServiceImage {
        image: format!("example.org/app-{number}"),
        tag: Some(format!("1.{version}")),
        digest: digest(&format!("{number} {version}")),
        first_seen: seen,
        platforms: ["linux/amd64", "linux/arm64"]
            .map(|platform| Platform {
                platform: platform.to_owned(),
                digest: digest(&format!("{number} {version} {platform}")),
                size: 90_000_000,
            })
            .to_vec(),
    };
    AppEntry {
        slug: format!("app-{number}"),
        name: format!("Sample App {number}"),
        description: format!("Keeps what number {number} needs, version {version}."),
        categories: vec![format!("group-{}", number % 40)],
        architectures: vec!["amd64".to_owned(), "arm64".to_owned()],
        homepage: None,
        version: format!("1.{version}"),
        publisher: Publisher {
            name: format!("Publisher {number}"),
            key_id: digest("a key").hex().to_owned(),
        },
        manifest: FileEntry {
            path: format!("apps/app-{number}/app.yaml"),
            cid: Cid::of(&bytes),
            length: u64::try_from(bytes.len()).unwrap(),
        },
        icon: None,
        added: seen,
        updated: seen,
        services: BTreeMap::from([("app".to_owned(), image)]),
        history: Vec::new(),
    }
}

/// The site with one part of the index for each app that is given.
struct Store {
    site: Site,
    shards: BTreeMap<u8, Shard>,
}

impl Store {
    fn put(&mut self, number: u64, version: u64) {
        let entry = entry(number, version);
        self.site
            .app(&entry.slug, version, &manifest(number, version));
        let byte = shard_byte(&entry.slug, BITS);
        let shard = self.shards.entry(byte).or_insert(Shard {
            format: FORMAT,
            apps: Vec::new(),
        });
        shard.apps.retain(|other| other.slug != entry.slug);
        shard.apps.push(entry);
        shard.apps.sort_by(|one, other| one.slug.cmp(&other.slug));
    }

    fn publish(&mut self) -> u64 {
        for (byte, shard) in &self.shards {
            self.site.file(&shard_path(*byte), &shard.write());
        }
        self.site.publish()
    }
}

/// What an agent does: its own verifier over the handle, then the whole index.
async fn load(network: &Network, site: &Site) -> (Client, usize) {
    let root = network.fetch(site.id, Area::Metadata, "1.root.json", MAX_ROOT);
    let root = root.await.unwrap().unwrap().bytes;
    let mut client = Client::update(&root, now()).unwrap();
    drive(&mut client, network, site).await;
    let mut apps = 0;
    let head = read(&mut client, network, site, HEAD).await;
    let bits = Head::read(&head).unwrap().shard_bits;
    for byte in shard_bytes(bits) {
        let bytes = read(&mut client, network, site, &shard_path(byte)).await;
        apps += Shard::read(&bytes, byte, bits).unwrap().apps.len();
    }
    (client, apps)
}

async fn read(client: &mut Client, network: &Network, site: &Site, path: &str) -> Vec<u8> {
    client.find(TargetPath::new(path).unwrap());
    drive(client, network, site).await;
    let found = client.take_found().unwrap().unwrap();
    let fetch = found.fetch();
    let fetched = network.fetch(site.id, Area::Target, &fetch.path, fetch.limit);
    let bytes = fetched.await.unwrap().unwrap().bytes;
    let mut check = found.check().unwrap();
    check.update(&bytes).unwrap();
    check.finish().unwrap();
    bytes.to_vec()
}

async fn drive(client: &mut Client, network: &Network, site: &Site) {
    loop {
        match client.step().unwrap() {
            Step::Ready => return,
            Step::Load { .. } => client.loaded(None).unwrap(),
            Step::Save { .. } | Step::Remove { .. } => {}
            Step::Fetch(fetch) => {
                let file = network.fetch(site.id, Area::Metadata, &fetch.path, fetch.limit);
                match file.await.unwrap() {
                    Some(file) => client.fetched(&file.bytes).unwrap(),
                    None => client.missing().unwrap(),
                }
            }
        }
    }
}

fn main() {
    let apps = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let apps: u64 = apps.unwrap_or(10_000).min(12_000);
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let mut store = Store {
        site: Site::new(folders[0].path(), 10),
        shards: BTreeMap::new(),
    };
    let head = Head {
        format: FORMAT,
        name: "Ten thousand".to_owned(),
        description: String::new(),
        homepage: None,
        shard_bits: BITS,
    };
    store.site.file(HEAD, &head.write());
    for number in 0..apps {
        store.put(number, 1);
    }
    store.publish();
    run_for(Duration::from_secs(600), async {
        let (first, invite) = host(&folders[1], &store.site).await;
        version_is(&first.network(), &store.site, 1).await;
        // The host makes its own copy; that is not measured.
        while first.network().stores().await.unwrap()[0].files < 2 * apps as usize {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let node = Node::start(config(folders[2].path())).await.unwrap();
        let network = node.network();
        let came = async || {
            let bytes = network.status().await.unwrap().bytes;
            bytes.lan + bytes.peer + bytes.origin
        };
        let started = Instant::now();
        network.add(Add::Invite { invite }).await.unwrap();
        version_is(&network, &store.site, 1).await;
        let whole = came().await;
        println!(
            "{apps} apps, first copy of the metadata    {whole:>9} bytes  {:>6} ms",
            started.elapsed().as_millis()
        );
        let started = Instant::now();
        let (_, count) = load(&network, &store.site).await;
        println!(
            "the whole index, {count} apps             {:>9} bytes  {:>6} ms",
            came().await - whole,
            started.elapsed().as_millis()
        );
        let (started, before) = (Instant::now(), memory());
        let (mut client, count) = load(&network, &store.site).await;
        println!(
            "verified and loaded from disk, {count} apps                  {:>6} ms, {} kB of memory",
            started.elapsed().as_millis(),
            memory().saturating_sub(before) / 1_024
        );
        for version in 2..5 {
            store.put(77, version);
            store.publish();
            let (before, started) = (came().await, Instant::now());
            first.network().refresh(store.site.id).await.unwrap();
            version_is(&network, &store.site, version).await;
            let (metadata, heard) = (came().await - before, started.elapsed());
            // What an agent then looks at: the part of the index and the app.
            let root = network.fetch(store.site.id, Area::Metadata, "1.root.json", MAX_ROOT);
            let root = root.await.unwrap().unwrap().bytes;
            client = Client::update(&root, now()).unwrap();
            drive(&mut client, &network, &store.site).await;
            let path = shard_path(shard_byte("app-77", BITS));
            read(&mut client, &network, &store.site, &path).await;
            read(&mut client, &network, &store.site, "apps/app-77/app.yaml").await;
            println!(
                "one app changed: metadata {metadata} bytes in {} ms; with its part of the index, \
                 its role and manifest {} bytes",
                heard.as_millis(),
                came().await - before
            );
        }
        drop(client);
        node.shutdown().await;
        first.shutdown().await;
    });
}
