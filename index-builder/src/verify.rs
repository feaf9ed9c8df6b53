//! `verify`: a site as a stranger sees it, who has nothing but its first root
//! file. Everything that is wrong is said at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use harbour_core::manifest;
use harbour_core::store::cid::Cid;
use harbour_core::store::delta;
use harbour_core::store::index::{
    AppEntry, FORMAT, HEAD, Head, Listed, Shard, shard_bytes, shard_path,
};
use harbour_core::store::lock::Lock;
use harbour_core::tuf::delegation::{DelegatedRole, Delegations};
use harbour_core::tuf::limits::{MAX_ROOT, MAX_SNAPSHOT, MAX_TARGETS, MAX_TIMESTAMP};
use harbour_core::tuf::metadata::{RoleKeys, Snapshot, Targets};
use harbour_core::tuf::refusal::Refusal;
use harbour_core::tuf::repo::publisher::Slug;
use harbour_core::tuf::time::Time;
use harbour_core::tuf::trusted::{Mode, TrustedSet};

use crate::build::read_target;
use crate::catalogue::file_name;
use crate::error::{CommandError, Failure};
use crate::files::{MAX_FILE, read};
use crate::folders;
use crate::problems::Problems;
use crate::publisher::{MANIFEST, icon_kind};

/// Which site.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Folder of the site.
    site: PathBuf,
    /// The first root file, as one has it from elsewhere; without it the
    /// site's own, which proves only that the files fit together.
    #[arg(long)]
    root: Option<PathBuf>,
    /// The time, like 2030-01-31T12:00:00Z; without it now.
    #[arg(long)]
    now: Option<Time>,
}

/// Looks at everything.
///
/// # Errors
/// Everything that is wrong.
pub(crate) fn run(command: &Verify, now: Time) -> Result<String, Failure> {
    let mut look = Look {
        site: &command.site,
        problems: Problems::default(),
        apps: 0,
        files: 0,
        deltas: 0,
    };
    look.all(command, command.now.unwrap_or(now));
    if !look.problems.is_empty() {
        return Err(look.problems.failure("clients would not believe this site"));
    }
    let (apps, files, deltas) = (look.apps, look.files, look.deltas);
    Ok(format!(
        "{apps} apps, {files} files and {deltas} deltas are in order\n"
    ))
}

struct Look<'a> {
    site: &'a Path,
    problems: Problems,
    apps: usize,
    files: usize,
    deltas: usize,
}

impl Look<'_> {
    fn metadata(&self, name: &str) -> PathBuf {
        self.site.join("metadata").join(name)
    }

    /// What went well; otherwise what is wrong is noted.
    fn noted<T>(&mut self, path: &Path, result: Result<T, impl Into<CommandError>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.problems.error(path, error.into());
                None
            }
        }
    }

    fn all(&mut self, command: &Verify, now: Time) {
        let Some(mut set) = self.roots(command, now) else {
            return;
        };
        let Some(targets) = self.top_level(&mut set) else {
            return;
        };
        let index = self.index(&targets);
        let delegations = targets.delegations.clone().unwrap_or_default();
        let Some(snapshot) = set.snapshot().cloned() else {
            return;
        };
        let mut index = index.unwrap_or_default();
        for role in delegations.roles.iter().flatten() {
            self.app(&mut set, &snapshot, role, &delegations, &mut index);
        }
        let path = self.site.join("targets").join("index");
        for slug in index.keys() {
            self.problems
                .whole(&path, format!("it lists {slug}, which nobody may sign"));
        }
        self.all_deltas();
        let page = self.site.join("index.html");
        if !page.is_file() {
            self.problems.whole(&page, "there is no page for people");
        }
    }

    fn roots(&mut self, command: &Verify, now: Time) -> Option<TrustedSet> {
        let path = self.metadata("1.root.json");
        let first = read(&path, MAX_ROOT);
        let first = self.noted(&path, first)?;
        if let Some(given) = &command.root {
            let known = read(given, MAX_ROOT);
            if self.noted(given, known)? != first {
                self.problems
                    .whole(&path, format!("it is not {}", given.display()));
                return None;
            }
        }
        let set = TrustedSet::new(&first, now, Mode::Strict);
        let mut set = self.noted(&path, set)?;
        loop {
            let next = set.root().common.version.get() + 1;
            let path = self.metadata(&format!("{next}.root.json"));
            if !path.exists() {
                break;
            }
            let done =
                read(&path, MAX_ROOT).and_then(|bytes| Ok(set.update_root(&bytes).map(drop)?));
            self.noted(&path, done)?;
        }
        let done = set.finish_root();
        self.noted(&path, done);
        Some(set)
    }

    fn top_level(&mut self, set: &mut TrustedSet) -> Option<Targets> {
        let path = self.metadata("timestamp.json");
        let done = read(&path, MAX_TIMESTAMP)
            .and_then(|bytes| Ok(set.update_timestamp(&bytes).map(drop)?));
        self.noted(&path, done)?;
        let version = set.timestamp()?.meta.snapshot.version;
        let path = self.metadata(&format!("{version}.snapshot.json"));
        let done = read(&path, MAX_SNAPSHOT).and_then(|bytes| Ok(set.update_snapshot(&bytes)?));
        self.noted(&path, done)?;
        let version = set.snapshot()?.entry("targets").map(|entry| entry.version);
        let Some(version) = version else {
            self.problems.whole(&path, "it does not list the targets");
            return None;
        };
        let path = self.metadata(&format!("{version}.targets.json"));
        let done = read(&path, MAX_TARGETS).and_then(|bytes| Ok(set.verify_targets(&bytes)?));
        Some(self.noted(&path, done)?.targets)
    }

    /// The entries of the index by slug.
    fn index(&mut self, targets: &Targets) -> Option<BTreeMap<String, AppEntry>> {
        let bytes = self.target(targets, HEAD)?;
        let path = self.site.join(HEAD);
        let head = Head::read(&bytes).map_err(|error| CommandError::content(&path, error));
        let head = self.noted(&path, head)?;
        let mut entries = BTreeMap::new();
        for byte in shard_bytes(head.shard_bits) {
            let name = shard_path(byte);
            let Some(bytes) = self.target(targets, &name) else {
                continue;
            };
            let path = self.site.join(&name);
            let shard = Shard::read(&bytes, byte, head.shard_bits);
            let shard = shard.map_err(|error| CommandError::content(&path, error));
            let apps = self.noted(&path, shard).map(|shard| shard.apps);
            let apps = apps.into_iter().flatten();
            entries.extend(apps.map(|entry| (entry.slug.clone(), entry)));
        }
        Some(entries)
    }

    /// A target that must be there.
    fn target(&mut self, role: &Targets, name: &str) -> Option<Vec<u8>> {
        let path = self.site.join("targets").join(name);
        let found = read_target(self.site, role, name);
        let found = self.noted(&path, found)?;
        if found.is_none() {
            self.problems.whole(&path, "it is not listed");
        }
        self.files += usize::from(found.is_some());
        found.map(|(_, bytes)| bytes)
    }

    fn app(
        &mut self,
        set: &mut TrustedSet,
        snapshot: &Snapshot,
        role: &DelegatedRole,
        delegations: &Delegations,
        index: &mut BTreeMap<String, AppEntry>,
    ) {
        let entry = snapshot.entry(&role.name);
        let version = entry.map_or(0, |entry| entry.version.get());
        let path = self.metadata(&format!("{version}.{}.json", role.name));
        let slug = role.name.strip_prefix("app-").map(Slug::new);
        let Some(Ok(slug)) = slug else {
            self.problems
                .whole(&path, format!("{} is no role of an app", role.name));
            return;
        };
        if role.paths.as_deref() != Some(&[slug.pattern()]) || !role.terminating {
            self.problems
                .whole(&path, "it may speak for more than its app");
        }
        let listed = index.remove(slug.as_str());
        let keys = RoleKeys {
            keyids: role.keyids.clone(),
            threshold: role.threshold,
            other: BTreeMap::new(),
        };
        let verified = read(&path, MAX_TARGETS).and_then(|bytes| {
            let refused = |refusal: Refusal| CommandError::content(&path, refusal);
            set.verify_delegated(&role.name, &keys, delegations, &bytes)
                .map_err(refused)
        });
        let Some(verified) = self.noted(&path, verified) else {
            return;
        };
        let Some(listed) = listed else {
            self.problems
                .whole(&path, format!("the index does not list {}", slug.as_str()));
            return;
        };
        let mut files = BTreeMap::new();
        for name in verified.targets.targets.keys() {
            let Some(bytes) = self.target(&verified.targets, name) else {
                continue;
            };
            if let Some(kind) = icon_kind(&file_name(Path::new(name)))
                && let Err(reason) = kind.check(&bytes)
            {
                self.problems
                    .whole(&self.site.join("targets").join(name), reason);
            }
            files.insert(name.clone(), bytes);
        }
        let signer = verified.signed_by.first();
        let signer = signer.map(|(_, key)| (key.id(), key.name().map(str::to_owned)));
        if let Err(reason) = agrees(&listed, &slug, &files, signer) {
            let slug = slug.as_str();
            self.problems.whole(
                &path,
                format!("the index says something else of {slug}: {reason}"),
            );
        }
        self.apps += 1;
    }

    /// Each delta makes of the old file what the new one is.
    fn all_deltas(&mut self) {
        let folder = self.metadata("deltas");
        if !folder.exists() {
            return;
        }
        let entries = folders::entries(&folder);
        for path in self.noted(&folder, entries).unwrap_or_default() {
            let name = file_name(&path);
            let parts = name.split_once('-').and_then(|(old, rest)| {
                let (new, role) = rest.strip_suffix(".json.zst")?.split_once('.')?;
                Some((old.parse().ok()?, new.parse().ok()?, role.to_owned()))
            });
            let Some((old, new, role)) = parts else {
                self.problems.whole(&path, "it is no delta");
                continue;
            };
            let applied = self.delta(&path, &role, old, new);
            if self.noted(&path, applied).is_some() {
                self.deltas += 1;
            }
        }
    }

    fn delta(&self, path: &Path, role: &str, old: u64, new: u64) -> Result<(), CommandError> {
        let file = |version: u64| read(&self.metadata(&format!("{version}.{role}.json")), MAX_FILE);
        let (before, after) = (file(old)?, file(new)?);
        let made = delta::apply(&before, &read(path, MAX_FILE)?, MAX_TARGETS);
        match made {
            Ok(made) if made == after => Ok(()),
            Ok(_) => Err(CommandError::content(path, "it makes another file")),
            Err(error) => Err(CommandError::content(path, error)),
        }
    }
}

/// Whether the index says of an app what its signed files say.
fn agrees(
    listed: &AppEntry,
    slug: &Slug,
    files: &BTreeMap<String, Vec<u8>>,
    signer: Option<(harbour_core::tuf::key::KeyId, Option<String>)>,
) -> Result<(), String> {
    let (id, name) = signer.ok_or("nobody signed it")?;
    if listed.publisher.key_id != id.as_str() {
        return Err(format!("it was signed with {id}"));
    }
    if name.is_some_and(|name| name != listed.publisher.name) {
        return Err("its publisher has another name".to_owned());
    }
    for file in std::iter::once(&listed.manifest).chain(&listed.icon) {
        let bytes = files
            .get(&file.path)
            .ok_or("it names a file that is not signed")?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if Cid::of(bytes) != file.cid || length != file.length {
            return Err(format!("{} is another file", file.path));
        }
    }
    let path = format!("{}{MANIFEST}", slug.folder());
    let bytes = files.get(&path).ok_or("its manifest is not signed")?;
    let manifest = manifest::parse(bytes).map_err(|faults| {
        let first = faults.first().map(ToString::to_string);
        format!("its manifest does not hold: {}", first.unwrap_or_default())
    })?;
    let lock = Lock {
        format: FORMAT,
        services: listed.services.clone(),
        history: listed.history.clone(),
    };
    let known = Listed {
        publisher: listed.publisher.clone(),
        manifest: listed.manifest.clone(),
        icon: listed.icon.clone(),
    };
    let made = AppEntry::new(&manifest, &lock, known, listed.added);
    let mut made = made.map_err(|error| error.to_string())?;
    made.updated = listed.updated;
    if made != *listed {
        return Err("its manifest says otherwise".to_owned());
    }
    Ok(())
}
