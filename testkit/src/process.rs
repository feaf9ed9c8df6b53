//! Child processes: their start time, signals, and the end of what they wrote.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::{KitError, Result, wait};

/// Start time of a living process in clock ticks since boot (proc(5), `stat`
/// field 22); `None` when there is none or it only waits to be reaped.
///
/// Number and start time together name a process; numbers alone are reused.
pub(crate) fn start_time(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything; fields count from after it.
    let after_name = &stat[stat.rfind(')')? + 2..];
    let mut fields = after_name.split(' ');
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// Sends a signal; a process that is already gone is no error.
pub(crate) fn signal(child: &Child, signal: Signal) -> Result<()> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.expect("the kernel's process numbers are positive i32");
    match kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(KitError::Program {
            program: format!("kill {}", child.id()),
            detail: error.to_string(),
        }),
    }
}

/// Waits for the end of a child without blocking the runtime.
///
/// # Errors
/// [`KitError::Deadline`] when it still runs afterwards.
pub(crate) async fn wait_exit(
    child: &mut Child,
    deadline: Duration,
    what: &str,
) -> Result<ExitStatus> {
    wait::until(deadline, what, || {
        let state = match child.try_wait() {
            Ok(Some(status)) => Ok(status),
            Ok(None) => Err("it still runs".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        async move { state }
    })
    .await
}

/// Runs a short program to its end and gives its standard output.
///
/// # Errors
/// When it cannot be started or fails; its standard error is in the message.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let called = format!("{program} {}", arguments.join(" "));
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|source| KitError::Start {
            program: called.clone(),
            source,
        })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(KitError::Program {
            program: called,
            detail: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        })
    }
}

/// The last `lines` lines of a file, read from at most its last 64 KiB.
pub(crate) fn tail(path: &Path, lines: usize) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = fs::File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(64 * 1024)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    match read() {
        Ok(bytes) => last_lines(&String::from_utf8_lossy(&bytes), lines),
        Err(error) => format!("(cannot read {}: {error})", path.display()),
    }
}

/// The last `count` lines of a text.
pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
