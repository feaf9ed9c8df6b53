//! What a container of an app has that the form of a container does not.

use std::collections::BTreeMap;
use std::time::Duration;

use super::values::Filler;
use crate::manifest::{Healthcheck, Service};
use crate::risk::Risk;

/// Access rights of a file that is put in, unless its author says otherwise.
const CONFIG_MODE: u32 = 0o444;

/// What goes into the engine's request beside a [`crate::spec::ContainerSpec`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// Files to put in before the start.
    pub configs: Vec<FilledConfig>,
    /// Memory file systems: path and options in the engine's words.
    pub tmpfs: BTreeMap<String, String>,
    /// Rules for kinds of devices, such as `c 189:* rwm`.
    pub device_rules: Vec<String>,
    /// Service whose processes it sees.
    pub pid_of: Option<String>,
    /// Time between probes during the grace at the start.
    pub start_interval: Option<Duration>,
}

/// A file to put in.
#[derive(Clone, PartialEq, Eq)]
pub struct FilledConfig {
    /// Path in the container.
    pub target: String,
    /// What stands in it, secrets perhaps.
    pub content: String,
    /// Access rights.
    pub mode: u32,
}

/// It never prints the content.
impl std::fmt::Debug for FilledConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FilledConfig({}, {:o})", self.target, self.mode)
    }
}

impl std::fmt::Debug for Extras {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extras")
            .field("configs", &self.configs)
            .field("tmpfs", &self.tmpfs)
            .field("device_rules", &self.device_rules)
            .field("pid_of", &self.pid_of)
            .finish_non_exhaustive()
    }
}

impl Extras {
    pub(super) fn of(service: &Service, filler: &Filler<'_>) -> Self {
        let tmpfs = service.limits.tmpfs.iter().map(|entry| {
            let (path, options) = entry.split_once(':').unwrap_or((entry, ""));
            (path.to_owned(), options.to_owned())
        });
        let pid = service.rights.pid.as_deref();
        Self {
            configs: service
                .configs
                .iter()
                .map(|config| FilledConfig {
                    target: config.target.clone(),
                    content: filler.text(&config.content),
                    mode: config.mode.unwrap_or(CONFIG_MODE),
                })
                .collect(),
            tmpfs: tmpfs.collect(),
            device_rules: service.rights.device_cgroup_rules.clone(),
            pid_of: pid
                .and_then(|mode| mode.strip_prefix("service:"))
                .map(str::to_owned),
            start_interval: service.healthcheck.as_ref().and_then(|h| h.start_interval),
        }
    }

    /// What gives power over the server.
    pub(super) fn risks(&self) -> Vec<Risk> {
        let rules = self.device_rules.iter().cloned();
        rules.map(Risk::DeviceRule).collect()
    }
}

/// A health check as the engine takes it: no test keeps the image's own.
pub(super) fn healthcheck(check: &Healthcheck, filler: &Filler<'_>) -> crate::spec::Healthcheck {
    crate::spec::Healthcheck {
        test: match check.disable {
            true => vec!["NONE".to_owned()],
            false => filler.all(&check.test),
        },
        interval: check.interval,
        timeout: check.timeout,
        start_period: check.start_period,
        retries: check.retries,
    }
}
