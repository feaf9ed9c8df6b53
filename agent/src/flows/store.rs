//! The store: what is offered, what an app would make here, and what is
//! installed from it.

mod answers;
mod catalogue;
mod deploy;
mod error;
mod form;
mod installs;
mod plan;
mod records;
mod shown;
mod situation;
mod sources;
mod uninstall;

pub use catalogue::{details, icon, index, manifest};
pub use deploy::{change, install};
pub use error::StoreError;
pub use installs::{install_details, installs};
pub use plan::{preview, preview_change};
pub use sources::{
    add_store, invite_to, pin_store, refresh_store, remove_store, status, store_view, stores,
};
pub use uninstall::{uninstall, uninstall_preview};

pub use crate::store::Sort;
use crate::views::store::Answers;

/// What is looked for in the catalogue.
#[derive(Clone, Debug, Default)]
pub struct IndexQuery {
    /// Words that must all be found.
    pub words: String,
    /// Only this category.
    pub category: Option<String>,
    /// Only this store.
    pub store: Option<String>,
    /// In which order.
    pub sort: Sort,
    /// Only what is installed here.
    pub installed: bool,
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
