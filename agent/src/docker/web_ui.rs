//! Where a container's own web page is.

use std::collections::BTreeMap;

use crate::views::{PortView, WebUi};

/// Labels that tell a web page's address.
const WEB_UI_LABELS: [&str; 2] = ["io.harbourmaster.webui", "net.unraid.docker.webui"];
/// Container ports that usually speak HTTP, in order of preference.
const WEB_PORTS: [u16; 18] = [
    80, 8080, 3000, 8000, 5000, 8081, 8096, 8123, 9000, 9090, 2283, 8989, 7878, 9696, 3001, 8888,
    5055, 8090,
];
/// Container ports that usually speak HTTPS.
const WEB_TLS_PORTS: [u16; 3] = [443, 8443, 9443];

/// The app's own page: from a label, else from the published port that most
/// likely speaks HTTP.
pub(super) fn find(labels: &BTreeMap<String, String>, ports: &[PortView]) -> Option<WebUi> {
    if let Some(label) = WEB_UI_LABELS.iter().find_map(|l| labels.get(*l)) {
        return from_label(label, ports);
    }
    let published = |wanted: &[u16]| {
        wanted.iter().find_map(|w| {
            ports
                .iter()
                .find(|p| p.container == *w && p.protocol == "tcp")
                .and_then(|p| p.host)
        })
    };
    let (scheme, port) = match published(&WEB_PORTS) {
        Some(port) => ("http", port),
        None => ("https", published(&WEB_TLS_PORTS)?),
    };
    Some(WebUi {
        scheme: scheme.to_owned(),
        host: None,
        port: Some(port),
        path: "/".to_owned(),
    })
}

/// `http://[IP]:[PORT:8080]/path` or a plain address. `[PORT:n]` is the host
/// port of container port n.
fn from_label(label: &str, ports: &[PortView]) -> Option<WebUi> {
    let (scheme, rest) = label.split_once("://")?;
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let (host, port) = if let Some((host, inner)) = authority.split_once(":[PORT:") {
        let inside: u16 = inner.strip_suffix(']')?.parse().ok()?;
        let port = ports
            .iter()
            .find(|p| p.container == inside)
            .and_then(|p| p.host);
        (host, Some(port.unwrap_or(inside)))
    } else {
        match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (authority, None),
        }
    };
    if host.is_empty() || path.chars().any(char::is_control) {
        return None;
    }
    let plain = host
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    match host {
        "[IP]" => {}
        _ if plain => {}
        _ => return None,
    }
    Some(WebUi {
        scheme: scheme.to_owned(),
        host: (host != "[IP]").then(|| host.to_owned()),
        port,
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(container: u16, host: Option<u16>) -> PortView {
        PortView {
            container,
            protocol: "tcp".into(),
            host,
            host_ip: None,
        }
    }

    #[test]
    fn web_pages_are_found() {
        let ports = [port(8096, Some(9096)), port(1900, Some(1900))];
        let label = |text: &str| {
            let labels = BTreeMap::from([("net.unraid.docker.webui".to_owned(), text.to_owned())]);
            find(&labels, &ports).map(|w| (w.scheme, w.host, w.port, w.path))
        };
        let s = str::to_owned;
        assert_eq!(
            label("http://[IP]:[PORT:8096]/web"),
            Some((s("http"), None, Some(9096), s("/web")))
        );
        assert_eq!(
            label("https://box.lan:81"),
            Some((s("https"), Some(s("box.lan")), Some(81), s("/")))
        );
        for bad in [
            "javascript:alert(1)",
            "http://",
            "http://a@b/",
            "http://[IP]:x/",
            "ftp://a/",
        ] {
            assert_eq!(label(bad), None, "{bad}");
        }
        let guessed = find(&BTreeMap::new(), &ports).expect("8096 is a web port");
        assert_eq!(guessed.port, Some(9096));
        assert_eq!(find(&BTreeMap::new(), &[port(5432, Some(5432))]), None);
        assert_eq!(
            find(&BTreeMap::new(), &[port(80, None)]),
            None,
            "not published"
        );
    }
}
