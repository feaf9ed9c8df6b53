//! The store as the API shows it: what is offered, what an app asks, what an
//! install would make, what is installed, and where it all comes from.

mod apps;
mod form;
mod installs;
mod preview;
mod sources;

pub use apps::{
    AppCard, AppDetails, AppVersion, CategoryCount, Fit, Publisher, ServiceImage, SignerView,
    StoreIndex,
};
pub use form::{
    AppForm, DeviceField, ParamField, ParamKindView, PortField, PresetView, VolumeField,
    VolumeFieldKind,
};
pub use installs::{
    Answers, DeviceAnswer, GeneratedSecret, InstallContainer, InstallDetails, InstallStarted,
    InstallState, InstallSummary, KeptData, PortChoice, UninstallPreview, VolumeAnswer,
};
pub use preview::{
    AppPreview, ConfigFileView, PlannedContainer, PlannedMount, PlannedPort, PlannedRole,
    PlannedVolume, PlannedWait, PreviewProblem, PreviewRisk, PreviewSuggestion,
};
pub use sources::{
    BytesBySource, NodeView, PeerStore, PeerView, RoleView, StoreKey, StoreState, StoreStatus,
    StoreView,
};
