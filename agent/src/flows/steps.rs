//! The steps of which long operations are made.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::{CreatePlanRecord, OperationPlanRecord};
use crate::docker::{self, Engine, EngineError};
use crate::operations::{Flow, FlowBuilder, Step, StepContext, StepError};

use super::lifecycle::{collisions, describe};
use super::{Inventory, digest};

/// Builds flows on one engine.
pub struct Flows {
    /// The engine.
    pub engine: Arc<Engine>,
    /// What it has, for the ports in use.
    pub inventory: Arc<Inventory>,
}

impl FlowBuilder for Flows {
    fn build(&self, plan: &OperationPlanRecord) -> Flow {
        let engine = || Arc::clone(&self.engine);
        let mut steps: Vec<Box<dyn Step>> = Vec::new();
        match plan {
            OperationPlanRecord::Pull { image } => {
                steps.push(Box::new(Pull {
                    engine: engine(),
                    image: image.clone(),
                }));
            }
            OperationPlanRecord::Create(plan) => {
                let plan: Arc<CreatePlanRecord> = Arc::from(plan.clone());
                if plan.pull {
                    let image = plan.pull_reference.clone();
                    steps.push(Box::new(Pull {
                        engine: engine(),
                        image,
                    }));
                }
                if !plan.make_dirs.is_empty() {
                    steps.push(Box::new(MakeDirs {
                        plan: Arc::clone(&plan),
                    }));
                }
                steps.push(Box::new(Create {
                    engine: engine(),
                    plan: Arc::clone(&plan),
                }));
                if plan.start {
                    let inventory = Arc::clone(&self.inventory);
                    steps.push(Box::new(Start {
                        engine: engine(),
                        inventory,
                    }));
                }
            }
            OperationPlanRecord::Recreate(_) => {}
        }
        let commit_point = steps.len();
        Flow {
            steps,
            commit_point,
        }
    }
}

fn engine_failed(error: EngineError) -> StepError {
    match error {
        EngineError::Down(_) => StepError::Unavailable(error.to_string()),
        error => StepError::Failed {
            message: error.to_string(),
            source: Some(Box::new(error)),
        },
    }
}

/// Fetches an image.
struct Pull {
    engine: Arc<Engine>,
    image: String,
}

impl Step for Pull {
    fn name(&self) -> &'static str {
        "pull"
    }

    fn title(&self) -> String {
        "Pull the image".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let pulled = self
                .engine
                .pull(&self.image, ctx.progress, ctx.cancel)
                .await
                .map_err(engine_failed)?
                .ok_or(StepError::Cancelled)?;
            ctx.outputs.result.image_id = Some(pulled.id);
            ctx.outputs.result.digest = digest::of(&self.image, &pulled.digests);
            Ok(())
        })
    }

    /// What was fetched stays: it harms nothing and makes the next try quick.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Makes directories for a new app, below the app-data root only.
struct MakeDirs {
    plan: Arc<CreatePlanRecord>,
}

impl Step for MakeDirs {
    fn name(&self) -> &'static str {
        "folders"
    }

    fn title(&self) -> String {
        "Make the folders".to_owned()
    }

    fn prepare<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            if ctx.outputs.made_dirs.is_empty() {
                ctx.outputs.made_dirs = self
                    .plan
                    .make_dirs
                    .iter()
                    .flat_map(|dir| missing_parts(Path::new(dir)))
                    .map(|dir| dir.to_string_lossy().into_owned())
                    .collect();
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let plan = Arc::clone(&self.plan);
            tokio::task::spawn_blocking(move || {
                for dir in &plan.make_dirs {
                    make_dir(Path::new(&plan.app_data_root), Path::new(dir))?;
                }
                Ok(())
            })
            .await
            .unwrap_or_else(|_| Err(StepError::failed("making the folders was interrupted")))
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for dir in ctx.outputs.made_dirs.iter().rev() {
                match fs::remove_dir(dir) {
                    Ok(()) => {}
                    // Something is in it now, or it was never made: leave it.
                    Err(e)
                        if matches!(
                            e.kind(),
                            ErrorKind::DirectoryNotEmpty
                                | ErrorKind::NotFound
                                | ErrorKind::NotADirectory
                        ) => {}
                    Err(e) => {
                        return Err(StepError::failed(format!("{dir} cannot be removed: {e}")));
                    }
                }
            }
            Ok(())
        })
    }
}

/// `dir` and its parents that do not exist, outermost first.
fn missing_parts(dir: &Path) -> Vec<PathBuf> {
    let mut missing: Vec<PathBuf> = dir
        .ancestors()
        .take_while(|d| !d.exists())
        .map(Path::to_owned)
        .collect();
    missing.reverse();
    missing
}

/// Makes `dir` after checking that links do not lead out of `root`.
fn make_dir(root: &Path, dir: &Path) -> Result<(), StepError> {
    let failed = |path: &Path, e: &std::io::Error| {
        StepError::failed(format!("{} cannot be made: {e}", path.display()))
    };
    fs::create_dir_all(root).map_err(|e| failed(root, &e))?;
    let root = fs::canonicalize(root).map_err(|e| failed(root, &e))?;
    let parent = dir
        .ancestors()
        .find(|d| d.exists())
        .ok_or_else(|| StepError::failed(format!("{} has no parent", dir.display())))?;
    let real = fs::canonicalize(parent).map_err(|e| failed(parent, &e))?;
    if !real.starts_with(&root) {
        return Err(StepError::failed(format!(
            "{} leads out of {}; choose a folder inside it",
            dir.display(),
            root.display()
        )));
    }
    fs::create_dir_all(dir).map_err(|e| failed(dir, &e))?;
    // A link that was put in its way meanwhile is noticed here.
    let made = fs::canonicalize(dir).map_err(|e| failed(dir, &e))?;
    if made.starts_with(&root) {
        return Ok(());
    }
    Err(StepError::failed(format!(
        "{} was replaced by a link meanwhile",
        dir.display()
    )))
}

/// Makes the container.
struct Create {
    engine: Arc<Engine>,
    plan: Arc<CreatePlanRecord>,
}

impl Step for Create {
    fn name(&self) -> &'static str {
        "create"
    }

    fn title(&self) -> String {
        "Make the container".to_owned()
    }

    fn prepare<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for mount in self.plan.mounts.iter().filter(|m| m.volume) {
                if ctx.outputs.new_volumes.contains(&mount.source) {
                    continue;
                }
                if !self
                    .engine
                    .volume_exists(&mount.source)
                    .await
                    .map_err(engine_failed)?
                {
                    ctx.outputs.new_volumes.push(mount.source.clone());
                }
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let made = self
                .engine
                .made_by(ctx.operation_id)
                .await
                .map_err(engine_failed)?;
            let id = match made.into_iter().next() {
                Some(id) => id,
                None => {
                    self.check_links()?;
                    let request = docker::request(&self.plan).map_err(engine_failed)?;
                    self.engine
                        .create(
                            &self.plan.name,
                            &request,
                            ctx.operation_id,
                            &ctx.outputs.new_volumes,
                        )
                        .await
                        .map_err(engine_failed)?
                }
            };
            ctx.outputs.result.container_id = Some(id);
            Ok(())
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for id in self
                .engine
                .made_by(ctx.operation_id)
                .await
                .map_err(engine_failed)?
            {
                match self.engine.remove(&id, true, true).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            ctx.outputs.result.container_id = None;
            for volume in &ctx.outputs.new_volumes {
                // Only what this operation made: the name alone could be a
                // volume that somebody made and filled meanwhile.
                let label = self
                    .engine
                    .volume_operation(volume)
                    .await
                    .map_err(engine_failed)?;
                if label.as_deref() != Some(ctx.operation_id) {
                    continue;
                }
                match self.engine.remove_volume(volume).await {
                    // In use: another container took it meanwhile, it is theirs.
                    Ok(()) | Err(EngineError::Conflict(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            Ok(())
        })
    }
}

impl Create {
    /// Host paths must still end where they ended when their risks were
    /// judged: a link put there since then would be nobody's consent.
    fn check_links(&self) -> Result<(), StepError> {
        for mount in self.plan.mounts.iter().filter(|m| !m.volume) {
            let judged = mount.resolved_source.as_ref().unwrap_or(&mount.source);
            match fs::canonicalize(&mount.source) {
                Ok(now) if now.as_os_str() != judged.as_str() => {
                    return Err(StepError::failed(format!(
                        "{} leads to {} now, not to {judged}; check it and try again",
                        mount.source,
                        now.display()
                    )));
                }
                // The engine says itself what it cannot mount.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(())
    }
}

/// Starts the container that this operation made.
struct Start {
    engine: Arc<Engine>,
    inventory: Arc<Inventory>,
}

impl Step for Start {
    fn name(&self) -> &'static str {
        "start"
    }

    fn title(&self) -> String {
        "Start it".to_owned()
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let made = self
                .engine
                .made_by(ctx.operation_id)
                .await
                .map_err(engine_failed)?;
            let id = made
                .first()
                .ok_or_else(|| StepError::failed("the container was removed meanwhile"))?;
            let made = self.engine.inspect(id).await.map_err(engine_failed)?;
            if made.summary.started_at.is_some() {
                // Done before a crash; one that runs once must not run twice.
                return Ok(());
            }
            let taken = collisions(&self.inventory, &made, None)
                .await
                .map_err(engine_failed)?;
            if !taken.is_empty() {
                return Err(StepError::failed(describe(&taken)));
            }
            self.engine.start(id).await.map_err(engine_failed)
        })
    }

    fn undo<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for id in self
                .engine
                .made_by(ctx.operation_id)
                .await
                .map_err(engine_failed)?
            {
                match self.engine.stop(&id, None).await {
                    Ok(()) | Err(EngineError::NotFound(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_stay_below_the_root() {
        let temp = tempfile::tempdir().expect("a directory");
        let root = temp.path().join("appdata");
        make_dir(&root, &root.join("app/config")).expect("inside");
        assert!(root.join("app/config").is_dir());
        let outside = temp.path().join("outside");
        fs::create_dir(&outside).expect("made");
        std::os::unix::fs::symlink(&outside, root.join("link")).expect("linked");
        let error = make_dir(&root, &root.join("link/x")).expect_err("leads out");
        assert!(error.to_string().contains("leads out"), "{error}");
        assert!(!outside.join("x").exists());
    }

    #[test]
    fn only_missing_folders_are_ours_to_remove() {
        let temp = tempfile::tempdir().expect("a directory");
        let missing = missing_parts(&temp.path().join("a/b"));
        assert_eq!(missing, [temp.path().join("a"), temp.path().join("a/b")]);
        assert!(missing_parts(temp.path()).is_empty());
    }
}
