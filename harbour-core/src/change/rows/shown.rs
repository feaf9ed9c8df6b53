//! Single values of a draft in words.

use crate::draft::{HealthcheckDraft, MountDraft, NetworkDraft};
use crate::host_path::normalise;

pub(super) fn mount_shown(mount: &MountDraft) -> String {
    let read_only = if mount.read_only { ", read-only" } else { "" };
    match mount.kind.as_str() {
        "tmpfs" => {
            let size = mount
                .size_bytes
                .map(|size| format!(", {size} bytes"))
                .unwrap_or_default();
            let mode = mount
                .mode
                .as_deref()
                .map(|mode| format!(", mode {}", mode.trim_start_matches('0')))
                .unwrap_or_default();
            format!("memory{size}{mode}{read_only}")
        }
        "bind" => format!("{}{read_only}", normalise(&mount.source)),
        kind => format!("{kind} {}{read_only}", mount.source),
    }
}

pub(super) fn network_shown(network: &NetworkDraft) -> String {
    let mut parts = vec!["joined".to_owned()];
    let mut aliases = network.aliases.clone();
    aliases.sort();
    if !aliases.is_empty() {
        parts.push(format!("as {}", aliases.join(", ")));
    }
    let addresses = [&network.ipv4_address, &network.ipv6_address];
    for address in addresses.into_iter().flatten().filter(|a| !a.is_empty()) {
        parts.push(address.clone());
    }
    parts.join(", ")
}

pub(super) fn check_shown(check: &HealthcheckDraft) -> String {
    let mut shown = words_shown(&check.test);
    for (what, value) in [
        ("every", check.interval_seconds),
        ("within", check.timeout_seconds),
        ("after", check.start_period_seconds.filter(|&s| s > 0)),
    ] {
        if let Some(seconds) = value {
            shown.push_str(&format!(", {what} {seconds} s"));
        }
    }
    if let Some(retries) = check.retries {
        shown.push_str(&format!(", {retries} failures"));
    }
    shown
}

/// Words as a person would type them.
pub(in crate::change) fn words_shown(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        let plain = !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c));
        if plain {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}
