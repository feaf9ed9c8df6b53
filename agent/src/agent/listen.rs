//! What the agent listens on and under which names, and the certificate it
//! keeps fresh.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::ServerConfig;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::StartError;
use crate::config::{Config, Listen};
use crate::host;
use crate::http::{Listener, Site};
use crate::operations::error_chain;
use crate::tls::ensure_server_config;

/// How often the certificate is looked at.
const RENEW_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is listened on, and how HTTPS keeps its certificate fresh.
pub(super) struct Door {
    pub(super) listener: Listener,
    pub(super) renewal: Option<Renewal>,
}

/// Issues the server's certificate anew before it runs out.
pub(super) struct Renewal {
    dir: PathBuf,
    names: Vec<String>,
    pub(super) ca_path: PathBuf,
    config: watch::Sender<Arc<ServerConfig>>,
}

/// Opens the door.
///
/// # Errors
/// When the address cannot be taken or the certificate cannot be made.
pub(super) async fn listen(config: &Config) -> Result<Door, StartError> {
    let plain = |listener| Door {
        listener,
        renewal: None,
    };
    let address = match &config.listen {
        Listen::Unix(path) => return Ok(plain(Listener::unix(path)?)),
        Listen::Tcp(address) if config.insecure_http => {
            return Ok(plain(Listener::tcp(*address, None).await?));
        }
        Listen::Tcp(address) => *address,
    };
    let dir = config.data_dir.join("tls");
    let names = certificate_names(config);
    let setup = ensure_server_config(&dir, &names, Timestamp::now())?;
    let sender = watch::Sender::new(setup.config);
    let listener = Listener::tcp(address, Some(sender.subscribe())).await?;
    let renewal = Renewal {
        dir,
        names,
        ca_path: setup.ca_path,
        config: sender,
    };
    Ok(Door {
        listener,
        renewal: Some(renewal),
    })
}

/// Looks at the certificate once a day; it is issued again in its last month.
pub(super) async fn renew(renewal: Renewal, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(RENEW_EVERY) => {}
        }
        let (dir, names) = (renewal.dir.clone(), renewal.names.clone());
        let ensure = move || ensure_server_config(&dir, &names, Timestamp::now());
        match tokio::task::spawn_blocking(ensure).await {
            Ok(Ok(setup)) => {
                renewal.config.send_replace(setup.config);
            }
            Ok(Err(error)) => {
                let error = error_chain(&error);
                tracing::error!(%error, "the certificate could not be renewed");
            }
            Err(error) => tracing::error!(%error, "the renewal was interrupted"),
        }
    }
}

/// Names under which the site may be opened.
fn hosts(config: &Config) -> Vec<String> {
    let mut hosts: Vec<String> = ["localhost", "127.0.0.1", "::1"]
        .iter()
        .map(|h| (*h).to_owned())
        .collect();
    hosts.push(host::hostname().to_ascii_lowercase());
    if let Listen::Tcp(address) = &config.listen
        && !address.ip().is_unspecified()
    {
        hosts.push(address.ip().to_string());
    }
    hosts.extend(config.allowed_hosts.iter().map(|h| h.to_ascii_lowercase()));
    hosts.sort();
    hosts.dedup();
    hosts
}

/// Of those, what a certificate can name.
fn certificate_names(config: &Config) -> Vec<String> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            })
    };
    hosts(config)
        .into_iter()
        .filter(|name| name.parse::<std::net::IpAddr>().is_ok() || is_name(name))
        .collect()
}

/// How the site is reached, as far as requests show it.
pub(super) fn site(config: &Config) -> Site {
    let plain = config.insecure_http && matches!(config.listen, Listen::Tcp(_));
    Site {
        hosts: hosts(config),
        secure: !plain,
        proxies: config.trusted_proxies.clone(),
    }
}
