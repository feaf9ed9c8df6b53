//! The parts of the form, each beside the draft it stands for.

use std::collections::BTreeMap;

use harbour_core::draft::{
    DeviceDraft, EnvDraft, GpuDraft, HealthcheckDraft, HostDraft, LoggingDraft, MountDraft,
    NetworkDraft, PortDraft, RestartDraft, UlimitDraft,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::is_false;
use crate::views::EnvVar;

/// Field by field from one to the other and back.
macro_rules! mirror {
    ($request:ident = $draft:ident { $($field:ident),* $(,)? }) => {
        impl From<$request> for $draft {
            fn from(from: $request) -> Self {
                Self { $($field: from.$field),* }
            }
        }
        impl From<$draft> for $request {
            fn from(from: $draft) -> Self {
                Self { $($field: from.$field),* }
            }
        }
    };
}

/// A port, or a range of ports.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct PortRequest {
    /// Inside, 1 to 65,535.
    container: i64,
    /// Last one of a range inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    container_end: Option<i64>,
    /// On the host; absent lets the engine choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host: Option<i64>,
    /// Last one of a range on the host; absent follows from the other range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host_end: Option<i64>,
    /// Host address; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    host_ip: Option<String>,
    /// `tcp` or `udp`; absent means tcp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
}
mirror!(
    PortRequest = PortDraft {
        container,
        container_end,
        host,
        host_end,
        host_ip,
        protocol
    }
);

/// A mount.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct MountRequest {
    /// `bind`, `volume` or `tmpfs`.
    #[serde(rename = "type")]
    kind: String,
    /// Host path or volume name; absent with `tmpfs`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    source: String,
    /// Path inside.
    target: String,
    /// Whether it may only be read.
    #[serde(default, skip_serializing_if = "is_false")]
    read_only: bool,
    /// Whether to make a missing directory, below the app-data root.
    #[serde(default, skip_serializing_if = "is_false")]
    create: bool,
    /// With `tmpfs`: the most it may hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size_bytes: Option<i64>,
    /// With `tmpfs`: access rights as octal text, `1777`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mode: Option<String>,
}
mirror!(
    MountRequest = MountDraft {
        kind,
        source,
        target,
        read_only,
        create,
        size_bytes,
        mode
    }
);

/// A restart policy.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RestartRequest {
    /// `no`, `always`, `unless-stopped` or `on-failure`.
    policy: String,
    /// Tries, with `on-failure`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_retries: Option<i64>,
}
mirror!(
    RestartRequest = RestartDraft {
        policy,
        max_retries
    }
);

/// A health check.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct HealthcheckRequest {
    /// `CMD`, `CMD-SHELL` or `NONE`, then the command.
    test: Vec<String>,
    /// Seconds between probes, 1 to 86,400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    interval_seconds: Option<i64>,
    /// Seconds for one probe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout_seconds: Option<i64>,
    /// Failures in a row until unhealthy, 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retries: Option<i64>,
    /// Seconds in which failures do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start_period_seconds: Option<i64>,
}
mirror!(
    HealthcheckRequest = HealthcheckDraft {
        test,
        interval_seconds,
        timeout_seconds,
        retries,
        start_period_seconds,
    }
);

/// A network to join.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct NetworkRequest {
    /// Its name.
    name: String,
    /// More names the container answers to there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    /// Fixed IPv4 address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ipv4_address: Option<String>,
    /// Fixed IPv6 address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ipv6_address: Option<String>,
}
mirror!(
    NetworkRequest = NetworkDraft {
        name,
        aliases,
        ipv4_address,
        ipv6_address
    }
);

/// A name with a fixed address.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostRequest {
    /// The name.
    host: String,
    /// Its address, or `host-gateway`.
    ip: String,
}
mirror!(HostRequest = HostDraft { host, ip });

/// Graphics processors.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct GpuRequest {
    /// How many; -1 means all, and so does leaving out this and `deviceIds`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    /// Which ones, instead of a number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    device_ids: Vec<String>,
    /// Driver; absent lets the engine choose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    driver: Option<String>,
    /// What they are used for; absent means `gpu`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    capabilities: Vec<String>,
}
mirror!(
    GpuRequest = GpuDraft {
        count,
        device_ids,
        driver,
        capabilities
    }
);

/// A device.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceRequest {
    /// On the host.
    host: String,
    /// Inside; absent means the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    container: Option<String>,
    /// Some of `rwm`; absent means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    permissions: Option<String>,
}
mirror!(
    DeviceRequest = DeviceDraft {
        host,
        container,
        permissions
    }
);

/// A limit of single processes.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UlimitRequest {
    /// Its name: `nofile`.
    name: String,
    /// The limit; -1 is no limit.
    soft: i64,
    /// Limit up to which the process may raise it; absent means the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hard: Option<i64>,
}
mirror!(UlimitRequest = UlimitDraft { name, soft, hard });

/// Where the output goes.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoggingRequest {
    /// Log driver: `json-file`.
    driver: String,
    /// Its options: `max-size`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    options: BTreeMap<String, String>,
}

impl From<LoggingRequest> for LoggingDraft {
    fn from(from: LoggingRequest) -> Self {
        Self {
            driver: from.driver,
            options: from.options.into_iter().collect(),
        }
    }
}

impl From<LoggingDraft> for LoggingRequest {
    fn from(from: LoggingDraft) -> Self {
        Self {
            driver: from.driver,
            options: from.options.into_iter().collect(),
        }
    }
}

pub(super) fn env_draft(from: EnvVar) -> EnvDraft {
    EnvDraft {
        name: from.name,
        value: from.value,
    }
}

pub(super) fn env_request(from: EnvDraft) -> EnvVar {
    EnvVar {
        name: from.name,
        value: from.value,
    }
}
