//! `keys`: a private key for its holder and a public one for everybody.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use harbour_core::tuf::key::Key;
use harbour_core::tuf::secret::SecretKey;
use zeroize::Zeroizing;

use crate::error::CommandError;
use crate::files::{read_public, write, write_secret};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a key: FILE.key for its holder alone, FILE.pub for everybody.
    New {
        /// Name of both files, without their endings.
        file: PathBuf,
        /// Whose key it is, for people to read.
        #[arg(long)]
        name: String,
    },
    /// Show the name and the id of a public key.
    Show {
        /// The public key.
        file: PathBuf,
    },
}

/// Carries a command out.
///
/// # Errors
/// When a file is in the way or can not be used.
pub fn run(command: &Command, out: &mut dyn Write) -> Result<(), CommandError> {
    match command {
        Command::New { file, name } => {
            let key = new(file, name)?;
            writeln!(out, "{}  {name}", key.id())?;
            writeln!(
                out,
                "Keep {}.key to yourself, off the network, and a copy of it elsewhere.",
                file.display()
            )?;
        }
        Command::Show { file } => {
            let key = read_public(file)?;
            writeln!(out, "{}  {}", key.id(), key.name().unwrap_or("no name"))?;
        }
    }
    Ok(())
}

/// Makes a key and its two files.
///
/// # Errors
/// When one is there already, or can not be written.
pub fn new(file: &Path, name: &str) -> Result<Key, CommandError> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(CommandError::Random)?;
    let secret = SecretKey::from_seed(&seed);
    let public = secret.public().named(name);
    let public_path = with_ending(file, "pub");
    if public_path.exists() {
        return Err(CommandError::content(
            &public_path,
            "it is there already; choose another name",
        ));
    }
    write_secret(&with_ending(file, "key"), &secret.to_pem()?)?;
    write(&public_path, &key_file(&public)?)?;
    Ok(public)
}

/// A public key as a file holds it.
pub(crate) fn key_file(key: &Key) -> Result<Vec<u8>, CommandError> {
    let mut bytes = serde_json::to_vec_pretty(key).map_err(std::io::Error::from)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The name with an ending; unlike `Path::with_extension`, a dot in it stays.
fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}
