//! A store in a temporary folder, and the commands on it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use harbour_core::tuf::time::Time;

/// `store/`, keys and roots beside it, and `out/`.
pub(crate) struct Store(tempfile::TempDir);

/// The time of the commands, when a test does not say another.
pub(crate) const NOW: i64 = 1_800_000_000;

impl Store {
    /// An empty folder.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A store with keys and a root that two of three have signed.
    pub(crate) fn founded() -> Self {
        let store = Self::new();
        store.root();
        for name in ["a", "b"] {
            store
                .run(&format!("root sign @1.root.json --key @{name}.key"))
                .unwrap();
        }
        store.keys(&["alice", "bob"]);
        store.write(
            "store/store.yaml",
            "name: Test store\ndescription: For tests.\n",
        );
        fs::create_dir_all(store.path().join("store/apps")).unwrap();
        store
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Runs a command; `@` stands for the folder. What it prints, and when it
    /// fails, why.
    pub(crate) fn run(&self, line: &str) -> Result<String, String> {
        self.run_at(line, NOW)
    }

    pub(crate) fn run_at(&self, line: &str, now: i64) -> Result<String, String> {
        let here = format!("{}/", self.path().display());
        let words = line.split_whitespace().map(|word| word.replace('@', &here));
        let mut out = Vec::new();
        let words = std::iter::once("index-builder".to_owned()).chain(words);
        let done = index_builder::cli::run(words, Time::from_unix(now), &mut out);
        let out = String::from_utf8(out).unwrap();
        match done {
            Ok(()) => Ok(out),
            Err(error) => Err(format!("{out}{error}")),
        }
    }

    pub(crate) fn keys(&self, names: &[&str]) {
        for name in names {
            self.run(&format!("keys new @{name} --name {name}"))
                .unwrap();
        }
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn root(&self) {
        self.keys(&["a", "b", "c", "timestamp", "snapshot", "targets"]);
        self.run(
            "root init --out @ --root-key @a.pub --root-key @b.pub --root-key @c.pub \
             --timestamp-key @timestamp.pub --snapshot-key @snapshot.pub --targets-key @targets.pub",
        )
        .unwrap();
    }

    /// An app of one container, with an icon, signed by `key`, and its lock.
    pub(crate) fn app(&self, slug: &str, key: &str) {
        self.manifest(
            slug,
            &format!("name: The {slug}\ncategories: [tools, {slug}]\n"),
        );
        self.write(&format!("store/apps/{slug}/icon.svg"), SVG);
        self.sign(slug, key).unwrap();
        self.lock(slug, "a");
    }

    /// A manifest of version 1 with these lines in it.
    pub(crate) fn manifest(&self, slug: &str, lines: &str) {
        let text = format!(
            "schema: v1\nslug: {slug}\n{lines}image: example.org/{slug}\ndefaultTag: \"1.0\"\n"
        );
        self.write(&format!("store/apps/{slug}/app.yaml"), &text);
    }

    pub(crate) fn sign(&self, slug: &str, key: &str) -> Result<String, String> {
        self.run(&format!(
            "publisher sign @store/apps/{slug}/app.yaml --key @{key}.key"
        ))
    }

    /// The lock of such a manifest, with a digest of this letter.
    pub(crate) fn lock(&self, slug: &str, letter: &str) {
        let lock = serde_json::json!({"format": 1, "services": {"app": {
            "image": format!("example.org/{slug}"), "tag": "1.0",
            "digest": format!("sha256:{}", letter.repeat(64)), "firstSeen": "2026-01-01T00:00:00Z",
            "platforms": [{"platform": "linux/amd64", "size": 5_000_000,
                "digest": format!("sha256:{}", "b".repeat(64))}],
        }}});
        self.write(&format!("store/locks/{slug}.json"), &lock.to_string());
    }

    pub(crate) fn build(&self) -> Result<String, String> {
        self.build_at(NOW)
    }

    pub(crate) fn build_at(&self, now: i64) -> Result<String, String> {
        let line = "build --from @store --root @ --out @out --targets-key @targets.key \
                    --snapshot-key @snapshot.key --timestamp-key @timestamp.key";
        self.run_at(line, now)
    }

    pub(crate) fn verify(&self) -> Result<String, String> {
        self.run("verify @out --root @1.root.json")
    }

    /// All files of the site.
    pub(crate) fn site(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let root = self.at("out");
        let mut open = vec![root.clone()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(&root).unwrap();
                    files.insert(name.to_str().unwrap().to_owned(), fs::read(&path).unwrap());
                }
            }
        }
        files
    }
}

pub(crate) const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><path d=\"M1 1h7v7z\" fill=\"#0a6672\"/></svg>";

/// Files that are not the same in both, by name.
pub(crate) fn changed(
    before: &BTreeMap<String, Vec<u8>>,
    after: &BTreeMap<String, Vec<u8>>,
) -> Vec<String> {
    let mut names: Vec<String> = before.keys().chain(after.keys()).cloned().collect();
    names.sort();
    names.dedup();
    names.retain(|name| before.get(name) != after.get(name));
    names
}
