//! The publishing side of a store, from the command line: manifests and
//! templates of other platforms, keys, root files, what publishers sign, what
//! registries say, and the site. `harbour_core` decides what they hold; here are the files and
//! the words.

mod app;
mod build;
mod catalogue;
pub mod cli;
pub mod error;
pub mod files;
mod folders;
mod gallery;
mod import;
pub mod keys;
mod parallel;
pub mod preview;
mod problems;
pub mod publisher;
mod resolve;
pub mod root;
mod source;
mod state;
mod table;
mod validate;
mod verify;
