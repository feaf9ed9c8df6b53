//! Entering a container: which shell, and the running command.

use harbour_core::problem::ProblemCode;

use super::lifecycle::is_running;
use super::{Context, FindError};
use crate::docker::{EngineError, ExecStart, ExecStream};

/// Shells in order of comfort. `/busybox/sh` is where debug variants of
/// distroless images have theirs.
const SHELLS: [&str; 6] = [
    "/bin/bash",
    "/usr/bin/bash",
    "/bin/ash",
    "/bin/sh",
    "/usr/bin/sh",
    "/busybox/sh",
];
/// Most words of a command, and their length together.
const MAX_WORDS: usize = 256;
const MAX_BYTES: usize = 64 << 10;

/// What somebody wants to run.
#[derive(Clone, Debug, Default)]
pub struct ExecRequest {
    /// Program and arguments; absent means a shell.
    pub command: Option<Vec<String>>,
    /// User; absent means the container's.
    pub user: Option<String>,
    /// Whether with a terminal.
    pub tty: bool,
    /// Size of the terminal at the beginning.
    pub size: Option<(u16, u16)>,
}

/// What will be run, once its ticket comes.
#[derive(Clone, Debug)]
pub struct ExecPlan {
    /// The container.
    pub container_id: String,
    /// Its name.
    pub container_name: String,
    /// The command.
    pub start: ExecStart,
    /// Size of the terminal at the beginning.
    pub size: Option<(u16, u16)>,
}

/// Why nothing is run.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// Which container?
    #[error(transparent)]
    Find(#[from] FindError),
    /// It does not run.
    #[error("the container {0} is not running; start it first")]
    NotRunning(String),
    /// There is nothing to type into.
    #[error(
        "the image of {0} has no shell, so there is nothing to type into; give a command that the image has"
    )]
    NoShell(String),
    /// The command will not do.
    #[error("{message}")]
    Command {
        /// Kind of fault.
        code: ProblemCode,
        /// What to do.
        message: &'static str,
    },
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// Decides what to run in the container `wanted`.
///
/// # Errors
/// When it is unknown, does not run, or has no shell.
pub async fn plan_exec(
    context: &Context,
    wanted: &str,
    request: ExecRequest,
) -> Result<ExecPlan, ExecError> {
    let container = context.inventory.find(wanted)?;
    let name = container.summary.name.clone();
    if !is_running(&container) {
        return Err(ExecError::NotRunning(name));
    }
    let invalid = |message| ExecError::Command {
        code: ProblemCode::Invalid,
        message,
    };
    let command = match request.command {
        Some(words) if words.first().is_none_or(String::is_empty) => {
            return Err(invalid("the command needs a program as its first word"));
        }
        Some(words)
            if words.len() > MAX_WORDS
                || words.iter().map(String::len).sum::<usize>() > MAX_BYTES =>
        {
            return Err(invalid(
                "the command is too long; at most 256 words and 64 KiB",
            ));
        }
        Some(words) => words,
        None => vec![
            find_shell(context, &container.summary.id)
                .await?
                .ok_or(ExecError::NoShell(name.clone()))?,
        ],
    };
    Ok(ExecPlan {
        container_id: container.summary.id.clone(),
        container_name: name,
        start: ExecStart {
            command,
            user: request.user.filter(|u| !u.is_empty()),
            tty: request.tty,
        },
        size: request.size,
    })
}

/// Starts what was planned; answers the exec's id and its connection.
///
/// # Errors
/// When the engine refuses, for instance because the program is not there.
pub async fn open_exec(
    context: &Context,
    plan: &ExecPlan,
) -> Result<(String, ExecStream), EngineError> {
    context.engine.exec(&plan.container_id, &plan.start).await
}

/// Tells a running command how large its terminal is.
///
/// # Errors
/// When the engine refuses, for instance because the command has just ended.
pub async fn resize_exec(
    context: &Context,
    exec: &str,
    cols: u16,
    rows: u16,
) -> Result<(), EngineError> {
    context.engine.resize_exec(exec, cols, rows).await
}

/// The exit code of a command; `None` while it runs.
///
/// # Errors
/// When the engine does not answer.
pub async fn exec_exit_code(context: &Context, exec: &str) -> Result<Option<i64>, EngineError> {
    context.engine.exec_exit_code(exec).await
}

async fn find_shell(context: &Context, id: &str) -> Result<Option<String>, EngineError> {
    for shell in SHELLS {
        if context.engine.path_exists(id, shell).await? {
            return Ok(Some(shell.to_owned()));
        }
    }
    Ok(None)
}
