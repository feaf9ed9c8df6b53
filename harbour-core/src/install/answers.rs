//! Answers to the form of an app.

use std::collections::BTreeMap;

/// What the person entered. What is left out is the default or is made up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// Name of the install.
    pub name: Option<String>,
    /// Name of the chosen preset; single params come before it.
    pub preset: Option<String>,
    /// Values of params by key.
    pub params: BTreeMap<String, String>,
    /// Ports by [`super::port_id`].
    pub ports: BTreeMap<String, PortAnswer>,
    /// Volumes by [`super::volume_id`].
    pub volumes: BTreeMap<String, VolumeAnswer>,
    /// Devices by [`super::device_id`].
    pub devices: BTreeMap<String, DeviceAnswer>,
}

/// The answer for a port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PortAnswer {
    /// Leave it out.
    pub off: bool,
    /// Port of the server; 0 takes a free one.
    pub host: Option<u16>,
    /// Address of the server.
    pub host_ip: Option<String>,
}

/// The answer for a volume.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolumeAnswer {
    /// Leave it out.
    pub off: bool,
    /// Path of the server (with a slash), or name of a volume.
    pub source: Option<String>,
}

/// The answer for a device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceAnswer {
    /// Leave it out.
    pub off: bool,
    /// Path of the server.
    pub host: Option<String>,
}
