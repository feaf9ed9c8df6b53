//! The form of one container as it travels: what create, recreate and the
//! converters take and give.

mod parts;

use std::collections::BTreeMap;

use harbour_core::draft::{CreateDraft, LimitsDraft, LookupDraft, ProcessDraft, RightsDraft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::views::EnvVar;
pub(super) use parts::{
    DeviceRequest, GpuRequest, HealthcheckRequest, HostRequest, LoggingRequest, MountRequest,
    NetworkRequest, PortRequest, RestartRequest, UlimitRequest,
};

/// A container to be made. Names are those of the Compose specification where
/// it has one. What is absent is left to the image or the engine.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CreateRequest {
    /// Image by name or id.
    image: String,
    /// Name; absent means one made from the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ports: Vec<PortRequest>,
    /// Directories, files, volumes and memory.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mounts: Vec<MountRequest>,
    /// Environment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    env: Vec<EnvVar>,
    /// Restart policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    restart: Option<RestartRequest>,
    /// Health check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    healthcheck: Option<HealthcheckRequest>,
    /// `bridge`, `host`, `none`, `container:NAME`, or one network's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    network: Option<String>,
    /// Several networks, or one with aliases or fixed addresses. Not together
    /// with `network`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    networks: Vec<NetworkRequest>,
    /// Command; absent means the image's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    command: Vec<String>,
    /// Entrypoint; absent means the image's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entrypoint: Vec<String>,
    /// User, perhaps with a group: `1000:1000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// Working directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    working_dir: Option<String>,
    /// Host name inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hostname: Option<String>,
    /// Domain name inside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    domainname: Option<String>,
    /// Whether a small init process runs before the main one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    init: Option<bool>,
    /// Signal that stops it: `SIGTERM`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stop_signal: Option<String>,
    /// Seconds until it is ended by force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stop_grace_seconds: Option<i64>,
    /// Whether it has a terminal.
    #[serde(default, skip_serializing_if = "is_false")]
    tty: bool,
    /// Whether its standard input stays open.
    #[serde(default, skip_serializing_if = "is_false")]
    stdin_open: bool,
    /// Names with fixed addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    extra_hosts: Vec<HostRequest>,
    /// Name servers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dns: Vec<String>,
    /// Search domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dns_search: Vec<String>,
    /// Options of the resolver: `ndots:1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dns_options: Vec<String>,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    /// Whether to start it.
    #[serde(default = "yes")]
    start: bool,
    /// `missing` or `always`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pull: Option<String>,
    /// All rights of the host's root.
    #[serde(default, skip_serializing_if = "is_false")]
    privileged: bool,
    /// The host's processes are visible.
    #[serde(default, skip_serializing_if = "is_false")]
    pid_host: bool,
    /// Added capabilities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cap_add: Vec<String>,
    /// Capabilities taken away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cap_drop: Vec<String>,
    /// Security options: `no-new-privileges`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    security_opt: Vec<String>,
    /// More groups of its user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    group_add: Vec<String>,
    /// Whether its own files can only be read.
    #[serde(default, skip_serializing_if = "is_false")]
    read_only: bool,
    /// Whose shared memory it sees: `private`, `shareable`, `none`, `host`,
    /// `container:NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ipc: Option<String>,
    /// Graphics processors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gpus: Option<GpuRequest>,
    /// Kernel parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    sysctls: BTreeMap<String, String>,
    /// Devices of the host.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    devices: Vec<DeviceRequest>,
    /// Limits of single processes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ulimits: Vec<UlimitRequest>,
    /// Most memory, in bytes; 6 MiB at least.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    memory_bytes: Option<i64>,
    /// Memory it is held to when the host runs short, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    memory_reservation_bytes: Option<i64>,
    /// Most memory and swap together, in bytes; -1 is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    memory_swap_bytes: Option<i64>,
    /// Most processors: `1.5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpus: Option<f64>,
    /// Weight among those who want the processor; 1024 is usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpu_shares: Option<i64>,
    /// Which processors: `0-3,6`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpuset: Option<String>,
    /// Most processes; -1 is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pids_limit: Option<i64>,
    /// Size of `/dev/shm`, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shm_size_bytes: Option<i64>,
    /// Where its output goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logging: Option<LoggingRequest>,
    /// Whether the engine removes it when it ends.
    #[serde(default, skip_serializing_if = "is_false")]
    auto_remove: bool,
    /// Names of risks that are accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    confirm_risks: Vec<String>,
}

fn yes() -> bool {
    true
}

fn is_false(value: &bool) -> bool {
    !*value
}

/// Each entry in the other form.
fn each<A, B: From<A>>(list: Vec<A>) -> Vec<B> {
    list.into_iter().map(B::from).collect()
}

impl From<CreateRequest> for CreateDraft {
    fn from(r: CreateRequest) -> Self {
        Self {
            image: r.image,
            name: r.name,
            ports: each(r.ports),
            mounts: each(r.mounts),
            env: r.env.into_iter().map(parts::env_draft).collect(),
            restart: r.restart.map(Into::into),
            healthcheck: r.healthcheck.map(Into::into),
            network: r.network,
            networks: each(r.networks),
            command: r.command,
            labels: r.labels.into_iter().collect(),
            start: r.start,
            pull: r.pull,
            privileged: r.privileged,
            pid_host: r.pid_host,
            cap_add: r.cap_add,
            devices: each(r.devices),
            process: ProcessDraft {
                entrypoint: r.entrypoint,
                user: r.user,
                working_dir: r.working_dir,
                hostname: r.hostname,
                domainname: r.domainname,
                init: r.init,
                stop_signal: r.stop_signal,
                stop_grace_seconds: r.stop_grace_seconds,
                tty: r.tty,
                stdin_open: r.stdin_open,
            },
            lookup: LookupDraft {
                extra_hosts: each(r.extra_hosts),
                dns: r.dns,
                dns_search: r.dns_search,
                dns_options: r.dns_options,
            },
            rights: RightsDraft {
                cap_drop: r.cap_drop,
                security_opt: r.security_opt,
                group_add: r.group_add,
                read_only: r.read_only,
                ipc: r.ipc,
                gpus: r.gpus.map(Into::into),
                sysctls: r.sysctls.into_iter().collect(),
            },
            limits: LimitsDraft {
                memory_bytes: r.memory_bytes,
                memory_reservation_bytes: r.memory_reservation_bytes,
                memory_swap_bytes: r.memory_swap_bytes,
                cpus: r.cpus,
                cpu_shares: r.cpu_shares,
                cpuset: r.cpuset,
                pids_limit: r.pids_limit,
                shm_size_bytes: r.shm_size_bytes,
                ulimits: each(r.ulimits),
            },
            logging: r.logging.map(Into::into),
            auto_remove: r.auto_remove,
            confirm_risks: r.confirm_risks,
        }
    }
}

impl From<CreateDraft> for CreateRequest {
    fn from(d: CreateDraft) -> Self {
        let CreateDraft {
            process,
            lookup,
            rights,
            limits,
            ..
        } = d;
        Self {
            image: d.image,
            name: d.name,
            ports: each(d.ports),
            mounts: each(d.mounts),
            env: d.env.into_iter().map(parts::env_request).collect(),
            restart: d.restart.map(Into::into),
            healthcheck: d.healthcheck.map(Into::into),
            network: d.network,
            networks: each(d.networks),
            command: d.command,
            labels: d.labels.into_iter().collect(),
            start: d.start,
            pull: d.pull,
            privileged: d.privileged,
            pid_host: d.pid_host,
            cap_add: d.cap_add,
            devices: each(d.devices),
            entrypoint: process.entrypoint,
            user: process.user,
            working_dir: process.working_dir,
            hostname: process.hostname,
            domainname: process.domainname,
            init: process.init,
            stop_signal: process.stop_signal,
            stop_grace_seconds: process.stop_grace_seconds,
            tty: process.tty,
            stdin_open: process.stdin_open,
            extra_hosts: each(lookup.extra_hosts),
            dns: lookup.dns,
            dns_search: lookup.dns_search,
            dns_options: lookup.dns_options,
            cap_drop: rights.cap_drop,
            security_opt: rights.security_opt,
            group_add: rights.group_add,
            read_only: rights.read_only,
            ipc: rights.ipc,
            gpus: rights.gpus.map(Into::into),
            sysctls: rights.sysctls.into_iter().collect(),
            memory_bytes: limits.memory_bytes,
            memory_reservation_bytes: limits.memory_reservation_bytes,
            memory_swap_bytes: limits.memory_swap_bytes,
            cpus: limits.cpus,
            cpu_shares: limits.cpu_shares,
            cpuset: limits.cpuset,
            pids_limit: limits.pids_limit,
            shm_size_bytes: limits.shm_size_bytes,
            ulimits: each(limits.ulimits),
            logging: d.logging.map(Into::into),
            auto_remove: d.auto_remove,
            confirm_risks: d.confirm_risks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every field filled: what is read is written again, and nothing more.
    #[test]
    fn the_form_survives_the_way_through_a_draft() {
        let body: serde_json::Value = serde_json::from_str(r#"{
            "image": "a", "name": "b",
            "ports": [{"container": 1, "containerEnd": 2, "host": 3, "hostEnd": 4, "hostIp": "::1", "protocol": "udp"}],
            "mounts": [{"type": "bind", "source": "/a", "target": "/b", "readOnly": true, "create": true},
                {"type": "tmpfs", "target": "/c", "sizeBytes": 1, "mode": "1777"}],
            "env": [{"name": "A", "value": "b"}],
            "restart": {"policy": "on-failure", "maxRetries": 1},
            "healthcheck": {"test": ["NONE"], "intervalSeconds": 1, "timeoutSeconds": 2, "retries": 3, "startPeriodSeconds": 4},
            "network": "n", "networks": [{"name": "m", "aliases": ["x"], "ipv4Address": "10.0.0.1", "ipv6Address": "::2"}],
            "command": ["c"], "entrypoint": ["e"], "user": "u", "workingDir": "/w", "hostname": "h", "domainname": "d",
            "init": false, "stopSignal": "SIGINT", "stopGraceSeconds": 5, "tty": true, "stdinOpen": true,
            "extraHosts": [{"host": "a", "ip": "host-gateway"}], "dns": ["1.1.1.1"], "dnsSearch": ["s"], "dnsOptions": ["o"],
            "labels": {"l": "m"}, "start": false, "pull": "always", "privileged": true, "pidHost": true,
            "capAdd": ["X"], "capDrop": ["Y"], "securityOpt": ["z"], "groupAdd": ["g"], "readOnly": true, "ipc": "host",
            "gpus": {"count": -1, "deviceIds": ["0"], "driver": "nvidia", "capabilities": ["gpu"]},
            "sysctls": {"s": "1"}, "devices": [{"host": "/d", "container": "/e", "permissions": "r"}],
            "ulimits": [{"name": "nofile", "soft": 1, "hard": 2}],
            "memoryBytes": 1, "memoryReservationBytes": 2, "memorySwapBytes": 3, "cpus": 1.5, "cpuShares": 4,
            "cpuset": "0", "pidsLimit": 5, "shmSizeBytes": 6,
            "logging": {"driver": "json-file", "options": {"max-size": "1m"}}, "autoRemove": true,
            "confirmRisks": ["privileged"]
        }"#).expect("JSON");
        let request: CreateRequest = serde_json::from_value(body.clone()).expect("it fits");
        let draft = CreateDraft::from(request);
        let back = serde_json::to_value(CreateRequest::from(draft)).expect("it can be written");
        assert_eq!(back, body);
    }

    #[test]
    fn what_was_not_said_is_not_there() {
        let draft = CreateDraft {
            image: "a".to_owned(),
            ..CreateDraft::default()
        };
        let back = serde_json::to_value(CreateRequest::from(draft)).expect("it can be written");
        assert_eq!(back, serde_json::json!({"image": "a", "start": true}));
    }
}
