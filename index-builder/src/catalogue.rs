//! Finding templates in folders: which files belong together, and whose they are.

use std::path::{Path, PathBuf};

use harbour_core::import::{self, File, Format, Import, Source};

use crate::error::CommandError;
use crate::files::{self, MAX_FILE};
use crate::folders::{self, has_ending};

/// A template's files as they lie on the disk.
pub(crate) struct Template {
    /// Name of its folder, or of its file without the ending.
    pub(crate) name: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Template {
    /// One file.
    pub(crate) fn of_file(path: &Path) -> Result<Self, CommandError> {
        Ok(Self {
            name: stem(path),
            files: vec![(file_name(path), files::read(path, MAX_FILE)?)],
        })
    }

    /// A folder with everything in it.
    pub(crate) fn of_folder(folder: &Path) -> Result<Self, CommandError> {
        let mut all = Vec::new();
        for path in folders::below(folder)? {
            let relative = path.strip_prefix(folder).unwrap_or(&path);
            all.push((
                relative.to_string_lossy().into_owned(),
                files::read(&path, MAX_FILE)?,
            ));
        }
        Ok(Self {
            name: file_name(folder),
            files: all,
        })
    }

    /// Converts it.
    pub(crate) fn import(&self, format: Format) -> Vec<Import> {
        let files: Vec<File<'_>> = self
            .files
            .iter()
            .map(|(path, bytes)| File { path, bytes })
            .collect();
        import::import(
            format,
            &Source {
                name: &self.name,
                files: &files,
            },
        )
    }

    fn has(&self, name: &str) -> bool {
        self.files.iter().any(|(path, _)| path == name)
    }

    /// Whose template it is, by the names of its files and what stands in them.
    pub(crate) fn guess(&self) -> Format {
        let says = |text: &str| {
            self.files.iter().any(|(path, bytes)| {
                (path.ends_with(".yml") || path.ends_with(".yaml"))
                    && String::from_utf8_lossy(bytes).contains(text)
            })
        };
        let xml = self.files.iter().any(|(path, _)| path.ends_with(".xml"));
        let list = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            text.contains("\"templates\"") || text.contains("\"restart_policy\"")
        };
        if self.has("cosmos-compose.json") {
            Format::Cosmos
        } else if self.has("template.toml")
            || self.has("template.toml.json")
            || self.has("meta.json")
        {
            Format::Dokploy
        } else if says("x-casaos") {
            Format::Casaos
        } else if self.has("config.json") && says("services:") {
            Format::Runtipi
        } else if xml {
            Format::Unraid
        } else if self
            .files
            .iter()
            .any(|(path, bytes)| path.ends_with(".json") && list(bytes))
        {
            Format::Portainer
        } else {
            Format::Compose
        }
    }
}

/// Files that say that their folder is one template.
const MARKS: [&str; 9] = [
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yml",
    "compose.yaml",
    "docker-compose.json",
    "rendered-compose.json",
    "cosmos-compose.json",
    "config.yaml",
    "template.toml",
];

/// Every template at or below a path.
pub(crate) fn find(root: &Path) -> Result<Vec<Template>, CommandError> {
    if root.is_file() {
        return Ok(vec![Template::of_file(root)?]);
    }
    let mut all = Vec::new();
    let mut open: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = folders::entries(&folder)?;
        let is_template = entries
            .iter()
            .any(|path| path.is_file() && MARKS.contains(&file_name(path).as_str()));
        if is_template {
            all.push(Template::of_folder(&folder)?);
            continue;
        }
        for path in entries {
            let link = path.is_symlink();
            if path.is_dir() && !link {
                open.push(path);
            } else if path.is_file() && !link && has_ending(&path, &["xml", "yml", "yaml", "json"])
            {
                all.push(Template::of_file(&path)?);
            }
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

pub(crate) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn stem(path: &Path) -> String {
    let name = path.file_stem().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
