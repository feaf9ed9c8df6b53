//! Which services are there, in which order they start, and what each waits for.

use std::collections::BTreeMap;

use crate::manifest::{Condition, Manifest, NetworkMode, Service};

/// What must have happened to another service before one starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The other service.
    pub service: String,
    /// What.
    pub condition: Condition,
}

/// The services that are there: those without profiles, and those of which a
/// profile is on. A service that is off is not waited for.
pub fn active<'a>(manifest: &'a Manifest, values: &BTreeMap<String, String>) -> Vec<&'a Service> {
    let on = |key: &String| values.get(key).is_some_and(|value| value == "true");
    let services = manifest.services.iter();
    services
        .filter(|service| service.profiles.is_empty() || service.profiles.iter().any(on))
        .collect()
}

/// Services in an order in which each comes after those it needs; in the order
/// of the file where nothing else is said.
pub fn start_order<'a>(services: &[&'a Service]) -> Vec<(&'a Service, Vec<Wait>)> {
    let there = |name: &str| services.iter().any(|service| service.name == name);
    let mut left: Vec<(&Service, Vec<Wait>)> = services
        .iter()
        .map(|service| {
            let mut waits = waits(service);
            waits.retain(|wait| there(&wait.service));
            (*service, waits)
        })
        .collect();
    let mut ordered: Vec<(&Service, Vec<Wait>)> = Vec::new();
    while !left.is_empty() {
        let ready = left.iter().position(|(_, waits)| {
            let is_done = |wait: &Wait| ordered.iter().any(|(done, _)| done.name == wait.service);
            waits.iter().all(is_done)
        });
        // The parser refuses circles; one that came past it ends in file order.
        ordered.push(left.remove(ready.unwrap_or_default()));
    }
    ordered
}

fn waits(service: &Service) -> Vec<Wait> {
    let mut waits: Vec<Wait> = service
        .depends_on
        .iter()
        .map(|dependency| Wait {
            service: dependency.service.clone(),
            condition: dependency.condition,
        })
        .collect();
    // Whose network, processes or memory is joined must be running.
    for name in joined(service) {
        if !waits.iter().any(|wait| wait.service == name) {
            waits.push(Wait {
                service: name.to_owned(),
                condition: Condition::Started,
            });
        }
    }
    waits
}

/// Services of which this one joins something.
pub(super) fn joined(service: &Service) -> impl Iterator<Item = &str> {
    let network = match &service.network.mode {
        Some(NetworkMode::Service(name)) => Some(name.as_str()),
        Some(NetworkMode::Host | NetworkMode::None) | None => None,
    };
    let shared = [&service.rights.pid, &service.rights.ipc];
    let shared = shared
        .into_iter()
        .filter_map(|mode| mode.as_deref()?.strip_prefix("service:"));
    network.into_iter().chain(shared)
}
