//! Templates of other platforms into manifests, each with a report of what was lost.
//!
//! All of it is text in and text out: files are handed in, nothing is fetched.
//! Strangers' files are bounded by [`compose::LIMITS`].

mod casaos;
mod compose;
mod cosmos;
mod dokploy;
mod finish;
mod names;
mod plain;
mod portainer;
mod report;
mod runtipi;
mod tree;
mod unraid;
mod vars;

pub use report::{Converted, Import, Note, NoteKind, Reason, Refusal};

/// Whose template it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// CasaOS: a Compose file with `x-casaos`.
    Casaos,
    /// Cosmos: `cosmos-compose.json` and `description.json`.
    Cosmos,
    /// Compose alone.
    Compose,
    /// Dokploy: `docker-compose.yml`, `template.toml` and `meta.json`.
    Dokploy,
    /// Portainer: a list of templates, or a stack.
    Portainer,
    /// Runtipi: `config.json` and `docker-compose.json`.
    Runtipi,
    /// Unraid: one XML file.
    Unraid,
}

impl Format {
    /// All formats with their words.
    pub const ALL: [(&'static str, Self); 7] = [
        ("casaos", Self::Casaos),
        ("compose", Self::Compose),
        ("cosmos", Self::Cosmos),
        ("dokploy", Self::Dokploy),
        ("portainer", Self::Portainer),
        ("runtipi", Self::Runtipi),
        ("unraid", Self::Unraid),
    ];

    /// The format of a word.
    pub fn parse(word: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(name, _)| *name == word);
        found.map(|(_, format)| *format)
    }
}

/// One template: the files of its folder, or one file.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Name of its folder, or of its file without the ending.
    pub name: &'a str,
    /// Its files.
    pub files: &'a [File<'a>],
}

/// A file of a template.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Path below the template's folder.
    pub path: &'a str,
    /// What stands in it.
    pub bytes: &'a [u8],
}

impl<'a> Source<'a> {
    /// The first file with one of these names.
    fn find(&self, names: &[&str]) -> Option<&'a File<'a>> {
        names
            .iter()
            .find_map(|name| self.files.iter().find(|file| file.path == *name))
    }

    /// The Compose file.
    fn compose_file(&self) -> Option<&'a File<'a>> {
        const NAMES: [&str; 6] = [
            "docker-compose.yml",
            "docker-compose.yaml",
            "compose.yaml",
            "compose.yml",
            "docker-compose.json",
            "rendered-compose.json",
        ];
        let single = || match self.files {
            [only] => Some(only),
            _ => None,
        };
        self.find(&NAMES).or_else(single)
    }
}

/// Reads templates; a file of Portainer's may hold many.
pub fn import(format: Format, source: &Source<'_>) -> Vec<Import> {
    let outcome = match format {
        Format::Portainer => return portainer::import(source),
        Format::Casaos => casaos::import(source),
        Format::Compose => plain::import(source),
        Format::Cosmos => cosmos::import(source),
        Format::Dokploy => dokploy::import(source),
        Format::Runtipi => runtipi::import(source),
        Format::Unraid => unraid::import(source),
    };
    vec![Import {
        name: source.name.to_owned(),
        outcome,
    }]
}

/// A refusal for a file that is not there.
fn missing(name: &str) -> Refusal {
    Refusal::new(Reason::Unreadable, format!("there is no {name}"))
}

#[cfg(test)]
mod tests;
