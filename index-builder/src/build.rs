//! `build`: the source of a store becomes a site that any web server can serve.
//! The network is not asked; the same source, time and keys over the same site
//! give the same bytes.

mod delta;
mod previous;
mod retired;
mod site;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use harbour_core::store::index::{
    FORMAT, FileEntry, HEAD, MAX_APPS, Shard, choose_shard_bits, shard_byte, shard_bytes,
    shard_path,
};
use harbour_core::tuf::content::describe;
use harbour_core::tuf::metadata::Root;
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::repo::publication::{
    Expiries, OnlineKeys, Publication, publish, target_file_name,
};
use harbour_core::tuf::repo::root::progress;
use harbour_core::tuf::secret::SecretKey;
use harbour_core::tuf::time::{DAY, Time};

use crate::app::{self, Record};
use crate::error::{CommandError, Failure};
use crate::files::{MAX_FILE, read, read_root, read_secret, write};
use crate::problems::Problems;
use crate::source::{Settings, Source};
use crate::state::State;
use crate::{files, folders, gallery, parallel};

pub(crate) use delta::{BACK, apply as apply_delta, name as delta_name};
use previous::Published;
pub(crate) use previous::read_target;
pub(crate) use retired::Retired;
pub(crate) use site::{Site, remove};

/// Days before its expiry at which a publisher is to be reminded.
const REMIND_DAYS: i64 = 30;

/// What to publish, and with which keys.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The store's source: `store.yaml`, `apps/` and `locks/`.
    #[arg(long)]
    from: PathBuf,
    /// The newest root file, with the older ones beside it, or their folder.
    #[arg(long)]
    root: PathBuf,
    /// Folder of the site, with what was published before.
    #[arg(long)]
    out: PathBuf,
    /// Private key for targets.
    #[arg(long, required = true)]
    targets_key: Vec<PathBuf>,
    /// Private key for snapshots.
    #[arg(long, required = true)]
    snapshot_key: Vec<PathBuf>,
    /// Private key for timestamps.
    #[arg(long, required = true)]
    timestamp_key: Vec<PathBuf>,
    /// Days until the targets expire.
    #[arg(long, default_value_t = 90)]
    targets_days: u32,
    /// Days until the snapshot expires.
    #[arg(long, default_value_t = 30)]
    snapshot_days: u32,
    /// Days until the timestamp expires: how long a mirror can hide news.
    #[arg(long, default_value_t = 7)]
    timestamp_days: u32,
    /// The time of the publication, like 2030-01-31T12:00:00Z; without it
    /// `SOURCE_DATE_EPOCH`, else now.
    #[arg(long)]
    now: Option<Time>,
}

/// What the apps of a source are.
struct Apps {
    records: BTreeMap<String, Record>,
    /// Those that were looked at anew.
    fresh: BTreeSet<String>,
}

/// Publishes.
///
/// # Errors
/// Everything that is wrong with the source, and then nothing was written; or
/// why a file can not be used. What clients see does not change before the
/// timestamp is written, which is done last.
pub(crate) fn run(command: &Build, now: Time) -> Result<String, Failure> {
    let now = match command.now {
        Some(now) => now,
        None => files::reproducible_now()?.unwrap_or(now),
    };
    let source = Source::new(&command.from);
    let state_file = source.own().join("state.json");
    let mut state = State::read(&state_file);
    // Before anything is read, and by the clock of the files.
    let looked = files::now()?.unix();
    let mut problems = Problems::default();
    let settings = source.settings(&mut problems);
    let apps = read_apps(&source, &state, &mut problems);
    for slug in settings
        .hold
        .iter()
        .filter(|slug| !apps.records.contains_key(*slug))
    {
        problems.whole(
            &source.settings_file(),
            format!("hold: there is no app {slug}"),
        );
    }
    if !problems.is_empty() {
        return Err(problems.failure("nothing was published"));
    }
    let roots = read_roots(&command.root)?;
    let keys = Keys::read(command)?;
    let published = previous::read_published(&command.out)?;
    let index = index(&settings, &apps, &published, now)?;
    let publication = sign(command, &roots, &keys, &apps, &published, &index, now)?;

    let site = Site::new(&command.out);
    let same_site = !state.snapshot.is_empty() && state.snapshot == published.snapshot_hash;
    for (name, bytes) in &roots.files {
        site.put(&format!("metadata/{name}"), bytes)?;
    }
    write_apps(&source, &site, &apps, same_site)?;
    for (path, bytes) in &index.files {
        if let Some(name) = target_file_name(path, &describe(bytes)) {
            site.put_hashed(&format!("targets/{name}"), bytes)?;
        }
    }
    let (last, first) = match publication.files.split_last() {
        Some((last, first)) => (Some(last), first),
        None => (None, [].as_slice()),
    };
    for (name, bytes) in first {
        site.put(&format!("metadata/{name}"), bytes)?;
    }
    write_deltas(&site, first, &publication)?;
    let kept_pages = if same_site {
        std::mem::take(&mut state.pages)
    } else {
        BTreeMap::new()
    };
    state.pages = gallery::write(&site, &index.head, &index.shards, kept_pages)?;
    if let Some((name, bytes)) = last {
        site.settle()?;
        write(&site.metadata().join(name), bytes)?;
    }

    state.snapshot = snapshot_hash(first, &published);
    retire(
        &site,
        &mut state,
        same_site,
        &apps,
        &published,
        &index,
        &publication,
    )?;
    prune(&site, &apps, &publication)?;
    state.looked = looked;
    state.apps = apps.records;
    state.write(&state_file)?;
    Ok(report(&state, &publication, now))
}

/// What was done, and who has to sign again soon.
fn report(state: &State, publication: &Publication, now: Time) -> String {
    let mut text = String::new();
    for (slug, record) in &state.apps {
        let left = record.expires.since(now) / DAY;
        if left < REMIND_DAYS {
            let expires = record.expires;
            // Writing to a String does not fail.
            let _ = writeln!(
                text,
                "{slug}: what its publisher signed holds until {expires}; ask for a new signature"
            );
        }
    }
    let count = state.apps.len();
    let _ = match publication.files.is_empty() {
        true => writeln!(text, "{count} apps, nothing to publish"),
        false => writeln!(
            text,
            "published {count} apps, snapshot {}",
            publication.snapshot
        ),
    };
    text
}

fn read_apps(source: &Source, state: &State, problems: &mut Problems) -> Apps {
    let folders = source.app_folders(problems);
    let looked = parallel::map(&folders, |folder| {
        let slug = crate::catalogue::file_name(folder);
        let known = state.apps.get(&slug);
        if let Some(known) = known
            && known.is_fresh(source, folder, state.looked)
        {
            return (Some(known.clone()), false, Problems::default());
        }
        let mut problems = Problems::default();
        let record = app::check(source, folder, &mut problems);
        (record, true, problems)
    });
    let mut apps = Apps {
        records: BTreeMap::new(),
        fresh: BTreeSet::new(),
    };
    for (record, fresh, own) in looked {
        problems.append(own);
        let Some(record) = record else { continue };
        let slug = record.entry.slug.clone();
        if fresh {
            apps.fresh.insert(slug.clone());
        }
        apps.records.insert(slug, record);
    }
    apps
}

/// Root files in order, and what the newest says.
struct Roots {
    newest: Root,
    files: Vec<(String, Vec<u8>)>,
}

/// The root file with the highest version in a folder.
fn newest_root(folder: &Path) -> Result<PathBuf, CommandError> {
    let mut newest = None;
    for path in folders::entries(folder)? {
        let name = crate::catalogue::file_name(&path);
        let version = name.strip_suffix(".root.json");
        let version = version.and_then(|version| version.parse::<u64>().ok());
        newest = newest.max(version.map(|version| (version, path)));
    }
    let found = newest.map(|(_, path)| path);
    found.ok_or_else(|| CommandError::content(folder, "there is no root file in it"))
}

/// Reads all root files, after a look at their signatures.
fn read_roots(given: &Path) -> Result<Roots, CommandError> {
    let newest = &match given.is_dir() {
        true => newest_root(given)?,
        false => given.to_owned(),
    };
    let (_, root) = read_root(newest)?;
    let folder = newest.parent().unwrap_or(Path::new(""));
    let mut previous: Option<Root> = None;
    let mut all = Vec::new();
    for version in 1..=root.common.version.get() {
        let name = format!("{version}.root.json");
        let path = folder.join(&name);
        let (envelope, this) = read_root(&path)?;
        if this.common.version.get() != version {
            return Err(CommandError::content(
                &path,
                format!("it is version {}", this.common.version),
            ));
        }
        if !progress(&envelope, previous.as_ref())?.complete() {
            return Err(CommandError::content(
                &path,
                "too few keys have signed it; see `root show`",
            ));
        }
        all.push((name, envelope.write()?));
        previous = Some(this);
    }
    Ok(Roots {
        newest: root,
        files: all,
    })
}

struct Keys {
    targets: Vec<SecretKey>,
    snapshot: Vec<SecretKey>,
    timestamp: Vec<SecretKey>,
}

impl Keys {
    fn read(command: &Build) -> Result<Self, CommandError> {
        Ok(Self {
            targets: read_secrets(&command.targets_key)?,
            snapshot: read_secrets(&command.snapshot_key)?,
            timestamp: read_secrets(&command.timestamp_key)?,
        })
    }
}

fn read_secrets(paths: &[PathBuf]) -> Result<Vec<SecretKey>, CommandError> {
    paths.iter().map(|path| read_secret(path)).collect()
}

/// The index, as it is and as files.
struct Index {
    head: harbour_core::store::index::Head,
    shards: Vec<Shard>,
    files: BTreeMap<TargetPath, Vec<u8>>,
}

fn index(
    settings: &Settings,
    apps: &Apps,
    published: &Published,
    now: Time,
) -> Result<Index, CommandError> {
    let bits = choose_shard_bits(apps.records.len(), published.shard_bits);
    let mut shards: BTreeMap<u8, Shard> = shard_bytes(bits)
        .map(|byte| {
            let apps = Vec::new();
            (
                byte,
                Shard {
                    format: FORMAT,
                    apps,
                },
            )
        })
        .collect();
    for (slug, record) in &apps.records {
        let entry = record.entry.clone();
        let entry = entry.after(published.entries.get(slug), now);
        if let Some(shard) = shards.get_mut(&shard_byte(slug, bits)) {
            shard.apps.push(entry);
        }
    }
    let head = settings.head(bits);
    let mut files = BTreeMap::from([(TargetPath::new(HEAD)?, head.write())]);
    for (byte, shard) in &shards {
        if shard.apps.len() > MAX_APPS {
            let count = shard.apps.len();
            return Err(CommandError::Found(format!(
                "a part of the index would have {count} apps; {MAX_APPS} are read: make a second store"
            )));
        }
        files.insert(TargetPath::new(&shard_path(*byte))?, shard.write());
    }
    Ok(Index {
        head,
        shards: shards.into_values().collect(),
        files,
    })
}

#[allow(
    clippy::too_many_arguments,
    reason = "each is a part of what is signed"
)]
fn sign(
    command: &Build,
    roots: &Roots,
    keys: &Keys,
    apps: &Apps,
    published: &Published,
    index: &Index,
    now: Time,
) -> Result<Publication, CommandError> {
    let signed: Vec<_> = apps
        .records
        .values()
        .map(Record::app)
        .collect::<Result<_, _>>()?;
    let own = index.files.iter();
    let own = own
        .map(|(path, bytes)| (path.clone(), describe(bytes)))
        .collect();
    let expiries = Expiries {
        targets: now.plus_days(command.targets_days),
        snapshot: now.plus_days(command.snapshot_days),
        timestamp: now.plus_days(command.timestamp_days),
        // As long as the timestamp twice: the next publication is in time.
        keep: now.plus_days(command.timestamp_days.saturating_mul(2)),
    };
    let keys = OnlineKeys {
        targets: &keys.targets,
        snapshot: &keys.snapshot,
        timestamp: &keys.timestamp,
    };
    let root = &roots.newest;
    Ok(publish(
        root,
        own,
        &signed,
        &published.metadata,
        &keys,
        expiries,
    )?)
}

/// Copies what publishers signed; of apps that did not change it is there.
fn write_apps(
    source: &Source,
    site: &Site,
    apps: &Apps,
    same_site: bool,
) -> Result<(), CommandError> {
    let wanted = apps.records.iter();
    let wanted: Vec<_> = wanted
        .filter(|(slug, _)| !same_site || apps.fresh.contains(*slug))
        .collect();
    let done = parallel::map(&wanted, |(slug, record)| {
        let folder = source.apps().join(slug);
        for file in record.files() {
            let from = folder.join(crate::catalogue::file_name(Path::new(&file.path)));
            let bytes = read(&from, MAX_FILE)?;
            let described = describe(&bytes);
            if harbour_core::store::cid::Cid::of(&bytes) != file.cid {
                return Err(CommandError::content(
                    &from,
                    "it changed while it was published",
                ));
            }
            if let Some(name) = target_file_name(&TargetPath::new(&file.path)?, &described) {
                site.put_hashed(&format!("targets/{name}"), &bytes)?;
            }
        }
        let from = folder.join(crate::publisher::SIGNED);
        let bytes = read(&from, MAX_FILE)?;
        let app = record.app()?;
        if describe(&bytes).hashes != app.role().hashes.clone().unwrap_or_default() {
            return Err(CommandError::content(
                &from,
                "it changed while it was published",
            ));
        }
        site.put(&format!("metadata/{}", app.file_name()), &bytes)
    });
    done.into_iter().collect()
}

/// Deltas to the roles that are new.
fn write_deltas(
    site: &Site,
    new: &[(String, Vec<u8>)],
    publication: &Publication,
) -> Result<(), CommandError> {
    let mut wanted = Vec::new();
    for (role, version) in roles(publication) {
        let name = format!("{version}.{role}.json");
        let Some((_, bytes)) = new.iter().find(|(file, _)| *file == name) else {
            continue;
        };
        for old in version.saturating_sub(BACK).max(1)..version {
            wanted.push((role, old, version, bytes));
        }
    }
    let metadata = site.metadata();
    let done = parallel::map(&wanted, |(role, old, version, bytes)| {
        let path = metadata.join(format!("{old}.{role}.json"));
        // An older store has no older files.
        if !path.exists() {
            return Ok(());
        }
        let before = read(&path, MAX_FILE)?;
        let delta = delta::make(&before, bytes)
            .map_err(CommandError::file(&path, "compared with the new one"))?;
        // A delta that saves nothing is not worth a question.
        if delta.len() >= bytes.len() {
            return Ok(());
        }
        let name = delta::name(role, *old, *version);
        site.put(&format!("metadata/{name}"), &delta)
    });
    done.into_iter().collect()
}

fn roles(publication: &Publication) -> [(&'static str, u64); 2] {
    [
        ("snapshot", publication.snapshot.get()),
        ("targets", publication.targets.get()),
    ]
}

fn snapshot_hash(new: &[(String, Vec<u8>)], published: &Published) -> String {
    let snapshot = new
        .iter()
        .find(|(name, _)| name.ends_with(".snapshot.json"));
    match snapshot {
        Some((_, bytes)) => describe(bytes).hashes.remove("sha256").unwrap_or_default(),
        None => published.snapshot_hash.clone(),
    }
}

/// Names below `targets/` of what this publication uses.
fn used(apps: &Apps, index: &Index) -> BTreeSet<String> {
    let files = apps.records.values().flat_map(Record::files);
    let own = index.files.iter();
    let own = own.filter_map(|(path, bytes)| target_file_name(path, &describe(bytes)));
    files.filter_map(stored_name).chain(own).collect()
}

fn stored_name(file: &FileEntry) -> Option<String> {
    let path = TargetPath::new(&file.path).ok()?;
    let hash: String = file
        .cid
        .sha256()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut described = describe(&[]);
    described.hashes.insert("sha256".to_owned(), hash);
    target_file_name(&path, &described)
}

fn retire(
    site: &Site,
    state: &mut State,
    same_site: bool,
    apps: &Apps,
    published: &Published,
    index: &Index,
    publication: &Publication,
) -> Result<(), CommandError> {
    let snapshot = publication.snapshot.get();
    let gone: Vec<String> = if same_site {
        // What the index before named and this one does not.
        let before = published.entries.values();
        let changed = before.filter(|entry| {
            let now = apps.records.get(&entry.slug).map(|record| &record.entry);
            now.is_none_or(|now| now.manifest != entry.manifest || now.icon != entry.icon)
        });
        let files = changed.flat_map(|entry| std::iter::once(&entry.manifest).chain(&entry.icon));
        let used = used(apps, index);
        let all = files.filter_map(stored_name).chain(published.own.clone());
        all.filter(|name| !used.contains(name)).collect()
    } else {
        state.retired.clear();
        retired::unused(site.folder(), &used(apps, index))?
    };
    for name in gone {
        state.retired.entry(name).or_insert(snapshot);
    }
    let now_used = || used(apps, index);
    retired::remove_old(site.folder(), &mut state.retired, snapshot, now_used)
}

fn prune(site: &Site, apps: &Apps, publication: &Publication) -> Result<(), CommandError> {
    let mut newest: BTreeMap<String, u64> = roles(publication)
        .into_iter()
        .map(|(role, version)| (role.to_owned(), version))
        .collect();
    for record in apps.records.values() {
        let app = record.app()?;
        newest.insert(app.slug().role(), app.role().version.get());
    }
    site.prune_metadata(&newest)
}
