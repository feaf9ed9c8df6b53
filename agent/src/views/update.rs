//! Updates: what is newer than what runs, what an update would change, and how
//! each container wants to be treated.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether something newer is there, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum UpdateStatus {
    /// Nobody has asked yet.
    Unchecked,
    /// It runs what its reference means now.
    Current,
    /// Its reference means another image now.
    Available,
    /// The same, but that image is younger than the minimum age.
    Waiting,
    /// The same, but somebody skips this version.
    Skipped,
    /// Somebody holds it back; it is still checked.
    Held,
    /// It stays with its digest and is not checked.
    Pinned,
    /// It cannot be known; `reason` says why.
    Unknown,
    /// It cannot be updated here; `reason` says why.
    Unsupported,
}

/// Who said what is newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum UpdateSource {
    /// The signed index of the store the app came from.
    Store,
    /// The registry of the image.
    Registry,
}

/// What an update would bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AvailableUpdate {
    /// Digest that the reference means now.
    pub digest: String,
    /// Who said so.
    pub source: UpdateSource,
    /// When it was first seen, which starts its minimum age (RFC 3339).
    pub first_seen: String,
    /// From when on it is old enough (RFC 3339).
    pub ready_at: String,
    /// Why the last update to it was undone. It is not tried again by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

/// How large the step to another tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum TagStepView {
    /// The first number grows.
    Major,
    /// The second number grows.
    Minor,
    /// A later number grows.
    Patch,
}

/// A tag of the same kind that is later. It is a hint; nothing follows it by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewerTag {
    /// The tag: `1.27.4`.
    pub tag: String,
    /// How large the step is.
    pub step: TagStepView,
}

/// Whether a container follows its reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum UpdateMode {
    /// It is checked and can be updated.
    #[default]
    Follow,
    /// It is checked and shown, and never updated by itself or with others.
    Hold,
    /// It stays with its digest and is not checked.
    Pin,
}

/// When a container may be updated by itself, in the time zone of the settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateWindow {
    /// Days of the week, 1 is Monday and 7 is Sunday; empty means all.
    #[serde(default)]
    pub days: Vec<u8>,
    /// Beginning: `03:00`.
    pub from: String,
    /// End: `05:30`; earlier than the beginning means on the next day.
    pub to: String,
}

/// How one container wants to be treated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct UpdatePolicy {
    /// Whether it follows its reference.
    pub mode: UpdateMode,
    /// A digest that is not offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip: Option<String>,
    /// Minimum age of an image in hours, 0 to 8,760; absent means that of the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cooldown_hours: Option<u32>,
    /// Update by itself on schedule. Absent means as the settings say, and
    /// never for a database; `true` is a person's own decision also for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic: Option<bool>,
    /// When that may be; absent means at any time the schedule comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<UpdateWindow>,
    /// Seconds that a container without a health check must run without an end
    /// or a restart, 1 to 3,600; absent means 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watch_seconds: Option<u32>,
}

/// A digest that was deployed before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeployedBefore {
    /// Its registry digest.
    pub digest: String,
    /// Reference that was followed then.
    pub reference: String,
    /// From when it ran (RFC 3339).
    pub since: String,
    /// Until when (RFC 3339).
    pub until: String,
    /// Whether the image is still here; otherwise going back fetches it again.
    pub here: bool,
}

/// What is known about updates of one container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContainerUpdate {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Name of the install from a store it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// Id of that install. Its images are updated with the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub install: Option<String>,
    /// The reference it follows, as a person writes it: `nginx:1.27`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// Digest of what runs; absent when no registry knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Since when (RFC 3339).
    pub since: String,
    /// The operation that deployed it; absent for one that was made elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Whether something newer is there.
    pub status: UpdateStatus,
    /// Why it is so, when there is something to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What an update would bring, also when it is held, skipped or waiting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<AvailableUpdate>,
    /// Later tags of the same kind, at most one for each step.
    pub newer_tags: Vec<NewerTag>,
    /// When its registry or store was last asked (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
    /// Whether it looks like a database, which is never updated unless somebody
    /// says so for this one.
    pub database: bool,
    /// Whether the schedule would update it.
    pub automatic: bool,
    /// How it wants to be treated.
    pub policy: UpdatePolicy,
    /// What ran before, the newest first.
    pub before: Vec<DeployedBefore>,
}

/// A registry that wants to be left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PausedRegistry {
    /// Its host name.
    pub registry: String,
    /// What it said.
    pub reason: String,
}

/// What is known about updates of all containers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Updates {
    /// When the last check ended (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
    /// Whether a check is under way.
    pub checking: bool,
    /// When the schedule comes next (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_run: Option<String>,
    /// How many containers have the status `available`.
    pub available: usize,
    /// All containers by name.
    pub containers: Vec<ContainerUpdate>,
    /// Registries that said to wait.
    pub paused: Vec<PausedRegistry>,
}

/// Settings of updates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateSettings {
    /// When to check, and to update what may be updated by itself, as a cron
    /// expression of five fields: `0 4 * * *`. Absent means never by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// Time zone of the schedule and of windows: `Europe/Berlin`.
    pub time_zone: String,
    /// Whether the schedule updates containers, or only checks.
    pub automatic: bool,
    /// Minimum age of an image in hours, 0 to 8,760.
    pub cooldown_hours: u32,
    /// Images kept for each container to go back to, 0 to 20.
    pub keep: u32,
}

/// One difference that an update makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateChange {
    /// What: `env`, `entrypoint`, `command`, `user`, `workingDir`, `ports`,
    /// `volumes`, `healthcheck`, `stopSignal`, `labels`.
    pub field: String,
    /// Which one of several: the name of a variable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// After.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether it holds for this container, or its own setting covers it.
    pub effective: bool,
}

/// Something that widens what the container may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateRisk {
    /// What to send back in `confirmRisks`.
    pub name: String,
    /// What it means.
    pub text: String,
}

/// Another container that an update touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dependant {
    /// Its name.
    pub name: String,
    /// `recreate` or `restart`.
    pub action: DependantAction,
    /// Why.
    pub reason: String,
}

/// What happens to a dependant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum DependantAction {
    /// Made anew with the same image, because it is tied to the id of the old one.
    Recreate,
    /// Restarted afterwards.
    Restart,
}

/// What the labels of an image say about where it comes from
/// (`org.opencontainers.image.*`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageOrigin {
    /// Page of the source; `http` or `https` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Revision of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// One side of an update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateSide {
    /// Reference: `nginx:1.27`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Digest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// When the image says it was made; publishers choose it (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// What its labels say.
    pub origin: ImageOrigin,
}

/// What an update would do, before it does anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdatePlan {
    /// The container.
    pub name: String,
    /// What runs.
    pub from: UpdateSide,
    /// What would run.
    pub to: UpdateSide,
    /// Names this state of the container and this digest; to be sent back.
    pub revision: String,
    /// Bytes to fetch at most; what is here already is not fetched again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download_bytes: Option<u64>,
    /// Whether the image is here already.
    pub here: bool,
    /// What is different in what the image sets.
    pub changes: Vec<UpdateChange>,
    /// What widens rights and must be confirmed by name.
    pub risks: Vec<UpdateRisk>,
    /// Other containers that are touched, in order.
    pub dependants: Vec<Dependant>,
    /// Whether it runs now; one that is stopped stays stopped.
    pub runs: bool,
    /// How it is judged, in words.
    pub verdict: String,
    /// Volumes and folders the container writes to.
    pub data: Vec<String>,
    /// What holds for that data, in words.
    pub data_note: String,
    /// What stands in the way; nothing is begun while there is something here.
    pub refused: Vec<String>,
}

/// What came of a wish to update several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdatesApplied {
    /// What was begun.
    pub begun: Vec<UpdateBegun>,
    /// What was not, and why.
    pub refused: Vec<UpdateRefused>,
}

/// An update that was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateBegun {
    /// The container.
    pub name: String,
    /// Its operation.
    pub operation_id: String,
}

/// An update that was not begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateRefused {
    /// The container.
    pub name: String,
    /// Why.
    pub reason: String,
}
