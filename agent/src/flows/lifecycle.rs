//! Start, stop and what else is done to a container in one call.

use std::net::IpAddr;
use std::sync::Arc;

use harbour_core::container_name::{ContainerName, ContainerNameError};
use harbour_core::plan::is_signal;
use harbour_core::port::{PortBinding, PortCollision, port_collisions};

use super::{Context, FindError, Inventory, host_ports};
use crate::docker::EngineError;
use crate::icons::IconError;
use crate::operations::{Busy, LockGuard};
use crate::views::{ContainerDetail, ContainerState};

/// How often a container is read again because it changed meanwhile.
const READ_TRIES: u32 = 5;

/// Something done to a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Start it.
    Start,
    /// Stop it, by force after so many seconds (its own time when absent).
    Stop(Option<i32>),
    /// Stop and start it.
    Restart(Option<i32>),
    /// Freeze it.
    Pause,
    /// Thaw it.
    Unpause,
    /// Send it this signal.
    Kill(String),
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum LifecycleError {
    /// Which container?
    #[error(transparent)]
    Find(#[from] FindError),
    /// Something else is at work on it.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// Its ports are taken.
    #[error("{}", describe(.0))]
    PortTaken(Vec<PortCollision>),
    /// The new name will not do.
    #[error(transparent)]
    Name(#[from] ContainerNameError),
    /// The new name is another container's.
    #[error("there is already a container {0}; choose another name")]
    NameTaken(String),
    /// It runs, and nobody said to force it.
    #[error("the container {0} is running; stop it first, or remove it by force")]
    Running(String),
    /// The signal is not one.
    #[error("{0:?} is not a signal; give a name like SIGTERM or a number from 1 to 64")]
    Signal(String),
    /// Its icon could not be kept.
    #[error(transparent)]
    Icon(#[from] IconError),
    /// The engine says no.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// All collisions in words.
pub(super) fn describe(collisions: &[PortCollision]) -> String {
    collisions
        .iter()
        .map(PortCollision::describe)
        .collect::<Vec<_>>()
        .join(" ")
}

impl Action {
    /// The words for somebody who has to wait.
    fn doing(&self) -> &'static str {
        match self {
            Self::Start => "it is being started",
            Self::Stop(_) => "it is being stopped",
            Self::Restart(_) => "it is being restarted",
            Self::Pause => "it is being paused",
            Self::Unpause => "it is being resumed",
            Self::Kill(_) => "a signal is being sent to it",
        }
    }
}

/// Does `action` to the container `wanted` (id, name or beginning of an id);
/// answers what it is then.
///
/// # Errors
/// When it is unknown, busy, its ports are taken, or the engine refuses.
pub async fn act(
    context: &Context,
    wanted: &str,
    action: Action,
) -> Result<Arc<ContainerDetail>, LifecycleError> {
    let container = context.inventory.find(wanted)?;
    // Who waits for a stop may lose patience: a signal needs no turn.
    let _lock = match &action {
        Action::Kill(_) => None,
        other => Some(lock(context, &container, other.doing())?),
    };
    let id = container.summary.id.as_str();
    let engine = &context.engine;
    match &action {
        Action::Start => {
            if !container.summary.state.is_live() {
                check_ports(context, &container).await?;
            }
            engine.start(id).await?;
        }
        Action::Restart(timeout) => {
            check_ports(context, &container).await?;
            engine.restart(id, *timeout).await?;
        }
        Action::Stop(timeout) => engine.stop(id, *timeout).await?,
        Action::Pause => engine.pause(id).await?,
        Action::Unpause => engine.unpause(id).await?,
        Action::Kill(signal) => {
            let _attending = context.locks.attend(&container.summary.name);
            engine.kill(id, valid_signal(signal)?).await?;
        }
    }
    match read_again(context, id).await {
        // It removes itself when it ends, and that is what was asked for.
        Err(LifecycleError::Find(FindError::None(_)))
            if matches!(action, Action::Stop(_) | Action::Kill(_)) =>
        {
            let mut gone = ContainerDetail::clone(&container);
            gone.summary.state = ContainerState::Exited;
            Ok(Arc::new(gone))
        }
        read => read,
    }
}

/// Gives the container `wanted` another name.
///
/// # Errors
/// When the name is bad or taken, either name is busy, or the engine refuses.
pub async fn rename_container(
    context: &Context,
    wanted: &str,
    name: &str,
) -> Result<Arc<ContainerDetail>, LifecycleError> {
    let container = context.inventory.find(wanted)?;
    let name = ContainerName::parse(name)?;
    let old = container.summary.name.as_str();
    if old == name.as_str() {
        return Ok(container);
    }
    if context
        .inventory
        .list(true)
        .iter()
        .any(|c| c.summary.name == name.as_str())
    {
        return Err(LifecycleError::NameTaken(name.as_str().to_owned()));
    }
    let _lock = context
        .locks
        .acquire(&[old, name.as_str()], "it is being renamed")?;
    context
        .engine
        .rename(&container.summary.id, name.as_str())
        .await?;
    context.icons.rename(old, name.as_str()).await?;
    context.inventory.show_again(name.as_str());
    read_again(context, &container.summary.id).await
}

/// Removes the container `wanted`; with `volumes` also its anonymous volumes.
///
/// # Errors
/// When it is unknown, busy, running without `force`, or the engine refuses.
pub async fn remove_container(
    context: &Context,
    wanted: &str,
    force: bool,
    volumes: bool,
) -> Result<(), LifecycleError> {
    let container = context.inventory.find(wanted)?;
    let _lock = lock(context, &container, "it is being removed")?;
    if !force && container.summary.state.is_live() {
        return Err(LifecycleError::Running(container.summary.name.clone()));
    }
    match context
        .engine
        .remove(&container.summary.id, force, volumes)
        .await
    {
        Ok(()) | Err(EngineError::NotFound(_)) => {}
        Err(error) => return Err(error.into()),
    }
    context.inventory.forget(&container.summary.id);
    Ok(())
}

fn lock(context: &Context, container: &ContainerDetail, doing: &str) -> Result<LockGuard, Busy> {
    context.locks.acquire(&[&container.summary.name], doing)
}

pub(super) async fn read_again(
    context: &Context,
    id: &str,
) -> Result<Arc<ContainerDetail>, LifecycleError> {
    for _ in 0..READ_TRIES {
        let seen = context.inventory.version(id);
        match context.engine.inspect(id).await {
            Ok(detail) => {
                if let Some(detail) = context.inventory.refresh(detail, seen) {
                    return Ok(detail);
                }
            }
            // Started with --rm, for instance, and gone at once.
            Err(EngineError::NotFound(_)) => {
                context.inventory.forget(id);
                return Err(FindError::None(id.to_owned()).into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    // It changes faster than it can be read; its events keep it right.
    Ok(context.inventory.find(id)?)
}

/// The ports a container is configured with, against what is taken now.
async fn check_ports(context: &Context, container: &ContainerDetail) -> Result<(), LifecycleError> {
    let collisions = collisions(&context.inventory, container, Vec::new()).await?;
    if collisions.is_empty() {
        Ok(())
    } else {
        Err(LifecycleError::PortTaken(collisions))
    }
}

/// Who holds the ports that a container is configured with. The ports of
/// `aside`, which have been stopped for it, are its own to take.
pub(super) async fn collisions(
    inventory: &Inventory,
    container: &ContainerDetail,
    aside: Vec<String>,
) -> Result<Vec<PortCollision>, EngineError> {
    let bindings: Vec<PortBinding> = container
        .summary
        .ports
        .iter()
        .filter_map(|p| {
            Some(PortBinding {
                container: p.container,
                protocol: p.protocol.parse().ok()?,
                host: Some(p.host?),
                host_ip: p.host_ip.as_ref().and_then(|ip| ip.parse::<IpAddr>().ok()),
            })
        })
        .collect();
    if bindings.is_empty() {
        return Ok(Vec::new());
    }
    let containers = inventory.list(true);
    let id = container.summary.id.clone();
    tokio::task::spawn_blocking(move || {
        let wanted: Vec<u16> = bindings.iter().filter_map(|b| b.host).collect();
        let ours: Vec<&str> = aside.iter().chain([&id]).map(String::as_str).collect();
        let used = host_ports::in_use(&containers, &ours, &wanted);
        port_collisions(&bindings, &used)
    })
    .await
    .map_err(|_| EngineError::Down("the port check was interrupted".to_owned()))
}

/// The engine takes names with and without SIG, and numbers.
fn valid_signal(signal: &str) -> Result<&str, LifecycleError> {
    if is_signal(signal) {
        Ok(signal)
    } else {
        Err(LifecycleError::Signal(signal.to_owned()))
    }
}

/// Whether a container can be entered.
pub(super) fn is_running(container: &ContainerDetail) -> bool {
    container.summary.state == ContainerState::Running
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_names_or_numbers() {
        for good in ["SIGTERM", "HUP", "9", "64", "SIGRTMIN+3", "USR1"] {
            assert!(valid_signal(good).is_ok(), "{good}");
        }
        for bad in ["", "0", "65", "term", "SIG TERM", "../x", "SIGTERM\n", "-9"] {
            assert!(valid_signal(bad).is_err(), "{bad}");
        }
    }
}
