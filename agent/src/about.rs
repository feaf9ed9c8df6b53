//! What the program is made of.

use std::sync::LazyLock;

use serde::Serialize;
use utoipa::ToSchema;

/// A library in the program or in its page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Component {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its licence, as an SPDX expression.
    pub licence: &'static str,
}

pub fn components() -> &'static [Component] { static X: LazyLock<Vec<Component>> = LazyLock::new(Vec::new); &X }
