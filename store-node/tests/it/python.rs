//! python-tuf, as `packaging/dev/setup.sh test` installs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program under test.
pub(crate) const TOOL: &str = env!("CARGO_BIN_EXE_docker-manager-store");

fn place() -> PathBuf {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python");
    assert!(
        place.join("installed").exists(),
        "python-tuf is not there; run packaging/dev/setup.sh test"
    );
    place
}

/// A script of `tests/python`, with python-tuf.
pub(crate) fn script(name: &str) -> Command {
    let place = place();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
    let mut command = Command::new(place.join("bin/python"));
    command
        .arg(folder.join(name))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("HM_TOOL", TOOL)
        .env("HM_TUF_SOURCE", place.join("source"));
    command
}

pub(crate) fn text(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

#[test]
fn the_attacks_of_the_test_repository_fail() {
    let output = script("attacks.py").output().unwrap();
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    // A script that ran nothing proves nothing.
    let count = said.lines().find_map(|line| {
        let rest = line.strip_prefix("Ran ")?;
        rest.split(' ').next()?.parse::<u32>().ok()
    });
    assert!(count.is_some_and(|count| count >= 40), "{said}");
}
