//! The verified catalogue: what stores offer, believed only after their signed
//! metadata was checked here, whatever the network half says.
//!
//! Each store has a folder with the files that are trusted and a task's worth
//! of state; one that is broken never hides the others.

mod catalogue;
mod files;
mod search;
mod source;
mod trust;

pub use catalogue::{Catalogue, CatalogueError, Roles, StoreShown, Verified};
pub use search::{Found, Index, Listing, Page, Query, QueryError, Sort};
