//! Everything that is wrong with a store's source, each with its place, to be
//! said at once.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use harbour_core::manifest::Fault;
use harbour_core::yaml::Mark;

use crate::error::{CommandError, Failure};
use crate::import::one_line;

/// What is wrong, where.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<(PathBuf, Mark, String)>);

impl Problems {
    pub(crate) fn add(&mut self, path: &Path, mark: Mark, text: impl ToString) {
        self.0.push((path.to_owned(), mark, text.to_string()));
    }

    /// About a file as a whole.
    pub(crate) fn whole(&mut self, path: &Path, text: impl ToString) {
        self.add(path, Mark::START, text);
    }

    pub(crate) fn faults(&mut self, path: &Path, faults: &[Fault]) {
        for fault in faults {
            let text = match fault.path.as_str() {
                "" => fault.message.clone(),
                part => format!("{part}: {}", fault.message),
            };
            self.add(path, fault.mark, text);
        }
    }

    /// An error that may name its own file.
    pub(crate) fn error(&mut self, path: &Path, error: CommandError) {
        match error {
            CommandError::Content { path, reason } => self.whole(&path, reason),
            CommandError::File {
                path,
                action,
                source,
            } => self.whole(&path, format!("can not be {action}: {source}")),
            other => self.whole(path, other),
        }
    }

    pub(crate) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `FILE:LINE:COLUMN: …`, sorted, and how many there are.
    pub(crate) fn failure(mut self, consequence: &str) -> Failure {
        self.0.sort();
        let mut output = String::new();
        for (path, mark, text) in &self.0 {
            // Writing to a String does not fail.
            let _ = writeln!(output, "{}:{mark}: {}", path.display(), one_line(text));
        }
        let count = self.0.len();
        let errors = if count == 1 { "error" } else { "errors" };
        Failure {
            output,
            message: format!("{count} {errors}; {consequence}"),
        }
    }
}
