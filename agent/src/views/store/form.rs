//! The form of an app, made from its manifest for this machine.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// What the person is asked.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppForm {
    /// Name of the install when nothing is entered: the slug, with a number when it is taken.
    pub name: String,
    /// Answers to several params at once.
    pub presets: Vec<PresetView>,
    /// Params in the author's order.
    pub params: Vec<ParamField>,
    /// Ports.
    pub ports: Vec<PortField>,
    /// Volumes and folders.
    pub volumes: Vec<VolumeField>,
    /// Devices.
    pub devices: Vec<DeviceField>,
    /// Folder below which missing folders are made.
    pub app_data_root: String,
}

/// Answers to several params at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PresetView {
    /// Name.
    pub name: String,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Values by key.
    pub params: BTreeMap<String, String>,
}

/// Kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ParamKindView {
    /// A text.
    String,
    /// A text that is not shown.
    Secret,
    /// A number, as text.
    Number,
    /// `true` or `false`, as text.
    Boolean,
}

/// A param. Its answer stands in `params` under its key; problems are on `params.KEY`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParamField {
    /// Key.
    pub key: String,
    /// Text beside the field.
    pub label: String,
    /// Kind of value.
    pub kind: ParamKindView,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Value when nothing is entered, filled in for this machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// It can not be left empty.
    pub required: bool,
    /// Belongs into the advanced section.
    pub advanced: bool,
    /// Values to choose from; empty is free text.
    pub options: Vec<String>,
    /// Regular expression for the whole value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Least number, or least length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Greatest number, or greatest length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Made up when nothing is entered, and told once.
    pub generated: bool,
    /// A value is kept from before and is not shown; nothing entered keeps it.
    pub kept: bool,
    /// Services that are there only when this is on.
    pub turns_on: Vec<String>,
}

/// A port. Its answer stands in `ports` under its id; problems are on `ports.ID`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortField {
    /// `SERVICE:PORT/PROTOCOL`, such as `web:80/tcp` or `dns:53/udp`.
    pub id: String,
    /// Service.
    pub service: String,
    /// Port in the container.
    pub container: u16,
    /// Last port of a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_end: Option<u16>,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Text beside the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// It can not be left out.
    pub required: bool,
    /// Port of the server when nothing is entered; absent takes a free one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<u16>,
    /// Address of the server when nothing is entered; absent is all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
    /// It leads to the app's page.
    pub web_ui: bool,
}

/// What a path of a container is by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum VolumeFieldKind {
    /// A named volume of this path alone.
    Own,
    /// A named volume that several services share.
    Shared,
    /// A path of the server.
    Path,
}

/// A volume or folder. Its answer stands in `volumes` under its id; problems are
/// on `volumes.ID`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct VolumeField {
    /// `SERVICE:PATH`, such as `database:/var/lib/postgresql/data`. A shared volume
    /// has one field, of the service that comes first.
    pub id: String,
    /// Service.
    pub service: String,
    /// Path in the container.
    pub container: String,
    /// What it is by default.
    pub kind: VolumeFieldKind,
    /// Path of the server (with a slash) or name of a volume when nothing is entered.
    pub default: String,
    /// The container can not write to it.
    pub read_only: bool,
    /// Text beside the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// It can not be left out.
    pub required: bool,
}

/// A device. Its answer stands in `devices` under its id; problems are on `devices.ID`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceField {
    /// `SERVICE:PATH`.
    pub id: String,
    /// Service.
    pub service: String,
    /// Path in the container.
    pub container: String,
    /// Path of the server when nothing is entered.
    pub default: String,
    /// Whether that is there.
    pub present: bool,
    /// Devices of this machine that look alike.
    pub candidates: Vec<String>,
    /// Text beside the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// More about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// It can not be left out.
    pub required: bool,
}
