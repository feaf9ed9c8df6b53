//! A validated container: what the engine is asked to create, in our own types.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::container_name::ContainerName;
use crate::digest::Digest;
use crate::image_ref::ImageRef;
use crate::port::PortBinding;

/// Everything needed to create one container; made by [`crate::plan::plan_create`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerSpec {
    /// The image to run.
    pub image: ImageSource,
    /// Name, free when the plan was made.
    pub name: ContainerName,
    /// Published ports.
    pub ports: Vec<PortBinding>,
    /// Bind mounts and named volumes; paths are normalised.
    pub mounts: Vec<Mount>,
    /// Environment as name and value, in the order given.
    pub env: Vec<(String, String)>,
    /// What the engine does when the container stops.
    pub restart: RestartPolicy,
    /// Health check; `None` keeps the image's own.
    pub healthcheck: Option<Healthcheck>,
    /// `bridge`, `host`, `none` or the name of a network; `None` is the engine's default.
    pub network: Option<String>,
    /// Command; empty keeps the image's own.
    pub command: Vec<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// All rights on the server.
    pub privileged: bool,
    /// Share the server's process list.
    pub pid_host: bool,
    /// Added capabilities, upper case without `CAP_`.
    pub cap_add: Vec<String>,
    /// Devices handed in.
    pub devices: Vec<Device>,
    /// Start it once it is created.
    pub start: bool,
}

/// An image by name, or one that only exists here and has just an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageSource {
    /// A reference that a registry or the engine resolves.
    Reference(ImageRef),
    /// The id of an image the engine holds; it can not be pulled.
    LocalId(Digest),
}

impl ImageSource {
    /// The reference, unless the image is known by id only.
    pub fn reference(&self) -> Option<&ImageRef> {
        match self {
            Self::Reference(reference) => Some(reference),
            Self::LocalId(_) => None,
        }
    }

    /// What the engine is told: the full reference, or the id.
    pub fn canonical(&self) -> String {
        match self {
            Self::Reference(reference) => reference.canonical(),
            Self::LocalId(id) => id.to_string(),
        }
    }

    /// What a person reads: the short reference, or the first 12 digits of the id.
    pub fn familiar(&self) -> String {
        match self {
            Self::Reference(reference) => reference.familiar(),
            Self::LocalId(id) => id.short().to_owned(),
        }
    }

    /// A base for the container's name; an image known by id only gives `container`.
    pub fn base_name(&self) -> String {
        match self {
            Self::Reference(reference) => reference.base_name(),
            Self::LocalId(_) => "container".to_owned(),
        }
    }
}

/// Writes the canonical form.
impl fmt::Display for ImageSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}

/// A directory, file or volume inside the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// Path of the server or named volume.
    pub kind: MountKind,
    /// Normalised absolute path, or the name of the volume.
    pub source: String,
    /// Where a bind's source leads once symbolic links are followed, when the
    /// caller looked. Risks are judged by both.
    pub resolved_source: Option<String>,
    /// Normalised absolute path inside the container.
    pub target: String,
    /// The container can not write to it.
    pub read_only: bool,
}

/// Where a mount's content lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MountKind {
    /// A path of the server.
    Bind {
        /// It is made first if it is missing (below the app-data root only).
        create: bool,
    },
    /// A volume the engine keeps.
    Volume,
}

impl MountKind {
    /// `bind` or `volume`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bind { .. } => "bind",
            Self::Volume => "volume",
        }
    }
}

/// What the engine does when a container stops.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RestartPolicy {
    /// Nothing.
    #[default]
    No,
    /// Start it again, also after the server restarts.
    Always,
    /// Like always, unless a person stopped it.
    UnlessStopped,
    /// Start it again after a failure.
    OnFailure {
        /// Give up after so many; `None` never does.
        max_retries: Option<u32>,
    },
}

impl RestartPolicy {
    /// The engine's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Always => "always",
            Self::UnlessStopped => "unless-stopped",
            Self::OnFailure { .. } => "on-failure",
        }
    }
}

/// How the engine finds out whether the container is well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Healthcheck {
    /// `["CMD", program, …]`, `["CMD-SHELL", line]` or `["NONE"]`.
    pub test: Vec<String>,
    /// Time between probes, 1 s to 24 h; `None` is the engine's default.
    pub interval: Option<Duration>,
    /// Longest a probe may take, 1 s to 24 h.
    pub timeout: Option<Duration>,
    /// Grace at the start, up to 24 h.
    pub start_period: Option<Duration>,
    /// Failures in a row until it counts as unhealthy, 1 to 100.
    pub retries: Option<u32>,
}

/// A device node handed to the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Normalised path on the server.
    pub host: String,
    /// Normalised path in the container.
    pub container: String,
    /// Some of `r`, `w` and `m` (make nodes).
    pub permissions: String,
}

/// True for a name the engine's volume store accepts; a path never passes.
pub fn is_volume_name(name: &str) -> bool {
    name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}
