//! One file for each kind of row.

pub(crate) mod cost;
pub(crate) mod events;
pub(crate) mod exec;
pub(crate) mod list;
pub(crate) mod logs;
pub(crate) mod readers;
pub(crate) mod sse;
pub(crate) mod start;
pub(crate) mod stats;
