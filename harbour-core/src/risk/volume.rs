//! What a volume hands to the containers that use it: the local driver mounts
//! whatever its options say, as root.

use super::{Risk, mount_risks};
use crate::problem::Problem;
use crate::spec::{Mount, MountKind};
use crate::volume::{LOCAL, VolumeSpec};

/// Types that reach nothing of this server: shares of others, and memory.
const HARMLESS_TYPES: [&str; 7] = ["nfs", "nfs3", "nfs4", "cifs", "smb3", "smbfs", "tmpfs"];

/// The one rule, for volumes: the local driver with `o=bind` is a bind mount in
/// disguise and is judged as one. `resolved` is where its device ends after its
/// links.
///
/// # Errors
/// One problem for each risk that is not in `confirmed`.
pub fn require_volume_confirmed(
    spec: &VolumeSpec,
    resolved: Option<&str>,
    protected: &[String],
    confirmed: &[String],
) -> Result<(), Vec<Problem>> {
    let problems: Vec<Problem> = assess(spec, resolved, protected)
        .into_iter()
        .filter(|(risk, _)| !confirmed.contains(&risk.name()))
        .map(|(risk, field)| Problem::unconfirmed(field, &risk))
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn assess(
    spec: &VolumeSpec,
    resolved: Option<&str>,
    protected: &[String],
) -> Vec<(Risk, &'static str)> {
    // Plugins do what their administrator installed them for.
    if spec.driver != LOCAL {
        return Vec::new();
    }
    let option = |name: &str| spec.driver_options.get(name).map_or("", |v| v.trim());
    let (kind, device) = (option("type"), option("device"));
    // With this flag the kernel ignores the type (mount(2), MS_BIND).
    let bind = option("o")
        .split(',')
        .any(|flag| matches!(flag.trim(), "bind" | "rbind"));
    let mut found = Vec::new();
    let none = matches!(kind, "" | "none");
    if !bind && HARMLESS_TYPES.contains(&kind) {
        return found;
    }
    if !bind && !none {
        found.push((Risk::VolumeType(kind.to_owned()), "driverOptions.type"));
    }
    if device.starts_with('/') {
        let mount = Mount {
            kind: MountKind::Bind { create: false },
            source: device.to_owned(),
            resolved_source: resolved.map(str::to_owned),
            target: "/".to_owned(),
            read_only: false,
        };
        let risks = mount_risks(&mount, protected);
        found.extend(risks.into_iter().map(|r| (r, "driverOptions.device")));
    }
    found
}
