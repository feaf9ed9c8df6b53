//! Updates: what is newer than what runs, what an update would change, and doing it.

mod begin;
mod check;
mod error;
mod known;
mod plan;
mod shown;
mod wishes;

pub use begin::{Wanted, apply, rollback, update};
pub use check::check;
pub use error::UpdateError;
pub use plan::{Target, plan};
pub use shown::list;
pub use wishes::{change_settings, set_policy, settings};
