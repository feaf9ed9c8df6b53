//! What the engine says about itself.

use bollard::models::{SystemInfo, SystemInfoCgroupVersionEnum};

use super::{Engine, EngineError};
use crate::views::EngineFacts;

impl Engine {
    /// What the engine is and can.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn facts(&self) -> Result<EngineFacts, EngineError> {
        let client = self.client()?;
        let info = client
            .docker
            .info()
            .await
            .map_err(|e| EngineError::of("its facts", e))?;
        Ok(facts(info, &client.version, &client.api_version))
    }
}

fn facts(info: SystemInfo, version: &str, api_version: &str) -> EngineFacts {
    let sorted = |list: Vec<String>| {
        let mut list = list;
        list.sort();
        list.dedup();
        list
    };
    let runtimes: Vec<String> = info.runtimes.unwrap_or_default().into_keys().collect();
    let devices = info.discovered_devices.unwrap_or_default();
    // The vendor's runtime serves `--gpus`; newer engines list what they find
    // by the Container Device Interface as well.
    let gpus = runtimes.iter().any(|name| name.starts_with("nvidia"))
        || devices
            .iter()
            .any(|d| d.id.as_deref().is_some_and(|id| id.contains("/gpu")));
    EngineFacts {
        version: version.to_owned(),
        api_version: api_version.to_owned(),
        os: info.operating_system.unwrap_or_default(),
        arch: info.architecture.unwrap_or_default(),
        kernel: info.kernel_version.unwrap_or_default(),
        cpus: info.ncpu.unwrap_or_default(),
        memory_bytes: info.mem_total.unwrap_or_default(),
        cgroup_version: match info.cgroup_version {
            Some(SystemInfoCgroupVersionEnum::_2) => 2,
            _ => 1,
        },
        storage_driver: info.driver.unwrap_or_default(),
        log_drivers: sorted(info.plugins.and_then(|p| p.log).unwrap_or_default()),
        runtimes: sorted(runtimes),
        gpus,
        rootless: info
            .security_options
            .unwrap_or_default()
            .iter()
            .any(|option| option == "name=rootless"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::Runtime;

    #[test]
    fn graphics_processors_are_told_by_the_runtime() {
        let with = |runtime: &str| SystemInfo {
            runtimes: Some([(runtime.to_owned(), Runtime::default())].into()),
            security_options: Some(vec!["name=seccomp,profile=default".to_owned()]),
            ..Default::default()
        };
        let found = facts(with("nvidia"), "20.10", "1.41");
        assert!(found.gpus && !found.rootless);
        assert_eq!(found.runtimes, ["nvidia"]);
        assert!(!facts(with("runc"), "20.10", "1.41").gpus);
    }
}
