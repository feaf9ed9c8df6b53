//! Containers, networks and volumes of an app: their labels, what is asked for
//! beside a plain container, and files put in before the start.

use std::collections::{BTreeMap, HashMap};

use bollard::query_parameters::{ListContainersOptions, UploadToContainerOptions};
use bytes::Bytes;
use serde_json::json;

use super::create::{OPERATION_LABEL, REPLACES_LABEL};
use super::{Engine, EngineError, request};
use crate::db::{AppContainerRecord, EngineRequest, InstallRecord};

/// The app's slug.
pub const APP_LABEL: &str = "io.harbourmaster.app";
/// Id of the store.
pub const STORE_LABEL: &str = "io.harbourmaster.store";
/// Version of the app.
pub const VERSION_LABEL: &str = "io.harbourmaster.version";
/// The service within the app.
pub const SERVICE_LABEL: &str = "io.harbourmaster.service";
/// Id of the install.
pub const INSTALL_LABEL: &str = "io.harbourmaster.install";

/// Size of a block of an archive (POSIX.1-2017, pax, "ustar Interchange Format").
const BLOCK: usize = 512;

/// Labels of everything that belongs to an install.
#[must_use]
pub fn app_labels(install: &InstallRecord, operation: &str) -> BTreeMap<String, String> {
    [
        (APP_LABEL, install.slug.as_str()),
        (STORE_LABEL, &install.store),
        (VERSION_LABEL, &install.version),
        (INSTALL_LABEL, &install.id),
        (OPERATION_LABEL, operation),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

/// What the engine is asked for to make a container of an app.
///
/// # Errors
/// As for any container.
pub fn app_request(
    container: &AppContainerRecord,
    install: &InstallRecord,
) -> Result<EngineRequest, EngineError> {
    let mut request = request(&container.create)?;
    let body = &mut request.body;
    for (key, value) in app_labels(install, "") {
        if key != OPERATION_LABEL {
            body["Labels"][key] = value.into();
        }
    }
    body["Labels"][SERVICE_LABEL] = container.service.clone().into();
    if !container.tmpfs.is_empty() {
        body["HostConfig"]["Tmpfs"] = json!(container.tmpfs);
    }
    if !container.device_rules.is_empty() {
        body["HostConfig"]["DeviceCgroupRules"] = json!(container.device_rules);
    }
    if let Some(other) = &container.pid_of {
        body["HostConfig"]["PidMode"] = format!("container:{other}").into();
    }
    if let Some(interval) = container.start_interval {
        body["Healthcheck"]["StartInterval"] = interval.into();
    }
    Ok(request)
}

impl Engine {
    /// The containers with all of these labels: id and name, asked from the engine itself.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn labelled(
        &self,
        labels: &[(&str, &str)],
    ) -> Result<Vec<(String, String)>, EngineError> {
        let labels = labels.iter().map(|(key, value)| format!("{key}={value}"));
        let options = ListContainersOptions {
            all: true,
            filters: Some(HashMap::from([("label".to_owned(), labels.collect())])),
            ..Default::default()
        };
        let found = self
            .client()?
            .docker
            .list_containers(Some(options))
            .await
            .map_err(|e| EngineError::of("listing containers", e))?;
        let pair = |c: bollard::models::ContainerSummary| {
            let name = c
                .names
                .unwrap_or_default()
                .into_iter()
                .next()
                .unwrap_or_default();
            Some((c.id?, name.trim_start_matches('/').to_owned()))
        };
        Ok(found.into_iter().filter_map(pair).collect())
    }

    /// The container of a service that an operation made.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn service_of(
        &self,
        operation: &str,
        service: &str,
    ) -> Result<Option<String>, EngineError> {
        let found = self
            .labelled(&[(OPERATION_LABEL, operation), (SERVICE_LABEL, service)])
            .await?;
        Ok(found.into_iter().next().map(|(id, _)| id))
    }

    /// The container that an operation made in the place of the container `old`.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn successor_of(
        &self,
        operation: &str,
        old: &str,
    ) -> Result<Option<String>, EngineError> {
        let found = self
            .labelled(&[(OPERATION_LABEL, operation), (REPLACES_LABEL, old)])
            .await?;
        Ok(found.into_iter().next().map(|(id, _)| id))
    }

    /// A network by its exact name: its id and labels.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn network_named(
        &self,
        name: &str,
    ) -> Result<Option<(String, BTreeMap<String, String>)>, EngineError> {
        let networks = self.networks().await?;
        let found = networks.into_iter().find(|network| network.name == name);
        Ok(found.map(|network| (network.id, network.labels)))
    }

    /// Puts files into a container that need not run: path, content, access rights.
    ///
    /// # Errors
    /// As the engine says.
    pub async fn put_files(
        &self,
        id: &str,
        files: &[(String, String, u32)],
    ) -> Result<(), EngineError> {
        let client = self.client()?;
        let options = UploadToContainerOptions {
            path: "/".to_owned(),
            ..Default::default()
        };
        let body = bollard::body_full(Bytes::from(archive(files)));
        client
            .docker
            .upload_to_container(id, Some(options), body)
            .await
            .map_err(|e| EngineError::of("putting files in", e))
    }
}

/// A tar archive of files that belong to root. Folders on the way are made by
/// the engine.
fn archive(files: &[(String, String, u32)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (path, content, mode) in files {
        let path = path.trim_start_matches('/');
        if path.len() > 100 {
            // A path that is too long for a header goes before it, as GNU tar does.
            bytes.extend(header("././@LongLink", path.len() + 1, 0, b'L'));
            padded(&mut bytes, format!("{path}\0").as_bytes());
        }
        bytes.extend(header(path, content.len(), *mode, b'0'));
        padded(&mut bytes, content.as_bytes());
    }
    bytes.extend([0; 2 * BLOCK]);
    bytes
}

fn padded(bytes: &mut Vec<u8>, content: &[u8]) {
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
}

fn header(path: &str, length: usize, mode: u32, kind: u8) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, text: &str| {
        let bytes = text.as_bytes();
        block[at..at + bytes.len()].copy_from_slice(bytes);
    };
    put(0, path.get(..path.len().min(100)).unwrap_or_default());
    put(100, &format!("{:07o}", mode & 0o7777));
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{length:011o}"));
    put(136, "00000000000");
    // The checksum counts its own field as blanks.
    put(148, "        ");
    put(257, "ustar\x0000");
    block[156] = kind;
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_read_back() {
        let long = format!("/etc/{}/file.conf", "x".repeat(120));
        let files = [
            ("/etc/app.conf".to_owned(), "a = 1\n".to_owned(), 0o600),
            (long.clone(), "y".repeat(1000), 0o444),
        ];
        let mut archive = tar::Archive::new(std::io::Cursor::new(archive(&files)));
        let read: Vec<(String, String, u32)> = archive
            .entries()
            .expect("an archive")
            .map(|entry| {
                let mut entry = entry.expect("an entry");
                let mut text = String::new();
                std::io::Read::read_to_string(&mut entry, &mut text).expect("text");
                let path = format!("/{}", entry.path().expect("a path").display());
                (path, text, entry.header().mode().expect("rights"))
            })
            .collect();
        assert_eq!(read, files);
    }
}
