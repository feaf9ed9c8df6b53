//! The step that deletes an app's data, when somebody asked for it.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::UninstallPlanRecord;
use crate::docker::{Engine, EngineError};
use crate::flows::steps::engine_failed;
use crate::operations::{Step, StepContext, StepError};

/// Deletes volumes and folders.
pub(super) struct DeleteData {
    pub(super) engine: Arc<Engine>,
    pub(super) plan: Arc<UninstallPlanRecord>,
}

impl Step for DeleteData {
    fn name(&self) -> &'static str {
        "data"
    }

    fn title(&self) -> String {
        "Delete its data".to_owned()
    }

    fn ensure<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            for volume in &self.plan.volumes {
                match self.engine.remove_volume(volume).await {
                    // In use: another container took it meanwhile, it is theirs.
                    Ok(()) | Err(EngineError::Conflict(_)) => {}
                    Err(error) => return Err(engine_failed(error)),
                }
            }
            let plan = Arc::clone(&self.plan);
            tokio::task::spawn_blocking(move || {
                for folder in &plan.folders {
                    delete(Path::new(&plan.app_data_root), Path::new(folder))?;
                }
                Ok(())
            })
            .await
            .unwrap_or_else(|_| Err(StepError::failed("deleting the folders was interrupted")))
        })
    }

    /// It stands behind the commit point and is never undone.
    fn undo<'a>(&'a self, _ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async { Ok(()) })
    }
}

/// Deletes a folder with everything in it, after a look at where it really is.
fn delete(root: &Path, folder: &Path) -> Result<(), StepError> {
    let failed = |error: &std::io::Error| {
        StepError::failed(format!("{} cannot be deleted: {error}", folder.display()))
    };
    let (real_root, real) = match (fs::canonicalize(root), fs::canonicalize(folder)) {
        (Ok(root), Ok(real)) => (root, real),
        (_, Err(error)) if error.kind() == ErrorKind::NotFound => return Ok(()),
        (Err(error), _) | (_, Err(error)) => return Err(failed(&error)),
    };
    if real == real_root || !real.starts_with(&real_root) {
        return Err(StepError::failed(format!(
            "{} leads out of {}; nothing was deleted there",
            folder.display(),
            root.display()
        )));
    }
    // Links in it are removed, not followed.
    fs::remove_dir_all(&real).map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_the_root_is_deleted() {
        let temp = tempfile::tempdir().expect("a directory");
        let (root, outside) = (temp.path().join("apps"), temp.path().join("other"));
        fs::create_dir_all(root.join("web/data")).expect("made");
        fs::create_dir_all(&outside).expect("made");
        std::os::unix::fs::symlink(&outside, root.join("web/data/link")).expect("linked");
        std::os::unix::fs::symlink(&outside, root.join("link")).expect("linked");
        delete(&root, &root.join("web")).expect("deleted");
        assert!(!root.join("web").exists() && outside.exists());
        for wrong in [
            root.clone(),
            root.join("link"),
            root.join(".."),
            outside.clone(),
        ] {
            let error = delete(&root, &wrong).expect_err("refused");
            assert!(error.to_string().contains("leads out"), "{error}");
        }
        delete(&root, &root.join("gone")).expect("nothing to do");
        assert!(outside.exists());
    }
}
