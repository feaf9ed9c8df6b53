//! One short directory per thing a test starts, and the guard that clears it.
//!
//! The guard is a small shell process that waits for the end of a pipe. The
//! pipe ends when the owner drops it, panics, exits without running
//! destructors (a daemon kept in a `static`), or is killed: in each case the
//! same clearing runs. What outlives even the guard is found by [`sweep`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::process::start_time;
use crate::{KitError, Result};

/// Where the directories are: socket paths must stay below 108 bytes (unix(7)).
const ROOT: &str = "/tmp";
const PREFIX: &str = "hm-";
/// Clearing takes a fraction of a second; this is for a machine under load.
const CLEARING: Duration = Duration::from_secs(40);
/// The clearing itself, for the guard and for [`sweep`].
const CLEAR: &str = include_str!("scratch/clear.sh");

/// A directory `/tmp/hm-XXXXXX` and everything that was started in it.
///
/// Dropping it ends the recorded processes, the engine's children and
/// containers, unmounts, removes interfaces and control groups, and deletes
/// the directory; it returns when that is done.
#[derive(Debug)]
pub struct Scratch {
    dir: PathBuf,
    guard: Child,
}

impl Scratch {
    /// Makes a new directory, after clearing what dead owners left behind.
    ///
    /// # Errors
    /// When `/tmp` cannot be written or `sh` cannot be started.
    pub fn new() -> Result<Self> {
        sweep()?;
        let dir = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(ROOT)
            .map_err(KitError::file("make a directory in", ROOT))?
            .keep();
        let_through(&dir)?;
        let guard = start_guard(&dir, Stdio::piped())?;
        let scratch = Self { dir, guard };
        scratch.note("guard", scratch.guard.id())?;
        scratch.note("owner", std::process::id())?;
        Ok(scratch)
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.dir
    }

    /// The last part of the path: a name nobody else on this machine has.
    #[must_use]
    pub fn name(&self) -> &str {
        self.dir
            .file_name()
            .and_then(|name| name.to_str())
            .expect("the name was made from ASCII letters and digits")
    }

    /// A path inside the directory.
    #[must_use]
    pub fn join(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Puts a child under the guard: it does not outlive this directory.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn record(&self, child: &Child) -> Result<()> {
        let path = self.join("pids");
        let mut text = fs::read_to_string(&path).unwrap_or_default();
        text.push_str(&line_for(child.id()));
        fs::write(&path, text).map_err(KitError::file("write", path))
    }

    fn note(&self, name: &str, pid: u32) -> Result<()> {
        let path = self.join(name);
        fs::write(&path, line_for(pid)).map_err(KitError::file("write", path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Closing the pipe is the signal; the guard then works and exits.
        drop(self.guard.stdin.take());
        if !wait_for(CLEARING, || !matches!(self.guard.try_wait(), Ok(None))) {
            // Only a machine in trouble gets here. The next sweep tries again.
            let _ = self.guard.kill();
            let _ = self.guard.wait();
        }
    }
}

/// Clears directories whose owner and guard are both dead, and waits for
/// guards that are at work because their owner died.
///
/// # Errors
/// When `/tmp` cannot be read or the clearing cannot be started.
pub fn sweep() -> Result<()> {
    let entries = fs::read_dir(ROOT).map_err(KitError::file("read", ROOT))?;
    for entry in entries.flatten() {
        let dir = entry.path();
        if !is_ours(&dir) || !is_abandoned(&dir) {
            continue;
        }
        let guarded = lives(&dir.join("guard"));
        if guarded {
            wait_for(CLEARING, || !lives(&dir.join("guard")));
        }
        if dir.exists() {
            let mut clearing = start_guard(&dir, Stdio::null())?;
            clearing.wait().map_err(KitError::file("clear", &dir))?;
        }
    }
    Ok(())
}

/// Whether a path has the form that [`Scratch::new`] gives.
fn is_ours(dir: &Path) -> bool {
    let name = dir.file_name().and_then(|name| name.to_str());
    let random = name.and_then(|name| name.strip_prefix(PREFIX));
    random.is_some_and(|random| {
        random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A directory is abandoned when its owner is dead. One without an owner is
/// being made this moment, or its maker died within those microseconds.
fn is_abandoned(dir: &Path) -> bool {
    if dir.join("owner").exists() {
        return !lives(&dir.join("owner"));
    }
    let is_bare = fs::read_dir(dir).is_ok_and(|entries| {
        let mut names = entries.flatten().map(|entry| entry.file_name());
        names.all(|name| name == "guard")
    });
    let made = fs::metadata(dir).and_then(|meta| meta.modified());
    is_bare
        && made.is_ok_and(|made| {
            made.elapsed()
                .is_ok_and(|age| age > Duration::from_secs(60))
        })
}

/// Whether the process noted in a file still runs.
fn lives(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut words = text.split_whitespace().map(str::parse::<u64>);
    let (Some(Ok(pid)), Some(Ok(start))) = (words.next(), words.next()) else {
        return false;
    };
    u32::try_from(pid).is_ok_and(|pid| start_time(pid) == Some(start))
}

fn line_for(pid: u32) -> String {
    // A process that is already gone gets a start time nobody has.
    format!("{pid} {}\n", start_time(pid).unwrap_or(0))
}

fn start_guard(dir: &Path, stdin: Stdio) -> Result<Child> {
    use std::os::unix::process::CommandExt as _;
    Command::new("sh")
        .args(["-c", CLEAR, "testkit-guard"])
        .arg(dir)
        .stdin(stdin)
        .stdout(Stdio::null())
        // Its own group: Ctrl-C in the terminal is for the tests, not for it.
        .process_group(0)
        .current_dir("/")
        .spawn()
        .map_err(|source| KitError::Start {
            program: "sh".into(),
            source,
        })
}

/// Lets others pass through the directory: under sudo the person behind it
/// reaches the socket, whose own rights decide.
fn let_through(dir: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o711)).map_err(KitError::file("open", dir))
}

/// Blocking wait for destructors, which cannot await.
fn wait_for(deadline: Duration, mut done: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !done() {
        if start.elapsed() > deadline {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}
