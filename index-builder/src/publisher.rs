//! `publisher`: what a publisher signs and puts into a pull request.
//!
//! `apps/<slug>/` then holds the manifest `app.yaml`, perhaps `icon.png` or
//! `icon.svg`, `publisher.json` (the delegated role, signed) and `publisher.pub`
//! (the key it is signed with).

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

use crate::error::CommandError;
use crate::files::{MAX_FILE, read, read_public, read_secret, write};
use crate::keys::{self, key_file};

/// The manifest, in the folder of its app.
pub(crate) const MANIFEST: &str = "app.yaml";
/// The role a publisher signed, in the folder of its app.
pub const SIGNED: &str = "publisher.json";
/// The key it is signed with.
pub const PUBLIC: &str = "publisher.pub";
/// Bytes of a manifest.
pub(crate) const MAX_MANIFEST: u64 = 1_024 * 1_024;

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
    /// Sign a manifest and its icon.
    Sign {
        /// The manifest, called app.yaml.
        manifest: PathBuf,
        /// The icon: PNG, JPEG, WebP or GIF, which becomes icon.png of at most
        /// 256 pixels, or SVG without scripts. Without it the file that the
        /// manifest names, or icon.png or icon.svg beside it.
        #[arg(long)]
        icon: Option<PathBuf>,
        /// The publisher's private key.
        #[arg(long)]
        key: PathBuf,
        /// Name for a new publisher, as the store shows it; without it that
        /// of the public key beside the private one.
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
            icon,
            key,
            name,
            days,
        } => {
            let expires = now.plus_days(*days);
            let (version, files) =
                sign_app(manifest, icon.as_deref(), key, name.as_deref(), expires)?;
            let files = files.join(" and ");
            writeln!(out, "signed version {version} of {files}, until {expires}")?;
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
    file: &Path,
    icon: Option<&Path>,
    key: &Path,
    name: Option<&str>,
    expires: Time,
) -> Result<(NonZeroU64, Vec<String>), CommandError> {
    if plain_name(file)? != MANIFEST {
        return Err(CommandError::content(
            file,
            format!("a manifest that is signed is called {MANIFEST}; rename it"),
        ));
    }
    let bytes = read(file, MAX_MANIFEST)?;
    let manifest = manifest::parse(&bytes).map_err(|faults| {
        let lines = faults.iter();
        let lines: Vec<_> = lines
            .map(|fault| format!("{}:{fault}", file.display()))
            .collect();
        CommandError::Found(lines.join("\n"))
    })?;
    let slug = Slug::new(&manifest.slug)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let secret = read_secret(key)?;
    let mut contents = BTreeMap::from([(MANIFEST.to_owned(), bytes)]);
    if let Some((name, bytes)) = tidy_icon(folder, icon, manifest.listing.icon.as_deref())? {
        write(&folder.join(&name), &bytes)?;
        contents.insert(name, bytes);
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
    let mut new = match known {
        Some(known) => known,
        None => beside(key, &secret.public()),
    };
    if let Some(name) = name {
        new = new.named(name);
    }
    write(&public, &key_file(&new)?)?;
    write(&before, &signed)?;
    Ok((version, contents.into_keys().collect()))
}

/// The public key in the file beside the private one, which has a name, if it
/// is there and is the right one.
fn beside(private: &Path, public: &Key) -> Key {
    let path = private.with_extension("pub");
    let named = read_public(&path).ok();
    let named = named.filter(|named| named.id() == public.id());
    named.unwrap_or_else(|| public.clone())
}

/// The icon as it is published, with its name; photographs are written anew.
fn tidy_icon(
    folder: &Path,
    chosen: Option<&Path>,
    named: Option<&str>,
) -> Result<Option<(String, Vec<u8>)>, CommandError> {
    let beside = ["icon.png", "icon.svg"].map(|name| folder.join(name));
    let named = named.filter(|name| !name.contains("://"));
    let path = match (chosen, named) {
        (Some(chosen), _) => chosen.to_owned(),
        (None, Some(named)) => folder.join(named),
        (None, None) => match beside.into_iter().find(|path| path.is_file()) {
            Some(path) => path,
            None => return Ok(None),
        },
    };
    let bytes = read(&path, MAX_FILE)?;
    if picture::is_markup(&bytes) {
        picture::check_svg(&bytes).map_err(|error| CommandError::content(&path, error))?;
        return Ok(Some(("icon.svg".to_owned(), bytes)));
    }
    let bytes = match picture::check_png(&bytes) {
        Ok(()) => bytes,
        Err(_) => {
            picture::small_png(&bytes).map_err(|error| CommandError::content(&path, error))?
        }
    };
    Ok(Some(("icon.png".to_owned(), bytes)))
}

/// What an icon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IconKind {
    /// Pixels.
    Png,
    /// A drawing.
    Svg,
}

/// Which icon a file of an app is, by its name.
pub(crate) fn icon_kind(name: &str) -> Option<IconKind> {
    match name {
        "icon.png" => Some(IconKind::Png),
        "icon.svg" => Some(IconKind::Svg),
        _ => None,
    }
}

impl IconKind {
    /// Whether an icon may be published as it is.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check(self, bytes: &[u8]) -> Result<(), String> {
        match self {
            Self::Png => picture::check_png(bytes).map_err(|error| error.to_string()),
            Self::Svg => picture::check_svg(bytes).map_err(|error| error.to_string()),
        }
    }
}

/// The name of a file, without folders.
fn plain_name(path: &Path) -> Result<String, CommandError> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned)
        .ok_or_else(|| CommandError::content(path, "it has no name of plain letters"))
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
