//! The rows of the page: scripts in `ui/bench` that drive a browser. Each
//! prints rows as JSON, one a line; they are merged into the table here.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::fault::{Fault, Outcome};
use crate::report::Row;
use crate::stage::Stage;

/// Runs every script against the running agent.
pub(crate) async fn scripts(stage: &Stage) -> Outcome<Vec<Row>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/bench");
    let mut scripts: Vec<PathBuf> = std::fs::read_dir(&dir)
        .map_err(Fault::system(dir.display().to_string()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "mjs"))
        .collect();
    scripts.sort();
    let mut rows = Vec::new();
    for script in scripts {
        let name = script
            .file_stem()
            .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        rows.extend(run(stage, &script, &name).await?);
    }
    Ok(rows)
}

/// One script; what it prints besides rows goes to standard error as it comes.
async fn run(stage: &Stage, script: &Path, name: &str) -> Outcome<Vec<Row>> {
    let child = Command::new("node")
        .arg(script)
        .env("HM_URL", stage.agent.url())
        .env("HM_COOKIE", &stage.api.cookie)
        .env("HM_PROOF", &stage.api.proof)
        .env("HM_DOCKER", stage.engine.socket())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .spawn()
        .map_err(Fault::system("node"))?;
    // Not `output`, which would take standard error as well.
    let output = child.wait_with_output().await;
    let output = output.map_err(Fault::system("node"))?;
    let mut rows = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        match serde_json::from_str::<Row>(line) {
            Ok(row) => rows.push(row),
            Err(_) => eprintln!("        {name}: {line}"),
        }
    }
    if !output.status.success() {
        let why = format!("the script ended with {}", output.status);
        rows.push(Row::failed(
            &format!("ui-{name}"),
            &format!("page: {name}"),
            why,
        ));
    }
    Ok(rows)
}
