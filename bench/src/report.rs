//! The rows of the result: a table for people, JSON, and the document.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::causes;

/// Whether a goal was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// It was.
    Met,
    /// It was not.
    Missed,
    /// There was nothing to compare: the measurement failed.
    Failed,
}

/// One line of the table. The scripts of `ui/bench` print the same as JSON.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Row {
    /// Short name, stable: by it causes are found.
    pub(crate) id: String,
    /// What was measured.
    pub(crate) what: String,
    /// The goal, in words.
    pub(crate) goal: String,
    /// The figure that is compared with the goal.
    pub(crate) measured: String,
    /// The comparison.
    pub(crate) verdict: Verdict,
    /// The figures behind it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) detail: String,
}

impl Row {
    /// A row whose goal is an upper bound.
    pub(crate) fn at_most(id: &str, what: impl Into<String>, value: f64, limit: f64) -> Self {
        Self::bound(id, what, value, "≤", limit, value <= limit)
    }

    /// A row whose goal is a lower bound.
    pub(crate) fn at_least(id: &str, what: impl Into<String>, value: f64, limit: f64) -> Self {
        Self::bound(id, what, value, "≥", limit, value >= limit)
    }

    fn bound(
        id: &str,
        what: impl Into<String>,
        value: f64,
        sign: &str,
        limit: f64,
        met: bool,
    ) -> Self {
        Self {
            id: id.to_owned(),
            what: what.into(),
            goal: format!("{sign} {limit}"),
            measured: figure(value),
            verdict: if met { Verdict::Met } else { Verdict::Missed },
            detail: String::new(),
        }
    }

    /// Appends the unit to goal and figure.
    pub(crate) fn unit(mut self, unit: &str) -> Self {
        self.goal.push_str(unit);
        self.measured.push_str(unit);
        self
    }

    /// Says what is behind the figure.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// A row that could not be measured.
    pub(crate) fn failed(id: &str, what: &str, why: String) -> Self {
        Self {
            id: id.to_owned(),
            what: what.to_owned(),
            goal: String::new(),
            measured: "not measured".to_owned(),
            verdict: Verdict::Failed,
            detail: why,
        }
    }
}

/// Three digits that count.
pub(crate) fn figure(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        v if v >= 0.1 => format!("{value:.3}"),
        0.0 => "0".to_owned(),
        _ => format!("{value:.4}"),
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Missed => "**missed**",
        Verdict::Failed => "**failed**",
    }
}

/// For a terminal.
pub(crate) fn plain(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let verdict = word(row.verdict).trim_matches('*');
        let _ = writeln!(
            text,
            "{verdict:7} {:58} {:>12}   goal {}",
            row.what, row.measured, row.goal
        );
        if !row.detail.is_empty() {
            let _ = writeln!(text, "        {}", row.detail);
        }
    }
    text
}

/// Where and when it was measured.
pub(crate) struct Circumstances {
    pub(crate) date: String,
    pub(crate) command: String,
    pub(crate) machine: String,
    pub(crate) remark: String,
}

/// The document, whole.
pub(crate) fn document(rows: &[Row], at: &Circumstances) -> String {
    let mut text = String::from(INTRODUCTION);
    let Circumstances {
        date,
        command,
        machine,
        remark,
    } = at;
    let _ = writeln!(
        text,
        "| | |\n| --- | --- |\n| date | {date} |\n| command | `{command}` |\n| machine | {machine} |\n| run | {remark} |\n"
    );
    text.push_str("| measure | goal | measured | |\n| --- | --- | --- | --- |\n");
    for row in rows {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            row.what,
            row.goal,
            row.measured,
            word(row.verdict)
        );
    }
    text.push_str("\n## The figures behind them\n\n");
    for row in rows.iter().filter(|row| !row.detail.is_empty()) {
        let _ = writeln!(text, "- {}: {}", row.what, row.detail);
    }
    let missed: Vec<_> = rows.iter().filter(|r| r.verdict != Verdict::Met).collect();
    if !missed.is_empty() {
        text.push_str("\n## What was missed, and why\n\n");
        for row in missed {
            let _ = writeln!(text, "- {}: {}", row.what, causes::of(row));
        }
    }
    text
}

const INTRODUCTION: &str = include_str!("introduction.md");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_or_missed() {
        assert_eq!(Row::at_most("a", "a", 0.5, 0.5).verdict, Verdict::Met);
        assert_eq!(Row::at_most("a", "a", 0.51, 0.5).verdict, Verdict::Missed);
        assert_eq!(Row::at_least("a", "a", 2.0, 2.0).verdict, Verdict::Met);
        // A figure that could not be had reaches no goal.
        assert_eq!(
            Row::at_most("a", "a", f64::NAN, 1.0).verdict,
            Verdict::Missed
        );
        assert_eq!(
            Row::at_least("a", "a", f64::NAN, 1.0).verdict,
            Verdict::Missed
        );
    }

    #[test]
    fn the_document_names_what_was_missed() {
        let rows = [
            Row::at_most("a", "quick", 0.1, 0.5)
                .unit(" s")
                .detail("1 of 10"),
            Row::at_most("b", "slow", 2.0, 0.5),
        ];
        let at = Circumstances {
            date: "2026-01-31".into(),
            command: "make bench".into(),
            machine: "two cores".into(),
            remark: "alone".into(),
        };
        let text = document(&rows, &at);
        assert!(
            text.contains("| quick | ≤ 0.5 s | 0.100 s | met |"),
            "{text}"
        );
        assert!(
            text.contains("| slow | ≤ 0.5 | 2.00 | **missed** |"),
            "{text}"
        );
        assert!(text.contains("- quick: 1 of 10"), "{text}");
        assert!(text.contains("- slow: "), "{text}");
    }

    #[test]
    fn rows_of_scripts_are_read() {
        let line =
            r#"{"id":"ui-back","what":"Back","goal":"≤ 80 px","measured":"3 px","verdict":"met"}"#;
        let row: Row = serde_json::from_str(line).expect("a row");
        assert_eq!((row.verdict, row.detail.as_str()), (Verdict::Met, ""));
    }
}
