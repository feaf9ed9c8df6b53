//! Makes containers from plans, and finds those an operation made before.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, DeviceMapping, DeviceRequest, EndpointIpamConfig, EndpointSettings,
    HealthConfig, HostConfig, HostConfigLogConfig, Mount, MountTmpfsOptions, MountType,
    NetworkingConfig, PortBinding, ResourcesUlimits, RestartPolicy, RestartPolicyNameEnum,
};
use bollard::query_parameters::ListContainersOptions;
use harbour_core::security_opt::shows_system_paths;
use serde_json::{Value, json};

use super::{Engine, EngineError};
use crate::db::{AttachmentRecord, CreatePlanRecord, EngineRequest, MountRecord, PortRecord};

/// Label that ties a container to the operation that made it.
pub const OPERATION_LABEL: &str = "io.harbourmaster.operation";
/// Label of a container that took the place of another: the other's id.
pub const REPLACES_LABEL: &str = "io.harbourmaster.replaces";

impl Engine {
    /// Makes a container, labelled with `operation`, and joins its other
    /// networks; answers its id. `new_volumes` are labelled too, when the
    /// engine makes them now.
    ///
    /// # Errors
    /// As the engine says. The container may be there then, found by its label.
    pub async fn create(
        &self,
        name: &str,
        request: &EngineRequest,
        operation: &str,
        new_volumes: &[String],
    ) -> Result<String, EngineError> {
        let body = labelled(request.body.clone(), operation, new_volumes);
        // Names hold nothing that means something in a query.
        let path = format!("/containers/create?name={name}");
        let made = self.post("making a container", &path, &body).await?;
        let id = made["Id"].as_str().unwrap_or_default().to_owned();
        self.join(&id, request).await?;
        Ok(id)
    }

    /// Joins the networks of `request` that the container is not on yet.
    /// Engines before API 1.44 take one network when a container is made, so
    /// the others follow; it is the same for newer ones.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn join(&self, id: &str, request: &EngineRequest) -> Result<(), EngineError> {
        if request.connect.is_empty() {
            return Ok(());
        }
        let container = self.inspect_json(id).await?;
        let joined = &container["NetworkSettings"]["Networks"];
        for (network, endpoint) in &request.connect {
            if joined.get(network).is_some() {
                continue;
            }
            let body = json!({ "Container": id, "EndpointConfig": endpoint });
            // The planner knows the network by this name.
            let path = format!("/networks/{network}/connect");
            self.post("joining a network", &path, &body).await?;
        }
        Ok(())
    }

    /// The containers that `operation` made, asked from the engine itself.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn made_by(&self, operation: &str) -> Result<Vec<String>, EngineError> {
        let client = self.client()?;
        let filters = HashMap::from([(
            "label".to_owned(),
            vec![format!("{OPERATION_LABEL}={operation}")],
        )]);
        let options = ListContainersOptions {
            all: true,
            filters: Some(filters),
            ..Default::default()
        };
        let found = client
            .docker
            .list_containers(Some(options))
            .await
            .map_err(|e| EngineError::of("listing containers", e))?;
        Ok(found.into_iter().filter_map(|c| c.id).collect())
    }
}

/// Puts the operation's label on the container and on volumes it makes.
fn labelled(mut body: Value, operation: &str, new_volumes: &[String]) -> Value {
    body["Labels"][OPERATION_LABEL] = operation.into();
    let mounts = body["HostConfig"]["Mounts"].as_array_mut();
    for mount in mounts.into_iter().flatten() {
        let is_new = |source: &str| new_volumes.iter().any(|name| name == source);
        if mount["Type"] == "volume" && mount["Source"].as_str().is_some_and(is_new) {
            // The engine applies labels only to a volume that it makes now.
            mount["VolumeOptions"]["Labels"][OPERATION_LABEL] = operation.into();
        }
    }
    body
}

/// What the engine is asked for to make a planned container.
///
/// # Errors
/// Never for a plan that was read from the journal; the engine's types can
/// always be written.
pub fn request(plan: &CreatePlanRecord) -> Result<EngineRequest, EngineError> {
    let unreadable = |source: serde_json::Error| EngineError::Unreadable {
        what: "a request",
        source: Box::new(source),
    };
    let others = plan.networks.iter().skip(1).map(|network| {
        let endpoint = serde_json::to_value(endpoint(network)).map_err(unreadable)?;
        Ok((network.name.clone(), endpoint))
    });
    Ok(EngineRequest {
        connect: others.collect::<Result<_, EngineError>>()?,
        body: serde_json::to_value(body(plan)).map_err(unreadable)?,
    })
}

/// `None` for a list or a map with nothing in it, which the engine takes for
/// "not said".
fn some<T: IntoIterator + Clone>(list: &T) -> Option<T> {
    list.clone()
        .into_iter()
        .next()
        .is_some()
        .then(|| list.clone())
}

fn body(plan: &CreatePlanRecord) -> ContainerCreateBody {
    let process = &plan.process;
    ContainerCreateBody {
        image: Some(plan.image.clone()),
        cmd: some(&plan.command),
        entrypoint: some(&process.entrypoint),
        env: Some(
            plan.env
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        labels: Some(plan.labels.clone().into_iter().collect()),
        exposed_ports: Some(plan.ports.iter().map(key).collect()),
        healthcheck: plan.healthcheck.clone().map(|h| HealthConfig {
            test: Some(h.test),
            interval: h.interval,
            timeout: h.timeout,
            retries: h.retries.map(i64::from),
            start_period: h.start_period,
            start_interval: None,
        }),
        user: process.user.clone(),
        working_dir: process.working_dir.clone(),
        hostname: process.hostname.clone(),
        domainname: process.domainname.clone(),
        tty: process.tty.then_some(true),
        open_stdin: process.stdin_open.then_some(true),
        stop_signal: process.stop_signal.clone(),
        stop_timeout: process.stop_grace.map(i64::from),
        host_config: Some(host_config(plan)),
        networking_config: plan.networks.first().map(|first| NetworkingConfig {
            endpoints_config: Some([(first.name.clone(), endpoint(first))].into()),
        }),
        ..Default::default()
    }
}

fn endpoint(network: &AttachmentRecord) -> EndpointSettings {
    let fixed = network.ipv4.is_some() || network.ipv6.is_some();
    EndpointSettings {
        aliases: some(&network.aliases),
        ipam_config: fixed.then(|| EndpointIpamConfig {
            ipv4_address: network.ipv4.clone(),
            ipv6_address: network.ipv6.clone(),
            link_local_ips: None,
        }),
        ..Default::default()
    }
}

fn host_config(plan: &CreatePlanRecord) -> HostConfig {
    let (rights, limits, lookup) = (&plan.rights, &plan.limits, &plan.lookup);
    let (paths, options): (Vec<String>, Vec<String>) = rights
        .security_opt
        .iter()
        .cloned()
        .partition(|option| shows_system_paths(option));
    // The command line has an option for it, the engine's API has empty lists.
    let nothing = (!paths.is_empty()).then(Vec::new);
    HostConfig {
        port_bindings: Some(port_bindings(&plan.ports)),
        mounts: Some(plan.mounts.iter().map(mount).collect()),
        restart_policy: Some(restart_policy(plan)),
        network_mode: plan.network.clone(),
        pid_mode: plan.pid_host.then(|| "host".to_owned()),
        ipc_mode: rights.ipc.clone(),
        privileged: Some(plan.privileged),
        cap_add: some(&plan.cap_add),
        cap_drop: some(&rights.cap_drop),
        security_opt: some(&options),
        masked_paths: nothing.clone(),
        readonly_paths: nothing,
        group_add: some(&rights.group_add),
        readonly_rootfs: rights.read_only.then_some(true),
        sysctls: some(&rights.sysctls).map(|map| map.into_iter().collect()),
        device_requests: rights.gpus.as_ref().map(|gpus| {
            vec![DeviceRequest {
                driver: gpus.driver.clone(),
                count: gpus.count,
                device_ids: some(&gpus.ids),
                capabilities: Some(vec![gpus.capabilities.clone()]),
                options: None,
            }]
        }),
        devices: some(&plan.devices).map(|devices| {
            let one = |d: crate::db::DeviceRecord| DeviceMapping {
                path_on_host: Some(d.host),
                path_in_container: Some(d.container),
                cgroup_permissions: Some(d.permissions),
            };
            devices.into_iter().map(one).collect()
        }),
        memory: limits.memory,
        memory_reservation: limits.memory_reservation,
        memory_swap: limits.memory_swap,
        nano_cpus: limits.nano_cpus,
        cpu_shares: limits.cpu_shares,
        cpuset_cpus: limits.cpuset.clone(),
        pids_limit: limits.pids,
        shm_size: limits.shm_size,
        ulimits: some(&limits.ulimits).map(|list| {
            let one = |(name, soft, hard)| ResourcesUlimits {
                name: Some(name),
                soft: Some(soft),
                hard: Some(hard),
            };
            list.into_iter().map(one).collect()
        }),
        dns: some(&lookup.dns),
        dns_search: some(&lookup.dns_search),
        dns_options: some(&lookup.dns_options),
        extra_hosts: some(&lookup.extra_hosts).map(|list| {
            let one = |(host, ip)| format!("{host}:{ip}");
            list.into_iter().map(one).collect()
        }),
        log_config: plan.logging.as_ref().map(|logging| HostConfigLogConfig {
            typ: Some(logging.driver.clone()),
            config: Some(logging.options.clone().into_iter().collect()),
        }),
        init: plan.process.init,
        auto_remove: plan.auto_remove.then_some(true),
        ..Default::default()
    }
}

fn port_bindings(ports: &[PortRecord]) -> HashMap<String, Option<Vec<PortBinding>>> {
    let mut bindings: HashMap<String, Option<Vec<PortBinding>>> = HashMap::new();
    for port in ports {
        bindings
            .entry(key(port))
            .or_default()
            .get_or_insert_default()
            .push(PortBinding {
                host_ip: port.host_ip.clone(),
                host_port: Some(port.host.map(|p| p.to_string()).unwrap_or_default()),
            });
    }
    bindings
}

fn mount(record: &MountRecord) -> Mount {
    let kind = match record {
        MountRecord { tmpfs: Some(_), .. } => MountType::TMPFS,
        MountRecord { volume: true, .. } => MountType::VOLUME,
        MountRecord { .. } => MountType::BIND,
    };
    Mount {
        target: Some(record.target.clone()),
        source: Some(record.source.clone()).filter(|source| !source.is_empty()),
        typ: Some(kind),
        read_only: Some(record.read_only),
        tmpfs_options: record.tmpfs.as_ref().map(|tmpfs| MountTmpfsOptions {
            size_bytes: tmpfs.size_bytes,
            mode: tmpfs.mode.map(i64::from),
            options: None,
        }),
        ..Default::default()
    }
}

fn restart_policy(plan: &CreatePlanRecord) -> RestartPolicy {
    RestartPolicy {
        name: Some(policy_name(&plan.restart)),
        maximum_retry_count: plan.max_retries.map(i64::from),
    }
}

/// The engine's policy of this name.
pub(super) fn policy_name(name: &str) -> RestartPolicyNameEnum {
    match name {
        "always" => RestartPolicyNameEnum::ALWAYS,
        "unless-stopped" => RestartPolicyNameEnum::UNLESS_STOPPED,
        "on-failure" => RestartPolicyNameEnum::ON_FAILURE,
        _ => RestartPolicyNameEnum::NO,
    }
}

fn key(port: &PortRecord) -> String {
    format!("{}/{}", port.container, port.protocol)
}
