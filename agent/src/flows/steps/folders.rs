//! The step that makes folders, below the app-data root only.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use futures_util::future::BoxFuture;

use crate::operations::{Step, StepContext, StepError};

/// Makes directories for a new app, below the app-data root only.
pub(super) struct MakeDirs {
    pub(super) dirs: Vec<String>,
    /// The app-data root.
    pub(super) root: String,
    /// User and group to whom new folders are given; absent is the agent's own.
    pub(super) owner: Option<(u32, u32)>,
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
                    .dirs
                    .iter()
                    .flat_map(|dir| missing_parts(Path::new(dir)))
                    .map(|dir| dir.to_string_lossy().into_owned())
                    .collect();
            }
            Ok(())
        })
    }

    fn ensure<'a>(&'a self, ctx: StepContext<'a>) -> BoxFuture<'a, Result<(), StepError>> {
        Box::pin(async move {
            let (dirs, root, owner) = (self.dirs.clone(), self.root.clone(), self.owner);
            let made = ctx.outputs.made_dirs.clone();
            tokio::task::spawn_blocking(move || {
                for dir in &dirs {
                    make_dir(Path::new(&root), Path::new(dir))?;
                }
                // Only what this operation made: others' folders have their owners.
                for (dir, (uid, gid)) in made.iter().filter_map(|dir| Some((dir, owner?))) {
                    std::os::unix::fs::lchown(dir, Some(uid), Some(gid)).map_err(|error| {
                        StepError::failed(format!("{dir} cannot be given to user {uid}: {error}"))
                    })?;
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
