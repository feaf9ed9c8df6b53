//! The template of a store: the commands of its workflow, run in their order on
//! a store whose images lie in a real registry.

#![allow(clippy::disallowed_methods, reason = "a test of a program runs it")]

use std::fs;
use std::path::Path;
use std::process::Command;

use harbour_core::yaml::{self, Limits};
use testkit::Registry;

use crate::project;
use crate::store::Store;

const LIMITS: Limits = Limits {
    bytes: 64 * 1024,
    depth: 16,
    nodes: 2_000,
    aliases: false,
};

/// Commands of index-builder in a job of the workflow.
fn commands(job: &str) -> Vec<Vec<String>> {
    let file = project("packaging/store-template/.github/workflows/store.yml");
    let tree = yaml::read(&fs::read(file).unwrap(), &LIMITS).unwrap();
    let steps = tree
        .get("jobs")
        .and_then(|jobs| jobs.get(job)?.get("steps"));
    let mut found = Vec::new();
    for step in steps.unwrap().items() {
        let run = step
            .get("run")
            .and_then(yaml::Node::as_str)
            .unwrap_or_default();
        for line in run.lines() {
            let mut words = line.split_whitespace().map(str::to_owned);
            if words.next().as_deref() == Some("index-builder") {
                found.push(words.collect());
            }
        }
    }
    found
}

/// Runs them all in the store's folder; what they say.
fn run(job: &str, folder: &Path) -> Result<String, String> {
    let mut said = String::new();
    for words in commands(job) {
        let done = Command::new(env!("CARGO_BIN_EXE_index-builder"))
            .args(&words)
            .current_dir(folder)
            .output()
            .unwrap();
        said.push_str(&String::from_utf8_lossy(&done.stdout));
        if !done.status.success() {
            let why = String::from_utf8_lossy(&done.stderr);
            return Err(format!("{words:?}: {said}{why}"));
        }
    }
    Ok(said)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workflow_publishes_and_finds_newer_images() {
    let names: Vec<_> = commands("publish")
        .iter()
        .map(|words| words[0].clone())
        .collect();
    assert_eq!(names, ["validate", "resolve", "build", "verify"]);
    assert_eq!(commands("check").len(), 1);

    let registry = Registry::start().await.unwrap();
    let both = ["linux/amd64", "linux/arm64"];
    registry
        .put_image("hm-test/app", "1.0.0", &both, "a")
        .await
        .unwrap();
    // The template, with keys, a root and an app as docs/publishing.md says.
    let store = Store::founded();
    let folder = store.at("store");
    let template = project("packaging/store-template");
    for name in ["store.yaml", ".gitignore", "README.md"] {
        fs::copy(template.join(name), folder.join(name)).unwrap();
    }
    for name in ["root", "keys"] {
        fs::create_dir_all(folder.join(name)).unwrap();
    }
    fs::copy(store.at("1.root.json"), folder.join("root/1.root.json")).unwrap();
    for name in ["targets", "snapshot", "timestamp"] {
        fs::copy(
            store.at(&format!("{name}.key")),
            folder.join(format!("keys/{name}.key")),
        )
        .unwrap();
    }
    let image = format!("{}/hm-test/app", registry.address());
    store.write(
        "store/apps/web/app.yaml",
        &format!("schema: v1\nname: Web\nslug: web\nimage: {image}\ndefaultTag: 1.0.0\n"),
    );
    store.sign("web", "alice").unwrap();

    assert_eq!(run("check", &folder).unwrap(), "1 manifests hold\n");
    let said = run("publish", &folder).unwrap();
    assert!(
        said.contains("web: app: 1.0.0 is ") && said.contains("published 1 apps"),
        "{said}"
    );
    assert!(
        said.contains("1 apps, 3 files and 0 deltas are in order"),
        "{said}"
    );
    // Next morning there is a newer image of the same channel, and another one.
    registry
        .put_image("hm-test/app", "1.1.0", &both, "b")
        .await
        .unwrap();
    registry
        .put_image("hm-test/app", "2.0.0", &both, "c")
        .await
        .unwrap();
    let said = run("publish", &folder).unwrap();
    assert!(
        said.contains("→ 1.1.0 ") && said.contains("2 deltas"),
        "{said}"
    );
    // A mistake in a manifest stops it before anything is written.
    let before = fs::read(folder.join("public/metadata/timestamp.json")).unwrap();
    store.write("store/apps/web/app.yaml", "schema: v1\nname: Web\n");
    let error = run("publish", &folder).unwrap_err();
    assert!(
        error.contains("apps/web/app.yaml:1:1: `slug` is missing"),
        "{error}"
    );
    assert_eq!(
        fs::read(folder.join("public/metadata/timestamp.json")).unwrap(),
        before
    );
}

/// Blocks of commands in a document, in their order.
fn blocks(document: &str) -> String {
    let mut commands = String::new();
    let mut inside = false;
    for line in document.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            // It shows the site until somebody ends it.
            _ if inside && !line.starts_with("index-builder preview") => {
                commands.push_str(line);
                commands.push('\n');
            }
            _ => {}
        }
    }
    commands
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_follows_the_document_word_by_word() {
    let registry = Registry::start().await.unwrap();
    for tag in ["1.27.0-alpine", "1.27.3-alpine", "1.27.4"] {
        registry
            .put_image("nginx/nginx", tag, &["linux/amd64"], tag)
            .await
            .unwrap();
    }
    let document = fs::read_to_string(project("docs/publishing.md")).unwrap();
    // The only thing that is another: where the image lies.
    assert_eq!(document.matches("image: nginx\n").count(), 1);
    let here = format!("image: {}/nginx/nginx\n", registry.address());
    let commands = blocks(&document.replace("image: nginx\n", &here));
    let program = Path::new(env!("CARGO_BIN_EXE_index-builder"));
    let mut path = program.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let done = Command::new("bash")
        .args(["-eu", "-c", &commands])
        .env("PATH", path)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let why = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}{why}");
    for line in [
        "\ncomplete\n",
        "signed version 1 of app.yaml",
        "example: app: 1.27.3-alpine is ",
        "published 1 apps, snapshot 1",
        "1 apps, 3 files and 0 deltas are in order",
        "root/1.root.json\n",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    let site = folder.path().join("mystore/public");
    let page = fs::read_to_string(site.join("index.html")).unwrap();
    assert!(page.contains("signed by My name"), "{page}");
}
