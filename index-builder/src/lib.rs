//! The publishing side of a store, from the command line: manifests and
//! templates of other platforms, keys, root files, what publishers sign, and
//! publications. `harbour_core` decides what they hold; here are the files and
//! the words.

mod catalogue;
pub mod cli;
pub mod error;
pub mod files;
mod folders;
mod import;
pub mod keys;
pub mod publish;
pub mod publisher;
pub mod root;
mod table;
mod validate;
