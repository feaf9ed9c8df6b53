//! Answers, and what is installed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::AppForm;

/// Answers to a form. What is left out is as the form says by default, or made up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Answers {
    /// Name of the install.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Name of the chosen preset; single params come before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Values of params by key. An empty text is an empty value; a secret that is
    /// kept stays when its key is left out.
    pub params: BTreeMap<String, String>,
    /// Ports by id.
    pub ports: BTreeMap<String, PortChoice>,
    /// Volumes by id.
    pub volumes: BTreeMap<String, VolumeAnswer>,
    /// Devices by id.
    pub devices: BTreeMap<String, DeviceAnswer>,
}

/// The answer for a port.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct PortChoice {
    /// Leave it out.
    pub off: bool,
    /// Port of the server; absent is the default, 0 takes a free one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<u16>,
    /// Address of the server, such as `127.0.0.1`; absent is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
}

/// The answer for a volume.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct VolumeAnswer {
    /// Leave it out.
    pub off: bool,
    /// Path of the server (with a slash) or name of a volume; absent is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// The answer for a device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct DeviceAnswer {
    /// Leave it out.
    pub off: bool,
    /// Path of the server; absent is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// A value that was made up, told once.
#[derive(Clone, Serialize, ToSchema)]
pub struct GeneratedSecret {
    /// Key of the param.
    pub key: String,
    /// Its label.
    pub label: String,
    /// The value.
    pub value: String,
}

/// It never prints its value.
impl std::fmt::Debug for GeneratedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GeneratedSecret({}: ***)", self.key)
    }
}

/// An install that was begun.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallStarted {
    /// The operation.
    pub operation_id: String,
    /// Id of the install.
    pub install: String,
    /// Values that were made up; they are not shown again.
    pub secrets: Vec<GeneratedSecret>,
}

/// Where an install stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum InstallState {
    /// Being made.
    Installing,
    /// There.
    Installed,
    /// Its settings are being changed.
    Changing,
    /// Being taken away.
    Removing,
    /// Taken away; its data and its answers are kept.
    Removed,
}

/// Something installed from a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallSummary {
    /// Its id (ULID).
    pub id: String,
    /// Its name; its containers begin with it.
    pub name: String,
    /// Id of the store.
    pub store: String,
    /// The app in it.
    pub slug: String,
    /// Name of the app for people.
    pub app: String,
    /// Version that is installed.
    pub version: String,
    /// Version the store has now, when it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newer: Option<String>,
    /// Where it stands.
    pub state: InstallState,
    /// Its containers.
    pub containers: Vec<InstallContainer>,
    /// Address of its page; the host `HM_HOST` is the one the page was reached by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The operation at work on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// When it was installed (RFC 3339).
    pub installed_at: String,
    /// When its settings last changed (RFC 3339).
    pub changed_at: String,
}

/// A container of an install.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallContainer {
    /// Service.
    pub service: String,
    /// Name of the container.
    pub name: String,
    /// Its id, while it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its state, while it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<super::super::ContainerState>,
}

/// An install with its settings, as a form to be opened again.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallDetails {
    /// As in the list.
    #[serde(flatten)]
    pub summary: InstallSummary,
    /// The form.
    pub form: AppForm,
    /// What was answered, without secrets: see `kept` of a param.
    pub answers: Answers,
    /// Risks that were confirmed.
    pub confirmed: Vec<String>,
    /// Its private network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Names this state of the settings; to be sent back with changed answers.
    pub revision: String,
}

/// A volume or a folder with data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptData {
    /// `volume` or `folder`.
    pub kind: String,
    /// Its name or its path.
    pub name: String,
    /// Its size, when the engine knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<i64>,
    /// Other containers that use it; it stays then in any case.
    pub used_by: Vec<String>,
    /// Whether `deleteData` would delete it: what this app made itself.
    pub deletable: bool,
}

/// What taking an app away does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UninstallPreview {
    /// Containers that go.
    pub containers: Vec<String>,
    /// Network that goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Where its data is. It stays unless its deletion is asked for.
    pub data: Vec<KeptData>,
}
