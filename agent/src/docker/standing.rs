//! What must be known and set to put a container aside and back.

use bollard::models::{ContainerUpdateBody, RestartPolicy};

use super::create::policy_name;
use super::{Engine, EngineError};

/// How a container stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its restart policy.
    pub restart: String,
    /// Tries with `on-failure`.
    pub max_retries: Option<i64>,
    /// Whether it runs, frozen or between two tries.
    pub running: bool,
    /// Whether it is frozen.
    pub paused: bool,
}

impl Engine {
    /// How a container stands now.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn standing(&self, id: &str) -> Result<Standing, EngineError> {
        let raw = self.inspect_json(id).await?;
        let (policy, state) = (&raw["HostConfig"]["RestartPolicy"], &raw["State"]);
        let restart = policy["Name"].as_str().filter(|name| !name.is_empty());
        Ok(Standing {
            name: raw["Name"]
                .as_str()
                .unwrap_or_default()
                .trim_start_matches('/')
                .to_owned(),
            restart: restart.unwrap_or("no").to_owned(),
            max_retries: policy["MaximumRetryCount"]
                .as_i64()
                .filter(|&most| most > 0),
            running: ["Running", "Restarting"]
                .iter()
                .any(|word| state[word] == true),
            paused: state["Paused"] == true,
        })
    }

    /// Gives a container another restart policy.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn set_restart(
        &self,
        id: &str,
        policy: &str,
        max_retries: Option<i64>,
    ) -> Result<(), EngineError> {
        let client = self.client()?;
        let body = ContainerUpdateBody {
            restart_policy: Some(RestartPolicy {
                name: Some(policy_name(policy)),
                maximum_retry_count: max_retries,
            }),
            ..Default::default()
        };
        client
            .docker
            .update_container(id, body)
            .await
            .map_err(|e| EngineError::of("changing a restart policy", e))
    }
}
