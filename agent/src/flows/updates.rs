//! Updates: what is newer than what runs, what an update would change, and doing it.

mod begin;
mod check;
mod ended;
mod error;
mod known;
mod newer;
mod plan;
mod schedule;
mod shown;
mod wishes;

pub use begin::{Wanted, apply, rollback, update};
pub use check::{Checks, check};
pub use ended::ended;
pub use error::UpdateError;
pub use plan::{Target, plan};
pub use schedule::by_itself;
pub use shown::list;
pub use wishes::{change_settings, set_policy, settings};
