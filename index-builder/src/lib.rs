//! The publishing side of a store, from the command line: keys, root files,
//! what publishers sign, and publications. `harbour_core::tuf::repo` decides
//! what they hold; here are the files and the words.

pub mod cli;
pub mod error;
pub mod files;
pub mod keys;
pub mod publish;
pub mod publisher;
pub mod root;
