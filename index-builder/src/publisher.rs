//! `publisher`: what a publisher signs and puts into a pull request.
//!
//! `apps/<slug>/` then holds the manifest, perhaps an icon, `publisher.json`
//! (the delegated role, signed) and `publisher.pub` (the key it is signed with).

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use harbour_core::manifest;
use harbour_core::tuf::key::Key;
use harbour_core::tuf::limits::MAX_TARGETS;
use harbour_core::tuf::repo::publisher::{Signed, Slug, next_version, sign, verify};
use harbour_core::tuf::time::Time;
use harbour_core::yaml::{self, Node};

use crate::error::CommandError;
use crate::files::{MAX_FILE, read, read_public, read_secret, write};
use crate::keys::{self, key_file};

/// The role a publisher signed, in the folder of its app.
pub const SIGNED: &str = "publisher.json";
/// The key it is signed with.
pub const PUBLIC: &str = "publisher.pub";
/// Bytes of a manifest.
const MAX_MANIFEST: u64 = 1_024 * 1_024;

/// What to do as a publisher.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a key: FILE.key for the publisher alone, FILE.pub for everybody.
    NewKey {
        /// Name of both files, without their endings.
        file: PathBuf,
        /// The publisher's name, as the store shows it.
        #[arg(long)]
        name: String,
    },
    /// Sign a manifest, with other files of its app such as an icon.
    Sign {
        /// The manifest; the files beside it that are named are signed too.
        manifest: PathBuf,
        /// More files of the app, from the manifest's folder.
        files: Vec<PathBuf>,
        /// The publisher's private key.
        #[arg(long)]
        key: PathBuf,
        /// Name for a new publisher, as the store shows it.
        #[arg(long)]
        name: Option<String>,
        /// Days until it must be signed again.
        #[arg(long, default_value_t = 365)]
        days: u32,
    },
    /// Check the folder of an app against a publisher's key.
    Verify {
        /// The folder, called like the app's slug.
        folder: PathBuf,
        /// The publisher's public key as the store knows it; without it the
        /// key in the folder, which proves only that the files fit together.
        #[arg(long)]
        key: Option<PathBuf>,
    },
}

/// Carries a command out.
///
/// # Errors
/// When a file can not be used or is not what was signed.
pub fn run(command: &Command, now: Time, out: &mut dyn Write) -> Result<(), CommandError> {
    match command {
        Command::NewKey { file, name } => {
            let (file, name) = (file.clone(), name.clone());
            keys::run(&keys::Command::New { file, name }, out)
        }
        Command::Sign {
            manifest,
            files,
            key,
            name,
            days,
        } => {
            let expires = now.plus_days(*days);
            let version = sign_app(manifest, files, key, name.as_deref(), expires)?;
            writeln!(out, "signed version {version}, until {expires}")?;
            writeln!(
                out,
                "Put the folder of {} into a pull request.",
                manifest.display()
            )?;
            Ok(())
        }
        Command::Verify { folder, key } => {
            let key = read_public(&key.clone().unwrap_or_else(|| folder.join(PUBLIC)))?;
            let app = read_app(folder, &key)?;
            let id = key.id();
            let name = key.name().unwrap_or("no name");
            writeln!(
                out,
                "{} version {}, signed with {id} ({name})",
                app.slug.as_str(),
                app.signed.role.common.version
            )?;
            for path in app.signed.role.targets.keys() {
                writeln!(out, "  {path}")?;
            }
            Ok(())
        }
    }
}

/// Signs an app's files and writes the role and the key beside the manifest.
fn sign_app(
    manifest: &Path,
    files: &[PathBuf],
    key: &Path,
    name: Option<&str>,
    expires: Time,
) -> Result<NonZeroU64, CommandError> {
    let bytes = read(manifest, MAX_MANIFEST)?;
    let slug = slug_of(manifest, &bytes)?;
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let secret = read_secret(key)?;
    let mut contents = BTreeMap::from([(plain_name(manifest)?, bytes)]);
    for file in files {
        contents.insert(
            plain_name(file)?,
            read(&folder.join(plain_name(file)?), MAX_FILE)?,
        );
    }
    let public = folder.join(PUBLIC);
    let known = if public.exists() {
        Some(read_public(&public)?)
    } else {
        None
    };
    if known
        .as_ref()
        .is_some_and(|known| known.id() != secret.public().id())
    {
        return Err(CommandError::content(
            &public,
            "this app is another key's; the store must agree to a new one: remove this file to ask for it",
        ));
    }
    let before = folder.join(SIGNED);
    let version = match before.exists() {
        true => next_version(&slug, &read(&before, MAX_TARGETS)?)?,
        false => NonZeroU64::MIN,
    };
    let signed = sign(&slug, &contents, version, expires, &secret)?;
    let mut new = known.unwrap_or_else(|| secret.public());
    if let Some(name) = name {
        new = new.named(name);
    }
    write(&public, &key_file(&new)?)?;
    write(&before, &signed)?;
    Ok(version)
}

/// The name of a file, without folders.
fn plain_name(path: &Path) -> Result<String, CommandError> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned)
        .ok_or_else(|| CommandError::content(path, "it has no name of plain letters"))
}

/// The slug that a manifest names.
fn slug_of(path: &Path, bytes: &[u8]) -> Result<Slug, CommandError> {
    let document = yaml::read(bytes, &manifest::limits::FILE);
    let document = document.map_err(|error| CommandError::content(path, error))?;
    let slug = document.get("slug").and_then(Node::as_str);
    let slug = slug.ok_or_else(|| CommandError::content(path, "it names no slug"))?;
    Ok(Slug::new(slug)?)
}

/// An app's folder, checked.
#[derive(Debug)]
pub struct App {
    /// The app.
    pub slug: Slug,
    /// What the publisher signed.
    pub signed: Signed,
    /// The same, as the file has it.
    pub bytes: Vec<u8>,
    /// The signed files by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Reads the folder of an app: every signed file is there and is the one that
/// was signed, by this key.
///
/// # Errors
/// When that is not so.
pub fn read_app(folder: &Path, key: &Key) -> Result<App, CommandError> {
    let slug = Slug::new(&plain_name(folder)?)?;
    let path = folder.join(SIGNED);
    let bytes = read(&path, MAX_TARGETS)?;
    let keys = BTreeMap::from([(key.id(), key.clone())]);
    let signed = verify(&slug, &bytes, &keys, NonZeroU64::MIN)
        .map_err(|error| CommandError::content(&path, error))?;
    let mut files = BTreeMap::new();
    for (path, target) in &signed.role.targets {
        let name = path.strip_prefix(&slug.folder()).unwrap_or(path);
        let file = folder.join(name);
        let metadata = fs::symlink_metadata(&file).map_err(CommandError::file(&file, "read"))?;
        if !metadata.is_file() {
            return Err(CommandError::content(&file, "it is no ordinary file"));
        }
        let content = read(&file, MAX_FILE)?;
        let mut check = harbour_core::tuf::content::ContentCheck::target(path, target)?;
        check.update(&content)?;
        check.finish()?;
        files.insert(name.to_owned(), content);
    }
    Ok(App {
        slug,
        signed,
        bytes,
        files,
    })
}
