//! Why a goal is missed, as found by profiling. A row without an entry here has
//! not been looked into, and the document says so.

use crate::report::{Row, Verdict};

const CAUSES: &[(&str, &str)] = &[];

/// The cause for a row that did not reach its goal.
pub(crate) fn of(row: &Row) -> String {
    if row.verdict == Verdict::Failed {
        return format!("could not be measured: {}", row.detail);
    }
    let known = CAUSES.iter().find(|(id, _)| *id == row.id);
    known.map_or_else(
        || "not profiled yet".to_owned(),
        |(_, cause)| (*cause).to_owned(),
    )
}
