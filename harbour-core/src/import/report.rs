//! What became of a template of somebody else's: a manifest with a report, or a reason.

use crate::manifest::Manifest;

/// A template that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Name of the template, as its file or folder says.
    pub name: String,
    /// What became of it.
    pub outcome: Result<Converted, Refusal>,
}

/// A template that became a manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Converted {
    /// The app.
    pub manifest: Manifest,
    /// The same as a file.
    pub yaml: String,
    /// What is different from the template, in the order it was found.
    pub report: Vec<Note>,
}

impl Converted {
    /// Whether everything that matters to the app was carried over.
    pub fn without_loss(&self) -> bool {
        self.report
            .iter()
            .all(|note| note.kind == NoteKind::Changed)
    }
}

/// Something that is different from the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub kind: NoteKind,
    /// Address of the field in the template, such as `services.web.build`.
    pub field: String,
    /// What happened to it.
    pub text: String,
}

/// How much a difference matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// Said in another way, or of no effect here.
    Changed,
    /// The app may behave in another way than its author meant.
    Lost,
}

impl NoteKind {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Lost => "lost",
        }
    }
}

/// Why a template did not become a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In one word.
    pub reason: Reason,
    /// In a sentence.
    pub detail: String,
}

/// Kinds of reasons; the texts stand in tables and scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The files can not be read: syntax, size, a file that is missing.
    Unreadable,
    /// An image would have to be built.
    ImageBuild,
    /// Commands would have to run on the server.
    HostScripts,
    /// It works only with the platform it was made for.
    ForeignPlatform,
    /// What it installs lies in another place.
    Elsewhere,
    /// What came out breaks a rule of manifests.
    Invalid,
}

impl Reason {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::ImageBuild => "image-build",
            Self::HostScripts => "host-scripts",
            Self::ForeignPlatform => "foreign-platform",
            Self::Elsewhere => "elsewhere",
            Self::Invalid => "invalid",
        }
    }

    /// Whether the template needs what manifests do not do on purpose.
    pub fn is_by_design(self) -> bool {
        matches!(self, Self::ImageBuild | Self::HostScripts)
    }
}

impl Refusal {
    pub(super) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
        }
    }
}

/// Collects notes; the same one twice is one.
#[derive(Debug, Default, Clone)]
pub(super) struct Notes(pub(super) Vec<Note>);

impl Notes {
    fn add(&mut self, kind: NoteKind, field: impl Into<String>, text: impl Into<String>) {
        let note = Note {
            kind,
            field: crate::problem::shown(&field.into()),
            text: text.into(),
        };
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    pub(super) fn changed(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.add(NoteKind::Changed, field, text);
    }

    pub(super) fn lost(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.add(NoteKind::Lost, field, text);
    }
}
