//! A network as the networks page shows it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// A range of addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Subnet {
    /// `172.20.0.0/16`
    pub subnet: String,
    /// The server's own address in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
}

/// A container that belongs to a network, running or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attached {
    /// Full id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its address there while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv4_address: Option<String>,
    /// Its IPv6 address there while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_address: Option<String>,
}

/// A network of the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// Full id.
    pub id: String,
    /// Name.
    pub name: String,
    /// `bridge`, `macvlan` …
    pub driver: String,
    /// `local`, or `swarm`.
    pub scope: String,
    /// Whether it has no way out.
    pub internal: bool,
    /// Whether it has IPv6.
    pub ipv6: bool,
    /// Its ranges of addresses.
    pub subnets: Vec<Subnet>,
    /// When it was made (RFC 3339).
    pub created: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Whether the engine made it for itself; such a one stays.
    pub built_in: bool,
    /// Compose project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Containers that belong to it, by name.
    pub containers: Vec<Attached>,
}
