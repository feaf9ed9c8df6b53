//! Containers that hang on another one: by its network, its processes, its shared
//! memory or a link, which the engine ties to the id, or by Compose's
//! `depends_on` with `restart: true`.

use serde_json::Value;

use super::{text, texts};

const PROJECT: &str = "com.docker.compose.project";
const SERVICE: &str = "com.docker.compose.service";
/// `db:service_healthy:true,cache:service_started:false`: service, condition, restart.
const DEPENDS_ON: &str = "com.docker.compose.depends_on";

/// What is known of a container's ties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub running: bool,
    /// Containers (id or name) it is tied to, and by what.
    on: Vec<(String, &'static str)>,
    /// Compose project and service.
    service: Option<(String, String)>,
    /// Services of its project after whose restart it is restarted.
    follows: Vec<String>,
}

/// Who is touched when a container is made anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Made anew, too, in the order they start: index and why.
    pub recreate: Vec<(usize, String)>,
    /// Restarted afterwards: index and why.
    pub restart: Vec<(usize, String)>,
}

impl Ties {
    /// Reads them from `ContainerInspect`.
    pub fn of(container: &Value) -> Self {
        let host = &container["HostConfig"];
        let mut on = Vec::new();
        for (key, what) in [
            ("NetworkMode", "network"),
            ("PidMode", "processes"),
            ("IpcMode", "shared memory"),
        ] {
            let other = text(&host[key]).and_then(|mode| mode.strip_prefix("container:"));
            on.extend(other.map(|other| (other.to_owned(), what)));
        }
        for link in texts(&host["Links"]) {
            let target = link.split(':').next().unwrap_or(link);
            on.push((target.trim_start_matches('/').to_owned(), "link"));
        }
        let labels = &container["Config"]["Labels"];
        let service = text(&labels[PROJECT]).zip(text(&labels[SERVICE]));
        let follows = text(&labels[DEPENDS_ON]).unwrap_or_default().split(',');
        let follows = follows.filter_map(|entry| {
            let mut parts = entry.split(':');
            let service = parts.next()?;
            (parts.nth(1) == Some("true")).then(|| service.to_owned())
        });
        let own = |value: &Value| text(value).unwrap_or_default().to_owned();
        Self {
            id: own(&container["Id"]),
            name: own(&container["Name"]).trim_start_matches('/').to_owned(),
            running: container["State"]["Running"] == true,
            on,
            service: service.map(|(project, service)| (project.to_owned(), service.to_owned())),
            follows: follows.collect(),
        }
    }

    fn tie_to(&self, other: &Self) -> Option<&'static str> {
        let named = |wanted: &str| wanted == other.id || wanted == other.name;
        let tie = self.on.iter().find(|(wanted, _)| named(wanted));
        tie.map(|(_, what)| *what)
    }
}

/// Who is touched when `target` is made anew.
///
/// # Errors
/// When containers hang on each other in a circle, in words.
pub fn touched(target: usize, all: &[Ties]) -> Result<Touched, String> {
    let mut order: Vec<usize> = vec![target];
    let mut why: Vec<(usize, String)> = Vec::new();
    // Everybody who hangs on somebody in the group joins it.
    let mut at = 0;
    while let Some(&current) = order.get(at) {
        for (index, ties) in all.iter().enumerate() {
            if order.contains(&index) {
                continue;
            }
            if let Some(what) = ties.tie_to(&all[current]) {
                order.push(index);
                why.push((
                    index,
                    format!("it uses the {what} of {}", all[current].name),
                ));
            }
        }
        at += 1;
    }
    // Whoever is hung on starts first.
    let mut left = order;
    let mut sorted = Vec::new();
    while !left.is_empty() {
        let free = left.iter().position(|&index| {
            left.iter()
                .all(|&other| other == index || all[index].tie_to(&all[other]).is_none())
        });
        let Some(free) = free else {
            let names: Vec<&str> = left.iter().map(|&index| all[index].name.as_str()).collect();
            return Err(format!(
                "The containers {} hang on each other in a circle, so none of them can be made first.",
                names.join(", ")
            ));
        };
        sorted.push(left.remove(free));
    }
    let mut touched = Touched::default();
    for index in sorted.iter().copied().filter(|&index| index != target) {
        let reason = why.iter().find(|(other, _)| *other == index);
        let reason = reason.map(|(_, reason)| reason.clone()).unwrap_or_default();
        touched.recreate.push((index, reason));
    }
    if sorted.first() != Some(&target) {
        return Err(format!(
            "The container {} hangs on one that hangs on it.",
            all[target].name
        ));
    }
    for (index, ties) in all.iter().enumerate() {
        if sorted.contains(&index) || !ties.running {
            continue;
        }
        let Some((project, _)) = &ties.service else {
            continue;
        };
        let followed = sorted.iter().find_map(|&other| {
            let (its, service) = all[other].service.as_ref()?;
            (its == project && ties.follows.contains(service)).then_some(service)
        });
        if let Some(service) = followed {
            let reason = format!("its Compose file says to restart it with {service}");
            touched.restart.push((index, reason));
        }
    }
    Ok(touched)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn container(name: &str, host: Value, labels: Value) -> Ties {
        Ties::of(
            &json!({"Id": format!("id-{name}"), "Name": format!("/{name}"), "State": {"Running": true},
                "HostConfig": host, "Config": {"Labels": labels}}),
        )
    }

    fn names(all: &[Ties], found: &[(usize, String)]) -> Vec<String> {
        found
            .iter()
            .map(|(index, _)| all[*index].name.clone())
            .collect()
    }

    #[test]
    fn who_hangs_on_a_container_comes_after_it() {
        let none = || json!({});
        let all = [
            container(
                "torrent",
                json!({"NetworkMode": "container:id-vpn"}),
                none(),
            ),
            container("vpn", none(), none()),
            container(
                "debug",
                json!({"PidMode": "container:torrent", "IpcMode": "container:vpn"}),
                none(),
            ),
            container("other", json!({"NetworkMode": "bridge"}), none()),
            container("linked", json!({"Links": ["/vpn:/linked/v"]}), none()),
        ];
        let found = touched(1, &all).unwrap();
        assert_eq!(names(&all, &found.recreate), ["torrent", "debug", "linked"]);
        assert!(found.recreate[0].1.contains("network of vpn"), "{found:?}");
        assert_eq!(touched(3, &all).unwrap(), Touched::default());
    }

    #[test]
    fn circles_are_refused() {
        let all = [
            container("a", json!({"PidMode": "container:b"}), json!({})),
            container("b", json!({"IpcMode": "container:a"}), json!({})),
        ];
        assert!(touched(0, &all).unwrap_err().contains("circle"));
    }

    #[test]
    fn compose_says_who_is_restarted() {
        let labels = |service: &str, depends: &str| json!({PROJECT: "p", SERVICE: service, DEPENDS_ON: depends});
        let all = [
            container("db", json!({}), labels("db", "")),
            container(
                "web",
                json!({}),
                labels("web", "cache:service_started:false,db:service_healthy:true"),
            ),
            container("job", json!({}), labels("job", "db:service_healthy:false")),
            container(
                "foreign",
                json!({}),
                json!({PROJECT: "q", SERVICE: "x", DEPENDS_ON: "db:service_started:true"}),
            ),
        ];
        let found = touched(0, &all).unwrap();
        assert!(found.recreate.is_empty());
        assert_eq!(names(&all, &found.restart), ["web"]);
    }
}
