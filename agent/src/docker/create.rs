//! Makes containers from plans, and finds those an operation made before.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, DeviceMapping, HealthConfig, HostConfig, Mount, MountType,
    MountVolumeOptions, PortBinding, RestartPolicy, RestartPolicyNameEnum,
};
use bollard::query_parameters::{CreateContainerOptions, ListContainersOptions};

use super::{Engine, EngineError};
use crate::db::{CreatePlanRecord, MountRecord, PortRecord};

/// Label that ties a container to the operation that made it.
pub const OPERATION_LABEL: &str = "io.harbourmaster.operation";

impl Engine {
    /// Makes a container, labelled with `operation`; answers its id.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn create(
        &self,
        plan: &CreatePlanRecord,
        operation: &str,
    ) -> Result<String, EngineError> {
        let client = self.client()?;
        let options = CreateContainerOptions {
            name: Some(plan.name.clone()),
            platform: String::new(),
        };
        let made = client
            .docker
            .create_container(Some(options), body(plan, operation))
            .await
            .map_err(|e| EngineError::of("making a container", e))?;
        Ok(made.id)
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

fn body(plan: &CreatePlanRecord, operation: &str) -> ContainerCreateBody {
    let mut labels: HashMap<String, String> = plan.labels.clone().into_iter().collect();
    labels.insert(OPERATION_LABEL.to_owned(), operation.to_owned());
    ContainerCreateBody {
        image: Some(plan.image.clone()),
        cmd: (!plan.command.is_empty()).then(|| plan.command.clone()),
        env: Some(
            plan.env
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
        ),
        labels: Some(labels),
        exposed_ports: Some(plan.ports.iter().map(key).collect()),
        healthcheck: plan.healthcheck.clone().map(|h| HealthConfig {
            test: Some(h.test),
            interval: h.interval,
            timeout: h.timeout,
            retries: h.retries.map(i64::from),
            start_period: h.start_period,
            start_interval: None,
        }),
        host_config: Some(host_config(plan, operation)),
        ..Default::default()
    }
}

fn host_config(plan: &CreatePlanRecord, operation: &str) -> HostConfig {
    let mut bindings: HashMap<String, Option<Vec<PortBinding>>> = HashMap::new();
    for port in &plan.ports {
        bindings
            .entry(key(port))
            .or_default()
            .get_or_insert_default()
            .push(PortBinding {
                host_ip: port.host_ip.clone(),
                host_port: Some(port.host.map(|p| p.to_string()).unwrap_or_default()),
            });
    }
    HostConfig {
        port_bindings: Some(bindings),
        mounts: Some(plan.mounts.iter().map(|m| mount(m, operation)).collect()),
        restart_policy: Some(restart_policy(plan)),
        network_mode: plan.network.clone(),
        pid_mode: plan.pid_host.then(|| "host".to_owned()),
        privileged: Some(plan.privileged),
        cap_add: (!plan.cap_add.is_empty()).then(|| plan.cap_add.clone()),
        devices: (!plan.devices.is_empty()).then(|| {
            plan.devices
                .iter()
                .map(|d| DeviceMapping {
                    path_on_host: Some(d.host.clone()),
                    path_in_container: Some(d.container.clone()),
                    cgroup_permissions: Some(d.permissions.clone()),
                })
                .collect()
        }),
        ..Default::default()
    }
}

fn mount(record: &MountRecord, operation: &str) -> Mount {
    Mount {
        target: Some(record.target.clone()),
        source: Some(record.source.clone()),
        typ: Some(if record.volume {
            MountType::VOLUME
        } else {
            MountType::BIND
        }),
        read_only: Some(record.read_only),
        // The engine applies labels only to a volume that it makes now.
        volume_options: record.volume.then(|| MountVolumeOptions {
            labels: Some(HashMap::from([(
                OPERATION_LABEL.to_owned(),
                operation.to_owned(),
            )])),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn restart_policy(plan: &CreatePlanRecord) -> RestartPolicy {
    let name = match plan.restart.as_str() {
        "always" => RestartPolicyNameEnum::ALWAYS,
        "unless-stopped" => RestartPolicyNameEnum::UNLESS_STOPPED,
        "on-failure" => RestartPolicyNameEnum::ON_FAILURE,
        _ => RestartPolicyNameEnum::NO,
    };
    RestartPolicy {
        name: Some(name),
        maximum_retry_count: plan.max_retries.map(i64::from),
    }
}

fn key(port: &PortRecord) -> String {
    format!("{}/{}", port.container, port.protocol)
}
