//! What makes an engine private: its arguments, its containerd, its bridge.

use std::env;
use std::path::Path;

use super::DockerdOptions;
use crate::{KitError, Result, Scratch, process};

/// `f_type` of overlayfs (statfs(2)); an overlay cannot lie on an overlay.
const OVERLAYFS: u64 = 0x794c_7630;

/// The arguments of `dockerd`.
pub(super) fn dockerd(scratch: &Scratch, options: &DockerdOptions) -> Result<Vec<String>> {
    let path = |name: &str| scratch.join(name).to_string_lossy().into_owned();
    let name = scratch.name();
    let mut arguments = vec![
        format!("--data-root={}", path("data")),
        format!("--exec-root={}", path("exec")),
        format!("--host=unix://{}", path("d.sock")),
        format!("--pidfile={}", path("pid")),
        format!("--containerd={}", path("c.sock")),
        format!("--storage-driver={}", storage_driver(scratch.path())?),
        format!("--bridge={name}"),
        // Containers in a control group of their own tree can all be found.
        "--exec-opt=native.cgroupdriver=cgroupfs".to_owned(),
        format!("--cgroup-parent=/{name}"),
        "--iptables=false".to_owned(),
        "--ip-forward=false".to_owned(),
        "--ip-masq=false".to_owned(),
        "--userland-proxy=true".to_owned(),
        "--live-restore=false".to_owned(),
        "--shutdown-timeout=5".to_owned(),
    ];
    if let Ok(group) = env::var("SUDO_GID") {
        // Started with sudo: the person behind it may use the socket.
        arguments.push(format!("--group={group}"));
    }
    let insecure = options.insecure_registries.iter();
    arguments.extend(insecure.map(|registry| format!("--insecure-registry={registry}")));
    Ok(arguments)
}

/// The configuration of `containerd`. Its Kubernetes service is left out, and
/// the service that makes a directory in `/opt`.
pub(super) fn containerd(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "version = 2\n\
         root = \"{dir}/data/containerd\"\n\
         state = \"{dir}/exec/containerd\"\n\
         disabled_plugins = [\"io.containerd.grpc.v1.cri\", \"io.containerd.internal.v1.opt\"]\n\
         [grpc]\naddress = \"{dir}/c.sock\"\n"
    )
}

/// Makes the bridge of the engine's default network; the guard removes it.
pub(super) fn make_bridge(name: &str) -> Result<()> {
    let address = format!("{}.255.1/24", address_base(name));
    process::run("ip", &["link", "add", name, "type", "bridge"])?;
    process::run("ip", &["address", "add", &address, "dev", name])?;
    process::run("ip", &["link", "set", name, "up"])?;
    Ok(())
}

/// Where the kernel says whether packets within a bridge pass the packet filter.
const BRIDGES_ARE_FILTERED: &str = "/proc/sys/net/bridge/bridge-nf-call-iptables";

/// Lets containers on one bridge talk to each other. The engine makes no rules
/// of its own here, and the machine's may drop what is not its engine's. The
/// guard takes the rule away; it knows it by the name in it.
pub(super) fn open_bridges(name: &str) -> Result<()> {
    let filtered = std::fs::read_to_string(BRIDGES_ARE_FILTERED);
    // Without the file nothing is filtered.
    if filtered.is_ok_and(|text| text.trim() == "1") {
        let rule = [
            "-w",
            "-I",
            "FORWARD",
            "-m",
            "physdev",
            "--physdev-is-bridged",
        ];
        let named = ["-m", "comment", "--comment", name, "-j", "ACCEPT"];
        process::run("iptables", &[&rule[..], &named].concat())?;
    }
    Ok(())
}

/// The first two bytes of this engine's addresses, in 10.128.0.0/10, so that
/// engines of tests that run at the same time seldom choose the same ones.
fn address_base(name: &str) -> String {
    let sum = name.bytes().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    format!("10.{}", 128 + sum % 64)
}

/// The addresses of the engine's user network number `number`, from 1. They
/// are given to each network, not to the engine as `--default-address-pool`:
/// with that an engine that is started again deletes the machine's `docker0`.
pub(super) fn subnet(name: &str, number: u8) -> String {
    format!("{}.{number}.0/24", address_base(name))
}

fn storage_driver(dir: &Path) -> Result<&'static str> {
    let facts =
        rustix::fs::statfs(dir).map_err(|errno| KitError::file("look at", dir)(errno.into()))?;
    let is_overlay = u64::try_from(facts.f_type) == Ok(OVERLAYFS);
    Ok(if is_overlay { "vfs" } else { "overlay2" })
}
