//! Changing the settings: checked, stored, then held to.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use harbour_core::host_path::{climbs, normalise};
use harbour_core::problem::{Problem, ProblemCode};
use harbour_core::risk::system_path;

use super::create::summary;
use super::{Context, world};
use crate::db::DbError;
use crate::settings::Values;
use crate::views::{ActivityKind, Severity};

const DAYS: std::ops::RangeInclusive<u32> = 1..=3_650;
const ENTRIES: std::ops::RangeInclusive<u32> = 1_000..=200_000;
const ROOT: &str = "appDataRoot";

/// Settings as somebody wants them.
#[derive(Clone, Debug)]
pub struct SettingsDraft {
    /// Where new apps keep their files.
    pub app_data_root: PathBuf,
    /// How many days the timeline goes back.
    pub timeline_days: u32,
    /// How many entries it has at most; absent leaves it.
    pub timeline_entries: Option<u32>,
}

/// Why the settings stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// They will not do.
    #[error("{}", summary(.0))]
    Invalid(Vec<Problem>),
    /// They could not be stored.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The thread that looked at the path is gone.
    #[error("the check of the path was interrupted")]
    Interrupted,
}

/// Changes the settings; answers them as they are then.
///
/// # Errors
/// When they will not do or cannot be stored. Nothing has changed then.
pub async fn change_settings(
    context: &Context,
    draft: SettingsDraft,
) -> Result<Values, SettingsError> {
    let old = context.settings.get();
    let (root, protected) = (draft.app_data_root.clone(), context.protected.clone());
    let unchanged = root == old.app_data_root;
    let root = tokio::task::spawn_blocking(move || {
        // One that holds already is not judged again: its disk may be away now.
        if unchanged {
            Ok(root)
        } else {
            usable_root(&root, &protected)
        }
    })
    .await
    .map_err(|_| SettingsError::Interrupted)?;
    let entries = draft.timeline_entries.unwrap_or(old.timeline_entries);
    let mut problems = Vec::new();
    range("timelineDays", draft.timeline_days, &DAYS, &mut problems);
    range("timelineEntries", entries, &ENTRIES, &mut problems);
    let root = root.map_err(|problem| problems.insert(0, *problem));
    let (Ok(app_data_root), true) = (root, problems.is_empty()) else {
        return Err(SettingsError::Invalid(problems));
    };
    let new = Values {
        app_data_root,
        timeline_days: draft.timeline_days,
        timeline_entries: entries,
    };
    if new == old {
        return Ok(old);
    }
    context.settings.change(new.clone()).await?;
    context.events.note(
        Severity::Info,
        ActivityKind::Settings,
        "settings",
        "Settings",
        "changed",
        describe(&old, &new),
    );
    Ok(new)
}

fn describe(old: &Values, new: &Values) -> Option<String> {
    let mut parts = Vec::new();
    if old.app_data_root != new.app_data_root {
        parts.push(format!("app data in {}", new.app_data_root.display()));
    }
    if (old.timeline_days, old.timeline_entries) != (new.timeline_days, new.timeline_entries) {
        parts.push(format!(
            "timeline of {} days and {} entries",
            new.timeline_days, new.timeline_entries
        ));
    }
    Some(parts.join(", ")).filter(|text| !text.is_empty())
}

fn range(field: &str, value: u32, allowed: &std::ops::RangeInclusive<u32>, out: &mut Vec<Problem>) {
    if !allowed.contains(&value) {
        out.push(Problem::new(
            field,
            ProblemCode::Invalid,
            format!("Choose {} to {}.", allowed.start(), allowed.end()),
        ));
    }
}

/// The path as it will be used, made when it is missing. Looks at the disk.
fn usable_root(path: &Path, protected: &[String]) -> Result<PathBuf, Box<Problem>> {
    let bad = |message: String| Box::new(Problem::new(ROOT, ProblemCode::Invalid, message));
    let text = path
        .to_str()
        .ok_or_else(|| bad("The path is not UTF-8.".to_owned()))?;
    if !text.starts_with('/') || climbs(text) || text.contains('\0') {
        return Err(bad(
            "Give an absolute path without “..”, such as /srv/appdata.".to_owned(),
        ));
    }
    let path = PathBuf::from(normalise(text));
    let real = world::resolve(&path);
    for path in [&path, &real] {
        if system_path(&path.to_string_lossy(), protected).is_some() {
            return Err(bad(format!(
                "{} belongs to the system or to the manager itself. Choose a folder of its own, such as /srv/appdata.",
                path.display()
            )));
        }
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(&path)
        .map_err(|error| {
            bad(format!(
                "The folder is not there and cannot be made: {error}. Choose another, or mount its disk first."
            ))
        })?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_judged_by_where_they_lead() {
        let dir = tempfile::tempdir().expect("a directory");
        let here = fs::canonicalize(dir.path()).expect("there");
        let data = here.join("agent").to_string_lossy().into_owned();
        let protected = [data.clone()];
        let check = |path: &str| usable_root(Path::new(path), &protected).map_err(|p| p.message);
        let good = here.join("new/apps");
        assert_eq!(check(&format!("{}//", good.display())), Ok(good.clone()));
        assert!(good.is_dir(), "it was made");
        for bad in [
            "srv/appdata",
            "",
            "/srv/../etc",
            "/etc/apps",
            "/",
            "/var/lib/docker/x",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check(&data).is_err() && check(&format!("{data}/apps")).is_err());
        let over = here.to_string_lossy().into_owned();
        assert!(check(&over).is_err(), "the keys would lie in it");
        let link = here.join("link");
        std::os::unix::fs::symlink("/etc", &link).expect("linked");
        assert!(check(&link.to_string_lossy()).is_err());
        let file = here.join("file");
        fs::write(&file, "").expect("written");
        assert!(check(&file.join("x").to_string_lossy()).is_err());
        assert!(
            check(&file.to_string_lossy()).is_err(),
            "a file is no folder"
        );
    }
}
