//! Reads the engine's answers into views.

use std::collections::{BTreeMap, HashMap};

use bollard::models::{
    ContainerInspectResponse, ContainerState as EngineState, ContainerStateStatusEnum,
    EndpointSettings, HealthStatusEnum, HostConfig, ImageSummary, MountPoint, NetworkSettings,
    RestartPolicy, RestartPolicyNameEnum,
};

use super::web_ui;
use crate::views::{
    Container, ContainerDetail, ContainerState, DeviceView, EnvVar, Health, HealthProbe,
    HealthReason, HealthStatus, HealthcheckView, Image, MountKind, MountView, NetworkView,
    PortView, RestartPolicyName, RestartPolicyView,
};

/// Longest probe output shown.
const MAX_PROBE_OUTPUT: usize = 2048;
/// The engine writes this for "never".
const NEVER: &str = "0001-01-01T00:00:00Z";
const NANOS: f64 = 1e9;

/// Labels that tell an icon's address, the product's own first, then those
/// that other managers write.
const ICON_LABELS: [&str; 3] = ["io.harbourmaster.icon", "net.unraid.docker.icon", "icon"];
/// Reads an inspected container.
pub(super) fn container(raw: ContainerInspectResponse) -> ContainerDetail {
    let config = raw.config.unwrap_or_default();
    let host = raw.host_config.unwrap_or_default();
    let state = raw.state.unwrap_or_default();
    let labels: BTreeMap<String, String> = config.labels.unwrap_or_default().into_iter().collect();
    let ports = ports(
        &host,
        raw.network_settings.as_ref(),
        config.exposed_ports.as_deref(),
    );
    let health_log = probes(&state);
    let live = state_of(&state);
    let summary = Container {
        id: raw.id.unwrap_or_default(),
        name: raw
            .name
            .unwrap_or_default()
            .trim_start_matches('/')
            .to_owned(),
        image: config.image.unwrap_or_default(),
        image_id: raw.image.unwrap_or_default(),
        digest: None,
        state: live,
        exit_code: ended(&state, live).then_some(state.exit_code).flatten(),
        oom_killed: state.oom_killed.unwrap_or_default(),
        error: state.error.clone().filter(|e| !e.is_empty()),
        health: health(&state, live, &health_log),
        custom_icon: None,
        web_ui: web_ui::find(&labels, &ports),
        icon: ICON_LABELS
            .iter()
            .find_map(|l| labels.get(*l))
            .filter(|v| is_web(v))
            .cloned(),
        ports,
        mounts: mounts(raw.mounts, &host),
        networks: networks(raw.network_settings),
        restart_policy: restart_policy(host.restart_policy.as_ref()),
        restart_count: raw.restart_count.unwrap_or_default(),
        project: labels.get("com.docker.compose.project").cloned(),
        service: labels.get("com.docker.compose.service").cloned(),
        created: raw.created.unwrap_or_default(),
        started_at: time(state.started_at.as_deref()),
        finished_at: time(state.finished_at.as_deref()),
        labels,
        operation: None,
    };
    ContainerDetail {
        summary,
        command: config.cmd.unwrap_or_default(),
        entrypoint: config.entrypoint.unwrap_or_default(),
        env: config
            .env
            .unwrap_or_default()
            .into_iter()
            .map(env_var)
            .collect(),
        user: config.user.unwrap_or_default(),
        working_dir: config.working_dir.unwrap_or_default(),
        hostname: config.hostname.unwrap_or_default(),
        tty: config.tty.unwrap_or_default(),
        platform: raw.platform.unwrap_or_default(),
        pid: state.pid.filter(|pid| *pid > 0),
        healthcheck: config
            .healthcheck
            .filter(|h| h.test.is_some())
            .map(|h| HealthcheckView {
                test: h.test.unwrap_or_default(),
                interval_seconds: seconds(h.interval),
                timeout_seconds: seconds(h.timeout),
                retries: h.retries.unwrap_or_default(),
                start_period_seconds: seconds(h.start_period),
            }),
        health_log,
        privileged: host.privileged.unwrap_or_default(),
        cap_add: host.cap_add.unwrap_or_default(),
        devices: host
            .devices
            .unwrap_or_default()
            .into_iter()
            .map(|d| DeviceView {
                host: d.path_on_host.unwrap_or_default(),
                container: d.path_in_container.unwrap_or_default(),
                permissions: d.cgroup_permissions.unwrap_or_default(),
            })
            .collect(),
        network_mode: host.network_mode.unwrap_or_default(),
        pid_mode: host.pid_mode.unwrap_or_default(),
        log_driver: host.log_config.and_then(|l| l.typ).unwrap_or_default(),
    }
}

/// Reads a listed image. `containers` are filled in by the inventory.
pub(super) fn image(raw: ImageSummary) -> Image {
    let named = |names: Vec<String>| -> Vec<String> {
        let mut names: Vec<String> = names
            .into_iter()
            .filter(|n| !n.contains("<none>"))
            .collect();
        names.sort();
        names
    };
    Image {
        id: raw.id,
        references: named(raw.repo_tags),
        digests: named(raw.repo_digests),
        size_bytes: raw.size,
        created: jiff::Timestamp::from_second(raw.created)
            .map(|t| t.to_string())
            .unwrap_or_default(),
        containers: Vec::new(),
    }
}

/// The engine's time, without its word for "never".
pub(super) fn time(raw: Option<&str>) -> Option<String> {
    raw.filter(|t| !t.is_empty() && *t != NEVER)
        .map(str::to_owned)
}

fn state_of(state: &EngineState) -> ContainerState {
    match state.status {
        Some(ContainerStateStatusEnum::RUNNING) => ContainerState::Running,
        Some(ContainerStateStatusEnum::PAUSED) => ContainerState::Paused,
        Some(ContainerStateStatusEnum::RESTARTING) => ContainerState::Restarting,
        Some(ContainerStateStatusEnum::REMOVING) => ContainerState::Removing,
        Some(ContainerStateStatusEnum::EXITED) => ContainerState::Exited,
        Some(ContainerStateStatusEnum::DEAD) => ContainerState::Dead,
        _ => ContainerState::Created,
    }
}

/// Whether the exit code in `state` belongs to a run that has ended.
fn ended(state: &EngineState, live: ContainerState) -> bool {
    let tried = time(state.finished_at.as_deref()).is_some()
        || state.error.as_deref().is_some_and(|e| !e.is_empty());
    tried && !matches!(live, ContainerState::Running | ContainerState::Paused)
}

fn probes(state: &EngineState) -> Vec<HealthProbe> {
    let log = state
        .health
        .as_ref()
        .and_then(|h| h.log.as_deref())
        .unwrap_or_default();
    log.iter()
        .map(|p| HealthProbe {
            start: p.start.clone().unwrap_or_default(),
            end: p.end.clone().unwrap_or_default(),
            exit_code: p.exit_code.unwrap_or_default(),
            output: cut(
                p.output.as_deref().unwrap_or_default().trim(),
                MAX_PROBE_OUTPUT,
            ),
        })
        .collect()
}

fn health(state: &EngineState, live: ContainerState, log: &[HealthProbe]) -> Option<Health> {
    if !live.is_live() {
        return None;
    }
    let raw = state.health.as_ref()?;
    let status = match raw.status? {
        HealthStatusEnum::STARTING => HealthStatus::Starting,
        HealthStatusEnum::HEALTHY => HealthStatus::Healthy,
        HealthStatusEnum::UNHEALTHY => HealthStatus::Unhealthy,
        HealthStatusEnum::EMPTY | HealthStatusEnum::NONE => return None,
    };
    Some(Health {
        status,
        failing_streak: raw.failing_streak.unwrap_or_default(),
        reason: log.last().map(|p| HealthReason {
            output: p.output.clone(),
            exit_code: p.exit_code,
            at: p.end.clone(),
        }),
    })
}

/// Published ports come from the live network settings where there are any,
/// else from what is configured, so that stopped containers show theirs too.
fn ports(
    host: &HostConfig,
    network: Option<&NetworkSettings>,
    exposed: Option<&[String]>,
) -> Vec<PortView> {
    let live = network
        .and_then(|n| n.ports.as_ref())
        .filter(|p| !p.is_empty());
    let map = live.or(host.port_bindings.as_ref());
    let mut ports: Vec<PortView> = Vec::new();
    for (key, bindings) in map.into_iter().flatten() {
        let Some((container, protocol)) = port_key(key) else {
            continue;
        };
        let bindings = bindings.as_deref().unwrap_or_default();
        if bindings.is_empty() {
            ports.push(PortView {
                container,
                protocol,
                host: None,
                host_ip: None,
            });
            continue;
        }
        for binding in bindings {
            let number = binding.host_port.as_deref().and_then(|p| p.parse().ok());
            ports.push(PortView {
                container,
                protocol: protocol.clone(),
                host: number.filter(|p| *p != 0),
                host_ip: binding.host_ip.clone().filter(|ip| !is_wildcard(ip)),
            });
        }
    }
    for (container, protocol) in exposed.into_iter().flatten().filter_map(|k| port_key(k)) {
        if !ports
            .iter()
            .any(|p| p.container == container && p.protocol == protocol)
        {
            ports.push(PortView {
                container,
                protocol,
                host: None,
                host_ip: None,
            });
        }
    }
    ports.sort_by_key(|p| (p.host.is_none(), p.container, p.protocol.clone(), p.host));
    // IPv4 and IPv6 wildcards look the same to a person.
    ports.dedup();
    ports
}

/// `8080/tcp` as the engine writes it.
fn port_key(key: &str) -> Option<(u16, String)> {
    let (port, protocol) = key.split_once('/').unwrap_or((key, "tcp"));
    Some((port.parse().ok()?, protocol.to_owned()))
}

fn is_wildcard(ip: &str) -> bool {
    matches!(ip, "" | "0.0.0.0" | "::")
}

fn mounts(raw: Option<Vec<MountPoint>>, host: &HostConfig) -> Vec<MountView> {
    let mut mounts: Vec<MountView> = raw
        .unwrap_or_default()
        .into_iter()
        .map(|m| {
            let kind = match m.typ.as_deref() {
                Some("bind") => MountKind::Bind,
                Some("volume") => MountKind::Volume,
                Some("tmpfs") => MountKind::Tmpfs,
                _ => MountKind::Other,
            };
            let source = match kind {
                MountKind::Volume => m.name.or(m.source),
                _ => m.source,
            };
            MountView {
                kind,
                source: source.unwrap_or_default(),
                target: m.destination.unwrap_or_default(),
                read_only: !m.rw.unwrap_or(true),
            }
        })
        .collect();
    for target in host.tmpfs.iter().flatten().map(|(target, _)| target) {
        mounts.push(MountView {
            kind: MountKind::Tmpfs,
            source: String::new(),
            target: target.clone(),
            read_only: false,
        });
    }
    mounts.sort_by(|a, b| a.target.cmp(&b.target));
    mounts
}

fn networks(raw: Option<NetworkSettings>) -> Vec<NetworkView> {
    let raw: HashMap<String, EndpointSettings> = raw.and_then(|n| n.networks).unwrap_or_default();
    let mut networks: Vec<NetworkView> = raw
        .into_iter()
        .map(|(name, endpoint)| NetworkView {
            name,
            ip_address: endpoint.ip_address.filter(|ip| !ip.is_empty()),
            ipv6_address: endpoint.global_ipv6_address.filter(|ip| !ip.is_empty()),
            aliases: endpoint.aliases.unwrap_or_default(),
        })
        .collect();
    networks.sort_by(|a, b| a.name.cmp(&b.name));
    networks
}

fn restart_policy(raw: Option<&RestartPolicy>) -> RestartPolicyView {
    let policy = match raw.and_then(|r| r.name) {
        Some(RestartPolicyNameEnum::ALWAYS) => RestartPolicyName::Always,
        Some(RestartPolicyNameEnum::UNLESS_STOPPED) => RestartPolicyName::UnlessStopped,
        Some(RestartPolicyNameEnum::ON_FAILURE) => RestartPolicyName::OnFailure,
        Some(RestartPolicyNameEnum::EMPTY | RestartPolicyNameEnum::NO) | None => {
            RestartPolicyName::No
        }
    };
    RestartPolicyView {
        policy,
        max_retries: raw.and_then(|r| r.maximum_retry_count).filter(|n| *n > 0),
    }
}

fn env_var(line: String) -> EnvVar {
    match line.split_once('=') {
        Some((name, value)) => EnvVar {
            name: name.to_owned(),
            value: value.to_owned(),
        },
        None => EnvVar {
            name: line,
            value: String::new(),
        },
    }
}

fn seconds(nanos: Option<i64>) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "durations are far below 2^53 ns times 1000"
    )]
    let nanos = nanos.unwrap_or_default() as f64;
    nanos / NANOS
}

/// Cuts at a character boundary.
fn cut(text: &str, most: usize) -> String {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_respects_characters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 3), "aé");
    }
}
