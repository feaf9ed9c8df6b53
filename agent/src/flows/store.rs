//! The store: what is offered, what an app would make here, and what is
//! installed from it.

mod error;

pub use error::StoreError;

use super::Context;
use crate::views::store::{
    Answers, AppDetails, AppPreview, InstallDetails, InstallStarted, InstallSummary, StoreIndex,
    StoreStatus, StoreView, UninstallPreview,
};

/// What is looked for in the catalogue.
#[derive(Clone, Debug, Default)]
pub struct IndexQuery {
    /// Words that must all be found.
    pub words: String,
    /// Only this category.
    pub category: Option<String>,
    /// Only this store.
    pub store: Option<String>,
    /// Where the page begins.
    pub cursor: Option<String>,
    /// Apps of a page.
    pub limit: Option<usize>,
}

/// An app to install, and the answers to its form.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Id of the store.
    pub store: String,
    /// The app.
    pub slug: String,
    /// Answers.
    pub answers: Answers,
    /// Names of the risks that are accepted.
    pub confirm_risks: Vec<String>,
    /// Name under which this server is reached.
    pub host: String,
}

/// Changed answers of an install.
#[derive(Clone, Debug)]
pub struct Change {
    /// Answers.
    pub answers: Answers,
    /// Names of the risks that are accepted.
    pub confirm_risks: Vec<String>,
    /// State of the settings they were made from.
    pub revision: String,
    /// Go to the version the store has now.
    pub update: bool,
    /// Name under which this server is reached.
    pub host: String,
}

/// A store to add.
#[derive(Clone, Debug)]
pub struct AddStore {
    /// An invitation.
    pub invite: Option<String>,
    /// Address of its site.
    pub origin: Option<String>,
    /// Hash of its first root file.
    pub root: Option<String>,
}

type Answer<T> = Result<T, StoreError>;

/// TEMPORARY-SHAPES
pub fn index(_: &Context, _: &IndexQuery) -> Answer<StoreIndex> {
    Ok(StoreIndex {
        apps: Vec::new(),
        categories: Vec::new(),
        total: 0,
        next: None,
    })
}
/// x
pub async fn details(_: &Context, store: &str, _: &str, _: &str) -> Answer<AppDetails> {
    Err(StoreError::UnknownStore(store.to_owned()))
}
/// x
pub async fn manifest(_: &Context, _: Option<&str>, slug: &str) -> Answer<Vec<u8>> {
    Err(StoreError::UnknownApp(slug.to_owned()))
}
/// x
pub async fn icon(_: &Context, _: &str, slug: &str) -> Answer<(Vec<u8>, &'static str)> {
    Err(StoreError::UnknownApp(slug.to_owned()))
}
/// x
pub async fn status(_: &Context) -> Answer<StoreStatus> {
    Err(StoreError::UnknownStore(String::new()))
}
/// x
pub async fn stores(_: &Context) -> Answer<Vec<StoreView>> {
    Ok(Vec::new())
}
/// x
pub async fn add_store(_: &Context, _: AddStore) -> Answer<StoreView> {
    Err(StoreError::UnknownStore(String::new()))
}
/// x
pub async fn remove_store(_: &Context, id: &str) -> Answer<()> {
    Err(StoreError::UnknownStore(id.to_owned()))
}
/// x
pub async fn pin_store(_: &Context, id: &str, _: bool) -> Answer<StoreView> {
    Err(StoreError::UnknownStore(id.to_owned()))
}
/// x
pub async fn refresh_store(_: &Context, id: &str) -> Answer<StoreView> {
    Err(StoreError::UnknownStore(id.to_owned()))
}
/// x
pub async fn invite_to(_: &Context, id: &str) -> Answer<String> {
    Err(StoreError::UnknownStore(id.to_owned()))
}
/// x
pub async fn preview(_: &Context, wanted: Wanted) -> Answer<AppPreview> {
    Err(StoreError::UnknownStore(wanted.store))
}
/// x
pub async fn install(_: &Context, wanted: Wanted, _: String) -> Answer<InstallStarted> {
    Err(StoreError::UnknownStore(wanted.store))
}
/// x
pub async fn installs(_: &Context) -> Answer<Vec<InstallSummary>> {
    Ok(Vec::new())
}
/// x
pub async fn install_details(_: &Context, id: &str, _: &str) -> Answer<InstallDetails> {
    Err(StoreError::UnknownInstall(id.to_owned()))
}
/// x
pub async fn preview_change(_: &Context, id: &str, _: Change) -> Answer<AppPreview> {
    Err(StoreError::UnknownInstall(id.to_owned()))
}
/// x
pub async fn change(_: &Context, id: &str, _: Change, _: String) -> Answer<InstallStarted> {
    Err(StoreError::UnknownInstall(id.to_owned()))
}
/// x
pub async fn uninstall_preview(_: &Context, id: &str) -> Answer<UninstallPreview> {
    Err(StoreError::UnknownInstall(id.to_owned()))
}
/// x
pub async fn uninstall(_: &Context, id: &str, _: bool, _: String) -> Answer<String> {
    Err(StoreError::UnknownInstall(id.to_owned()))
}
