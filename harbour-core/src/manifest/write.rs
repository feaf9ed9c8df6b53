//! A manifest as text that [`super::parse`] reads back to the same manifest.

use super::model::*;
use super::template::Template;
use super::value::write_duration;
use super::{entries, listing, params};
use crate::yaml::write::{self, Yaml};

/// The file.
pub fn to_yaml(manifest: &Manifest) -> String {
    let mut out = Map::default();
    out.text("schema", Some(word(&listing::SCHEMAS, manifest.schema)));
    out.text("name", Some(&manifest.name));
    out.text("slug", Some(&manifest.slug));
    write_listing(&mut out, &manifest.listing);
    if let Some(webui) = &manifest.webui {
        let mut map = Map::default();
        if manifest.schema == SchemaVersion::V2 {
            map.text("service", Some(&webui.service));
        }
        map.number("port", Some(i64::from(webui.port)));
        map.text(
            "path",
            Some(webui.path.as_str()).filter(|path| *path != "/"),
        );
        map.text("scheme", webui.https.then_some("https"));
        out.map("webui", map);
    }
    out.maps("params", &manifest.params, param);
    out.maps("presets", &manifest.presets, |preset| {
        let mut map = Map::default();
        map.text("name", Some(&preset.name));
        map.text("description", preset.description.as_deref());
        let mut values = Map::default();
        for (key, value) in &preset.params {
            values.text(key, Some(value));
        }
        map.put("params", Yaml::Map(values.0));
        map
    });
    match (manifest.schema, manifest.services.as_slice()) {
        (SchemaVersion::V1, services) => {
            for service in services {
                container(&mut out, service);
            }
        }
        (SchemaVersion::V2, services) => {
            let mut all = Map::default();
            for service in services {
                let mut map = Map::default();
                container(&mut map, service);
                all.put(&service.name, Yaml::Map(map.0));
            }
            out.put("services", Yaml::Map(all.0));
        }
    }
    write::write(&Yaml::Map(out.0))
}

/// Entries in order; what is absent has none.
#[derive(Default)]
struct Map(Vec<(String, Yaml)>);

impl Map {
    fn put(&mut self, key: &str, value: Yaml) {
        self.0.push((key.to_owned(), value));
    }

    fn map(&mut self, key: &str, map: Map) {
        if !map.0.is_empty() {
            self.put(key, Yaml::Map(map.0));
        }
    }

    fn maps<T>(&mut self, key: &str, values: &[T], write: impl Fn(&T) -> Map) {
        let all: Vec<Yaml> = values
            .iter()
            .map(|value| Yaml::Map(write(value).0))
            .collect();
        if !all.is_empty() {
            self.put(key, Yaml::List(all));
        }
    }

    fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(key, Yaml::Text(value.to_owned()));
        }
    }

    fn number(&mut self, key: &str, value: Option<i64>) {
        if let Some(value) = value {
            self.put(key, Yaml::Number(value));
        }
    }

    fn float(&mut self, key: &str, value: Option<f64>) {
        if let Some(value) = value {
            self.put(key, Yaml::Float(value));
        }
    }

    fn flag(&mut self, key: &str, value: bool) {
        if value {
            self.put(key, Yaml::Bool(true));
        }
    }

    fn some_flag(&mut self, key: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.put(key, Yaml::Bool(value));
        }
    }

    fn texts(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            let all = values.iter().map(|value| Yaml::Text(value.clone()));
            self.put(key, Yaml::List(all.collect()));
        }
    }

    fn template(&mut self, key: &str, value: Option<&Template>) {
        if let Some(value) = value {
            self.put(key, Yaml::Text(value.to_string()));
        }
    }

    fn templates(&mut self, key: &str, values: Option<&[Template]>) {
        if let Some(values) = values {
            let all = values.iter().map(|value| Yaml::Text(value.to_string()));
            self.put(key, Yaml::List(all.collect()));
        }
    }

    fn template_pairs(&mut self, key: &str, values: &[(String, Template)]) {
        let mut map = Map::default();
        for (name, value) in values {
            map.template(name, Some(value));
        }
        self.map(key, map);
    }

    fn pairs(&mut self, key: &str, values: &[(String, String)]) {
        let mut map = Map::default();
        for (name, value) in values {
            map.text(name, Some(value));
        }
        self.map(key, map);
    }

    fn time(&mut self, key: &str, value: Option<std::time::Duration>) {
        if let Some(value) = value {
            self.put(key, Yaml::Text(write_duration(value)));
        }
    }
}

/// The word of a value; every value has one.
fn word<'a, T: Copy + PartialEq>(words: &[(&'a str, T)], value: T) -> &'a str {
    words
        .iter()
        .find(|(_, other)| *other == value)
        .map_or("", |(word, _)| word)
}

fn write_listing(out: &mut Map, listing: &Listing) {
    out.text("description", listing.description.as_deref());
    out.text("icon", listing.icon.as_deref());
    out.texts("categories", &listing.categories);
    out.text("homepage", listing.homepage.as_deref());
    out.text("docs", listing.docs.as_deref());
    out.text("license", listing.license.as_deref());
    let words: Vec<String> = listing
        .architectures
        .iter()
        .map(|&architecture| word(&listing::ARCHITECTURES, architecture).to_owned())
        .collect();
    out.texts("architectures", &words);
    out.text("upgradeFrom", listing.upgrade_from.as_deref());
    out.texts("notes", &listing.notes);
}

fn param(param: &Param) -> Map {
    let mut map = Map::default();
    map.text("key", Some(&param.key));
    map.text("label", Some(&param.label));
    map.text("type", Some(word(&params::KINDS, param.kind)));
    map.text("description", param.description.as_deref());
    map.template("default", param.default.as_ref());
    map.flag("required", param.required);
    map.flag("advanced", param.advanced);
    map.texts("options", &param.options);
    map.text("pattern", param.pattern.as_deref());
    map.float("min", param.min);
    map.float("max", param.max);
    if let Some(generate) = &param.generate {
        let mut inner = Map::default();
        inner.number("length", Some(i64::from(generate.length)));
        inner.text(
            "encoding",
            Some(word(&params::ENCODINGS, generate.encoding))
                .filter(|word| *word != "alphanumeric"),
        );
        map.map("generate", inner);
    }
    map
}

fn container(out: &mut Map, service: &Service) {
    let mut image = service.image.familiar_name();
    if let Some(digest) = &service.digest {
        if let Some(tag) = &service.default_tag {
            image.push_str(&format!(":{tag}"));
        }
        image.push_str(&format!("@{digest}"));
    }
    out.text("image", Some(&image));
    if service.digest.is_none() {
        out.text("defaultTag", service.default_tag.as_deref());
    }
    process(out, &service.process);
    out.template_pairs("environment", &service.environment);
    out.maps("ports", &service.ports, port);
    out.maps("volumes", &service.volumes, volume);
    out.maps("devices", &service.devices, |device| {
        let mut map = Map::default();
        map.text("container", Some(&device.container));
        map.text("hostDefault", device.host_default.as_deref());
        map.text("permissions", device.permissions.as_deref());
        hint(&mut map, &device.hint);
        map
    });
    out.maps("configs", &service.configs, |config| {
        let mut map = Map::default();
        map.text("target", Some(&config.target));
        map.template("content", Some(&config.content));
        map.text(
            "mode",
            config.mode.map(|mode| format!("{mode:04o}")).as_deref(),
        );
        map
    });
    if let Some(check) = &service.healthcheck {
        out.put("healthcheck", Yaml::Map(healthcheck(check).0));
    }
    network(out, &service.network);
    limits(out, &service.limits);
    rights(out, &service.rights);
    out.template_pairs("labels", &service.labels);
    if let Some(logging) = &service.logging {
        let mut map = Map::default();
        map.text("driver", logging.driver.as_deref());
        map.pairs("options", &logging.options);
        out.put("logging", Yaml::Map(map.0));
    }
    let mut depends = Map::default();
    for dependency in &service.depends_on {
        let mut map = Map::default();
        map.text(
            "condition",
            Some(word(&entries::CONDITIONS, dependency.condition)),
        );
        depends.put(&dependency.service, Yaml::Map(map.0));
    }
    out.map("depends_on", depends);
    out.texts("profiles", &service.profiles);
}

fn hint(map: &mut Map, hint: &Hint) {
    map.text("label", hint.label.as_deref());
    map.text("description", hint.description.as_deref());
    map.some_flag("required", hint.required);
}

fn range(range: PortRange) -> Yaml {
    if range.first == range.last {
        Yaml::Number(i64::from(range.first))
    } else {
        Yaml::Text(format!("{}-{}", range.first, range.last))
    }
}

fn port(port: &Port) -> Map {
    let mut map = Map::default();
    map.put("container", range(port.container));
    if let Some(host) = port.host_default {
        map.put("hostDefault", range(host));
    }
    map.text("protocol", port.udp.then_some("udp"));
    map.text("host_ip", port.host_ip.map(|ip| ip.to_string()).as_deref());
    hint(&mut map, &port.hint);
    map
}

fn volume(volume: &Volume) -> Map {
    let mut map = Map::default();
    map.text("container", Some(&volume.container));
    match &volume.host_default {
        VolumeDefault::Own => {}
        VolumeDefault::Shared(name) => map.text("hostDefault", Some(name)),
        VolumeDefault::Host(path) => map.text("hostDefault", Some(path)),
    }
    map.flag("read_only", volume.read_only);
    hint(&mut map, &volume.hint);
    map
}

fn healthcheck(check: &Healthcheck) -> Map {
    let mut map = Map::default();
    map.templates(
        "test",
        Some(check.test.as_slice()).filter(|test| !test.is_empty()),
    );
    map.time("interval", check.interval);
    map.time("timeout", check.timeout);
    map.number("retries", check.retries.map(i64::from));
    map.time("start_period", check.start_period);
    map.time("start_interval", check.start_interval);
    map.flag("disable", check.disable);
    map
}

fn process(out: &mut Map, process: &Process) {
    out.templates("entrypoint", process.entrypoint.as_deref());
    out.templates("command", process.command.as_deref());
    out.template("working_dir", process.working_dir.as_ref());
    out.template("user", process.user.as_ref());
    out.texts("group_add", &process.group_add);
    let restart = process.restart.map(|restart| match restart {
        Restart::No => "no".to_owned(),
        Restart::Always => "always".to_owned(),
        Restart::UnlessStopped => "unless-stopped".to_owned(),
        Restart::OnFailure(None) => "on-failure".to_owned(),
        Restart::OnFailure(Some(most)) => format!("on-failure:{most}"),
    });
    out.text("restart", restart.as_deref());
    out.some_flag("init", process.init);
    out.flag("tty", process.tty);
    out.flag("stdin_open", process.stdin_open);
    out.time("stop_grace_period", process.stop_grace_period);
    out.text("stop_signal", process.stop_signal.as_deref());
}

fn network(out: &mut Map, network: &Network) {
    let mode = network.mode.as_ref().map(|mode| match mode {
        NetworkMode::Host => "host".to_owned(),
        NetworkMode::None => "none".to_owned(),
        NetworkMode::Service(name) => format!("service:{name}"),
    });
    out.text("network_mode", mode.as_deref());
    out.template("hostname", network.hostname.as_ref());
    out.template("domainname", network.domainname.as_ref());
    out.templates(
        "extra_hosts",
        Some(network.extra_hosts.as_slice()).filter(|hosts| !hosts.is_empty()),
    );
    out.texts("dns", &network.dns);
    out.texts("dns_search", &network.dns_search);
    out.texts("dns_opt", &network.dns_opt);
}

fn limits(out: &mut Map, limits: &Limits) {
    out.number("mem_limit", limits.mem_limit);
    out.number("mem_reservation", limits.mem_reservation);
    out.number("memswap_limit", limits.memswap_limit);
    out.float("cpus", limits.cpus);
    out.number("cpu_shares", limits.cpu_shares);
    out.text("cpuset", limits.cpuset.as_deref());
    out.number("pids_limit", limits.pids_limit);
    out.number("shm_size", limits.shm_size);
    out.texts("tmpfs", &limits.tmpfs);
    let mut ulimits = Map::default();
    for limit in &limits.ulimits {
        let mut map = Map::default();
        map.number("soft", Some(limit.soft));
        map.number("hard", Some(limit.hard));
        ulimits.put(&limit.name, Yaml::Map(map.0));
    }
    out.map("ulimits", ulimits);
}

fn rights(out: &mut Map, rights: &Rights) {
    out.flag("privileged", rights.privileged);
    out.texts("cap_add", &rights.cap_add);
    out.texts("cap_drop", &rights.cap_drop);
    out.texts("security_opt", &rights.security_opt);
    out.flag("read_only", rights.read_only);
    out.text("pid", rights.pid.as_deref());
    out.text("ipc", rights.ipc.as_deref());
    out.texts("device_cgroup_rules", &rights.device_cgroup_rules);
    out.pairs("sysctls", &rights.sysctls);
    match &rights.gpus {
        None => {}
        Some(Gpus::All) => out.text("gpus", Some("all")),
        Some(Gpus::Some(requests)) => out.put(
            "gpus",
            Yaml::List(
                requests
                    .iter()
                    .map(|request| Yaml::Map(gpu(request).0))
                    .collect(),
            ),
        ),
    }
}

fn gpu(request: &GpuRequest) -> Map {
    let mut map = Map::default();
    map.text("driver", request.driver.as_deref());
    map.number("count", request.count);
    map.texts("device_ids", &request.device_ids);
    map.texts("capabilities", &request.capabilities);
    map
}
