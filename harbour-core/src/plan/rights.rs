//! Checks of rights beyond the usual, or fewer.

use std::collections::BTreeMap;

use super::access::check_capabilities;
use super::network::no_container;
use super::{MAX_DEVICES, MAX_OPTIONS, MAX_VALUE_LEN, World, bounded, given, unfit};
use crate::draft::CreateDraft;
use crate::problem::{Problem, ProblemCode, shown};
use crate::security_opt;
use crate::spec::{GpuChoice, Gpus, Rights};

/// Kernel parameters that belong to a container alone (Docker run reference,
/// "Configure namespaced kernel parameters"); all others are the server's.
const SYSCTLS: [&str; 8] = [
    "kernel.msgmax",
    "kernel.msgmnb",
    "kernel.msgmni",
    "kernel.sem",
    "kernel.shmall",
    "kernel.shmmax",
    "kernel.shmmni",
    "kernel.shm_rmid_forced",
];
const SYSCTL_TREES: [&str; 2] = ["net.", "fs.mqueue."];
/// Longest name of a group, a kernel parameter or a processor.
const MAX_NAME: usize = 256;

/// The rights, and where a shared `ipc` ends.
pub(super) struct CheckedRights {
    pub(super) rights: Rights,
    pub(super) resolved_ipc: Option<String>,
    /// Positions of the security options in the request.
    pub(super) security_opt: Vec<(usize, String)>,
}

pub(super) fn check(draft: &CreateDraft, world: &World, out: &mut Vec<Problem>) -> CheckedRights {
    let asked = &draft.rights;
    let cap_drop = check_capabilities("capDrop", &asked.cap_drop, out)
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    let mut options = Vec::new();
    for (index, text) in
        bounded("securityOpt", &asked.security_opt, MAX_OPTIONS, out).collect::<Vec<_>>()
    {
        let fault = unfit("A security option", text, MAX_VALUE_LEN)
            .or_else(|| (!security_opt::is_known(text)).then(|| {
                format!("“{}” is no security option; there are no-new-privileges, seccomp=, apparmor=, label= and systempaths=unconfined.", shown(text))
            }));
        if let Some(message) = fault {
            out.push(Problem::new(
                format!("securityOpt.{index}"),
                ProblemCode::Invalid,
                message,
            ));
        }
        options.push((index, text.clone()));
    }
    for (index, group) in
        bounded("groupAdd", &asked.group_add, MAX_OPTIONS, out).collect::<Vec<_>>()
    {
        let odd = group.is_empty()
            || group.len() > MAX_NAME
            || group
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || c == ':');
        if odd {
            let message = format!("“{}” is no group; write its name or number.", shown(group));
            out.push(Problem::new(
                format!("groupAdd.{index}"),
                ProblemCode::Invalid,
                message,
            ));
        }
    }
    let ipc = given(&asked.ipc).map(str::to_owned);
    let resolved_ipc = ipc.as_deref().and_then(|mode| check_ipc(mode, world, out));
    let rights = Rights {
        cap_drop,
        security_opt: options.iter().map(|(_, text)| text.clone()).collect(),
        group_add: asked.group_add.clone(),
        read_only: asked.read_only,
        ipc,
        gpus: check_gpus(draft, out),
        sysctls: check_sysctls(draft, out),
    };
    CheckedRights {
        rights,
        resolved_ipc,
        security_opt: options,
    }
}

/// Answers `host` when another container's shared memory is the server's.
fn check_ipc(mode: &str, world: &World, out: &mut Vec<Problem>) -> Option<String> {
    if let Some(name) = mode.strip_prefix("container:") {
        let Some(joined) = world.joins.get(name) else {
            out.push(no_container("ipc", name));
            return None;
        };
        return joined.host_ipc.then(|| "host".to_owned());
    }
    if !matches!(mode, "none" | "private" | "shareable" | "host") {
        let message = format!(
            "Shared memory is private, shareable, none, host or container:NAME, not “{}”.",
            shown(mode)
        );
        out.push(Problem::new("ipc", ProblemCode::Invalid, message));
    }
    None
}

fn check_gpus(draft: &CreateDraft, out: &mut Vec<Problem>) -> Option<Gpus> {
    let asked = draft.rights.gpus.as_ref()?;
    let most = i64::try_from(MAX_DEVICES).unwrap_or(i64::MAX);
    let word = |text: &str| {
        !text.is_empty()
            && text.len() <= MAX_NAME
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-:/=".contains(&b))
    };
    let mut bad = |field: String, message: String| {
        out.push(Problem::new(field, ProblemCode::Invalid, message));
    };
    for (part, list) in [
        ("deviceIds", &asked.device_ids),
        ("capabilities", &asked.capabilities),
    ] {
        if list.len() > MAX_DEVICES {
            bad(
                format!("gpus.{part}"),
                format!("{MAX_DEVICES} entries are the most."),
            );
        }
        for (index, text) in list.iter().take(MAX_DEVICES).enumerate() {
            if !word(text) {
                let message = format!("“{}” is no name the driver could know.", shown(text));
                bad(format!("gpus.{part}.{index}"), message);
            }
        }
    }
    let driver = given(&asked.driver).map(str::to_owned);
    if let Some(text) = driver.as_deref().filter(|text| !word(text)) {
        bad(
            "gpus.driver".to_owned(),
            format!("“{}” is no driver.", shown(text)),
        );
    }
    let which = match (asked.count, asked.device_ids.as_slice()) {
        (Some(_), [_, ..]) => {
            let message = "Say how many or which ones, not both.".to_owned();
            bad("gpus.count".to_owned(), message);
            GpuChoice::All
        }
        (None, [_, ..]) => GpuChoice::Ids(asked.device_ids.clone()),
        (None | Some(-1), []) => GpuChoice::All,
        (Some(count), []) => match u32::try_from(count) {
            Ok(number) if (1..=most).contains(&count) => GpuChoice::Count(number),
            _ => {
                let message =
                    format!("The number is from 1 to {most}, or -1 for all, not {count}.");
                bad("gpus.count".to_owned(), message);
                GpuChoice::All
            }
        },
    };
    let mut capabilities = asked.capabilities.clone();
    if !capabilities.iter().any(|name| name == "gpu") {
        capabilities.insert(0, "gpu".to_owned());
    }
    Some(Gpus {
        which,
        driver,
        capabilities,
    })
}

fn check_sysctls(draft: &CreateDraft, out: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut sysctls = BTreeMap::new();
    for (_, (name, value)) in
        bounded("sysctls", &draft.rights.sysctls, MAX_OPTIONS, out).collect::<Vec<_>>()
    {
        let mut bad = |code, message: String| {
            out.push(Problem::new(
                format!("sysctls.{}", shown(name)),
                code,
                message,
            ));
        };
        let named = name.len() <= MAX_NAME
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-/".contains(&b));
        let own = SYSCTLS.contains(&name.as_str())
            || SYSCTL_TREES
                .iter()
                .any(|tree| name.starts_with(tree) && name.len() > tree.len());
        if !named || !own {
            let message = "Only kernel parameters that belong to a container alone can be set: net.*, fs.mqueue.* and those of shared memory and messages.".to_owned();
            bad(ProblemCode::Invalid, message);
        } else if name.starts_with("net.") && draft.network.as_deref() == Some("host") {
            let message =
                "On the server's own network this parameter is the server's; set it there."
                    .to_owned();
            bad(ProblemCode::Invalid, message);
        }
        if value.is_empty() || value.chars().any(char::is_control) || value.len() > MAX_NAME {
            bad(
                ProblemCode::Invalid,
                "The value is one line of text.".to_owned(),
            );
        }
        if sysctls.insert(name.clone(), value.clone()).is_some() {
            bad(
                ProblemCode::Duplicate,
                "This parameter is set twice.".to_owned(),
            );
        }
    }
    sysctls
}
