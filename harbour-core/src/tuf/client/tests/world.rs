//! A store, its mirror and a client's folder, in memory.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::tuf::canonical::canonical;
use crate::tuf::client::{Client, Found, Step};
use crate::tuf::content::describe;
use crate::tuf::metadata::{Role, Root};
use crate::tuf::name::TargetPath;
use crate::tuf::refusal::Refusal;
use crate::tuf::repo::publication::{App, Expiries, OnlineKeys, Out, Previous, publish};
use crate::tuf::repo::publisher::{self, Slug};
use crate::tuf::repo::root::{FirstKeys, ROOT_THRESHOLD, first};
use crate::tuf::secret::SecretKey;
use crate::tuf::time::Time;

pub(super) const NOW: Time = Time(1_800_000_000);

/// Keys by number: 1 to 3 root, 4 timestamp, 5 snapshot, 6 targets, from 20
/// publishers.
pub(super) fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&Zeroizing::new([number; 32]))
}

/// Signs any JSON.
pub(super) fn sign(signed: &Value, keys: &[&SecretKey]) -> Vec<u8> {
    let bytes = canonical(signed).unwrap();
    let signatures: Vec<_> = keys
        .iter()
        .map(|key| json!({"keyid": key.public().id().as_str(), "sig": key.sign(&bytes)}))
        .collect();
    serde_json::to_vec(&json!({"signed": signed, "signatures": signatures})).unwrap()
}

pub(super) struct World {
    pub(super) root: Root,
    /// The keys that sign timestamp, snapshot and targets.
    pub(super) online: [u8; 3],
    pub(super) remote: BTreeMap<String, Vec<u8>>,
    /// By role.
    pub(super) stored: BTreeMap<String, Vec<u8>>,
    /// Paths that the last update asked for.
    pub(super) fetched: Vec<String>,
    /// What the last update removed or saved, in order.
    pub(super) changes: Vec<String>,
    apps: Vec<(App, Vec<u8>)>,
}

impl World {
    /// A store with two apps and one file of its own, published once.
    pub(super) fn new() -> Self {
        let root_keys = [key(1).public(), key(2).public(), key(3).public()];
        let keys = FirstKeys {
            root: &root_keys,
            root_threshold: ROOT_THRESHOLD,
            timestamp: &[key(4).public()],
            snapshot: &[key(5).public()],
            targets: &[key(6).public()],
        };
        let app = |slug: &str, number: u8, name: &str| {
            let slug = Slug::new(slug).unwrap();
            let files = BTreeMap::from([("app.yaml".to_owned(), name.as_bytes().to_vec())]);
            let expires = NOW.plus_days(300);
            let signed =
                publisher::sign(&slug, &files, NonZeroU64::MIN, expires, &key(number)).unwrap();
            let keys = vec![key(number).public().named(name)];
            let (app, _) = App::new(slug, keys, NonZeroU64::MIN, &signed).unwrap();
            (app, signed)
        };
        let root = first(&keys, NOW.plus_days(365)).unwrap();
        let mut world = Self {
            root: root.clone(),
            online: [4, 5, 6],
            remote: BTreeMap::new(),
            stored: BTreeMap::new(),
            fetched: Vec::new(),
            changes: Vec::new(),
            apps: vec![
                app("immich", 20, "Immich"),
                app("nextcloud", 21, "Nextcloud"),
            ],
        };
        world.put_root(&root, &[1, 2]);
        world
            .stored
            .insert("root".to_owned(), world.remote["1.root.json"].clone());
        world.publish();
        world
    }

    pub(super) fn put_root(&mut self, root: &Root, keys: &[u8]) {
        let keys: Vec<_> = keys.iter().map(|number| key(*number)).collect();
        let bytes = sign(
            &serde_json::to_value(root).unwrap(),
            &keys.iter().collect::<Vec<_>>(),
        );
        self.remote
            .insert(format!("{}.root.json", root.common.version), bytes);
    }

    /// The newest file of a role, as published.
    pub(super) fn newest(&self, role: &str) -> Option<Vec<u8>> {
        (1..200)
            .rev()
            .find_map(|version| self.remote.get(&format!("{version}.{role}.json")).cloned())
    }

    pub(super) fn publish(&mut self) {
        let previous = Previous {
            timestamp: self
                .remote
                .get("timestamp.json")
                .and_then(|bytes| out(bytes)),
            snapshot: self.newest("snapshot").and_then(|bytes| out(&bytes)),
            targets: None,
        };
        let [timestamp, snapshot, targets] = self.online.map(|number| [key(number)]);
        let keys = OnlineKeys {
            targets: &targets,
            snapshot: &snapshot,
            timestamp: &timestamp,
        };
        let expiries = Expiries {
            targets: NOW.plus_days(90),
            snapshot: NOW.plus_days(30),
            timestamp: NOW.plus_days(7),
            keep: NOW.plus_days(100),
        };
        let path = TargetPath::new("catalogue.json").unwrap();
        let own = BTreeMap::from([(path, describe(b"{}"))]);
        let apps: Vec<_> = self.apps.iter().map(|(app, _)| app.clone()).collect();
        let done = publish(&self.root, own, &apps, &previous, &keys, expiries).unwrap();
        let roles = self.apps.iter();
        let roles = roles.map(|(app, signed)| (app.file_name(), signed.clone()));
        self.remote.extend(roles.chain(done.files));
    }

    /// Signs and serves a role in place of what is published.
    pub(super) fn forge(&mut self, file: &str, signed: &Value, signer: u8) {
        self.remote
            .insert(file.to_owned(), sign(signed, &[&key(signer)]));
    }

    /// The signed part of a published file.
    pub(super) fn signed(&self, file: &str) -> Value {
        let value: Value = serde_json::from_slice(&self.remote[file]).unwrap();
        value["signed"].clone()
    }

    /// Publishes a snapshot of these entries, and a timestamp of it, version 1.
    fn publish_snapshot(&mut self, meta: &Value) {
        let expires = NOW.plus_days(5).to_string();
        let role = |kind: &str, meta: &Value| {
            json!({"_type": kind, "spec_version": "1.0.0", "version": 1,
                   "expires": expires, "meta": meta})
        };
        self.forge("1.snapshot.json", &role("snapshot", meta), 5);
        let meta = json!({"snapshot.json": {"version": 1}});
        self.forge("timestamp.json", &role("timestamp", &meta), 4);
    }

    /// Publishes targets roles with these delegations; no role lists a target.
    pub(super) fn publish_targets(&mut self, roles: &[(&str, Value)]) {
        let mut meta = serde_json::Map::new();
        for (name, delegations) in roles {
            let role = json!({"_type": "targets", "spec_version": "1.0.0", "version": 1,
                "expires": NOW.plus_days(5).to_string(), "targets": {}, "delegations": delegations});
            let signer = if *name == "targets" { 6 } else { 30 };
            self.forge(&format!("1.{name}.json"), &role, signer);
            meta.insert(format!("{name}.json"), json!({"version": 1}));
        }
        self.publish_snapshot(&Value::Object(meta));
    }

    /// Publishes these top-level targets.
    pub(super) fn publish_value(&mut self, targets: &Value) {
        self.forge("1.targets.json", targets, 6);
        self.publish_snapshot(&json!({"targets.json": {"version": 1}}));
    }

    /// Replaces what a publisher signed, behind the store's back but for the
    /// hash in the snapshot.
    pub(super) fn replace_app(&mut self, role: &str, bytes: &[u8]) {
        let mut snapshot = self.signed("1.snapshot.json");
        snapshot["meta"][format!("{role}.json")] = json!({"version": 1});
        self.publish_snapshot(&snapshot["meta"]);
        self.remote.insert(format!("1.{role}.json"), bytes.to_vec());
    }

    fn drive(&mut self, client: &mut Client) -> Result<(), Refusal> {
        loop {
            match client.step()? {
                Step::Ready => return Ok(()),
                Step::Load { role } => client.loaded(self.stored.get(&role).map(Vec::as_slice))?,
                Step::Save { role, bytes } => {
                    self.changes.push(format!("save {role}"));
                    self.stored.insert(role, bytes);
                }
                Step::Remove { role } => {
                    self.changes.push(format!("remove {role}"));
                    self.stored.remove(&role);
                }
                Step::Fetch(fetch) => {
                    self.fetched.push(fetch.path.clone());
                    match self.remote.get(&fetch.path) {
                        Some(bytes) => client.fetched(bytes)?,
                        None => client.missing()?,
                    }
                }
            }
        }
    }

    pub(super) fn refresh_at(&mut self, now: Time) -> Result<Client, Refusal> {
        self.fetched.clear();
        self.changes.clear();
        let mut client = Client::update(&self.stored["root"].clone(), now)?;
        self.drive(&mut client)?;
        Ok(client)
    }

    pub(super) fn refresh(&mut self) -> Result<(), Refusal> {
        self.refresh_at(NOW).map(|_| ())
    }

    pub(super) fn search(&mut self, client: &mut Client, path: &str) -> Result<Found, Refusal> {
        client.find(TargetPath::new(path).unwrap());
        self.drive(client)?;
        client.take_found().unwrap()
    }

    pub(super) fn find(&mut self, path: &str) -> Result<Found, Refusal> {
        let mut client = self.refresh_at(NOW)?;
        self.search(&mut client, path)
    }

    /// Looks at what is stored.
    pub(super) fn look(&mut self, now: Time) -> Result<Client, Refusal> {
        let mut client = Client::stored(&self.stored["root"].clone(), now)?;
        self.drive(&mut client)?;
        Ok(client)
    }

    /// The version of a stored role.
    pub(super) fn version(&self, role: &str) -> Option<u64> {
        let value: Value = serde_json::from_slice(self.stored.get(role)?).unwrap();
        value["signed"]["version"].as_u64()
    }
}

/// A role's type, for messages.
pub(super) fn kind<R: Role>() -> String {
    R::TYPE.to_owned()
}

/// What can not be read counts for nobody.
fn out<R: Role>(bytes: &[u8]) -> Option<Out<R>> {
    Out::read(bytes.to_vec()).ok()
}
