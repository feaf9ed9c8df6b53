//! `build`: the source of a store becomes a site that any web server can serve.
//! The network is not asked; the same source, time and keys over the same site
//! give the same bytes.

mod apps;
mod delta;
mod index;
mod keys;
mod previous;
mod retired;
mod site;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use harbour_core::tuf::content::describe;
use harbour_core::tuf::repo::publication::{
    Expiries, OnlineKeys, Publication, publish, target_file_name,
};
use harbour_core::tuf::time::{DAY, Time};

use crate::app::Record;
use crate::error::{CommandError, Failure};
use crate::files::write;
use crate::problems::Problems;
use crate::source::Source;
use crate::state::State;
use crate::{files, gallery, parallel};

use apps::{Apps, read_apps, write_apps};
use index::{Index, index, stored_name, used};
use keys::{Keys, Roots, read_roots};
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
    let (mut state, published) = parallel::both(
        || State::read(&state_file),
        || previous::read_published(&command.out),
    );
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
    let published = published?;
    let index = index(&settings, &apps, &published, now)?;
    let publication = sign(command, &roots, &keys, &apps, &published, &index, now)?;

    let site = Site::new(&command.out);
    let same_site = !state.snapshot.is_empty() && state.snapshot == published.snapshot_hash;
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
    delta::write_deltas(&site, first, &roles(&publication))?;
    let kept_pages = if same_site {
        std::mem::take(&mut state.pages)
    } else {
        BTreeMap::new()
    };
    state.pages = gallery::write(&site, &index.head, &index.shards, kept_pages)?;
    site.settle()?;
    // A new root may take away the keys of what is still out, so it comes late.
    for (name, bytes) in &roots.files {
        site.put(&format!("metadata/{name}"), bytes)?;
    }
    if let Some((name, bytes)) = last {
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
    state.looked = looked;
    state.apps = apps.records;
    let newest = newest(&state, &publication)?;
    let (pruned, written) =
        parallel::both(|| site.prune_metadata(&newest), || state.write(&state_file));
    pruned.and(written)?;
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

/// The newest version of each role.
fn newest(state: &State, publication: &Publication) -> Result<BTreeMap<String, u64>, CommandError> {
    let mut newest: BTreeMap<String, u64> = roles(publication)
        .into_iter()
        .map(|(role, version)| (role.to_owned(), version))
        .collect();
    for record in state.apps.values() {
        let app = record.app()?;
        newest.insert(app.slug().role(), app.role().version.get());
    }
    Ok(newest)
}
