//! What is wrong with a manifest, each with its place.

use std::fmt;

use crate::yaml::Mark;

/// Which rule is broken; tells what a JSON Schema can see from what it can not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is no YAML, or goes beyond a limit.
    Syntax,
    /// A key, a type or the form of a value; the JSON Schema says the same.
    Schema,
    /// A rule between parts, which no JSON Schema can state.
    Rule,
}

/// One thing wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub mark: Mark,
    /// Address of the part, such as `services.web.ports.0.container`; empty is the whole file.
    pub path: String,
    /// Which kind of rule.
    pub kind: FaultKind,
    /// What is wrong and what to do, for the author.
    pub message: String,
}

/// `LINE:COLUMN: PATH: MESSAGE`, all on one line.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.mark)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// Collects faults; beyond [`MAX_FAULTS`] they are dropped.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Fault>);

/// More would only hide the first.
pub const MAX_FAULTS: usize = 100;

impl Faults {
    pub(super) fn add(
        &mut self,
        mark: Mark,
        path: impl Into<String>,
        kind: FaultKind,
        message: impl Into<String>,
    ) {
        if self.0.len() < MAX_FAULTS {
            self.0.push(Fault {
                mark,
                path: path.into(),
                kind,
                message: message.into(),
            });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of the file.
    pub(super) fn into_sorted(mut self) -> Vec<Fault> {
        self.0.sort_by_key(|fault| fault.mark);
        self.0
    }
}
