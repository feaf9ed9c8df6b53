//! The node's numbers as Prometheus reads them (text format 0.0.4).

use std::fmt::Write as _;

use super::types::{BytesBySource, NodeStatus, StoreStatus};

struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string does not fail.
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn value(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let _ = match labels {
            "" => writeln!(self.0, "{name} {value}"),
            labels => writeln!(self.0, "{name}{{{labels}}} {value}"),
        };
    }
}

fn by_source(bytes: &BytesBySource) -> [(&'static str, u64); 4] {
    [
        ("disk", bytes.disk),
        ("lan", bytes.lan),
        ("peer", bytes.peer),
        ("origin", bytes.origin),
    ]
}

/// All of them.
pub(super) fn text(node: &NodeStatus, stores: &[StoreStatus]) -> String {
    let mut out = Text(String::new());
    let near = node.peers.iter().filter(|peer| peer.near).count();
    out.family("harbour_peers", "gauge", "Connected peers.");
    out.value("harbour_peers", "distance=\"near\"", near);
    out.value("harbour_peers", "distance=\"far\"", node.peers.len() - near);
    out.family("harbour_peers_banned", "gauge", "Peers that are shut out.");
    out.value("harbour_peers_banned", "", node.banned);
    let messages = &node.messages;
    out.family(
        "harbour_announcements_total",
        "counter",
        "Announcements of peers by verdict, and own ones.",
    );
    for (verdict, count) in [
        ("accepted", messages.accepted),
        ("ignored", messages.ignored),
        ("rejected", messages.rejected),
        ("published", messages.published),
    ] {
        let label = format!("verdict=\"{verdict}\"");
        out.value("harbour_announcements_total", &label, count);
    }
    out.family("harbour_requests_total", "counter", "Requests of peers.");
    for (answer, count) in [
        ("answered", messages.answered),
        ("refused", messages.refused),
    ] {
        let label = format!("answer=\"{answer}\"");
        out.value("harbour_requests_total", &label, count);
    }
    out.family(
        "harbour_peers_cut_off_total",
        "counter",
        "Peers that were cut off.",
    );
    out.value("harbour_peers_cut_off_total", "", messages.cut_off);
    out.family("harbour_disk_bytes", "gauge", "Bytes of files on disk.");
    out.value("harbour_disk_bytes", "", node.disk);
    out.family(
        "harbour_disk_limit_bytes",
        "gauge",
        "Bytes that they may have.",
    );
    out.value("harbour_disk_limit_bytes", "", node.limits.disk);
    out.family(
        "harbour_store_version",
        "gauge",
        "Version of a store's trusted timestamp.",
    );
    for store in stores {
        let label = format!("store=\"{}\"", store.id);
        out.value("harbour_store_version", &label, store.version.unwrap_or(0));
    }
    out.family(
        "harbour_store_peers",
        "gauge",
        "Connected peers of a store.",
    );
    for store in stores {
        out.value(
            "harbour_store_peers",
            &format!("store=\"{}\"", store.id),
            store.peers,
        );
    }
    out.family(
        "harbour_bytes_total",
        "counter",
        "Bytes of files by where they came from.",
    );
    for store in stores {
        for (source, bytes) in by_source(&store.bytes) {
            let label = format!("store=\"{}\",source=\"{source}\"", store.id);
            out.value("harbour_bytes_total", &label, bytes);
        }
    }
    out.0
}
