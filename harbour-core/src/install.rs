//! From a manifest, the answers to its form and the state of the server to
//! exactly what installing the app would make, or to all problems at once.
//!
//! ```text
//! manifest + answers + situation ── draft_app ──▶ AppDraft: a CreateDraft each
//! AppDraft + World ─────────────── plan_app ───▶ AppPreview, with an AppPlan
//! ```
//!
//! In between the caller looks at the paths that the drafts name. Every
//! container goes through [`crate::plan`], so that an app gets nothing that a
//! container made by hand would not get.

mod answers;
mod draft;
mod extras;
mod field;
mod generate;
mod name;
mod order;
mod plan;
#[cfg(test)]
mod tests;
mod values;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::port::PortUse;

pub use answers::{Answers, DeviceAnswer, PortAnswer, VolumeAnswer};
pub use draft::{AppDraft, ServiceDraft, draft_app};
pub use extras::{Extras, FilledConfig};
pub use field::{default_volume, device_id, port_id, volume_id};
pub use generate::{bytes_needed, generate};
pub use name::{container_name, free_name, is_name, network_name};
pub use order::{Wait, active, start_order};
pub use plan::{AppContainer, AppPlan, AppPreview, AppRisk, AppVolume, plan_app};
pub use values::{Made, default_of};

/// Where folders of apps lie by convention of the catalogues; on a server they
/// lie below its own root instead.
pub const CONVENTIONAL_ROOT: &str = "/srv/appdata";

/// The values of the platform's variables (`HM_*`) but `HM_URL`, which follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Platform {
    /// Time zone, such as `Europe/Paris`.
    pub tz: String,
    /// User to whom folders of apps belong.
    pub uid: u32,
    /// Group to whom folders of apps belong.
    pub gid: u32,
    /// Name or address by which the server is reached.
    pub host: String,
}

/// The image of a service as the signed index pins it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinnedImage {
    /// Tag, for people.
    pub tag: String,
    /// What is installed, whatever the tag means later.
    pub digest: Digest,
    /// Bytes to fetch for this machine, when known.
    pub size: Option<u64>,
}

/// An install of this app that is there, or was and left its data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Existing {
    /// Its name, which it keeps.
    pub name: String,
    /// Ports of the server it had, by id of the field, for those that were free to choose.
    pub ports: BTreeMap<String, u16>,
}

/// What is true on the server before anything is drafted.
#[derive(Debug, Clone, Default)]
pub struct Situation {
    /// Names of all containers, without those of this install.
    pub container_names: Vec<String>,
    /// Names of all networks, without that of this install.
    pub networks: Vec<String>,
    /// Names of other installs.
    pub install_names: Vec<String>,
    /// Ports in use, without those of this install.
    pub ports: Vec<PortUse>,
    /// All volumes, with the id of the install that made each.
    pub volumes: BTreeMap<String, Option<String>>,
    /// Paths of the manifest (devices, folders) that are here.
    pub present: BTreeSet<String>,
    /// Folder below which missing folders may be made.
    pub app_data_root: String,
    /// The platform's variables.
    pub platform: Platform,
    /// Images by service.
    pub images: BTreeMap<String, PinnedImage>,
    /// Id of this install.
    pub install: String,
    /// The same install as it is, when its settings are changed or its data is taken up again.
    pub existing: Option<Existing>,
}
