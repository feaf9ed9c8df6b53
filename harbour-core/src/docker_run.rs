//! A `docker run` line into a draft. What the form has no field for, and what
//! only the shell of the person could fill in, is named, never guessed and never
//! dropped without a word.

mod options;
mod put;
pub(crate) mod values;
mod words;

use crate::draft::{CreateDraft, NetworkDraft};
use crate::problem::shown;
use options::{OPTIONS, RunOption, Takes, What};
use words::Word;

/// Longest line that is read, in bytes.
pub const MAX_LINE: usize = 32 * 1024;

/// What a line asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// As a draft.
    pub draft: CreateDraft,
    /// What is not in the draft.
    pub not_understood: Vec<NotUnderstood>,
}

/// A part of the line that is not in the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotUnderstood {
    /// As it was written, without quotes.
    pub text: String,
    /// Why, and what to do.
    pub reason: String,
}

/// Why a line is no `docker run` line at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Nothing was given.
    #[error("paste a line that starts with docker run")]
    Empty,
    /// Longer than [`MAX_LINE`].
    #[error("the line is longer than {} KiB", MAX_LINE / 1024)]
    TooLong,
    /// A quote without its end.
    #[error("the quote {0} is not closed; is the line whole?")]
    OpenQuote(char),
    /// Another command.
    #[error("this is no docker run line: it starts with “{0}”")]
    NotRun(String),
    /// It ends before the image.
    #[error("the line names no image; is it whole?")]
    NoImage,
}

/// Reads a line.
///
/// # Errors
/// When it is no `docker run` line; see [`RunError`].
pub fn parse(line: &str) -> Result<Parsed, RunError> {
    if line.len() > MAX_LINE {
        return Err(RunError::TooLong);
    }
    let split = words::split(line).map_err(|quote| RunError::OpenQuote(quote.0))?;
    let mut reader = Reader::default();
    let mut words = split.words.into_iter().peekable();
    reader.command(&mut words)?;
    reader.options(&mut words);
    let image = words.next().ok_or(RunError::NoImage)?;
    reader.image(image);
    reader.arguments(words.collect());
    reader.networks();
    if let Some(rest) = split.rest {
        let reason = "Only the first command is read. A line that goes on ends with a backslash.";
        reader.leave(rest, reason);
    }
    Ok(Parsed {
        draft: reader.draft,
        not_understood: reader.left,
    })
}

type Words = std::iter::Peekable<std::vec::IntoIter<Word>>;

/// What has been read so far.
#[derive(Default)]
struct Reader {
    draft: CreateDraft,
    left: Vec<NotUnderstood>,
    /// Networks, and what is said about the first of them.
    networks: Vec<NetworkDraft>,
    first: NetworkDraft,
}

impl Reader {
    fn leave(&mut self, text: impl Into<String>, reason: impl Into<String>) {
        self.left.push(NotUnderstood {
            text: text.into(),
            reason: reason.into(),
        });
    }

    /// `[$] [sudo …] [NAME=VALUE …] docker [OPTION …] [container] run|create`.
    fn command(&mut self, words: &mut Words) -> Result<(), RunError> {
        let mut first = words.next().ok_or(RunError::Empty)?;
        let mut may_be_option = false;
        loop {
            let text = first.text.as_str();
            let program = text.rsplit('/').next().unwrap_or(text);
            if matches!(program, "docker" | "podman" | "nerdctl" | "docker.exe") {
                break;
            }
            let is_assignment = text.split_once('=').is_some_and(|(name, _)| {
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            });
            if matches!(program, "sudo" | "doas" | "env") {
                may_be_option = true;
            } else if text == "$" {
                // The prompt of the shell it was copied from.
            } else if is_assignment {
                self.leave(
                    text,
                    "Variables of the shell do not reach the container; use -e for that.",
                );
            } else if may_be_option && text.starts_with('-') {
                self.leave(text, "Options of sudo mean nothing here.");
            } else {
                return Err(RunError::NotRun(shown(text)));
            }
            first = words.next().ok_or(RunError::NotRun(shown(&first.text)))?;
        }
        while let Some(word) = words.next() {
            match word.text.as_str() {
                "container" => {}
                "run" => return Ok(()),
                "create" => {
                    self.draft.start = false;
                    return Ok(());
                }
                option if option.starts_with('-') => {
                    let reason =
                        "Which engine is meant is not asked here; it is the one of this server.";
                    let takes = matches!(
                        option,
                        "-H" | "--host" | "-c" | "--context" | "--config" | "-l" | "--log-level"
                    );
                    let value = if takes { words.next() } else { None };
                    let text = value.map_or_else(
                        || option.to_owned(),
                        |value| format!("{option} {}", value.text),
                    );
                    self.leave(text, reason);
                }
                other => return Err(RunError::NotRun(shown(&format!("docker {other}")))),
            }
        }
        Err(RunError::NotRun("docker".to_owned()))
    }

    fn options(&mut self, words: &mut Words) {
        while let Some(word) =
            words.next_if(|word| word.text.starts_with('-') && word.text.len() > 1)
        {
            if word.text == "--" {
                return;
            }
            match word.text.strip_prefix("--") {
                Some(long) => self.long(long, &word, words),
                None => self.short(&word, words),
            }
        }
    }

    fn long(&mut self, text: &str, word: &Word, words: &mut Words) {
        let (name, value) = values::pair(text);
        let Some(option) = OPTIONS.iter().find(|option| option.long == name) else {
            self.leave(
                &word.text,
                "This option is not known; should it take a value, what follows was misread.",
            );
            return;
        };
        match (option.takes, value) {
            (Takes::Nothing, None) => self.apply(option, &format!("--{name}"), "true"),
            (Takes::Nothing, Some(value)) | (Takes::Value, Some(value)) => {
                let filled = word.fills_in.as_deref();
                self.apply_unless_filled(option, &word.text, &value, filled);
            }
            (Takes::Value, None) => self.with_next(option, &format!("--{name}"), words),
        }
    }

    /// `-it`, `-p 80:80`, `-p80:80`, `-p=80:80`, and several of them in one word.
    fn short(&mut self, word: &Word, words: &mut Words) {
        for (at, letter) in word.text[1..].char_indices() {
            let written = format!("-{letter}");
            let Some(option) = OPTIONS.iter().find(|option| option.short == Some(letter)) else {
                self.leave(
                    &word.text,
                    "This option is not known; should it take a value, what follows was misread.",
                );
                return;
            };
            if option.takes == Takes::Nothing {
                self.apply(option, &written, "true");
                continue;
            }
            let rest = &word.text[1 + at + letter.len_utf8()..];
            if rest.is_empty() {
                self.with_next(option, &written, words);
            } else {
                let value = rest.strip_prefix('=').unwrap_or(rest);
                let filled = word.fills_in.as_deref();
                self.apply_unless_filled(option, &word.text, value, filled);
            }
            return;
        }
    }

    fn with_next(&mut self, option: &RunOption, written: &str, words: &mut Words) {
        match words.next() {
            Some(value) => {
                let whole = format!("{written} {}", value.text);
                let filled = value.fills_in.as_deref();
                self.apply_unless_filled(option, &whole, &value.text, filled);
            }
            None => self.leave(written, "The value of this option is missing."),
        }
    }

    fn apply_unless_filled(
        &mut self,
        option: &RunOption,
        whole: &str,
        value: &str,
        filled: Option<&str>,
    ) {
        match filled {
            Some(filled) => self.leave(whole, filled_in(filled)),
            None => self.apply(option, whole, value),
        }
    }

    fn apply(&mut self, option: &RunOption, whole: &str, value: &str) {
        if option.takes == Takes::Nothing && !matches!(value, "true" | "false" | "1" | "0") {
            self.leave(
                whole,
                "This option is switched on with true and off with false.",
            );
            return;
        }
        if let Err(reason) = self.put(option.what, whole, value) {
            self.leave(whole, reason);
        }
    }

    fn image(&mut self, word: Word) {
        match word.fills_in {
            Some(filled) => self.leave(word.text, filled_in(&filled)),
            None => self.draft.image = word.text,
        }
    }

    /// A command with a hole in it is another command: it is left out whole.
    fn arguments(&mut self, words: Vec<Word>) {
        match words.iter().find_map(|word| word.fills_in.as_deref()) {
            Some(filled) => {
                let reason = filled_in(filled);
                let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
                self.leave(texts.join(" "), reason);
            }
            None => self.draft.command = words.into_iter().map(|word| word.text).collect(),
        }
    }

    /// Puts the networks where the form has them: one plain name, or a list.
    fn networks(&mut self) {
        let is_mode = |name: &str| {
            matches!(name, "bridge" | "host" | "none") || name.starts_with("container:")
        };
        let first = std::mem::take(&mut self.first);
        let more = !first.aliases.is_empty()
            || first.ipv4_address.is_some()
            || first.ipv6_address.is_some();
        match self.networks.as_mut_slice() {
            [] if more => {
                let reason = "Aliases and addresses belong to a network of your own; choose one.";
                self.leave("--network-alias, --ip or --ip6", reason);
            }
            [] => {}
            [one] if !more || is_mode(&one.name) => {
                self.draft.network = Some(one.name.clone());
                if more {
                    let reason = "This network gives neither aliases nor addresses.";
                    self.leave("--network-alias, --ip or --ip6", reason);
                }
            }
            [one, ..] => {
                one.aliases.extend(first.aliases);
                one.ipv4_address = one.ipv4_address.take().or(first.ipv4_address);
                one.ipv6_address = one.ipv6_address.take().or(first.ipv6_address);
                self.draft.networks = std::mem::take(&mut self.networks);
            }
        }
    }

    fn put(&mut self, what: What, whole: &str, value: &str) -> Result<(), values::Fault> {
        put::put(self, what, whole, value)
    }
}

fn filled_in(text: &str) -> String {
    format!(
        "The shell fills in {}; write what it stands for.",
        shown(text)
    )
}

#[cfg(test)]
mod tests;
