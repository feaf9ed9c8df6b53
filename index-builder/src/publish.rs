//! `publish`: a folder of apps becomes a repository that any web server can
//! serve.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use clap::Args;
use harbour_core::tuf::content::describe;
use harbour_core::tuf::envelope::Envelope;
use harbour_core::tuf::limits::{MAX_SNAPSHOT, MAX_TIMESTAMP};
use harbour_core::tuf::metadata::{Root, Timestamp};
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::repo::publication::{
    App, Expiries, OnlineKeys, Previous, publish, target_file_name,
};
use harbour_core::tuf::repo::root::progress;
use harbour_core::tuf::time::Time;

use crate::error::CommandError;
use crate::files::{MAX_FILE, read, read_public, read_root, read_secret, write};
use crate::publisher::{PUBLIC, read_app};

/// What to publish, and with which keys.
#[derive(Debug, Args)]
pub struct Publish {
    /// Folder with `apps/<slug>/` as publishers signed them, and perhaps
    /// `files/` of the store's own.
    #[arg(long)]
    from: PathBuf,
    /// The newest root file; the older ones are beside it.
    #[arg(long)]
    root: PathBuf,
    /// Folder of the repository: `metadata/` and `targets/`.
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
}

/// Publishes.
///
/// # Errors
/// When the root is not signed by enough keys, an app is not in order, or a
/// file can not be used. But for root files nothing of it is to be seen then,
/// because clients look at the timestamp first and it is written last.
pub fn run(command: &Publish, now: Time, out: &mut dyn Write) -> Result<(), CommandError> {
    let metadata = command.out.join("metadata");
    let targets = command.out.join("targets");
    let root = publish_roots(&command.root, &metadata)?;
    let (apps, files) = read_apps(&command.from.join("apps"))?;
    let own_files = read_own(&command.from.join("files"))?;
    let secrets = |paths: &[PathBuf]| {
        paths
            .iter()
            .map(|path| read_secret(path))
            .collect::<Result<Vec<_>, _>>()
    };
    let (targets_keys, snapshot_keys, timestamp_keys) = (
        secrets(&command.targets_key)?,
        secrets(&command.snapshot_key)?,
        secrets(&command.timestamp_key)?,
    );
    let keys = OnlineKeys {
        targets: &targets_keys,
        snapshot: &snapshot_keys,
        timestamp: &timestamp_keys,
    };
    let expiries = Expiries {
        targets: now.plus_days(command.targets_days),
        snapshot: now.plus_days(command.snapshot_days),
        timestamp: now.plus_days(command.timestamp_days),
    };
    let own = own_files
        .iter()
        .map(|(path, bytes)| (path.clone(), describe(bytes)))
        .collect();
    let publication = publish(
        &root,
        own,
        &apps,
        &read_previous(&metadata)?,
        &keys,
        expiries,
    )?;
    for (path, bytes) in own_files.iter().chain(&files) {
        if let Some(name) = target_file_name(path, &describe(bytes)) {
            write(&targets.join(name), bytes)?;
        }
    }
    for (name, bytes) in &publication.files {
        write(&metadata.join(name), bytes)?;
    }
    writeln!(
        out,
        "published {} apps and {} other files",
        apps.len(),
        own_files.len()
    )?;
    Ok(())
}

/// Puts all root files into the repository, after a look at their signatures.
fn publish_roots(newest: &Path, metadata: &Path) -> Result<Root, CommandError> {
    let (_, root) = read_root(newest)?;
    let folder = newest.parent().unwrap_or(Path::new(""));
    let mut previous: Option<Root> = None;
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
        write(&metadata.join(name), &envelope.write()?)?;
        previous = Some(this);
    }
    Ok(root)
}

type Files = BTreeMap<TargetPath, Vec<u8>>;

fn read_apps(folder: &Path) -> Result<(Vec<App>, Files), CommandError> {
    let (mut apps, mut files) = (Vec::new(), Files::new());
    for path in entries(folder)? {
        let key = read_public(&path.join(PUBLIC))?;
        let app = read_app(&path, &key)?;
        for (name, bytes) in app.files {
            files.insert(
                TargetPath::new(&format!("{}{name}", app.slug.folder()))?,
                bytes,
            );
        }
        apps.push(App {
            slug: app.slug,
            keys: vec![key],
            threshold: NonZeroU64::MIN,
            signed: app.bytes,
        });
    }
    Ok((apps, files))
}

fn read_own(folder: &Path) -> Result<Files, CommandError> {
    let mut files = Files::new();
    for path in entries(folder)? {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        files.insert(TargetPath::new(name)?, read(&path, MAX_FILE)?);
    }
    Ok(files)
}

/// What is in a folder, in the order of the names; nothing if there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let list = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        list => list.map_err(CommandError::file(folder, "read"))?,
    };
    let mut paths = Vec::new();
    for entry in list {
        paths.push(entry.map_err(CommandError::file(folder, "read"))?.path());
    }
    paths.sort();
    Ok(paths)
}

/// What was published before: the timestamp, and the snapshot it names.
fn read_previous(metadata: &Path) -> Result<Previous, CommandError> {
    let path = metadata.join("timestamp.json");
    if !path.exists() {
        return Ok(Previous::default());
    }
    let timestamp = read(&path, MAX_TIMESTAMP)?;
    let envelope = Envelope::read("timestamp", &timestamp);
    let role: Timestamp = envelope
        .and_then(|envelope| envelope.content())
        .map_err(|refusal| CommandError::content(&path, refusal))?;
    let snapshot = metadata.join(format!("{}.snapshot.json", role.meta.snapshot.version));
    Ok(Previous {
        timestamp: Some(timestamp),
        snapshot: Some(read(&snapshot, MAX_SNAPSHOT)?),
    })
}
