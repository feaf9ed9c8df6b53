//! The source of a store: `store.yaml`, `apps/<slug>/` as publishers signed them,
//! `locks/<slug>.json` as `resolve` wrote them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use harbour_core::store::index::{FORMAT, Head};
use harbour_core::yaml::{self, Entry, Node, ScalarKind, Value};

use crate::files;
use crate::folders;
use crate::problems::Problems;

/// Bytes of `store.yaml`.
const MAX_SETTINGS: u64 = 64 * 1024;
/// Limits of `store.yaml`.
const LIMITS: yaml::Limits = yaml::Limits {
    bytes: 64 * 1024,
    depth: 4,
    nodes: 20_000,
    aliases: false,
};
const KEYS: [&str; 4] = ["name", "description", "homepage", "hold"];

/// A store's folder.
#[derive(Debug, Clone)]
pub(crate) struct Source(PathBuf);

/// What `store.yaml` says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    name: String,
    description: String,
    homepage: Option<String>,
    /// Apps whose tags stay as their manifests have them.
    pub(crate) hold: BTreeSet<String>,
}

impl Settings {
    /// The head of the index.
    pub(crate) fn head(&self, shard_bits: u8) -> Head {
        Head {
            format: FORMAT,
            name: self.name.clone(),
            description: self.description.clone(),
            homepage: self.homepage.clone(),
            shard_bits,
        }
    }
}

impl Source {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Whether a folder is the source of a store.
    pub(crate) fn is_one(folder: &Path) -> bool {
        folder.join("store.yaml").is_file()
    }

    pub(crate) fn settings_file(&self) -> PathBuf {
        self.0.join("store.yaml")
    }

    pub(crate) fn apps(&self) -> PathBuf {
        self.0.join("apps")
    }

    pub(crate) fn lock(&self, slug: &str) -> PathBuf {
        self.0.join("locks").join(format!("{slug}.json"))
    }

    /// What the builder keeps for itself; it may be removed at any time.
    pub(crate) fn own(&self) -> PathBuf {
        self.0.join(".index-builder")
    }

    /// Folders of apps, sorted.
    pub(crate) fn app_folders(&self, problems: &mut Problems) -> Vec<PathBuf> {
        let apps = self.apps();
        if !apps.exists() {
            problems.whole(
                &apps,
                "there is no such folder; apps belong into apps/SLUG/",
            );
            return Vec::new();
        }
        let entries = match folders::kinds(&apps) {
            Ok(entries) => entries,
            Err(error) => {
                problems.error(&apps, error);
                return Vec::new();
            }
        };
        let mut found = Vec::new();
        for (path, is_folder) in entries {
            let hidden = path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
            if is_folder {
                found.push(path);
            } else if !hidden {
                problems.whole(&path, "only folders of apps belong here");
            }
        }
        found
    }

    /// Reads `store.yaml`.
    pub(crate) fn settings(&self, problems: &mut Problems) -> Settings {
        let path = self.settings_file();
        let mut settings = Settings::default();
        let bytes = match files::read(&path, MAX_SETTINGS) {
            Ok(bytes) => bytes,
            Err(error) => {
                problems.error(&path, error);
                return settings;
            }
        };
        let root = match yaml::read(&bytes, &LIMITS) {
            Ok(root) => root,
            Err(error) => {
                problems.add(&path, error.mark, error.message);
                return settings;
            }
        };
        if !matches!(root.value, Value::Map(_)) {
            problems.add(&path, root.mark, "must be a map with at least `name`");
            return settings;
        }
        let mut before = Problems::default();
        for entry in root.entries() {
            read_key(entry, &path, &mut settings, &mut before);
        }
        if root.get("name").is_none() {
            before.add(
                &path,
                root.mark,
                "`name` is missing: what is the store called?",
            );
        }
        if before.is_empty()
            && let Err(error) = settings.head(0).check()
        {
            before.whole(&path, error);
        }
        problems.append(before);
        settings
    }
}

fn read_key(entry: &Entry, path: &Path, settings: &mut Settings, problems: &mut Problems) {
    let mut text = |node: &Node| match node.scalar() {
        Some(scalar) if scalar.kind() == ScalarKind::Text => Some(scalar.text.clone()),
        _ => {
            problems.add(path, node.mark, "must be a text; write it in quotes");
            None
        }
    };
    match entry.key.as_str() {
        "name" => settings.name = text(&entry.value).unwrap_or_default(),
        "description" => settings.description = text(&entry.value).unwrap_or_default(),
        "homepage" => settings.homepage = text(&entry.value),
        "hold" => {
            let slugs = entry.value.items().iter().filter_map(&mut text);
            settings.hold = slugs.collect();
            if !matches!(entry.value.value, Value::List(_)) {
                problems.add(path, entry.value.mark, "must be a list of slugs");
            }
        }
        other => {
            let known = KEYS.join(", ");
            let text = format!("“{other}” is not known here; known are {known}");
            problems.add(path, entry.mark, text);
        }
    }
}
