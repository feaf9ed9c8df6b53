//! A store's site in a folder, signed with keys that are made of numbers.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use harbour_core::store::id::StoreId;
use harbour_core::tuf::content::describe;
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::metadata::{Role as _, Root, Snapshot, Timestamp};
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::repo::publication::{
    App, Expiries, OnlineKeys, Out, Previous, publish, target_file_name,
};
use harbour_core::tuf::repo::publisher::{self, Slug};
use harbour_core::tuf::repo::root::{FirstKeys, first};
use harbour_core::tuf::secret::SecretKey;
use harbour_core::tuf::time::Time;
use store_node::tuf::now;
use zeroize::Zeroizing;

pub(crate) fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new([seed; 32]))
}

/// A site that can be published again and again.
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    pub(crate) root: Root,
    pub(crate) id: StoreId,
    seed: u8,
    own: BTreeMap<TargetPath, Vec<u8>>,
    apps: BTreeMap<String, (Vec<u8>, Vec<u8>)>,
}

impl Site {
    /// An empty site whose keys come from this number and those after it.
    pub(crate) fn new(folder: &Path, seed: u8) -> Self {
        let public = |nth: u8| vec![key(seed + nth).public()];
        let root = first(
            &FirstKeys {
                root: &public(0),
                root_threshold: NonZeroU64::MIN,
                targets: &public(1),
                snapshot: &public(2),
                timestamp: &public(3),
            },
            // Always the same, so that the same keys make the same store.
            Time::from_unix(4_000_000_000),
        )
        .unwrap();
        let mut envelope = Envelope::unsigned(&root).unwrap();
        envelope.sign(&key(seed));
        let bytes = envelope.write().unwrap();
        fs::create_dir_all(folder.join("metadata")).unwrap();
        fs::write(folder.join("metadata/1.root.json"), &bytes).unwrap();
        Self {
            folder: folder.to_owned(),
            root,
            id: StoreId::of_root(&bytes),
            seed,
            own: BTreeMap::new(),
            apps: BTreeMap::new(),
        }
    }

    pub(crate) fn file(&mut self, path: &str, bytes: &[u8]) {
        self.own
            .insert(TargetPath::new(path).unwrap(), bytes.to_vec());
    }

    /// An app with one file, signed by its publisher.
    pub(crate) fn app(&mut self, slug: &str, version: u64, manifest: &[u8]) {
        let slug_name = Slug::new(slug).unwrap();
        let files = BTreeMap::from([("app.yaml".to_owned(), manifest.to_vec())]);
        let version = NonZeroU64::new(version).unwrap();
        let key = key(self.seed + 4);
        let expires = now().plus_days(365);
        let signed = publisher::sign(&slug_name, &files, version, expires, &key).unwrap();
        self.apps
            .insert(slug.to_owned(), (signed, manifest.to_vec()));
    }

    pub(crate) fn publish(&self) -> u64 {
        self.publish_until(now().plus_days(7))
    }

    /// Writes the next version, the timestamp last; gives its number.
    pub(crate) fn publish_until(&self, expires: Time) -> u64 {
        let metadata = self.folder.join("metadata");
        let own = self.own.iter();
        let own = own.map(|(path, bytes)| (path.clone(), describe(bytes)));
        let mut apps = Vec::new();
        for (slug, (signed, _)) in &self.apps {
            let slug = Slug::new(slug).unwrap();
            let publisher = vec![key(self.seed + 4).public()];
            let (app, _) = App::new(slug, publisher, NonZeroU64::MIN, signed).unwrap();
            let at = metadata.join(app.file_name());
            if !at.exists() {
                fs::write(at, signed).unwrap();
            }
            apps.push(app);
        }
        let named = |version: NonZeroU64, role: &str| {
            fs::read(metadata.join(format!("{version}.{role}.json"))).unwrap()
        };
        let timestamp = fs::read(metadata.join("timestamp.json")).ok();
        let timestamp: Option<Out<Timestamp>> = timestamp.map(|bytes| Out::read(bytes).unwrap());
        let snapshot = timestamp.as_ref().map(|out| out.role.meta.snapshot.version);
        let snapshot: Option<Out<Snapshot>> =
            snapshot.map(|version| Out::read(named(version, "snapshot")).unwrap());
        let targets = snapshot.as_ref().map(|out| {
            let version = out.role.entry("targets").unwrap().version;
            Out::read(named(version, "targets")).unwrap()
        });
        let previous = Previous {
            timestamp,
            snapshot,
            targets,
        };
        let keys = [1, 2, 3].map(|nth| [key(self.seed + nth)]);
        let online = OnlineKeys {
            targets: &keys[0],
            snapshot: &keys[1],
            timestamp: &keys[2],
        };
        let expiries = Expiries {
            targets: now().plus_days(90),
            snapshot: now().plus_days(30),
            timestamp: expires,
            // Everything is signed anew each time, so that the versions of all
            // roles are the same and each publication has something to say.
            keep: now().plus_days(1_000),
        };
        let publication = publish(
            &self.root,
            own.collect(),
            &apps,
            &previous,
            &online,
            expiries,
        )
        .unwrap();
        let manifests = self.apps.iter().map(|(slug, (_, bytes))| {
            let path = TargetPath::new(&format!("apps/{slug}/app.yaml")).unwrap();
            (path, bytes.clone())
        });
        for (path, bytes) in self.own.clone().into_iter().chain(manifests) {
            let name = target_file_name(&path, &describe(&bytes)).unwrap();
            let at = self.folder.join("targets").join(name);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, bytes).unwrap();
        }
        let mut version = 0;
        for (name, bytes) in publication.files {
            if name == "timestamp.json" {
                version = read_timestamp(&bytes).common().version.get();
            }
            // Aside first: a node may be looking.
            let aside = metadata.join(".new");
            fs::write(&aside, bytes).unwrap();
            fs::rename(aside, metadata.join(name)).unwrap();
        }
        version
    }

    pub(crate) fn timestamp(&self) -> Vec<u8> {
        fs::read(self.folder.join("metadata/timestamp.json")).unwrap()
    }

    /// The name of a target in an address.
    pub(crate) fn name(&self, path: &str) -> String {
        let path = TargetPath::new(path).unwrap();
        let bytes = match self.own.get(&path) {
            Some(bytes) => bytes.clone(),
            None => {
                let slug = path.as_str().split('/').nth(1).unwrap();
                self.apps[slug].1.clone()
            }
        };
        target_file_name(&path, &describe(&bytes)).unwrap()
    }
}

fn read_timestamp(bytes: &[u8]) -> Timestamp {
    Envelope::read("timestamp", bytes)
        .unwrap()
        .content()
        .unwrap()
}
