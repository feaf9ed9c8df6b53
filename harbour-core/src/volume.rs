//! A volume as somebody asks for it, and checked.

use std::collections::BTreeMap;

use crate::host_path::climbs;
use crate::problem::{Problem, ProblemCode, shown};
use crate::risk;
use crate::spec::is_volume_name;

/// The driver of the engine itself.
pub const LOCAL: &str = "local";
/// Labels under this name are the manager's own.
const OWN_LABELS: &str = "io.harbourmaster.";
/// Options of the engine's own driver.
const LOCAL_OPTIONS: [&str; 4] = ["type", "o", "device", "size"];
/// Labels and options of one volume at most.
const MAX_ENTRIES: usize = 100;

/// What is asked for, unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolumeDraft {
    /// Name.
    pub name: String,
    /// Absent means [`LOCAL`].
    pub driver: Option<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Options of the driver.
    pub driver_options: BTreeMap<String, String>,
    /// Risks that are taken knowingly, by name.
    pub confirm_risks: Vec<String>,
}

/// A volume that may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeSpec {
    /// Name.
    pub name: String,
    /// Driver.
    pub driver: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Options of the driver.
    pub driver_options: BTreeMap<String, String>,
}

impl VolumeDraft {
    /// The path of this server that the volume would be, when it is one in
    /// disguise. Where its links lead is for [`plan_volume`] to be told.
    pub fn device_path(&self) -> Option<&str> {
        let device = self.driver_options.get("device")?;
        device.starts_with('/').then_some(device.as_str())
    }
}

/// Checks a draft. `resolved` is where [`VolumeDraft::device_path`] ends after
/// its links; `protected` as in [`risk::assess`].
///
/// # Errors
/// All problems at once, risks that nobody confirmed among them.
pub fn plan_volume(
    draft: &VolumeDraft,
    resolved: Option<&str>,
    protected: &[String],
) -> Result<VolumeSpec, Vec<Problem>> {
    let mut out = Vec::new();
    let name = draft.name.trim();
    if name.is_empty() {
        out.push(Problem::new(
            "name",
            ProblemCode::Required,
            "Give the volume a name.",
        ));
    } else if !is_volume_name(name) || name.len() > 255 {
        out.push(Problem::new(
            "name",
            ProblemCode::Invalid,
            "A volume's name has 2 to 255 letters, digits, dots, dashes and underscores, and begins with a letter or digit.",
        ));
    }
    let driver = draft.driver.as_deref().unwrap_or(LOCAL).trim();
    let driver = if driver.is_empty() { LOCAL } else { driver };
    check_labels(&draft.labels, &mut out);
    check_options(driver, &draft.driver_options, &mut out);
    let spec = VolumeSpec {
        name: name.to_owned(),
        driver: driver.to_owned(),
        labels: draft.labels.clone(),
        driver_options: draft.driver_options.clone(),
    };
    if let Err(unconfirmed) =
        risk::require_volume_confirmed(&spec, resolved, protected, &draft.confirm_risks)
    {
        out.extend(unconfirmed);
    }
    if out.is_empty() { Ok(spec) } else { Err(out) }
}

fn check_options(driver: &str, options: &BTreeMap<String, String>, out: &mut Vec<Problem>) {
    if options.len() > MAX_ENTRIES {
        out.push(Problem::new(
            "driverOptions",
            ProblemCode::Invalid,
            format!("Give at most {MAX_ENTRIES} options."),
        ));
    }
    if driver != LOCAL {
        return;
    }
    for key in options.keys() {
        if !LOCAL_OPTIONS.contains(&key.as_str()) {
            out.push(Problem::new(
                format!("driverOptions.{}", shown(key)),
                ProblemCode::Invalid,
                format!(
                    "The local driver has no option “{}”; it has {}.",
                    shown(key),
                    LOCAL_OPTIONS.join(", ")
                ),
            ));
        }
    }
    if options.get("device").is_some_and(|device| climbs(device)) {
        out.push(Problem::new(
            "driverOptions.device",
            ProblemCode::Invalid,
            "Write the path without “..”, so that it is plain what it names.",
        ));
    }
}

/// The rules labels of volumes and networks have in common.
pub fn check_labels(labels: &BTreeMap<String, String>, out: &mut Vec<Problem>) {
    if labels.len() > MAX_ENTRIES {
        out.push(Problem::new(
            "labels",
            ProblemCode::Invalid,
            format!("Give at most {MAX_ENTRIES} labels."),
        ));
    }
    for key in labels.keys() {
        let message = if key.trim().is_empty() {
            "A label needs a name.".to_owned()
        } else if key.starts_with(OWN_LABELS) {
            format!("Labels under {OWN_LABELS} are the manager's own; choose another name.")
        } else {
            continue;
        };
        out.push(Problem::new(
            format!("labels.{}", shown(key)),
            ProblemCode::Invalid,
            message,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(options: &[(&str, &str)]) -> VolumeDraft {
        VolumeDraft {
            name: "data".into(),
            driver_options: options
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
            ..Default::default()
        }
    }

    fn risks(options: &[(&str, &str)], resolved: Option<&str>) -> Vec<String> {
        let protected = ["/srv/agent".to_owned()];
        match plan_volume(&draft(options), resolved, &protected) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .into_iter()
                .map(|p| {
                    p.risk
                        .unwrap_or_else(|| format!("{}: {}", p.field, p.message))
                })
                .collect(),
        }
    }

    #[test]
    fn a_folder_in_disguise_is_judged_as_a_folder() {
        let bind = |device| [("type", "none"), ("o", "rw,bind"), ("device", device)];
        assert!(risks(&[], None).is_empty());
        assert!(risks(&bind("/srv/media"), None).is_empty());
        assert_eq!(risks(&bind("/etc"), None), ["system-path:/etc"]);
        assert_eq!(risks(&bind("//etc/./"), None), ["system-path:/etc"]);
        assert_eq!(risks(&bind("/"), None), ["system-path:/"]);
        assert_eq!(
            risks(&bind("/var/run/docker.sock"), None),
            ["docker-socket"]
        );
        assert_eq!(
            risks(&bind("/srv/agent/tls"), None),
            ["system-path:/srv/agent/tls"]
        );
        assert_eq!(
            risks(&bind("/srv/link"), Some("/etc/ssh")),
            ["system-path:/etc/ssh"],
            "where its links lead counts"
        );
        // The flag makes it one, whatever the type says.
        for kind in ["", "nfs", "tmpfs", "ext4"] {
            let options = [
                ("type", kind),
                ("o", "addr=1.2.3.4,rbind"),
                ("device", "/etc"),
            ];
            assert!(
                risks(&options, None).contains(&"system-path:/etc".to_owned()),
                "{kind}"
            );
        }
    }

    #[test]
    fn other_types_are_shares_memory_or_a_risk() {
        let kind = |kind, device| risks(&[("type", kind), ("o", "rw"), ("device", device)], None);
        assert!(kind("nfs", ":/etc").is_empty(), "of another server");
        assert!(kind("nfs4", "/export").is_empty());
        assert!(kind("cifs", "//nas/etc").is_empty());
        assert!(kind("tmpfs", "tmpfs").is_empty());
        assert_eq!(
            kind("ext4", "/dev/sda1"),
            ["volume-type:ext4", "system-path:/dev/sda1"]
        );
        for odd in ["proc", "sysfs", "devtmpfs", "overlay", "debugfs"] {
            assert_eq!(kind(odd, odd), [format!("volume-type:{odd}")]);
        }
    }

    #[test]
    fn risks_can_be_confirmed_by_name() {
        let mut draft = draft(&[("type", "none"), ("o", "bind"), ("device", "/etc")]);
        draft.confirm_risks = vec!["system-path:/etc".into()];
        let spec = plan_volume(&draft, None, &[]).expect("confirmed");
        assert_eq!(
            (spec.driver.as_str(), spec.driver_options.len()),
            ("local", 3)
        );
    }

    #[test]
    fn faults_are_on_their_field() {
        let fields = |draft: &VolumeDraft| -> Vec<String> {
            let problems = plan_volume(draft, None, &[]).expect_err("refused");
            problems.into_iter().map(|p| p.field).collect()
        };
        let named = |name: &str| VolumeDraft {
            name: name.into(),
            ..Default::default()
        };
        for bad in ["", "a", "../etc", "/etc", "a b"] {
            assert_eq!(fields(&named(bad)), ["name"], "{bad:?}");
        }
        assert_eq!(fields(&draft(&[("mode", "1")])), ["driverOptions.mode"]);
        let climbing = draft(&[("o", "bind"), ("device", "/srv/../etc")]);
        assert!(fields(&climbing).contains(&"driverOptions.device".to_owned()));
        let mut labelled = named("data");
        labelled
            .labels
            .insert("io.harbourmaster.operation".into(), "x".into());
        assert_eq!(fields(&labelled), ["labels.io.harbourmaster.operation"]);
    }
}
