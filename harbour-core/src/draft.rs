//! A container as someone asks for it, before anything is checked.
//!
//! Plain texts and wide numbers, so that a wrong value becomes a problem on its
//! field instead of a request that can not be read.

/// A request to create one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateDraft {
    /// Image reference, or the id of a local image.
    pub image: String,
    /// Name; absent or empty takes one from the image.
    pub name: Option<String>,
    /// Ports to publish.
    pub ports: Vec<PortDraft>,
    /// Paths and volumes to mount.
    pub mounts: Vec<MountDraft>,
    /// Environment.
    pub env: Vec<EnvDraft>,
    /// Restart policy; absent means `no`.
    pub restart: Option<RestartDraft>,
    /// Health check; absent keeps the image's own.
    pub healthcheck: Option<HealthcheckDraft>,
    /// Network by name; absent or empty is the engine's default.
    pub network: Option<String>,
    /// Command; empty keeps the image's own.
    pub command: Vec<String>,
    /// Labels, in any order; a key given twice is a problem.
    pub labels: Vec<(String, String)>,
    /// Start it once it is created.
    pub start: bool,
    /// `missing` (default) or `always`.
    pub pull: Option<String>,
    /// All rights on the server.
    pub privileged: bool,
    /// Share the server's process list.
    pub pid_host: bool,
    /// Capabilities to add, in any case, with or without `CAP_`.
    pub cap_add: Vec<String>,
    /// Devices to hand in.
    pub devices: Vec<DeviceDraft>,
    /// Names of the risks the person has accepted.
    pub confirm_risks: Vec<String>,
}

/// A draft with nothing but defaults: no image yet, to be started.
impl Default for CreateDraft {
    fn default() -> Self {
        Self {
            image: String::new(),
            name: None,
            ports: Vec::new(),
            mounts: Vec::new(),
            env: Vec::new(),
            restart: None,
            healthcheck: None,
            network: None,
            command: Vec::new(),
            labels: Vec::new(),
            start: true,
            pull: None,
            privileged: false,
            pid_host: false,
            cap_add: Vec::new(),
            devices: Vec::new(),
            confirm_risks: Vec::new(),
        }
    }
}

/// A port to publish.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortDraft {
    /// Port inside the container.
    pub container: i64,
    /// Port on the server; absent lets the engine choose.
    pub host: Option<i64>,
    /// Address on the server; absent or empty means all.
    pub host_ip: Option<String>,
    /// `tcp` (default) or `udp`.
    pub protocol: Option<String>,
}

/// A path or volume to mount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MountDraft {
    /// `bind` or `volume`.
    pub kind: String,
    /// Path on the server, or volume name.
    pub source: String,
    /// Path in the container.
    pub target: String,
    /// The container can not write to it.
    pub read_only: bool,
    /// Make the path if it is missing.
    pub create: bool,
}

/// One variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnvDraft {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// Restart policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestartDraft {
    /// `no`, `always`, `unless-stopped` or `on-failure`.
    pub policy: String,
    /// With `on-failure` only.
    pub max_retries: Option<i64>,
}

/// Health check; times in seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HealthcheckDraft {
    /// `["CMD", …]`, `["CMD-SHELL", line]` or `["NONE"]`.
    pub test: Vec<String>,
    /// Seconds between probes.
    pub interval_seconds: Option<i64>,
    /// Seconds a probe may take.
    pub timeout_seconds: Option<i64>,
    /// Failures in a row.
    pub retries: Option<i64>,
    /// Seconds of grace at the start.
    pub start_period_seconds: Option<i64>,
}

/// A device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceDraft {
    /// Path on the server.
    pub host: String,
    /// Path in the container; absent or empty is the same path.
    pub container: Option<String>,
    /// Some of `rwm`; absent or empty means all three.
    pub permissions: Option<String>,
}
