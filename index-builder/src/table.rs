//! `import --table`: what becomes of whole catalogues.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use harbour_core::import::{NoteKind, Reason};

use crate::error::Failure;
use crate::import::one_line;
use crate::{catalogue, folders};

/// What became of the templates of one catalogue.
#[derive(Debug, Default, Clone)]
pub(crate) struct Row {
    templates: usize,
    refused: BTreeMap<Reason, usize>,
    converted: usize,
    without_loss: usize,
}

impl Row {
    /// Templates that need no host scripts and no image built.
    fn fitting(&self) -> usize {
        let by_design: usize = self
            .refused
            .iter()
            .filter(|(reason, _)| reason.is_by_design())
            .map(|(_, count)| count)
            .sum();
        self.templates - by_design
    }

    fn add(&mut self, other: &Self) {
        self.templates += other.templates;
        self.converted += other.converted;
        self.without_loss += other.without_loss;
        for (reason, count) in &other.refused {
            *self.refused.entry(*reason).or_default() += count;
        }
    }

    fn line(&self, name: &str) -> String {
        let refused: Vec<String> = self
            .refused
            .iter()
            .map(|(reason, count)| format!("{count} {}", reason.as_str()))
            .collect();
        let refused = if refused.is_empty() {
            "-".to_owned()
        } else {
            refused.join(", ")
        };
        #[allow(clippy::cast_precision_loss, reason = "counts of files")]
        let percent = match self.fitting() {
            0 => "-".to_owned(),
            fitting => format!("{:.1}", self.without_loss as f64 * 100.0 / fitting as f64),
        };
        format!(
            "| {name} | {} | {refused} | {} | {} | {percent} |\n",
            self.templates, self.converted, self.without_loss
        )
    }
}

pub(crate) fn run(root: &Path, details: bool) -> Result<String, Failure> {
    let mut output = String::from(
        "| catalogue | templates | refused, with reason | converted | without loss | % of those that need no host scripts or image builds |\n| --- | ---: | --- | ---: | ---: | ---: |\n",
    );
    let mut all = Row::default();
    let mut listed = String::new();
    for folder in folders::entries(root)? {
        if !folder.is_dir() {
            continue;
        }
        let name = catalogue::file_name(&folder);
        let row = row(&folder, &name, &mut listed)?;
        if row.templates > 0 {
            output.push_str(&row.line(&name));
            all.add(&row);
        }
    }
    if all.templates == 0 {
        return Err(Failure {
            output: String::new(),
            message: format!("there are no catalogues below {}", root.display()),
        });
    }
    output.push_str(&all.line("**all**"));
    if details {
        output.push('\n');
        output.push_str(&listed);
    }
    Ok(output)
}

fn row(folder: &Path, name: &str, listed: &mut String) -> Result<Row, Failure> {
    let mut row = Row::default();
    for template in catalogue::find(folder)? {
        for import in template.import(template.guess()) {
            row.templates += 1;
            let title = one_line(&import.name);
            match &import.outcome {
                Err(refusal) => {
                    *row.refused.entry(refusal.reason).or_default() += 1;
                    let (reason, detail) = (refusal.reason.as_str(), one_line(&refusal.detail));
                    // Writing to a String does not fail.
                    let _ = writeln!(listed, "{name}/{title}: refused: {reason}: {detail}");
                }
                Ok(converted) => {
                    row.converted += 1;
                    row.without_loss += usize::from(converted.without_loss());
                    let lost = converted
                        .report
                        .iter()
                        .filter(|note| note.kind == NoteKind::Lost);
                    for note in lost {
                        let (field, text) = (one_line(&note.field), one_line(&note.text));
                        let _ = writeln!(listed, "{name}/{title}: lost: {field}: {text}");
                    }
                }
            }
        }
    }
    Ok(row)
}
