//! Single calls to the engine: start, stop, remove, images, exec.

use std::time::Duration;

use bollard::exec::{CreateExecOptions, ResizeExecOptions};
use bollard::query_parameters::{
    ContainerArchiveInfoOptions, InspectContainerOptions, KillContainerOptions,
    RemoveContainerOptions, RemoveImageOptions, RenameContainerOptions, RestartContainerOptions,
    StopContainerOptions,
};

use super::{Engine, EngineError, ExecStream, OPERATION_LABEL, view};
use crate::views::ContainerDetail;

/// How long a removal that is under way is waited for, and between two looks.
const REMOVAL_LIMIT: Duration = Duration::from_secs(30);
const REMOVAL_PAUSE: Duration = Duration::from_millis(100);
/// The engine's words for it (moby, `daemon/delete.go`); its status is that of
/// any other refusal.
const UNDER_WAY: &str = "is already in progress";

/// What removing an image did.
#[derive(Clone, Debug, Default)]
pub struct RemovedImage {
    /// Ids of layers and images that are gone.
    pub removed: Vec<String>,
    /// Names that are gone.
    pub untagged: Vec<String>,
}

/// What to run inside a container.
#[derive(Clone, Debug)]
pub struct ExecStart {
    /// Program and arguments.
    pub command: Vec<String>,
    /// User to run as; absent means the container's.
    pub user: Option<String>,
    /// Whether it gets a terminal.
    pub tty: bool,
}

impl Engine {
    /// Reads one container.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn inspect(&self, id: &str) -> Result<ContainerDetail, EngineError> {
        let raw = self
            .client()?
            .docker
            .inspect_container(id, None::<InspectContainerOptions>)
            .await
            .map_err(|e| EngineError::of("inspecting a container", e))?;
        Ok(view::container(raw))
    }

    /// Starts a container; starting a running one is no error.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn start(&self, id: &str) -> Result<(), EngineError> {
        let client = self.client()?;
        let options = None::<bollard::query_parameters::StartContainerOptions>;
        unchanged_is_fine(client.docker.start_container(id, options).await)
            .map_err(|e| EngineError::of("starting a container", e))
    }

    /// Stops a container: its stop signal, then after the time-out (its own
    /// when `None`) SIGKILL.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn stop(&self, id: &str, timeout_seconds: Option<i32>) -> Result<(), EngineError> {
        let client = self.client()?;
        let options = StopContainerOptions {
            signal: None,
            t: timeout_seconds,
        };
        unchanged_is_fine(
            patient(&client.docker)
                .stop_container(id, Some(options))
                .await,
        )
        .map_err(|e| EngineError::of("stopping a container", e))
    }

    /// Stops and starts a container.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn restart(&self, id: &str, timeout_seconds: Option<i32>) -> Result<(), EngineError> {
        let client = self.client()?;
        let options = RestartContainerOptions {
            signal: None,
            t: timeout_seconds,
        };
        patient(&client.docker)
            .restart_container(id, Some(options))
            .await
            .map_err(|e| EngineError::of("restarting a container", e))
    }

    /// Freezes a container.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn pause(&self, id: &str) -> Result<(), EngineError> {
        let client = self.client()?;
        client
            .docker
            .pause_container(id)
            .await
            .map_err(|e| EngineError::of("pausing", e))
    }

    /// Thaws a container.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn unpause(&self, id: &str) -> Result<(), EngineError> {
        let client = self.client()?;
        client
            .docker
            .unpause_container(id)
            .await
            .map_err(|e| EngineError::of("unpausing", e))
    }

    /// Sends a signal to a container's main process.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn kill(&self, id: &str, signal: &str) -> Result<(), EngineError> {
        let client = self.client()?;
        let options = KillContainerOptions {
            signal: signal.to_owned(),
        };
        client
            .docker
            .kill_container(id, Some(options))
            .await
            .map_err(|e| EngineError::of("sending a signal", e))
    }

    /// Gives a container another name.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn rename(&self, id: &str, name: &str) -> Result<(), EngineError> {
        let client = self.client()?;
        let options = RenameContainerOptions {
            name: name.to_owned(),
        };
        client
            .docker
            .rename_container(id, options)
            .await
            .map_err(|e| EngineError::of("renaming", e))
    }

    /// Removes a container, with `volumes` also its anonymous volumes. One that
    /// the engine is removing already, for somebody who did not wait for its
    /// answer, is waited for, at most 30 s.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn remove(&self, id: &str, force: bool, volumes: bool) -> Result<(), EngineError> {
        let client = self.client()?;
        let docker = patient(&client.docker);
        let end = tokio::time::Instant::now() + REMOVAL_LIMIT;
        let mut under_way = false;
        loop {
            let options = RemoveContainerOptions {
                v: volumes,
                force,
                link: false,
            };
            let removed = docker.remove_container(id, Some(options)).await;
            match removed.map_err(|e| EngineError::of("removing a container", e)) {
                Err(EngineError::NotFound(_)) if under_way => return Ok(()),
                Err(EngineError::Conflict(why))
                    if why.contains(UNDER_WAY) && tokio::time::Instant::now() < end =>
                {
                    under_way = true;
                    tokio::time::sleep(REMOVAL_PAUSE).await;
                }
                removed => return removed,
            }
        }
    }

    /// Removes an image, or one of its names.
    ///
    /// # Errors
    /// As the engine says; [`EngineError::Conflict`] when containers use it.
    pub async fn remove_image(&self, name: &str, force: bool) -> Result<RemovedImage, EngineError> {
        let client = self.client()?;
        let options = RemoveImageOptions {
            force,
            noprune: false,
            platforms: None,
        };
        let items = client
            .docker
            .remove_image(name, Some(options), None)
            .await
            .map_err(|e| EngineError::of("removing an image", e))?;
        let mut result = RemovedImage::default();
        for item in items {
            result.removed.extend(item.deleted);
            result.untagged.extend(item.untagged);
        }
        Ok(result)
    }

    /// Whether a volume of this name exists.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn volume_exists(&self, name: &str) -> Result<bool, EngineError> {
        let client = self.client()?;
        match client.docker.inspect_volume(name).await {
            Ok(_) => Ok(true),
            Err(error) => match EngineError::of("inspecting a volume", error) {
                EngineError::NotFound(_) => Ok(false),
                other => Err(other),
            },
        }
    }

    /// The operation that made a volume, from its label; `None` also when
    /// there is no such volume.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn volume_operation(&self, name: &str) -> Result<Option<String>, EngineError> {
        let client = self.client()?;
        match client.docker.inspect_volume(name).await {
            Ok(volume) => Ok(volume.labels.get(OPERATION_LABEL).cloned()),
            Err(error) => match EngineError::of("inspecting a volume", error) {
                EngineError::NotFound(_) => Ok(None),
                other => Err(other),
            },
        }
    }

    /// Removes a volume. One that is gone is no error.
    ///
    /// # Errors
    /// As the engine says; [`EngineError::Conflict`] when a container uses it.
    pub async fn remove_volume(&self, name: &str) -> Result<(), EngineError> {
        let client = self.client()?;
        let options = None::<bollard::query_parameters::RemoveVolumeOptions>;
        match client.docker.remove_volume(name, options).await {
            Ok(()) => Ok(()),
            Err(error) => match EngineError::of("removing a volume", error) {
                EngineError::NotFound(_) => Ok(()),
                other => Err(other),
            },
        }
    }

    /// Whether a path exists inside a container, running or not.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn path_exists(&self, id: &str, path: &str) -> Result<bool, EngineError> {
        let client = self.client()?;
        let options = ContainerArchiveInfoOptions {
            path: path.to_owned(),
        };
        match client
            .docker
            .get_container_archive_info(id, Some(options))
            .await
        {
            Ok(_) => Ok(true),
            Err(error) => match EngineError::of("looking for a file", error) {
                EngineError::NotFound(_) => Ok(false),
                other => Err(other),
            },
        }
    }

    /// Prepares and starts a program inside a running container. Answers the
    /// exec's id and its connection.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn exec(
        &self,
        id: &str,
        start: &ExecStart,
    ) -> Result<(String, ExecStream), EngineError> {
        let client = self.client()?;
        let options = CreateExecOptions {
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            tty: Some(start.tty),
            env: start.tty.then(|| vec!["TERM=xterm-256color".to_owned()]),
            cmd: Some(start.command.clone()),
            user: start.user.clone(),
            ..Default::default()
        };
        let made = client
            .docker
            .create_exec(id, options)
            .await
            .map_err(|e| EngineError::of("preparing a command", e))?;
        let stream = self.hijack_exec(&client, &made.id, start.tty).await?;
        Ok((made.id, stream))
    }

    /// Tells a running exec how large its terminal is.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn resize_exec(&self, exec: &str, cols: u16, rows: u16) -> Result<(), EngineError> {
        let client = self.client()?;
        client
            .docker
            .resize_exec(
                exec,
                ResizeExecOptions {
                    height: rows,
                    width: cols,
                },
            )
            .await
            .map_err(|e| EngineError::of("resizing a terminal", e))
    }

    /// The exit code of an exec, when it has ended.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn exec_exit_code(&self, exec: &str) -> Result<Option<i64>, EngineError> {
        let client = self.client()?;
        let state = client
            .docker
            .inspect_exec(exec)
            .await
            .map_err(|e| EngineError::of("asking for an exit code", e))?;
        Ok(if state.running.unwrap_or_default() {
            None
        } else {
            state.exit_code
        })
    }
}

/// Stopping waits for the container, which may take as long as its own grace
/// time; the engine bounds it, so we do not.
pub(super) fn patient(docker: &bollard::Docker) -> bollard::Docker {
    docker
        .clone()
        .with_timeout(std::time::Duration::from_secs(60 * 60))
}

/// 304 "not modified" says that it was so already.
fn unchanged_is_fine(
    result: Result<(), bollard::errors::Error>,
) -> Result<(), bollard::errors::Error> {
    match result {
        Err(bollard::errors::Error::DockerResponseServerError {
            status_code: 304, ..
        }) => Ok(()),
        other => other,
    }
}
