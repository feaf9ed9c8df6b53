//! Containers that are not updated here, and why.

use serde_json::Value;

use super::text;

/// Label of containers that a swarm makes.
const SWARM: &str = "com.docker.swarm.service.id";

/// What stands in the way of making this container (`ContainerInspect`) anew, in
/// sentences that say what to do.
pub fn refusals(container: &Value) -> Vec<String> {
    let (config, host, state) = (
        &container["Config"],
        &container["HostConfig"],
        &container["State"],
    );
    let mut found = Vec::new();
    if host["AutoRemove"] == true {
        found.push(
            "It was started with --rm: the engine removes it as soon as it stops, so it cannot be kept until its successor runs. Start a new one instead.".to_owned(),
        );
    }
    if text(&config["Labels"][SWARM]).is_some() {
        found.push(
            "It belongs to a swarm service, which would put back the old image. Use docker service update.".to_owned(),
        );
    }
    if state["Paused"] == true {
        found.push("It is frozen. Unfreeze or stop it first.".to_owned());
    }
    if state["Status"] == "removing" || state["Dead"] == true {
        found.push("It is being removed.".to_owned());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_reason_is_told() {
        assert!(refusals(&json!({"State": {"Running": true}, "HostConfig": {}})).is_empty());
        for (container, word) in [
            (json!({"HostConfig": {"AutoRemove": true}}), "--rm"),
            (json!({"Config": {"Labels": {SWARM: "x"}}}), "swarm"),
            (json!({"State": {"Paused": true}}), "frozen"),
            (json!({"State": {"Dead": true}}), "removed"),
        ] {
            let found = refusals(&container);
            assert!(found.len() == 1 && found[0].contains(word), "{found:?}");
        }
    }
}
