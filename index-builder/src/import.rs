//! `import`: templates of other platforms into manifests, with a report for each.

use std::fmt::Write as _;
use std::path::Path;

use harbour_core::import::Import;

use crate::cli::ImportArgs;
use crate::error::Failure;
use crate::{catalogue, files, table};

pub(crate) fn run(args: &ImportArgs) -> Result<String, Failure> {
    if let Some(folder) = &args.table {
        return table::run(folder, args.details);
    }
    // The parser of the command line asks for both.
    let (Some(format), Some(path)) = (args.from, &args.path) else {
        return Err(Failure {
            output: String::new(),
            message: "say --from FORMAT and PATH".to_owned(),
        });
    };
    let mut output = String::new();
    let (mut read, mut refused) = (0, 0);
    for template in catalogue::find(path)? {
        for import in template.import(format) {
            read += 1;
            refused += usize::from(import.outcome.is_err());
            report(&import, args.out.as_deref(), &mut output)?;
        }
    }
    if read == 0 {
        return Err(Failure {
            output,
            message: format!("there are no templates in {}", path.display()),
        });
    }
    if refused > 0 {
        return Err(Failure {
            output,
            message: format!("{refused} of {read} templates were refused"),
        });
    }
    Ok(output)
}

/// The manifest with its report as comments, into a folder or the output.
fn report(import: &Import, out: Option<&Path>, output: &mut String) -> Result<(), Failure> {
    let name = one_line(&import.name);
    match &import.outcome {
        Err(refusal) => {
            let detail = one_line(&refusal.detail);
            // Writing to a String does not fail.
            let _ = writeln!(
                output,
                "{name}: refused: {}: {detail}",
                refusal.reason.as_str()
            );
        }
        Ok(converted) => {
            let mut text = String::new();
            for note in &converted.report {
                let (field, words) = (one_line(&note.field), one_line(&note.text));
                let _ = writeln!(text, "# {}: {field}: {words}", note.kind.as_str());
            }
            text.push_str(&converted.yaml);
            match out {
                None => output.push_str(&text),
                Some(folder) => {
                    let path = folder.join(format!("{}.yaml", converted.manifest.slug));
                    files::write(&path, text.as_bytes())?;
                    let lost = if converted.without_loss() {
                        "without loss"
                    } else {
                        "with losses"
                    };
                    let _ = writeln!(output, "{name}: {} {lost}", path.display());
                }
            }
        }
    }
    Ok(())
}

/// A stranger's text on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
