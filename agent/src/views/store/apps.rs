//! Cards, the page of an app, and how it suits this machine.

use serde::Serialize;
use utoipa::ToSchema;

use super::form::AppForm;

/// A page of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoreIndex {
    /// The apps of this page, best first.
    pub apps: Vec<AppCard>,
    /// Categories of all apps that the search finds, whatever category is chosen,
    /// the most frequent first.
    pub categories: Vec<CategoryCount>,
    /// Apps that the search finds in the chosen category, on all pages.
    pub total: u64,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A category and how many apps are in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CategoryCount {
    /// Its word.
    pub name: String,
    /// Apps in it.
    pub count: u64,
}

/// Who publishes an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Publisher {
    /// The name the store gives.
    pub name: String,
    /// Id of the key that signs the app: 64 hexadecimal digits.
    pub key_id: String,
}

/// Whether an app runs on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// There are images for this processor.
    Yes,
    /// There are none.
    No,
    /// It is not known: the app does not say, or Docker has not answered yet.
    Unknown,
}

/// An app in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppCard {
    /// Id of its store.
    pub store: String,
    /// Name of its store.
    pub store_name: String,
    /// Its own name for machines; with the store it is unique.
    pub slug: String,
    /// Name for people.
    pub name: String,
    /// In one or a few sentences.
    pub description: String,
    /// Categories.
    pub categories: Vec<String>,
    /// Newest version.
    pub version: String,
    /// Who publishes it.
    pub publisher: Publisher,
    /// Address of its picture; absent when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// How many containers it has.
    pub services: u32,
    /// Whether it runs here.
    pub fits: Fit,
    /// How often it is installed here.
    pub installed: u32,
    /// When it came into the store (RFC 3339).
    pub added: String,
    /// When it last changed there (RFC 3339).
    pub updated: String,
    /// Its store's metadata has expired: it can be looked at, not installed.
    pub stale: bool,
}

/// An image of a service, pinned by digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceImage {
    /// The service.
    pub service: String,
    /// Image without tag.
    pub image: String,
    /// Tag.
    pub tag: String,
    /// Digest that is installed, whatever the tag means later.
    pub digest: String,
    /// When the store first saw this digest (RFC 3339).
    pub first_seen: String,
    /// Platforms it is there for, such as `linux/amd64`.
    pub platforms: Vec<String>,
    /// Bytes to fetch for this machine, when known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
}

/// An earlier or present version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppVersion {
    /// The service.
    pub service: String,
    /// Tag.
    pub tag: String,
    /// Digest.
    pub digest: String,
    /// When the store first saw it (RFC 3339).
    pub first_seen: String,
}

/// Who vouches for the manifest that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignerView {
    /// The role in the store's metadata, such as `app-immich`.
    pub role: String,
    /// Ids of the keys whose signatures were verified: 64 hexadecimal digits each.
    pub keys: Vec<String>,
}

/// The page of an app.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppDetails {
    /// As in the list.
    #[serde(flatten)]
    pub card: AppCard,
    /// Its site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// Its documentation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// Its licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Processors it is made for; empty is not said.
    pub architectures: Vec<String>,
    /// What to know before installing it.
    pub notes: Vec<String>,
    /// Who signed it, verified here.
    pub signer: SignerView,
    /// Images, pinned by digest.
    pub images: Vec<ServiceImage>,
    /// Newest versions, the newest first.
    pub versions: Vec<AppVersion>,
    /// What it will get on this machine with nothing changed in the form: ports,
    /// folders, devices and power over the server, a sentence each.
    pub will_get: Vec<String>,
    /// Its risks with nothing changed in the form.
    pub risks: Vec<super::PreviewRisk>,
    /// What the person is asked.
    pub form: AppForm,
    /// Why it can not be installed now; absent when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Ids of what is installed from it.
    pub installs: Vec<String>,
}
