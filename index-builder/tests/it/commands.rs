//! The program as somebody runs it.
#![allow(clippy::disallowed_methods, reason = "a test of a program runs it")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::project;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_index-builder"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn validate_says_that_the_catalogue_holds() {
    let answer = run(&["validate", path(&project("fixtures/catalogue"))]);
    assert!(answer.status.success(), "{}", text(&answer.stdout));
    assert!(text(&answer.stdout).contains("manifests hold"));
}

#[test]
fn validate_prints_every_error_with_its_place_and_ends_with_1() {
    let bad = project("fixtures/manifests/bad/several-errors.yaml");
    let answer = run(&["validate", path(&bad)]);
    assert_eq!(answer.status.code(), Some(1));
    let output = text(&answer.stdout);
    for place in [
        "7:7: slug: ",
        "9:7: init: ",
        "11:17: ports.0.container: ",
        "12:1: volume: ",
    ] {
        let line = format!("{}:{place}", bad.display());
        assert!(output.contains(&line), "{line} is not in\n{output}");
    }
    assert!(text(&answer.stderr).contains("4 errors in 1 of 1"));
}

#[test]
fn validate_finds_slugs_that_stand_twice_and_pictures_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "schema: v1\nname: A\nslug: a\nimage: a\nicon: a.png\n";
    for name in ["a.yaml", "b.yml"] {
        fs::write(folder.path().join(name), manifest).unwrap();
    }
    let answer = run(&["validate", path(folder.path())]);
    assert_eq!(answer.status.code(), Some(1));
    let output = text(&answer.stdout);
    assert!(output.contains("slug: a is also the slug of"), "{output}");
    assert_eq!(
        output.matches("icon: there is no file").count(),
        2,
        "{output}"
    );
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(
        run(&["validate", path(empty.path())]).status.code(),
        Some(1)
    );
    assert_eq!(
        run(&["validate", "/does/not/exist.yaml"]).status.code(),
        Some(1)
    );
}

#[test]
fn import_writes_manifests_that_validate_with_their_report() {
    let out = tempfile::tempdir().unwrap();
    let source = project("fixtures/import/casaos");
    let answer = run(&[
        "import",
        "--from",
        "casaos",
        path(&source),
        "--out",
        path(out.path()),
    ]);
    assert!(
        answer.status.success(),
        "{}{}",
        text(&answer.stdout),
        text(&answer.stderr)
    );
    let written = fs::read_to_string(out.path().join("notes.yaml")).unwrap();
    assert!(written.starts_with("# changed: "), "{written}");
    assert!(run(&["validate", path(out.path())]).status.success());
    let refused = run(&[
        "import",
        "--from",
        "compose",
        path(&project("fixtures/import/compose-build")),
    ]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stdout).contains("refused: image-build: "));
}

#[test]
fn the_table_has_a_row_for_each_catalogue() {
    let answer = run(&["import", "--table", path(&project("fixtures/import"))]);
    let output = text(&answer.stdout);
    assert!(answer.status.success(), "{}", text(&answer.stderr));
    for name in [
        "casaos",
        "cosmos",
        "dokploy",
        "portainer",
        "runtipi",
        "unraid",
        "compose",
    ] {
        assert!(output.contains(&format!("| {name} |")), "{output}");
    }
    assert!(
        output.contains("| compose-build | 1 | 1 image-build | 0 | 0 | - |"),
        "{output}"
    );
    assert!(output.contains("| **all** |"), "{output}");
}
