//! The apps of a source: looked at where they changed, and copied to the site.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use harbour_core::store::cid::Cid;
use harbour_core::tuf::content::describe;
use harbour_core::tuf::name::TargetPath;
use harbour_core::tuf::repo::publication::target_file_name;

use super::site::Site;
use crate::app::{self, Record};
use crate::catalogue::file_name;
use crate::error::CommandError;
use crate::files::{MAX_FILE, read};
use crate::parallel;
use crate::problems::Problems;
use crate::publisher::SIGNED;
use crate::source::Source;
use crate::state::State;

/// What the apps of a source are.
pub(crate) struct Apps {
    pub(crate) records: BTreeMap<String, Record>,
    /// Those that were looked at anew.
    pub(crate) fresh: BTreeSet<String>,
}

/// Looks at the apps, at those that did not change from outside only.
pub(crate) fn read_apps(source: &Source, state: &State, problems: &mut Problems) -> Apps {
    let folders = source.app_folders(problems);
    let looked = parallel::map(&folders, |folder| {
        let slug = file_name(folder);
        let known = state.apps.get(&slug);
        if let Some(known) = known
            && known.is_fresh(source, folder, state.looked)
        {
            return (Some(known.clone()), false, Problems::default());
        }
        let mut problems = Problems::default();
        let record = app::check(source, folder, &mut problems);
        (record, true, problems)
    });
    let mut apps = Apps {
        records: BTreeMap::new(),
        fresh: BTreeSet::new(),
    };
    for (record, fresh, own) in looked {
        problems.append(own);
        let Some(record) = record else { continue };
        let slug = record.entry.slug.clone();
        if fresh {
            apps.fresh.insert(slug.clone());
        }
        apps.records.insert(slug, record);
    }
    apps
}

/// Copies what publishers signed; of apps that did not change it is there.
pub(crate) fn write_apps(
    source: &Source,
    site: &Site,
    apps: &Apps,
    same_site: bool,
) -> Result<(), CommandError> {
    let wanted = apps.records.iter();
    let wanted: Vec<_> = wanted
        .filter(|(slug, _)| !same_site || apps.fresh.contains(*slug))
        .collect();
    let done = parallel::map(&wanted, |(slug, record)| {
        let folder = source.apps().join(slug);
        for file in record.files() {
            let from = folder.join(file_name(Path::new(&file.path)));
            let bytes = read(&from, MAX_FILE)?;
            let described = describe(&bytes);
            if Cid::of(&bytes) != file.cid {
                return Err(CommandError::content(
                    &from,
                    "it changed while it was published",
                ));
            }
            if let Some(name) = target_file_name(&TargetPath::new(&file.path)?, &described) {
                site.put_hashed(&format!("targets/{name}"), &bytes)?;
            }
        }
        let from = folder.join(SIGNED);
        let bytes = read(&from, MAX_FILE)?;
        let app = record.app()?;
        if describe(&bytes).hashes != app.role().hashes.clone().unwrap_or_default() {
            return Err(CommandError::content(
                &from,
                "it changed while it was published",
            ));
        }
        site.put(&format!("metadata/{}", app.file_name()), &bytes)
    });
    done.into_iter().collect()
}
