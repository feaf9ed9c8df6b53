//! The Harbourmaster agent: the only process that touches the Docker socket.
//!
//! `docs/architecture.md` has the map. In short: `http` speaks to browsers,
//! `flows` decide, `operations` carry out what takes long, `docker` speaks to
//! the engine, `db` remembers.

pub mod about;
pub mod agent;
pub mod audit;
pub mod auth;
pub mod cause;
pub mod config;
pub mod db;
pub mod docker;
pub mod events;
pub mod flows;
#[doc(hidden)]
pub mod fuzzing;
pub mod host;
pub mod http;
pub mod icons;
pub mod net;
pub mod operations;
pub mod secrets;
pub mod settings;
pub mod stats;
pub mod store;
pub mod timeline;
pub mod tls;
pub mod views;

#[cfg(test)]
mod layers {
    //! The rules of who may know whom, checked on the sources themselves.

    use std::fs;
    use std::path::Path;

    fn sources(dir: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for entry in fs::read_dir(dir).expect("a directory of sources").flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(sources(&path));
            } else {
                let text = fs::read_to_string(&path).expect("readable");
                found.push((path.display().to_string(), text));
            }
        }
        found
    }

    #[test]
    fn each_layer_knows_only_what_it_may() {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for (layer, forbidden) in [
            (
                "http",
                &["crate::docker", "crate::db", "bollard", "redb"][..],
            ),
            ("flows", &["axum", "bollard", "redb", "crate::http"]),
            (
                "operations",
                &[
                    "axum",
                    "bollard",
                    "redb",
                    "crate::http",
                    "crate::docker",
                    "crate::flows",
                ],
            ),
            ("docker", &["axum", "redb", "crate::http", "crate::flows"]),
            (
                "db",
                &[
                    "axum",
                    "bollard",
                    "crate::http",
                    "crate::flows",
                    "crate::docker",
                ],
            ),
            (
                "auth",
                &[
                    "axum",
                    "bollard",
                    "redb",
                    "crate::http",
                    "crate::flows",
                    "crate::docker",
                ],
            ),
            (
                "stats",
                &["axum", "bollard", "redb", "crate::http", "crate::db"],
            ),
            (
                "store",
                &[
                    "axum",
                    "bollard",
                    "redb",
                    "crate::http",
                    "crate::flows",
                    "crate::docker",
                    "crate::db",
                ],
            ),
            ("views", &["axum", "bollard", "redb", "crate::"]),
        ] {
            let files = sources(&src.join(layer));
            assert!(!files.is_empty(), "{layer} has moved");
            for (path, text) in files {
                for word in forbidden {
                    let used = text
                        .lines()
                        .any(|l| !l.trim_start().starts_with("//") && l.contains(word));
                    assert!(!used, "{path} uses {word}");
                }
            }
        }
    }
}
