//! Volumes and memory file systems of a Compose service.

use super::Project;
use crate::host_path::normalise;
use crate::import::names;
use crate::manifest::{Hint, Service, Volume, VolumeDefault};
use crate::yaml::{Node, Value};

/// Where folders of apps lie that a template names only relative to itself.
const APP_DATA: &str = "/srv/appdata";

/// Options of a mount that change nothing here.
const OF_NO_EFFECT: [&str; 8] = [
    "rw",
    "z",
    "Z",
    "cached",
    "delegated",
    "consistent",
    "rprivate",
    "private",
];

/// One mount, short or long.
#[derive(Default)]
struct Mount {
    kind: Option<String>,
    source: Option<String>,
    target: String,
    read_only: bool,
}

impl Project<'_> {
    /// Takes a key about storage; false if it is none.
    pub(super) fn storage_key(
        &mut self,
        key: &str,
        node: &Node,
        field: &str,
        service: &mut Service,
    ) -> bool {
        match key {
            "volumes" => {
                for item in node.items() {
                    self.volume(item, field, service);
                }
            }
            "configs" => self.config_files(node, field, "configs", service),
            "secrets" => self.config_files(node, field, "secrets", service),
            "healthcheck" => service.healthcheck = self.healthcheck(node, field),
            _ => return false,
        }
        true
    }

    /// Adds a mount that is written as Compose's short form.
    pub(in crate::import) fn add_volume(
        &mut self,
        text: &str,
        field: &str,
        hint: Hint,
        service: &mut Service,
    ) {
        let before = service.volumes.len();
        self.volume(&Node::text(text), field, service);
        if let Some(volume) = service.volumes.get_mut(before) {
            volume.hint = hint;
        }
    }

    fn volume(&mut self, node: &Node, field: &str, service: &mut Service) {
        let mount = match &node.value {
            Value::Scalar(_) => node.as_str().and_then(|text| self.short(text, field)),
            Value::Map(_) => self.long(node, field, service),
            Value::List(_) => None,
        };
        let Some(mount) = mount else { return };
        let mount = self.without_suffix(mount, field);
        let target = normalise(&mount.target);
        if !mount.target.starts_with('/') || mount.target.contains(':') {
            let target = crate::problem::shown(&mount.target);
            self.notes()
                .lost(field, format!("“{target}” is no path in a container"));
            return;
        }
        let taken = service
            .volumes
            .iter()
            .any(|other| other.container == target)
            || service.configs.iter().any(|other| other.target == target);
        if taken {
            self.notes()
                .changed(field, format!("{target} is mounted once only"));
            return;
        }
        let host_default = match mount.source.filter(|source| !source.is_empty()) {
            None => VolumeDefault::Own,
            Some(source) => match self.source(&source, &target, field, service) {
                Some(host_default) => host_default,
                None => return,
            },
        };
        service.volumes.push(Volume {
            container: target,
            host_default,
            read_only: mount.read_only,
            hint: Hint::default(),
        });
    }

    /// Some write the short form into the parts of the long one.
    fn without_suffix(&mut self, mut mount: Mount, field: &str) -> Mount {
        if let Some(target) = mount.target.strip_suffix(":ro") {
            mount.target = target.to_owned();
            mount.read_only = true;
            self.notes()
                .changed(field, "`:ro` behind a path is said by read_only");
        }
        let endings = [":ro".to_owned(), format!(":{}", mount.target)];
        if let Some(source) = &mut mount.source
            && let Some(rest) = endings
                .iter()
                .find_map(|ending| source.strip_suffix(ending.as_str()))
        {
            *source = rest.to_owned();
            self.notes().changed(
                field,
                "what stood behind the path of the server is left out",
            );
        }
        mount
    }

    /// `[SOURCE:]TARGET[:OPTIONS]`.
    fn short(&mut self, text: &str, field: &str) -> Option<Mount> {
        let parts = split(text);
        let (source, target, options) = match parts.as_slice() {
            [target] => (None, *target, ""),
            [source, target] => (Some(*source), *target, ""),
            [source, target, options] => (Some(*source), *target, *options),
            _ => {
                let text = crate::problem::shown(text);
                self.notes().lost(field, format!("“{text}” is no mount"));
                return None;
            }
        };
        let mut mount = Mount {
            source: source.map(|source| self.path_text(source, field)),
            target: self.vars.literal(target, field)?.trim().to_owned(),
            ..Mount::default()
        };
        for option in options
            .split(',')
            .map(str::trim)
            .filter(|option| !option.is_empty())
        {
            match option {
                "ro" => mount.read_only = true,
                "nocopy" => self
                    .notes()
                    .changed(field, "the volume begins with what the image has there"),
                option if OF_NO_EFFECT.contains(&option) => {}
                option => {
                    let option = crate::problem::shown(option);
                    self.notes().lost(
                        field,
                        format!("the option {option} has no place in a manifest"),
                    );
                }
            }
        }
        Some(mount)
    }

    /// A source with what is known filled in; an unknown one is asked for by the form.
    fn path_text(&mut self, text: &str, field: &str) -> String {
        match self.vars.literal(text, field) {
            Some(known) => known.trim().to_owned(),
            None => {
                self.notes().changed(field, "the person chooses the folder");
                String::new()
            }
        }
    }

    fn long(&mut self, node: &Node, field: &str, service: &mut Service) -> Option<Mount> {
        let mut mount = Mount::default();
        for entry in node.entries() {
            let field = format!("{field}.{}", entry.key);
            let value = &entry.value;
            match entry.key.as_str() {
                "type" => mount.kind = self.literal(value, &field),
                "source" | "src" => {
                    mount.source = value.as_str().map(|text| self.path_text(text, &field));
                }
                "target" | "destination" | "dst" => {
                    mount.target = self.literal(value, &field).unwrap_or_default();
                }
                "read_only" | "readonly" => {
                    mount.read_only = self.flag(value, &field).unwrap_or_default()
                }
                "bind" | "volume" => self.details(value, &field),
                "mode" => match self.literal(value, &field).as_deref() {
                    Some("ro") => mount.read_only = true,
                    None | Some("rw") => {}
                    Some(_) => self.notes().lost(field, "is no mode of a mount"),
                },
                "tmpfs" | "consistency" => {}
                _ => self.notes().lost(field, "has no place in a manifest"),
            }
        }
        match mount.kind.as_deref() {
            None | Some("bind" | "volume") => Some(mount),
            Some("tmpfs") => {
                let size = node
                    .get("tmpfs")
                    .and_then(|tmpfs| tmpfs.get("size"))
                    .and_then(Node::as_str);
                let options = size.map(|size| format!(":size={size}")).unwrap_or_default();
                service
                    .limits
                    .tmpfs
                    .push(format!("{}{options}", mount.target));
                None
            }
            Some(other) => {
                let other = crate::problem::shown(other);
                self.notes().lost(
                    field,
                    format!("mounts of the type {other} are not made here"),
                );
                None
            }
        }
    }

    fn details(&mut self, node: &Node, field: &str) {
        for entry in node.entries() {
            let text = entry.value.as_str().unwrap_or_default();
            match (entry.key.as_str(), text) {
                ("create_host_path" | "selinux", _) => {}
                ("propagation", "rprivate" | "private" | "") => {}
                ("nocopy", "false") => {}
                ("nocopy", _) => self
                    .notes()
                    .changed(field, "the volume begins with what the image has there"),
                (key, _) => {
                    let key = crate::problem::shown(key);
                    self.notes()
                        .lost(field, format!("{key} has no place in a manifest"));
                }
            }
        }
    }

    /// What a source stands for here; `None` when it became a file of the manifest or was lost.
    fn source(
        &mut self,
        source: &str,
        target: &str,
        field: &str,
        service: &mut Service,
    ) -> Option<VolumeDefault> {
        if let Some((from, to)) = self
            .dialect
            .paths
            .iter()
            .find(|(from, _)| below(source, from))
            .cloned()
        {
            let rest = &source[from.len()..];
            if let Some(content) = self.file_content(rest.trim_start_matches('/')) {
                self.put_file(target, content, field, service);
                return None;
            }
            let path = normalise(&format!("{to}/{rest}"));
            self.notes()
                .changed(field, "folders of the platform lie below /srv here");
            return Some(VolumeDefault::Host(path));
        }
        if source.starts_with('/') {
            if source.contains(':') {
                self.notes()
                    .lost(field, "a path with a colon can not be mounted");
                return None;
            }
            return Some(VolumeDefault::Host(normalise(source)));
        }
        if source.starts_with(['.', '~']) || source.contains('/') {
            return self.beside(source, target, field, service);
        }
        self.named(source, field)
    }

    /// A path relative to the template.
    fn beside(
        &mut self,
        source: &str,
        target: &str,
        field: &str,
        service: &mut Service,
    ) -> Option<VolumeDefault> {
        let relative = normalise(source.trim_start_matches('~'));
        let relative = relative.trim_start_matches('/');
        if let Some(content) = self.file_content(relative) {
            self.put_file(target, content, field, service);
            return None;
        }
        let folder = self.folder(relative);
        if !folder.is_empty() {
            for (rest, content) in folder {
                self.put_file(&format!("{target}/{rest}"), content, field, service);
            }
            return None;
        }
        if is_file(relative) && is_file(target) {
            self.notes().lost(
                field,
                format!(
                    "the file {} is not part of the template",
                    crate::problem::shown(source)
                ),
            );
            return None;
        }
        self.notes()
            .changed(field, "the folder lies below /srv/appdata here");
        let slug = self.slug.clone();
        Some(VolumeDefault::Host(normalise(&format!(
            "{APP_DATA}/{slug}/{relative}"
        ))))
    }

    fn named(&mut self, name: &str, field: &str) -> Option<VolumeDefault> {
        let root = self.root;
        let declared = root.get("volumes").and_then(|volumes| volumes.get(name));
        for entry in declared.map(Node::entries).unwrap_or_default() {
            match (entry.key.as_str(), entry.value.as_str()) {
                ("external", Some("true")) => {
                    self.notes()
                        .changed(field, "a volume that was there before is made anew");
                }
                ("driver", Some("local")) | ("name" | "labels" | "external", _) => {}
                ("driver_opts", _) => {
                    if let Some(path) = self.driver_options(&entry.value, field) {
                        return Some(VolumeDefault::Host(path));
                    }
                }
                (key, _) if key.starts_with("x-") => {}
                (key, _) => {
                    let key = crate::problem::shown(key);
                    self.notes().lost(
                        field,
                        format!("the volume's {key} has no place in a manifest"),
                    );
                }
            }
        }
        Some(VolumeDefault::Shared(names::service(name)))
    }

    /// A folder of the server in disguise, if that is what the options make.
    fn driver_options(&mut self, node: &Node, field: &str) -> Option<String> {
        // Variables without a value leave an option empty, which is none.
        let mut known = |key: &str| {
            let text = node.get(key).and_then(Node::as_str)?;
            self.vars
                .literal(text, field)
                .filter(|text| !text.is_empty())
        };
        let (options, device) = (known("o"), known("device"));
        let all_empty = node
            .entries()
            .iter()
            .all(|entry| known(&entry.key).is_none());
        let bind = options.is_some_and(|options| options.split(',').any(|option| option == "bind"));
        match device {
            Some(device) if bind && device.starts_with('/') => return Some(normalise(&device)),
            _ if all_empty => {}
            _ => self.notes().lost(
                field,
                "options of a volume's driver have no place in a manifest",
            ),
        }
        None
    }
}

/// The path is this one or lies below it.
fn below(path: &str, root: &str) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || root.ends_with('/'))
}

/// A path whose last part has the ending of a file that is read, not of a folder.
fn is_file(path: &str) -> bool {
    const ENDINGS: [&str; 20] = [
        "conf",
        "cfg",
        "ini",
        "json",
        "yml",
        "yaml",
        "toml",
        "xml",
        "sh",
        "sql",
        "js",
        "py",
        "php",
        "env",
        "html",
        "txt",
        "properties",
        "hcl",
        "pem",
        "cnf",
    ];
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// The parts between colons that are not inside of braces.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0_usize, 0);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}
