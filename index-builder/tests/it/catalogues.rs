//! The importer over whole catalogues of others, which are no part of the project.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use crate::project;

/// Where the catalogues lie; see CONTRIBUTING.md.
fn catalogues() -> Option<PathBuf> {
    let folder = std::env::var_os("HM_TEST_CATALOGUES")
        .map_or_else(|| project("../shared/catalogues"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test of a program runs it")]
fn nearly_all_templates_of_others_convert_without_loss() {
    let Some(folder) = catalogues() else {
        println!("SKIPPED: set HM_TEST_CATALOGUES to a folder of catalogues to import them");
        return;
    };
    let answer = Command::new(env!("CARGO_BIN_EXE_index-builder"))
        .args(["import", "--table"])
        .arg(&folder)
        .output()
        .unwrap();
    let output = String::from_utf8(answer.stdout).unwrap();
    assert!(
        answer.status.success(),
        "{}",
        String::from_utf8_lossy(&answer.stderr)
    );
    let percent: BTreeMap<&str, f64> = output
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            Some((*cells.first()?, cells.last()?.parse().ok()?))
        })
        .collect();
    let all = percent.get("**all**").copied().unwrap_or_default();
    assert!(all >= 97.0, "{output}");
}
