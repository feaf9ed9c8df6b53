//! What a planned container would share with the server through something else:
//! another container's namespaces, a volume that stands for a path, a network's
//! addresses.

use serde_json::Value;

use super::{Engine, EngineError};

/// Containers that join others that join others: no chain is longer.
const LONGEST_CHAIN: usize = 8;

/// Which of the server's own things a container has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sharing {
    /// The server's network.
    pub host_network: bool,
    /// The server's shared memory.
    pub host_ipc: bool,
}

impl Engine {
    /// What a container shares with the server, itself or through others.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn sharing(&self, id: &str) -> Result<Sharing, EngineError> {
        Ok(Sharing {
            host_network: self.leads_to_host(id, "NetworkMode").await?,
            host_ipc: self.leads_to_host(id, "IpcMode").await?,
        })
    }

    async fn leads_to_host(&self, id: &str, mode: &str) -> Result<bool, EngineError> {
        let mut id = id.to_owned();
        for _ in 0..LONGEST_CHAIN {
            let container = self.inspect_json(&id).await?;
            let mode = container["HostConfig"][mode].as_str().unwrap_or_default();
            match mode.strip_prefix("container:") {
                Some(next) => next.clone_into(&mut id),
                None => return Ok(mode == "host"),
            }
        }
        // Nobody builds that by accident: take the worse of both.
        Ok(true)
    }

    /// The address ranges of a network; `None` when there is no such network.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn subnets(&self, name: &str) -> Result<Option<Vec<String>>, EngineError> {
        if !harbour_core::spec::is_volume_name(name) {
            // The same characters; anything else is no name the engine gives.
            return Ok(None);
        }
        match self
            .get("inspecting a network", &format!("/networks/{name}"))
            .await
        {
            Ok(network) => Ok(Some(ranges(&network))),
            Err(EngineError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The path of the server that a volume stands for, when it was made to.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn volume_stands_for(&self, name: &str) -> Result<Option<String>, EngineError> {
        match self
            .get("inspecting a volume", &format!("/volumes/{name}"))
            .await
        {
            Ok(volume) => Ok(bound_path(&volume)),
            Err(EngineError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn ranges(network: &Value) -> Vec<String> {
    let configs = network["IPAM"]["Config"].as_array();
    configs
        .into_iter()
        .flatten()
        .filter_map(|config| Some(config["Subnet"].as_str()?.to_owned()))
        .collect()
}

/// The `local` driver hands its options to mount(8): a device that is a path
/// is a bind mount by another name.
fn bound_path(volume: &Value) -> Option<String> {
    let device = volume["Options"]["device"].as_str()?;
    device.starts_with('/').then(|| device.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn volumes_that_are_paths_are_told() {
        let volume = |options: Value| json!({"Name": "v", "Driver": "local", "Options": options});
        let bind = json!({"type": "none", "o": "bind", "device": "/etc"});
        assert_eq!(bound_path(&volume(bind)).as_deref(), Some("/etc"));
        let share = json!({"type": "nfs", "o": "addr=nas", "device": ":/export"});
        assert_eq!(bound_path(&volume(share)), None);
        assert_eq!(bound_path(&volume(Value::Null)), None);
    }

    #[test]
    fn ranges_of_a_network() {
        let network =
            json!({"IPAM": {"Config": [{"Subnet": "10.1.0.0/24", "Gateway": "10.1.0.1"}, {}]}});
        assert_eq!(ranges(&network), ["10.1.0.0/24"]);
        assert!(ranges(&json!({"IPAM": {"Config": null}})).is_empty());
    }
}
